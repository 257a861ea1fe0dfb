import { z } from 'zod/v4';

import { choice, entry, flag, image, images, number, prompt, seed, whole } from '../../catalogue/fields';
import type { Model } from '../../provider';
import * as f from './fields';

const model = entry((fields) => z.strictObject(fields));

const flux1 = (id: string, label: string, description: string, more: z.ZodRawShape, ending?: z.ZodRawShape) =>
	model(id, label, description, 'generate', f.flux1(more, ending));
const flux2 = (id: string, label: string, description: string, more: z.ZodRawShape, images?: number) =>
	model(id, label, description, 'generate edit', f.flux2(more, images));

/** What both models of FLUX 1.1 [pro] Ultra take. */
const ultra = {
	aspect_ratio: f.aspectRatio('16:9'),
	image_prompt_strength: number('imagePromptStrength', { min: 0, max: 1, default: 0.1 }),
};
const fillInput = { image: f.base64('image'), mask: image('mask', 'base64') };

/** The models of Black Forest Labs' own API. Source: its API document of 2026-09-19, FLUX 3 of 2026-10. */
export const models: readonly Model[] = [
	flux2('flux-2-pro', 'FLUX.2 [pro]', 'Best balance of quality, speed and price', f.noPromptUpsampling),
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
			safety_tolerance: f.safetyTolerance(7),
			grounding: flag('grounding', { default: true }),
			user: f.user,
		}),
		imageLifetimeSeconds: 3600,
	},
	{
		...model('flux-3-image-klein', 'FLUX.3 Image [klein]', 'Newest and fast', 'generate edit', {}),
		imageLifetimeSeconds: 3600,
		// No document of it was seen: the names are those of its siblings, and what else it takes may be added.
		body: z.looseObject({
			prompt,
			images: images('base64OrUrl', { min: 1, max: 10 }),
			resolution: choice('resolution', '768sq 1k 1.5k 2k 4k'),
			width: whole('width', { min: 1 }),
			height: whole('height', { min: 1 }),
			seed,
			steps: whole('steps', { min: 1 }),
			output_format: choice('outputFormat', 'jpeg png webp'),
			safety_tolerance: whole('safetyTolerance', { min: 0, max: 7 }),
		}),
	},
	flux2('flux-2-flex', 'FLUX.2 [flex]', 'Best for text in images', {
		prompt_upsampling: flag('promptUpsampling', { default: true }),
		guidance: number('guidance', { min: 1.5, max: 10, default: 5 }),
		steps: whole('steps', { min: 1, max: 50, default: 50 }),
	}),
	flux2('flux-2-max', 'FLUX.2 [max]', 'Highest quality of FLUX.2', f.noPromptUpsampling),
	{ ...flux2('flux-2-klein-9b', 'FLUX.2 [klein] 9B', 'Fast and cheap', {}, 4), typicalSeconds: 1 },
	{ ...flux2('flux-2-klein-4b', 'FLUX.2 [klein] 4B', 'Fastest and cheapest', {}, 4), typicalSeconds: 1 },
	flux2('flux-2-pro-preview', 'FLUX.2 [pro] Preview', 'Preview of the next version', f.noPromptUpsampling),
	{
		...flux2('flux-2-klein-9b-preview', 'FLUX.2 [klein] 9B Preview', 'Preview of the next version', {}, 4),
		typicalSeconds: 1,
	},
	model('flux-kontext-pro', 'FLUX.1 Kontext [pro]', 'Edits and keeps the rest', 'edit generate', f.kontext),
	{
		...model('flux-kontext-max', 'FLUX.1 Kontext [max]', 'Best of Kontext, also for text', 'edit generate', {
			...f.kontext,
		}),
		maxConcurrency: 5,
	},
	flux1('flux-pro-1.1', 'FLUX 1.1 [pro]', 'Fast and cheap, up to 1440 pixels', f.pixels32),
	flux1('flux-pro-1.1-ultra', 'FLUX 1.1 [pro] Ultra', '4 megapixels, raw look', {
		...{ ...ultra, raw: flag('raw', { default: false }) },
	}),
	flux1('flux-dev', 'FLUX.1 [dev]', 'Open model; steps and guidance', {
		...f.pixels32,
		steps: whole('steps', { min: 1, max: 50, default: 28 }),
		guidance: number('guidance', { min: 1.5, max: 5, default: 3 }),
	}),
	flux1(
		'flux-pro-1.1-ultra-finetuned',
		'FLUX 1.1 [pro] Ultra, Finetuned',
		'Your finetune',
		{ ...f.finetune(1.2), ...ultra },
		f.webhooks,
	),
	model('flux-pro-1.0-fill', 'FLUX.1 Fill [pro]', 'Repaints the masked part', 'fill', f.repaint(fillInput)),
	model('flux-pro-1.0-fill-finetuned', 'FLUX.1 Fill [pro], Finetuned', 'Your finetune', 'fill', {
		...f.repaint({ ...f.finetune(1.1), ...fillInput }),
	}),
	model('flux-pro-1.0-expand', 'FLUX.1 Expand [pro]', 'Adds pixels at each side', 'expand', f.expand),
	model('flux-tools/outpainting-v1', 'FLUX Outpainting v1', 'Extends to a canvas size', 'expand', {
		input_image: f.linked('image'),
		width: whole('width', { min: 64, required: true }),
		height: whole('height', { min: 64, required: true }),
		prompt: f.optionalPrompt,
		reference_offset_x: whole('offsetX'),
		reference_offset_y: whole('offsetY'),
		auto_crop: flag('autoCrop', { default: false }),
		mode: choice('mode', 'high fast', { default: 'high' }),
		...f.noPromptUpsampling,
		safety_tolerance: f.safetyTolerance(5),
		output_format: f.outputFormat('png'),
		user: f.user,
	}),
	model('flux-tools/erase-v1', 'FLUX Erase v1', 'Removes the masked object', 'erase', {
		image: f.base64('image'),
		mask: f.base64('mask'),
		dilate_pixels: whole('dilatePixels', { min: 0, max: 25, default: 10 }),
		...f.tool('png'),
	}),
	model('flux-tools/deblur-v1', 'FLUX Deblur v1', 'Sharpens a blurred image', 'deblur', {
		...{ image: f.base64('image'), ...f.tool('png') },
	}),
	model('flux-tools/vto-v2', 'FLUX Virtual Try-On v2', 'Puts a garment on a person', 'tryOn', f.tryOn),
	model('flux-tools/vto-v1', 'FLUX Virtual Try-On v1', undefined, 'tryOn', f.tryOn),
];
