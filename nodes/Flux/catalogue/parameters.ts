/** How a parameter of the interface looks in n8n, whichever model has it. Ranges and choices come from the model. */
export interface Parameter {
	displayName: string;
	description: string;
	/** `field`: on the node itself; `options`: in the collection of optional settings; `settings`: in the node's own settings. */
	place: 'field' | 'options' | 'settings';
	/** Several values in order. */
	list?: true;
	/** One image value, or several in a list. */
	image?: true;
	rows?: number;
	placeholder?: string;
	/** Stands below the field. */
	hint?: string;
	/** What stands in the field where the operation needs it. */
	needed?: string | string[];
	/** What the values of a choice are called, where n8n's way of writing them is not enough. */
	choiceNames?: Record<string, string>;
}

const imageHint = 'Name of the input field that holds the file (usually data), or an image URL';
const alsoTakes = 'Data URIs and base64 also work.';

/** Every parameter of the public interface, once. The order is the order in the editor. */
export const parameters = {
	prompt: {
		displayName: 'Prompt',
		description: 'What the image should show',
		place: 'field',
		rows: 4,
		placeholder: 'e.g. A lighthouse on a cliff at sunset, oil painting',
	},
	referenceImages: {
		displayName: 'Reference Images',
		description: `Images to edit or use as reference, in order. ${alsoTakes}`,
		place: 'field',
		image: true,
		list: true,
		placeholder: 'e.g. data',
		hint: `${imageHint}. Add one entry per image.`,
		needed: ['data'],
	},
	image: {
		displayName: 'Image',
		description: `The image to work on. ${alsoTakes}`,
		place: 'field',
		image: true,
		placeholder: 'e.g. data',
		hint: imageHint,
		needed: 'data',
	},
	mask: {
		displayName: 'Mask',
		description: `Image of the same size. White areas are replaced, black areas are kept. ${alsoTakes}`,
		place: 'field',
		image: true,
		placeholder: 'e.g. mask',
		hint: imageHint,
	},
	person: {
		displayName: 'Person',
		description: `Image of the person. ${alsoTakes}`,
		place: 'field',
		image: true,
		placeholder: 'e.g. data',
		hint: imageHint,
		needed: 'data',
	},
	garment: {
		displayName: 'Garment',
		description: `Image of the garment. ${alsoTakes}`,
		place: 'field',
		image: true,
		placeholder: 'e.g. garment',
		hint: imageHint,
	},
	controlImage: {
		displayName: 'Control Image',
		description: `Image whose edges or depth the result should keep. ${alsoTakes}`,
		place: 'field',
		image: true,
		placeholder: 'e.g. data',
		hint: imageHint,
		needed: 'data',
	},
	loraId: {
		displayName: 'LoRA ID',
		description:
			'The LoRA to use, in the form that the model expects. Separate several by commas if the model takes more than one.',
		place: 'field',
	},
	finetuneId: {
		displayName: 'Finetune ID',
		description: 'ID of your own finetune',
		place: 'field',
	},
	imagePrompt: {
		displayName: 'Image Prompt',
		description: `Image whose style the result should follow. ${alsoTakes}`,
		place: 'field',
		image: true,
		placeholder: 'e.g. data',
		hint: imageHint,
	},
	aspectRatio: {
		displayName: 'Aspect Ratio',
		description: 'Aspect ratio (width:height) of the image',
		place: 'field',
		placeholder: 'e.g. 16:9',
		choiceNames: { match_input_image: 'Same as Input Image', custom: 'Custom (Width and Height)' },
	},
	resolution: {
		displayName: 'Resolution',
		description: 'Size class of the image. The exact pixel size also depends on the aspect ratio.',
		place: 'field',
		choiceNames: { match_input_image: 'Same as Input Image' },
	},
	size: {
		displayName: 'Size',
		description: 'Width and height of the image in pixels',
		place: 'field',
		placeholder: 'e.g. 1024x768',
	},
	width: {
		displayName: 'Width',
		description: "Width in pixels. Leave empty for the model's default.",
		place: 'field',
	},
	height: {
		displayName: 'Height',
		description: "Height in pixels. Leave empty for the model's default.",
		place: 'field',
	},
	top: { displayName: 'Top', description: 'Number of pixels to add above the image', place: 'field' },
	bottom: { displayName: 'Bottom', description: 'Number of pixels to add below the image', place: 'field' },
	left: { displayName: 'Left', description: 'Number of pixels to add on the left', place: 'field' },
	right: { displayName: 'Right', description: 'Number of pixels to add on the right', place: 'field' },
	seed: {
		displayName: 'Seed',
		description: 'The same seed and inputs give the same image. Leave empty for a random seed.',
		place: 'options',
	},
	numberOfImages: {
		displayName: 'Number of Images',
		description: 'Number of images per input item. Each one is billed.',
		place: 'options',
	},
	outputFormat: {
		displayName: 'Output Format',
		description: 'File format of the image',
		place: 'options',
		choiceNames: { jpeg: 'JPEG', jpg: 'JPEG', png: 'PNG', webp: 'WebP' },
	},
	outputQuality: {
		displayName: 'Output Quality',
		description: 'Quality of a JPEG or WebP file',
		place: 'options',
	},
	megapixels: {
		displayName: 'Megapixels',
		description: 'Approximate size of the image in megapixels',
		place: 'options',
		choiceNames: { match_input: 'Same as Input Image' },
	},
	safetyTolerance: {
		displayName: 'Safety Tolerance',
		description: 'How much moderation allows. 0 is the strictest.',
		place: 'options',
	},
	steps: {
		displayName: 'Steps',
		description: 'Number of generation steps. More steps give finer detail but take longer.',
		place: 'options',
	},
	guidance: {
		displayName: 'Guidance',
		description: 'How closely to follow the prompt. High values can look less natural.',
		place: 'options',
	},
	promptUpsampling: {
		displayName: 'Prompt Upsampling',
		description: 'Whether to let the provider rewrite the prompt to add detail',
		place: 'options',
	},
	raw: {
		displayName: 'Raw',
		description: 'Whether to generate less processed, more natural-looking images',
		place: 'options',
	},
	grounding: {
		displayName: 'Grounding',
		description: 'Whether the model may look up facts before it generates the image',
		place: 'options',
	},
	imagePromptStrength: {
		displayName: 'Image Prompt Strength',
		description: 'How much the image prompt counts compared to the text prompt',
		place: 'options',
	},
	interval: {
		displayName: 'Interval',
		description: 'How varied the images are. High values vary more and follow the prompt less.',
		place: 'options',
	},
	promptStrength: {
		displayName: 'Prompt Strength',
		description: 'How much to change the input image. 1 replaces it.',
		place: 'options',
	},
	goFast: {
		displayName: 'Go Fast',
		description: 'Whether to run faster with slightly less precision',
		place: 'options',
	},
	disableSafetyChecker: {
		displayName: 'Disable Safety Checker',
		description: 'Whether to skip the safety check of the finished image',
		place: 'options',
	},
	loraStrength: {
		displayName: 'LoRA Strength',
		description: 'How strongly the LoRA affects the image',
		place: 'options',
	},
	outpaint: {
		displayName: 'Outpaint',
		description: "How to extend the image. Only with 'Mode' Outpaint.",
		place: 'options',
	},
	finetuneStrength: {
		displayName: 'Finetune Strength',
		description: 'How strongly the finetune affects the image',
		place: 'options',
	},
	dilatePixels: {
		displayName: 'Dilate Pixels',
		description: 'Number of pixels to grow the mask by, so that no outline of the erased object remains',
		place: 'options',
	},
	mode: {
		displayName: 'Mode',
		description: 'How the model works on the image',
		place: 'options',
		choiceNames: { high: 'High Quality', fast: 'Fast', inpaint: 'Inpaint', outpaint: 'Outpaint' },
	},
	autoCrop: {
		displayName: 'Auto Crop',
		description: 'Whether to cut off borders that the input image may have',
		place: 'options',
	},
	offsetX: {
		displayName: 'Offset X',
		description: 'Distance of the image from the left edge of the canvas, in pixels. Centered if empty.',
		place: 'options',
	},
	offsetY: {
		displayName: 'Offset Y',
		description: 'Distance of the image from the top edge of the canvas, in pixels. Centered if empty.',
		place: 'options',
	},
	user: {
		displayName: 'User',
		description: 'ID of your end user, passed on to the provider',
		place: 'options',
	},
	additionalBody: {
		displayName: 'Extra Fields (JSON)',
		description: 'JSON fields to add to the request. They override the fields above and are not checked.',
		place: 'options',
	},
	webhookUrl: {
		displayName: 'Webhook URL',
		description:
			'URL that the provider calls when the job is finished. The node then returns the job right away and does not wait for the image.',
		place: 'settings',
	},
	webhookSecret: {
		displayName: 'Webhook Secret',
		description: 'Secret that the provider sends along to the webhook',
		place: 'settings',
	},
} as const satisfies Record<string, Parameter>;

export type ParameterName = keyof typeof parameters;

export const parameterOf = (name: ParameterName): Parameter => parameters[name];
