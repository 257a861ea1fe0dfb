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

/** An image; `file` is what the input field that holds it may be called. */
const image = (description: string, file: string) => ({
	description: `${description} Data URIs and base64 also work.`,
	image: true as const,
	placeholder: `e.g. ${file}`,
	hint: imageHint,
});

/** Makes each row of a table with the title that its name stands for: `aspectRatio` is called "Aspect Ratio". */
export const titled = <Name extends string, Row, Made>(
	rows: Record<Name, Row>,
	make: (title: string, row: Row) => Made,
) =>
	Object.fromEntries(
		Object.entries<Row>(rows).map(([name, row]) => [name, make(titleOf(name), row)]),
	) as Record<Name, Made>;

const titleOf = (name: string) => name[0].toUpperCase() + name.slice(1).replace(/[A-Z]/g, ' $&');

type Look = Omit<Parameter, 'displayName' | 'place'> & Partial<Pick<Parameter, 'displayName'>>;

/** Parameters that have one place, each with a `displayName` where its name does not say how it is called. */
const placed = <Name extends string>(place: Parameter['place'], looks: Record<Name, Look>) =>
	titled(looks, (displayName, look): Parameter => ({ displayName, place, ...look }));

/** Every parameter of the public interface, once. The order is the order in the editor. */
export const parameters = {
	...placed('field', {
		prompt: {
			description: 'What the image should show',
			rows: 4,
			placeholder: 'e.g. A lighthouse on a cliff at sunset, oil painting',
		},
		referenceImages: {
			...image('Images to edit or use as reference, in order.', 'data'),
			list: true,
			hint: `${imageHint}. Add one entry per image.`,
			needed: ['data'],
		},
		image: { ...image('The image to work on.', 'data'), needed: 'data' },
		mask: image('Image of the same size. White areas are replaced, black areas are kept.', 'mask'),
		person: { ...image('Image of the person.', 'data'), needed: 'data' },
		garment: image('Image of the garment.', 'garment'),
		controlImage: { ...image('Image whose edges or depth the result should keep.', 'data'), needed: 'data' },
		loraId: {
			displayName: 'LoRA ID',
			description:
				'The LoRA to use, in the form that the model expects. Separate several by commas if the model takes more than one.',
		},
		finetuneId: { displayName: 'Finetune ID', description: 'ID of your own finetune' },
		imagePrompt: image('Image whose style the result should follow.', 'data'),
		aspectRatio: {
			description: 'Aspect ratio (width:height) of the image',
			placeholder: 'e.g. 16:9',
			choiceNames: { match_input_image: 'Same as Input Image', custom: 'Custom (Width and Height)' },
		},
		resolution: {
			description: 'Size class of the image. The exact pixel size also depends on the aspect ratio.',
			choiceNames: { match_input_image: 'Same as Input Image' },
		},
		size: { description: 'Width and height of the image in pixels', placeholder: 'e.g. 1024x768' },
		width: { description: "Width in pixels. Leave empty for the model's default." },
		height: { description: "Height in pixels. Leave empty for the model's default." },
		top: { description: 'Number of pixels to add above the image' },
		bottom: { description: 'Number of pixels to add below the image' },
		left: { description: 'Number of pixels to add on the left' },
		right: { description: 'Number of pixels to add on the right' },
	}),
	...placed('options', {
		seed: { description: 'The same seed and inputs give the same image. Leave empty for a random seed.' },
		numberOfImages: {
			displayName: 'Number of Images',
			description: 'Number of images per input item. Each one is billed.',
		},
		outputFormat: {
			description: 'File format of the image',
			choiceNames: { jpeg: 'JPEG', jpg: 'JPEG', png: 'PNG', webp: 'WebP' },
		},
		outputQuality: { description: 'Quality of a JPEG or WebP file' },
		megapixels: {
			description: 'Approximate size of the image in megapixels',
			choiceNames: { match_input: 'Same as Input Image' },
		},
		safetyTolerance: { description: 'How much moderation allows. The lowest value is the strictest.' },
		steps: { description: 'Number of generation steps. More steps give finer detail but take longer.' },
		guidance: { description: 'How closely to follow the prompt. High values can look less natural.' },
		promptUpsampling: { description: 'Whether to let the provider rewrite the prompt to add detail' },
		raw: { description: 'Whether to generate less processed, more natural-looking images' },
		grounding: { description: 'Whether the model may look up facts before it generates the image' },
		imagePromptStrength: { description: 'How much the image prompt counts compared to the text prompt' },
		interval: { description: 'How varied the images are. High values vary more and follow the prompt less.' },
		promptStrength: { description: 'How much to change the input image. 1 replaces it.' },
		goFast: { description: 'Whether to run faster with slightly less precision' },
		disableSafetyChecker: { description: 'Whether to skip the safety check of the finished image' },
		loraStrength: { displayName: 'LoRA Strength', description: 'How strongly the LoRA affects the image' },
		outpaint: { description: "How to extend the image. Only with 'Mode' Outpaint." },
		finetuneStrength: { description: 'How strongly the finetune affects the image' },
		dilatePixels: {
			description: 'Number of pixels to grow the mask by, so that no outline of the erased object remains',
		},
		mode: {
			description: 'How the model works on the image',
			choiceNames: { high: 'High Quality', fast: 'Fast', inpaint: 'Inpaint', outpaint: 'Outpaint' },
		},
		autoCrop: { description: 'Whether to cut off borders that the input image may have' },
		offsetX: {
			description: 'Distance of the image from the left edge of the canvas, in pixels. Centered if empty.',
		},
		offsetY: {
			description: 'Distance of the image from the top edge of the canvas, in pixels. Centered if empty.',
		},
		user: { description: 'ID of your end user, passed on to the provider' },
		additionalBody: {
			displayName: 'Extra Fields (JSON)',
			description: 'JSON fields to add to the request. They override the fields above and are not checked.',
		},
	}),
	...placed('settings', {
		webhookUrl: {
			displayName: 'Webhook URL',
			description:
				'URL that the provider calls when the job is finished. The node then returns the job right away and does not wait for the image.',
		},
		webhookSecret: { description: 'Secret that the provider sends along to the webhook' },
	}),
};

export type ParameterName = keyof typeof parameters;

export const parameterOf = (name: ParameterName): Parameter => parameters[name];
