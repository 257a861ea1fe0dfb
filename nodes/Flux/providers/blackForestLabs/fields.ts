import { z } from 'zod/v4';

import {
	choice,
	flag,
	image,
	images,
	number,
	numberedImages,
	prompt,
	seed,
	text,
	whole,
} from '../../catalogue/fields';
import { field } from '../../catalogue/modelFields';

export const user = text('user', { min: 1, max: 256 });
export const webhooks = {
	webhook_url: field('webhookUrl', z.url({ protocol: /^https?$/ }).max(2083)),
	webhook_secret: text('webhookSecret'),
};
/** What every model ends with, but the few without webhooks. */
const callers = { user, ...webhooks };

export const outputFormat = (usual: 'jpeg' | 'png') =>
	choice('outputFormat', 'jpeg png webp', { default: usual });
export const safetyTolerance = (max: number) => whole('safetyTolerance', { min: 0, max, default: 2 });
export const optionalPrompt = text('prompt', { min: 1 });
const upsampling = flag('promptUpsampling', { default: false });
export const noPromptUpsampling = {
	disable_pup: flag('promptUpsampling', { inverted: true, default: true }),
};

const widest = 21 / 9;
export const aspectRatio = (usual?: string) =>
	field(
		'aspectRatio',
		z
			.string()
			.regex(/^\d+:\d+$/, 'takes width:height such as 16:9')
			.refine((ratio) => {
				const [width, height] = ratio.split(':').map(Number);
				return width / height <= widest + 1e-9 && width / height >= 1 / widest - 1e-9;
			}, 'takes ratios between 21:9 and 9:21'),
		{ default: usual },
	);

/** Pixels of the FLUX 1.1 generation. */
export const pixels32 = {
	width: whole('width', { min: 256, max: 1440, multipleOf: 32, default: 1024 }),
	height: whole('height', { min: 256, max: 1440, multipleOf: 32, default: 768 }),
};

export const finetune = (strength: number) => ({
	finetune_id: text('finetuneId', { min: 1, required: true }),
	finetune_strength: number('finetuneStrength', { min: 0, max: 2, default: strength }),
});

export const base64 = (parameter: 'image' | 'mask') => image(parameter, 'base64', { required: true });
export const linked = (parameter: 'image' | 'person' | 'garment') =>
	image(parameter, 'base64OrUrl', { required: true });

/** A model of FLUX.1 that makes images of a prompt or an image prompt; `more` is what one adds. */
export const flux1 = (more: z.ZodRawShape, ending: z.ZodRawShape = callers) =>
	z
		.strictObject({
			prompt: optionalPrompt,
			image_prompt: image('imagePrompt', 'base64'),
			...more,
			seed,
			prompt_upsampling: upsampling,
			safety_tolerance: safetyTolerance(6),
			output_format: outputFormat('jpeg'),
			...ending,
		})
		.refine((body) => body.prompt !== undefined || body.image_prompt !== undefined, {
			path: ['prompt'],
			error: 'is empty, and there is no Image Prompt either',
		});

/** What every FLUX.2 model takes, at most 4 megapixels; `more` is what one adds. */
export const flux2 = (more: z.ZodRawShape, images = 8) =>
	z
		.strictObject({
			prompt,
			...numberedImages('base64OrUrl', images),
			width: whole('width', { min: 64, multipleOf: 16 }),
			height: whole('height', { min: 64, multipleOf: 16 }),
			seed,
			safety_tolerance: safetyTolerance(5),
			output_format: outputFormat('jpeg'),
			...more,
			...callers,
		})
		.refine(({ width, height }) => Number(width ?? 0) * Number(height ?? 0) <= 4_194_304, {
			path: ['width'],
			error: 'takes together with Height at most 4 megapixels, such as 2048 × 2048',
		});

/** The images of FLUX.3, which stand in one list. */
export const imageList = images('base64OrUrl', { min: 1 });

export const kontext = {
	prompt,
	...numberedImages('base64OrUrl', 4),
	aspect_ratio: aspectRatio(),
	seed,
	prompt_upsampling: upsampling,
	safety_tolerance: safetyTolerance(6),
	output_format: outputFormat('png'),
	...callers,
};

/** What the fill and expand models take; `more` is what they work on. */
export const repaint = (more: z.ZodRawShape) => ({
	...more,
	prompt: optionalPrompt,
	steps: whole('steps', { min: 15, max: 50, default: 50 }),
	prompt_upsampling: upsampling,
	seed,
	guidance: number('guidance', { min: 1.5, max: 100, default: 60 }),
	output_format: outputFormat('jpeg'),
	safety_tolerance: safetyTolerance(6),
	...callers,
});

const margin = (side: 'top' | 'bottom' | 'left' | 'right') => whole(side, { min: 0, max: 2048, default: 0 });
/** What is extended, at one side at least. */
export const expand = z
	.strictObject({
		...repaint({ image: base64('image') }),
		top: margin('top'),
		bottom: margin('bottom'),
		left: margin('left'),
		right: margin('right'),
	})
	.refine(({ top, bottom, left, right }) => [top, bottom, left, right].some((pixels) => Number(pixels) > 0), {
		path: ['top'],
		error: 'adds nothing, and neither do Bottom, Left and Right: fill in at least one of them',
	});

/** What the tools take that change an image, beside what they work on. */
export const tool = (format: 'jpeg' | 'png') => ({
	seed,
	safety_tolerance: safetyTolerance(5),
	output_format: outputFormat(format),
	...callers,
});

/** What both versions of the virtual try-on take. */
export const tryOn = { prompt, person: linked('person'), garment: linked('garment'), ...tool('jpeg') };
