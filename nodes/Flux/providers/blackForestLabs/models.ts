import { z } from 'zod/v4';

import {
	choice,
	entry,
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
import type { Model } from '../../provider';

const model = entry((fields) => z.strictObject(fields));

const user = text('user', { min: 1, max: 256 });
const webhooks = {
	webhook_url: field('webhookUrl', z.url({ protocol: /^https?$/ }).max(2083)),
	webhook_secret: text('webhookSecret'),
};
/** What every model ends with, but the few without webhooks. */
const callers = { user, ...webhooks };

const outputFormat = (usual: 'jpeg' | 'png') => choice('outputFormat', 'jpeg png webp', { default: usual });
const safetyTolerance = (max: number) => whole('safetyTolerance', { min: 0, max, default: 2 });
const optionalPrompt = text('prompt', { min: 1 });
const upsampling = flag('promptUpsampling', { default: false });
const noPromptUpsampling = { disable_pup: flag('promptUpsampling', { inverted: true, default: true }) };

const widest = 21 / 9;
const aspectRatio = (usual?: string) =>
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
const pixels32 = {
	width: whole('width', { min: 256, max: 1440, multipleOf: 32, default: 1024 }),
	height: whole('height', { min: 256, max: 1440, multipleOf: 32, default: 768 }),
};

const finetune = (strength: number) => ({
	finetune_id: text('finetuneId', { min: 1, required: true }),
	finetune_strength: number('finetuneStrength', { min: 0, max: 2, default: strength }),
});

const base64 = (parameter: 'image' | 'mask') => image(parameter, 'base64', { required: true });
const linked = (parameter: 'image' | 'person' | 'garment') =>
	image(parameter, 'base64OrUrl', { required: true });

/** A model of FLUX.1 that makes images of a prompt or an image prompt; `more` is what one adds. */
const flux1Body = (more: z.ZodRawShape, ending: z.ZodRawShape = callers) =>
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
const flux2Body = (more: z.ZodRawShape, images = 8) =>
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

const kontext = {
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
const repaint = (more: z.ZodRawShape) => ({
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
const expand = z
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
const tool = (format: 'jpeg' | 'png') => ({
	seed,
	safety_tolerance: safetyTolerance(5),
	output_format: outputFormat(format),
	...callers,
});

/** What both versions of the virtual try-on take. */
const tryOn = { prompt, person: linked('person'), garment: linked('garment'), ...tool('jpeg') };

const flux1 = (id: string, label: string, description: string, more: z.ZodRawShape, ending?: z.ZodRawShape) =>
	model(id, label, description, 'generate', flux1Body(more, ending));
const flux2 = (id: string, label: string, description: string, more: z.ZodRawShape, images?: number) =>
	model(id, label, description, 'generate edit', flux2Body(more, images));

/** What both models of FLUX 1.1 [pro] Ultra take. */
const ultra = {
	aspect_ratio: aspectRatio('16:9'),
	image_prompt_strength: number('imagePromptStrength', { min: 0, max: 1, default: 0.1 }),
};
const fillInput = { image: base64('image'), mask: image('mask', 'base64') };

/** No document of it was seen: the names are those of its siblings, and what else it takes may be added. */
const flux3Klein = z.looseObject({
	prompt,
	images: images('base64OrUrl', { min: 1, max: 10 }),
	resolution: choice('resolution', '768sq 1k 1.5k 2k 4k'),
	width: whole('width', { min: 1 }),
	height: whole('height', { min: 1 }),
	seed,
	steps: whole('steps', { min: 1 }),
	output_format: choice('outputFormat', 'jpeg png webp'),
	safety_tolerance: whole('safetyTolerance', { min: 0, max: 7 }),
});

/** The models of Black Forest Labs' own API. Source: its API document of 2026-09-19, FLUX 3 of 2026-10. */
export const models: readonly Model[] = [
	flux2('flux-2-pro', 'FLUX.2 [pro]', 'Best balance of quality, speed and price', noPromptUpsampling),
	{
		...model('flux-3-image', 'FLUX.3 Image', 'Newest; up to 4K, can look up facts', 'generate edit', {
			prompt,
			images: images('base64OrUrl', { min: 1, max: 10 }),
			aspect_ratio: choice(
				'aspectRatio',
				'auto 21:9 2:1 16:9 3:2 7:5 4:3 5:4 1:1 4:5 3:4 5:7 2:3 9:16 1:2 9:21',
				{ default: 'auto' },
			),
			resolution: choice('resolution', '768sq 1k 1.5k 2k 4k', { default: '1k' }),
			safety_tolerance: safetyTolerance(7),
			grounding: flag('grounding', { default: true }),
			user,
		}),
		imageLifetimeSeconds: 3600,
	},
	{
		...model('flux-3-image-klein', 'FLUX.3 Image [klein]', 'Newest and fast', 'generate edit', flux3Klein),
		imageLifetimeSeconds: 3600,
	},
	flux2('flux-2-flex', 'FLUX.2 [flex]', 'Best for text in images', {
		prompt_upsampling: flag('promptUpsampling', { default: true }),
		guidance: number('guidance', { min: 1.5, max: 10, default: 5 }),
		steps: whole('steps', { min: 1, max: 50, default: 50 }),
	}),
	flux2('flux-2-max', 'FLUX.2 [max]', 'Highest quality of FLUX.2', noPromptUpsampling),
	{ ...flux2('flux-2-klein-9b', 'FLUX.2 [klein] 9B', 'Fast and cheap', {}, 4), typicalSeconds: 1 },
	{ ...flux2('flux-2-klein-4b', 'FLUX.2 [klein] 4B', 'Fastest and cheapest', {}, 4), typicalSeconds: 1 },
	flux2('flux-2-pro-preview', 'FLUX.2 [pro] Preview', 'Preview of the next version', noPromptUpsampling),
	{
		...flux2('flux-2-klein-9b-preview', 'FLUX.2 [klein] 9B Preview', 'Preview of the next version', {}, 4),
		typicalSeconds: 1,
	},
	model('flux-kontext-pro', 'FLUX.1 Kontext [pro]', 'Edits and keeps the rest', 'edit generate', kontext),
	{
		...model('flux-kontext-max', 'FLUX.1 Kontext [max]', 'Best of Kontext, also for text', 'edit generate', {
			...kontext,
		}),
		maxConcurrency: 5,
	},
	flux1('flux-pro-1.1', 'FLUX 1.1 [pro]', 'Fast and cheap, up to 1440 pixels', pixels32),
	flux1('flux-pro-1.1-ultra', 'FLUX 1.1 [pro] Ultra', '4 megapixels, raw look', {
		...{ ...ultra, raw: flag('raw', { default: false }) },
	}),
	flux1('flux-dev', 'FLUX.1 [dev]', 'Open model; steps and guidance', {
		...pixels32,
		steps: whole('steps', { min: 1, max: 50, default: 28 }),
		guidance: number('guidance', { min: 1.5, max: 5, default: 3 }),
	}),
	flux1(
		'flux-pro-1.1-ultra-finetuned',
		'FLUX 1.1 [pro] Ultra, Finetuned',
		'Your finetune',
		{ ...finetune(1.2), ...ultra },
		webhooks,
	),
	model('flux-pro-1.0-fill', 'FLUX.1 Fill [pro]', 'Repaints the masked part', 'fill', repaint(fillInput)),
	model('flux-pro-1.0-fill-finetuned', 'FLUX.1 Fill [pro], Finetuned', 'Your finetune', 'fill', {
		...repaint({ ...finetune(1.1), ...fillInput }),
	}),
	model('flux-pro-1.0-expand', 'FLUX.1 Expand [pro]', 'Adds pixels at each side', 'expand', expand),
	model('flux-tools/outpainting-v1', 'FLUX Outpainting v1', 'Extends to a canvas size', 'expand', {
		input_image: linked('image'),
		width: whole('width', { min: 64, required: true }),
		height: whole('height', { min: 64, required: true }),
		prompt: optionalPrompt,
		reference_offset_x: whole('offsetX'),
		reference_offset_y: whole('offsetY'),
		auto_crop: flag('autoCrop', { default: false }),
		mode: choice('mode', 'high fast', { default: 'high' }),
		...noPromptUpsampling,
		safety_tolerance: safetyTolerance(5),
		output_format: outputFormat('png'),
		user,
	}),
	model('flux-tools/erase-v1', 'FLUX Erase v1', 'Removes the masked object', 'erase', {
		image: base64('image'),
		mask: base64('mask'),
		dilate_pixels: whole('dilatePixels', { min: 0, max: 25, default: 10 }),
		...tool('png'),
	}),
	model('flux-tools/deblur-v1', 'FLUX Deblur v1', 'Sharpens a blurred image', 'deblur', {
		...{ image: base64('image'), ...tool('png') },
	}),
	model('flux-tools/vto-v2', 'FLUX Virtual Try-On v2', 'Puts a garment on a person', 'tryOn', tryOn),
	model('flux-tools/vto-v1', 'FLUX Virtual Try-On v1', undefined, 'tryOn', tryOn),
];
