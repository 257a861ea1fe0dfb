import { z } from 'zod/v4';

import { takes } from '../../parameters/wire';

export const prompt = takes('prompt', z.string().min(1), { required: true });
export const seed = takes('seed', z.int());
export const goFast = (byDefault: boolean) => takes('goFast', z.boolean(), { default: byDefault });
export const raw = takes('raw', z.boolean(), { default: false });
export const disableSafetyChecker = takes('disableSafetyChecker', z.boolean(), { default: false });
export const safetyTolerance = (least: number, most: number) =>
	takes('safetyTolerance', z.int().min(least).max(most), { default: 2 });
export const upsampling = (byDefault: boolean) =>
	takes('promptUpsampling', z.boolean(), { default: byDefault });
export const outputQuality = (byDefault: number) =>
	takes('outputQuality', z.int().min(0).max(100), { default: byDefault });
export const steps = (least: number, byDefault: number) =>
	takes('steps', z.int().min(least).max(50), { default: byDefault });
export const guidance = (least: number, most: number, byDefault: number) =>
	takes('guidance', z.number().min(least).max(most), { default: byDefault });
export const numOutputs = takes('numberOfImages', z.int().min(1).max(4), { default: 1 });

/** What the interface calls JPEG has another name here. */
const spelling = { jpeg: 'jpg' };
export const anyFormat = takes('outputFormat', z.string(), { spelling });
export const jpgOrPng = (byDefault: 'jpg' | 'png') =>
	takes('outputFormat', z.enum(['jpg', 'png']), { default: byDefault, spelling });
export const webpToo = (byDefault: 'jpg' | 'webp') =>
	takes('outputFormat', z.enum(['webp', 'jpg', 'png']), { default: byDefault, spelling });
/** Format and quality, as most models have them. */
export const webpFile = { output_format: webpToo('webp'), output_quality: outputQuality(80) };

export const ratio = <const T extends readonly string[]>(byDefault: string, choices: T) =>
	takes('aspectRatio', z.enum(choices), { default: byDefault });
export const anyRatio = (byDefault: string) => takes('aspectRatio', z.string(), { default: byDefault });
export const megapixels = <const T extends readonly string[]>(choices: T) =>
	takes('megapixels', z.enum(choices), { default: '1' });

export const image = takes('image', z.string(), { image: 'link' });
export const neededImage = takes('image', z.string(), { required: true, image: 'link' });
export const mask = takes('mask', z.string(), { image: 'link' });
export const controlImage = takes('controlImage', z.string(), { required: true, image: 'link' });
export const imagePrompt = takes('imagePrompt', z.string(), { image: 'link' });
/** The only image that a Kontext model takes. */
export const inputImage = takes('referenceImages', z.string(), { position: 0, image: 'link' });
export const neededInputImage = takes('referenceImages', z.string(), {
	position: 0,
	image: 'link',
	required: true,
});
export const inputImages = (most: number) =>
	takes('referenceImages', z.array(z.string()).max(most), { image: 'link' });

/** What stands beside the `input`. */
export const envelope = {
	webhook: takes('webhookUrl', z.url(), {
		outside: true,
		description:
			'Where Replicate reports the finished job, too. The node waits for the picture all the same.',
	}),
};

/** A model's `input`, and what stands beside it. */
export const input = (fields: z.ZodRawShape) => z.object({ ...fields, ...envelope });

const pixels = (parameter: 'width' | 'height', most: number, step: number) =>
	takes(parameter, z.int().min(256).max(most).multipleOf(step));

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
	inputWithPixels(2048, 16, {
		prompt,
		input_images: inputImages(images),
		aspect_ratio: flux2Ratio,
		resolution: takes('resolution', z.enum(['match_input_image', '0.5 MP', '1 MP', '2 MP', '4 MP']), {
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
	image_prompt_strength: takes('imagePromptStrength', z.number().min(0).max(1), { default: 0.1 }),
	output_format: jpgOrPng('jpg'),
	safety_tolerance: safetyTolerance(1, 6),
};
export const finetune = {
	finetune_id: takes('finetuneId', z.string().min(1), { required: true }),
	finetune_strength: takes('finetuneStrength', z.number().min(0).max(2), { default: 1 }),
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
export const proTool = (leastSteps: number, scale: z.ZodType) => ({
	prompt,
	steps: steps(leastSteps, 50),
	guidance: scale,
	prompt_upsampling: upsampling(false),
	seed,
	output_format: jpgOrPng('jpg'),
	safety_tolerance: safetyTolerance(1, 6),
});
