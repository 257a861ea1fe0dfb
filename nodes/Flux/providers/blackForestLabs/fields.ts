import { z } from 'zod/v4';

import { field } from '../../catalogue/modelFields';

export const prompt = field('prompt', z.string().min(1), { required: true });
export const optionalPrompt = field('prompt', z.string().min(1));
export const seed = field('seed', z.int());
export const user = field('user', z.string().min(1).max(256));
export const webhooks = {
	webhook_url: field('webhookUrl', z.url({ protocol: /^https?$/ }).max(2083)),
	webhook_secret: field('webhookSecret', z.string()),
};
export const outputFormat = (byDefault: 'jpeg' | 'png') =>
	field('outputFormat', z.enum(['jpeg', 'png', 'webp']), { default: byDefault });
export const safetyTolerance = (most: number) =>
	field('safetyTolerance', z.int().min(0).max(most), { default: 2 });
export const upsampling = (byDefault: boolean) =>
	field('promptUpsampling', z.boolean(), { default: byDefault });
export const imagePrompt = field('imagePrompt', z.string(), { image: 'base64' });

/** `prompt` may be left out only where an image prompt stands in for it. */
export const eitherPrompt = { prompt: optionalPrompt, image_prompt: imagePrompt };
export const needsAPrompt = (body: Record<string, unknown>) =>
	body.prompt !== undefined || body.image_prompt !== undefined;
export const promptMissing = { path: ['prompt'], error: 'is empty, and there is no Image Prompt either' };

const widest = 21 / 9;
export const aspectRatio = (byDefault?: string) =>
	field(
		'aspectRatio',
		z
			.string()
			.regex(/^\d+:\d+$/, 'takes width:height such as 16:9')
			.refine((text) => {
				const [width, height] = text.split(':').map(Number);
				return width / height <= widest + 1e-9 && width / height >= 1 / widest - 1e-9;
			}, 'takes ratios between 21:9 and 9:21'),
		byDefault === undefined ? {} : { default: byDefault },
	);

/** What every model ends with, but the few without webhooks. */
export const callers = { user, ...webhooks };

/** Pixels of the FLUX 1.1 generation. */
export const pixels32 = {
	width: field('width', z.int().min(256).max(1440).multipleOf(32), { default: 1024 }),
	height: field('height', z.int().min(256).max(1440).multipleOf(32), { default: 768 }),
};

/** Pixels of the FLUX.2 generation, at most 4 megapixels together. */
const pixels16 = {
	width: field('width', z.int().min(64).multipleOf(16)),
	height: field('height', z.int().min(64).multipleOf(16)),
};
const maxPixels = 4_194_304;
const within4Megapixels = (body: Record<string, unknown>) =>
	Number(body.width ?? 0) * Number(body.height ?? 0) <= maxPixels;
const tooManyPixels = {
	path: ['width'],
	error: 'together with Height at most 4 megapixels, such as 2048 × 2048',
};

export const steps = (least: number, byDefault: number) =>
	field('steps', z.int().min(least).max(50), { default: byDefault });
export const guidance = (most: number, byDefault: number) =>
	field('guidance', z.number().min(1.5).max(most), { default: byDefault });
export const finetune = (strengthByDefault: number) => ({
	finetune_id: field('finetuneId', z.string().min(1), { required: true }),
	finetune_strength: field('finetuneStrength', z.number().min(0).max(2), { default: strengthByDefault }),
});

/** An image that goes as raw base64. */
export const image = field('image', z.string(), { required: true, image: 'base64' });
export const mask = field('mask', z.string(), { image: 'base64' });
export const neededMask = field('mask', z.string(), { required: true, image: 'base64' });
/** An image that goes as base64 or as a URL. */
export const linkedImage = (parameter: 'image' | 'person' | 'garment') =>
	field(parameter, z.string(), { required: true, image: 'base64OrUrl' });

/** What the fill and expand models take beside what they work on. */
export const repaint = {
	prompt: optionalPrompt,
	steps: steps(15, 50),
	prompt_upsampling: upsampling(false),
	seed,
	guidance: guidance(100, 60),
	output_format: outputFormat('jpeg'),
	safety_tolerance: safetyTolerance(6),
	...callers,
};

export const margin = (side: 'top' | 'bottom' | 'left' | 'right') =>
	field(side, z.int().min(0).max(2048), { default: 0 });

/** The images of FLUX.3, which stand in one list. */
export const imageList = field('referenceImages', z.array(z.string()).min(1), { image: 'base64OrUrl' });

/** What both kontext models take. */
export const kontext = () =>
	z.strictObject({
		prompt,
		...inputImages(4),
		aspect_ratio: aspectRatio(),
		seed,
		prompt_upsampling: upsampling(false),
		safety_tolerance: safetyTolerance(6),
		output_format: outputFormat('png'),
		...callers,
	});

/** What both versions of the virtual try-on take. */
export const tryOn = () =>
	z.strictObject({
		prompt,
		person: linkedImage('person'),
		garment: linkedImage('garment'),
		seed,
		safety_tolerance: safetyTolerance(5),
		output_format: outputFormat('jpeg'),
		...callers,
	});

export const inputImages = (count: number) =>
	Object.fromEntries(
		Array.from({ length: count }, (_, position) => [
			position === 0 ? 'input_image' : `input_image_${position + 1}`,
			field('referenceImages', z.string(), { position, image: 'base64OrUrl' }),
		]),
	);

/** What every FLUX.2 model takes; `more` is what one adds. */
export const flux2 = (more: z.ZodRawShape, images = 8) =>
	z
		.strictObject({
			prompt,
			...inputImages(images),
			...pixels16,
			seed,
			safety_tolerance: safetyTolerance(5),
			output_format: outputFormat('jpeg'),
			...more,
			...callers,
		})
		.refine(within4Megapixels, tooManyPixels);

export const noPromptUpsampling = {
	disable_pup: field('promptUpsampling', z.boolean(), { inverted: true, default: true }),
};
