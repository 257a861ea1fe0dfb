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
	/** What the values of a choice are called, where n8n's way of writing them is not enough. */
	choiceNames?: Record<string, string>;
}

const imageHint =
	'A binary field of the input item (such as <code>data</code>), a URL, a <code>data:</code> URI or base64';

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
		description: `The images to edit or to follow, in order. Each: ${imageHint}.`,
		place: 'field',
		image: true,
		list: true,
		placeholder: 'e.g. data',
	},
	image: {
		displayName: 'Image',
		description: `The image to work on. ${imageHint}.`,
		place: 'field',
		image: true,
		placeholder: 'e.g. data',
	},
	mask: {
		displayName: 'Mask',
		description: `An image of the same size: what is white in it is repainted. ${imageHint}.`,
		place: 'field',
		image: true,
		placeholder: 'e.g. mask',
	},
	person: {
		displayName: 'Person',
		description: `Image of the person. ${imageHint}.`,
		place: 'field',
		image: true,
		placeholder: 'e.g. data',
	},
	garment: {
		displayName: 'Garment',
		description: `Image of the garment. ${imageHint}.`,
		place: 'field',
		image: true,
		placeholder: 'e.g. garment',
	},
	controlImage: {
		displayName: 'Control Image',
		description: `Image whose edges or depth the result should keep. ${imageHint}.`,
		place: 'field',
		image: true,
		placeholder: 'e.g. data',
	},
	loraId: {
		displayName: 'LoRA ID',
		description: 'The LoRA to use, named as the model takes it',
		place: 'field',
	},
	finetuneId: {
		displayName: 'Finetune ID',
		description: 'The finetune of your own to use',
		place: 'field',
	},
	imagePrompt: {
		displayName: 'Image Prompt',
		description: `Image whose style the result should follow. ${imageHint}.`,
		place: 'field',
		image: true,
		placeholder: 'e.g. data',
	},
	aspectRatio: {
		displayName: 'Aspect Ratio',
		description: 'Aspect ratio (width:height) of the image',
		place: 'field',
		choiceNames: { match_input_image: 'As the Input Image', custom: 'Custom (Width and Height)' },
	},
	resolution: {
		displayName: 'Resolution',
		description: 'Size class of the image; the exact pixel size also depends on the aspect ratio',
		place: 'field',
		choiceNames: { match_input_image: 'As the Input Image' },
	},
	size: {
		displayName: 'Size',
		description: 'Width and height of the image in pixels',
		place: 'field',
	},
	width: {
		displayName: 'Width',
		description: "Width of the image in pixels. Leave empty for the model's default.",
		place: 'field',
	},
	height: {
		displayName: 'Height',
		description: "Height of the image in pixels. Leave empty for the model's default.",
		place: 'field',
	},
	top: { displayName: 'Top', description: 'Pixels to add above', place: 'field' },
	bottom: { displayName: 'Bottom', description: 'Pixels to add below', place: 'field' },
	left: { displayName: 'Left', description: 'Pixels to add at the left', place: 'field' },
	right: { displayName: 'Right', description: 'Pixels to add at the right', place: 'field' },
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
		description: 'Quality of the file from 0 to 100; not for PNG',
		place: 'options',
	},
	megapixels: {
		displayName: 'Megapixels',
		description: 'Approximate size of the image in megapixels',
		place: 'options',
		choiceNames: { match_input: 'As the Input Image' },
	},
	safetyTolerance: {
		displayName: 'Safety Tolerance',
		description: 'How much the moderation lets pass; 0 is the strictest',
		place: 'options',
	},
	steps: {
		displayName: 'Steps',
		description: 'Number of steps of the image generation. More is finer and slower.',
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
		description: 'Whether the model may look up facts before it draws',
		place: 'options',
	},
	imagePromptStrength: {
		displayName: 'Image Prompt Strength',
		description: 'How much the image prompt counts against the text prompt',
		place: 'options',
	},
	interval: {
		displayName: 'Interval',
		description: 'How varied the images are; high values vary more and follow the prompt less',
		place: 'options',
	},
	promptStrength: {
		displayName: 'Prompt Strength',
		description: 'How much the input image is changed; 1 replaces it',
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
		description: 'How much the LoRA shows',
		place: 'options',
	},
	outpaint: {
		displayName: 'Outpaint',
		description: 'How to paint beyond the edges, with Mode Outpaint',
		place: 'options',
	},
	finetuneStrength: {
		displayName: 'Finetune Strength',
		description: 'How much the finetune shows',
		place: 'options',
	},
	dilatePixels: {
		displayName: 'Dilate Pixels',
		description: 'How many pixels the mask is widened, so that no edges of the erased thing stay',
		place: 'options',
	},
	mode: {
		displayName: 'Mode',
		description: 'How the model works',
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
		description: 'Pixels from the left edge of the canvas to the image; in the middle if left out',
		place: 'options',
	},
	offsetY: {
		displayName: 'Offset Y',
		description: 'Pixels from the top edge of the canvas to the image; in the middle if left out',
		place: 'options',
	},
	user: {
		displayName: 'User',
		description: 'A name for your end user that is passed to the provider, so that it can tell users apart',
		place: 'options',
	},
	additionalBody: {
		displayName: 'Additional Body',
		description:
			'JSON object that is merged into the request last, for fields that this node does not know. It is not checked.',
		place: 'options',
	},
	webhookUrl: {
		displayName: 'Webhook URL',
		description:
			'Where the provider reports the finished job. The node then does not wait for the image: it returns the job at once.',
		place: 'settings',
	},
	webhookSecret: {
		displayName: 'Webhook Secret',
		description: 'The secret that the provider sends along to the webhook',
		place: 'settings',
	},
} as const satisfies Record<string, Parameter>;

export type ParameterName = keyof typeof parameters;

export const parameterOf = (name: ParameterName): Parameter => parameters[name];
