import { z } from 'zod/v4';

import { field } from '../../catalogue/modelFields';
import type { ImageOperation } from '../../provider';

export const prompt = field('prompt', z.string().min(1), { required: true });
export const seed = field('seed', z.int());
export const goFast = (byDefault: boolean) => field('goFast', z.boolean(), { default: byDefault });
export const raw = field('raw', z.boolean(), { default: false });
export const disableSafetyChecker = field('disableSafetyChecker', z.boolean(), { default: false });
export const safetyTolerance = (least: number, most: number) =>
	field('safetyTolerance', z.int().min(least).max(most), { default: 2 });
export const upsampling = (byDefault: boolean) =>
	field('promptUpsampling', z.boolean(), { default: byDefault });
export const outputQuality = (byDefault: number) =>
	field('outputQuality', z.int().min(0).max(100), { default: byDefault });
export const steps = (least: number, byDefault: number) =>
	field('steps', z.int().min(least).max(50), { default: byDefault });
export const guidance = (least: number, most: number, byDefault: number) =>
	field('guidance', z.number().min(least).max(most), { default: byDefault });
export const numOutputs = field('numberOfImages', z.int().min(1).max(4), { default: 1 });

/** What the interface calls JPEG has another name here. */
const spelling = { jpeg: 'jpg' };
export const anyFormat = field('outputFormat', z.string(), { spelling });
export const jpgOrPng = (byDefault: 'jpg' | 'png') =>
	field('outputFormat', z.enum(['jpg', 'png']), { default: byDefault, spelling });
export const webpToo = (byDefault: 'jpg' | 'webp') =>
	field('outputFormat', z.enum(['webp', 'jpg', 'png']), { default: byDefault, spelling });
/** Format and quality, as most models have them. */
export const webpFile = { output_format: webpToo('webp'), output_quality: outputQuality(80) };

export const ratio = <const T extends readonly string[]>(byDefault: string, choices: T) =>
	field('aspectRatio', z.enum(choices), { default: byDefault });
export const anyRatio = (byDefault: string) => field('aspectRatio', z.string(), { default: byDefault });
export const megapixels = <const T extends readonly string[]>(choices: T) =>
	field('megapixels', z.enum(choices), { default: '1' });

export const image = field('image', z.string(), { image: 'link' });
export const neededImage = field('image', z.string(), { required: true, image: 'link' });
export const mask = field('mask', z.string(), { image: 'link' });
export const outpaint = field(
	'outpaint',
	z.enum([
		'None',
		'Zoom out 1.5x',
		'Zoom out 2x',
		'Make square',
		'Left outpaint',
		'Right outpaint',
		'Top outpaint',
		'Bottom outpaint',
	]),
	{ default: 'None', description: 'How to paint beyond the edges; the mask then does not count' },
);
export const controlImage = field('controlImage', z.string(), { required: true, image: 'link' });
export const imagePrompt = field('imagePrompt', z.string(), { image: 'link' });
/** The only image that a Kontext model takes. */
export const inputImage = field('referenceImages', z.string(), { position: 0, image: 'link' });
export const neededInputImage = field('referenceImages', z.string(), {
	position: 0,
	image: 'link',
	required: true,
});
export const inputImages = (most: number) =>
	field('referenceImages', z.array(z.string()).max(most), { image: 'link' });

/** What stands beside the `input`. */
export const envelope = {
	webhook: field('webhookUrl', z.url(), {
		outside: true,
		description:
			'URL that Replicate also calls when the job is finished. The node still waits for the image.',
	}),
};

/** A model's `input`, and what stands beside it. */
export const input = (fields: z.ZodRawShape) => z.object({ ...fields, ...envelope });

const pixels = (parameter: 'width' | 'height', most: number, step: number) =>
	field(parameter, z.int().min(256).max(most).multipleOf(step));

const pixelsCount = ({ width, height, aspect_ratio: chosen }: Record<string, unknown>) =>
	(width === undefined && height === undefined) || chosen === undefined || chosen === 'custom';

/** Models with the aspect ratio `custom`: pixels beside any other one would not count. */
export const inputWithPixels = (
	most: number,
	step: number,
	fields: z.ZodRawShape & { aspect_ratio: z.ZodType },
) =>
	input({ ...fields, width: pixels('width', most, step), height: pixels('height', most, step) }).refine(
		pixelsCount,
		{ path: ['width'], error: 'only counts with Aspect Ratio custom, as Height does' },
	);

const flux2Ratios = ['1:1', '16:9', '3:2', '2:3', '4:5', '5:4', '9:16', '3:4', '4:3'] as const;
export const flux2Ratio = ratio('1:1', ['match_input_image', 'custom', ...flux2Ratios]);

/** What the FLUX.2 models of Black Forest Labs' own servers take. */
export const flux2 = (images: number, more: z.ZodRawShape = {}) =>
	inputWithPixels(2048, 32, {
		prompt,
		input_images: inputImages(images),
		aspect_ratio: flux2Ratio,
		resolution: field('resolution', z.enum(['match_input_image', '0.5 MP', '1 MP', '2 MP', '4 MP']), {
			default: '1 MP',
		}),
		seed,
		...webpFile,
		safety_tolerance: safetyTolerance(1, 5),
		...more,
	});

