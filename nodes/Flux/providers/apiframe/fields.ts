import { z } from 'zod/v4';

import { field } from '../../catalogue/modelFields';

/** Where models are asked for, and the block that holds their own fields. */
export const generate = { path: '/v2/images/generate', block: 'fluxParams' };
export const lora = { path: '/v2/images/generate', block: 'fluxLoraParams' };
export const fill = { path: '/v2/images/edit', block: 'fluxFillParams' };

const promptText = () => z.string().min(1).max(2000);
/** The prompt where it stands in the block. */
export const prompt = field('prompt', promptText(), { required: true });

const webhook = {
	webhookUrl: field('webhookUrl', z.url({ protocol: /^https?$/ }), {
		outside: true,
		description: 'URL that Apiframe also calls when the job is finished. The node still waits for the image.',
	}),
};

/** A model whose prompt stands beside its block. */
export const prompted = (fields: z.ZodRawShape) =>
	z.strictObject({
		prompt: field('prompt', promptText(), { required: true, outside: true }),
		...fields,
		...webhook,
	});
/** A model whose prompt, if it has one, stands in its block. */
export const unprompted = (fields: z.ZodRawShape) => z.strictObject({ ...fields, ...webhook });

/** What the interface calls JPEG has another name here. */
const spelling = { jpeg: 'jpg' };
export const anyFormat = field('outputFormat', z.string(), { spelling });
export const outputFormat = <const T extends readonly string[]>(choices: T) =>
	field('outputFormat', z.enum(choices), { spelling });

export const seed = field('seed', z.int());
export const safetyTolerance = field('safetyTolerance', z.int().min(0));
export const upsampling = field('promptUpsampling', z.boolean());
export const steps = (least: number) => field('steps', z.int().min(least).max(50));
export const guidance = (least: number, most: number) => field('guidance', z.number().min(least).max(most));

/** Images go as links only; files are uploaded first. */
export const image = field('image', z.string(), { image: 'link' });
export const neededImage = field('image', z.string(), { required: true, image: 'link' });
export const mask = field('mask', z.string(), { image: 'link' });
export const imagePrompt = field('imagePrompt', z.string(), { image: 'link' });
const inputImages = (most: number) =>
	field('referenceImages', z.array(z.string()).max(most), { image: 'link' });

export const outpaint = field(
	'outpaint',
	z.enum([
		'Zoom out 1.5x',
		'Zoom out 2x',
		'Make square',
		'Left outpaint',
		'Right outpaint',
		'Top outpaint',
		'Bottom outpaint',
	]),
);
export const mode = field('mode', z.enum(['inpaint', 'outpaint']), { default: 'inpaint' });

/** There is no ratio `custom`: a size in pixels goes without one. */
const ratioWords =
	'takes width:height such as 16:9, or match_input_image; for a size in pixels leave it empty';
const pixels = (parameter: 'width' | 'height', most: number) => field(parameter, z.int().min(256).max(most));
const strength = z.number().min(0).max(1);

/** What `fluxParams` of every model holds. */
const all = (mostPixels: number) => ({
	aspect_ratio: field('aspectRatio', z.string().regex(/^(\d+:\d+|match_input_image)$/, ratioWords)),
	width: pixels('width', mostPixels),
	height: pixels('height', mostPixels),
	seed,
	output_format: outputFormat(['jpg', 'png', 'webp']),
	output_quality: field('outputQuality', z.int().min(0).max(100)),
	prompt_upsampling: upsampling,
});
const classes = field('resolution', z.enum(['0.5MP', '1MP', '2MP', '4MP', 'match_input_image']));

/** What the pages of these models name, which is less than the API document does. */
export const flux11 = { ...all(1440), image_prompt: imagePrompt };
export const flux2Pro = { ...all(2048), input_images: inputImages(8), resolution: classes };
export const flux2Flex = {
	...all(2048),
	input_images: inputImages(10),
	resolution: classes,
	steps: steps(1),
	guidance: guidance(1.5, 10),
};

const everything = {
	...all(2048),
	input_images: inputImages(10),
	image_prompt: imagePrompt,
	image_prompt_strength: field('imagePromptStrength', strength),
	steps: steps(1),
	guidance: guidance(1.5, 10),
	raw: field('raw', z.boolean()),
	go_fast: field('goFast', z.boolean()),
};
/** What the others take by the API document, with a resolution of any wording. */
export const flux = { ...everything, resolution: field('resolution', z.string()) };
/** The same where the resolutions are known. */
export const flux2Max = { ...everything, resolution: classes };