/** What both Kontext models of Black Forest Labs' own servers take. */
export const kontext = () =>
	input({
		prompt,
		input_image: inputImage,
		aspect_ratio: ratio('match_input_image', [
			'match_input_image',
			...(['1:1', '16:9', '9:16', '4:3', '3:4', '3:2', '2:3', '4:5', '5:4'] as const),
			...(['21:9', '9:21', '2:1', '1:2'] as const),
		]),
		seed,
		prompt_upsampling: upsampling(false),
		output_format: jpgOrPng('png'),
		safety_tolerance: safetyTolerance(0, 6),
	});

/** What both versions of FLUX 1.1 [pro] Ultra take. */
export const ultra = {
	prompt,
	image_prompt: imagePrompt,
	aspect_ratio: ratio('1:1', [
		...(['21:9', '16:9', '3:2', '4:3', '5:4', '1:1', '4:5', '3:4', '2:3', '9:16', '9:21'] as const),
	]),
	seed,
	raw,
	image_prompt_strength: field('imagePromptStrength', z.number().min(0).max(1), { default: 0.1 }),
	output_format: jpgOrPng('jpg'),
	safety_tolerance: safetyTolerance(1, 6),
};
export const finetune = {
	finetune_id: field('finetuneId', z.string().min(1), { required: true }),
	finetune_strength: field('finetuneStrength', z.number().min(0).max(2), { default: 1 }),
};

/** The ratios of the open models. */
export const openRatio = ratio('1:1', [
	...(['1:1', '16:9', '21:9', '3:2', '2:3', '4:5', '5:4', '3:4', '4:3', '9:16', '9:21'] as const),
]);
/** What the open models end with. */
export const open = {
	seed,
	num_outputs: numOutputs,
	...webpFile,
	disable_safety_checker: disableSafetyChecker,
};
export const openSteps = { num_inference_steps: steps(1, 28) };

/** What the open models take that work on an image. */
export const openEdit = (guidanceByDefault: number) => ({
	prompt,
	guidance: guidance(0, 100, guidanceByDefault),
	megapixels: megapixels(['1', '0.25', 'match_input']),
	...openSteps,
	...open,
});

/** What the [pro] tools of FLUX.1 take beside the image. */
export const proTool = (minSteps: number, scale: z.ZodType) => ({
	prompt,
	steps: steps(minSteps, 50),
	guidance: scale,
	prompt_upsampling: upsampling(false),
	seed,
	output_format: jpgOrPng('jpg'),
	safety_tolerance: safetyTolerance(1, 6),
});

const anyLora = field('loraId', z.string(), {
	description:
		'The LoRA to use: a Hugging Face model (huggingface.co/owner/name), a model of Replicate (owner/name or owner/name:version), a CivitAI model or the URL of a .safetensors file',
});
/** The LoRA that a model is to use, and how much. */
export const lora = {
	lora_weights: anyLora,
	lora_scale: field('loraStrength', z.number().min(-1).max(3), { default: 1 }),
};
/** The same where its strength has another name. */
export const kontextLora = {
	lora_weights: anyLora,
	lora_strength: field('loraStrength', z.number(), { default: 1 }),
};

/** The ratios of the open models that can keep that of their image. */
export const openOrInputRatio = (byDefault: '1:1' | 'match_input_image') =>
	ratio(byDefault, [
		...(['1:1', '16:9', '21:9', '3:2', '2:3', '4:5', '5:4', '3:4', '4:3', '9:16', '9:21'] as const),
		'match_input_image',
	]);

/** What the models based on FLUX.1 [dev] take, with the ratios and what else one has. */
export const dev = (ratios: z.ZodType, more: z.ZodRawShape = {}) =>
	input({
		prompt,
		image,
		prompt_strength: field('promptStrength', z.number().min(0).max(1), { default: 0.8 }),
		aspect_ratio: ratios,
		megapixels: megapixels(['1', '0.25']),
		guidance: guidance(0, 10, 3),
		go_fast: goFast(true),
		...openSteps,
		...open,
		...more,
	});

/** Both [schnell] models take few steps. */
export const fewSteps = { num_inference_steps: field('steps', z.int().min(1).max(4), { default: 4 }) };

/** What the models of Pruna AI take. */
export const pruna = (ratios: z.ZodType, stepsByDefault: number, guidanceByDefault: number) => ({
	prompt,
	aspect_ratio: ratios,
	seed: field('seed', z.int().min(-1), { default: -1 }),
	guidance: guidance(0, 10, guidanceByDefault),
	num_inference_steps: steps(1, stepsByDefault),
	output_format: webpToo('jpg'),
	output_quality: field('outputQuality', z.int().min(1).max(100), { default: 80 }),
});

/** What models of other owners take, such as those with a LoRA of one's own. */
export const ofOthers = (operation: ImageOperation): z.ZodRawShape => ({
	lora_weights: field('loraId', z.string()),
	hf_lora: field('loraId', z.string()),
	lora_scale: field('loraStrength', z.number()),
	lora_strength: field('loraStrength', z.number()),
	guidance_scale: field('guidance', z.number()),
	...(operation === 'edit' ? { input_image: image } : {}),
	...(operation === 'remix' ? { image } : {}),
});
