import { z } from 'zod/v4';

import { choice, flag, image, images, number, seed, text, webhook, whole } from '../../catalogue/fields';
import { field } from '../../catalogue/modelFields';
import type { Model } from '../../provider';

/** Where models are asked for, and the block that holds their own fields. */
export const generate = { path: '/v2/images/generate', block: 'fluxParams' };
const lora = { path: '/v2/images/generate', block: 'fluxLoraParams' };
export const fill = { path: '/v2/images/edit', block: 'fluxFillParams' };

const besides = { webhookUrl: webhook('Apiframe', z.url({ protocol: /^https?$/ })) };

/** A model whose prompt stands beside its block. */
const prompted = (fields: z.ZodRawShape) =>
	z.strictObject({
		prompt: text('prompt', { min: 1, max: 2000, required: true, outside: true }),
		...fields,
		...besides,
	});

/** What `fluxParams` of every model holds but the resolution, which differs. */
const fluxFields = {
	input_images: images('link', { max: 10 }),
	image_prompt: image('imagePrompt', 'link'),
	image_prompt_strength: number('imagePromptStrength', { min: 0, max: 1 }),
	// There is no ratio `custom`: a size in pixels goes without one.
	aspect_ratio: field(
		'aspectRatio',
		z.string().regex(/^\d+:\d+$/, 'takes width:height such as 16:9; for a size in pixels leave it empty'),
	),
	width: whole('width', { min: 256, max: 2048 }),
	height: whole('height', { min: 256, max: 2048 }),
	seed,
	steps: whole('steps', { min: 1, max: 50 }),
	guidance: number('guidance', { min: 1.5, max: 10 }),
	output_format: choice('outputFormat', 'jpg png webp'),
	output_quality: whole('outputQuality', { min: 0, max: 100 }),
	prompt_upsampling: flag('promptUpsampling'),
	raw: flag('raw'),
	go_fast: flag('goFast'),
};
const anyResolution = text('resolution');
const inClasses = choice('resolution', '0.5MP 1MP 2MP 4MP match_input_image');

const flux = (id: string, label: string, description: string, resolution: z.ZodType): Model => ({
	id,
	label,
	description,
	operations: ['generate', 'edit'],
	endpoint: generate,
	body: prompted({ ...fluxFields, resolution }),
});

/** The FLUX models of Apiframe. Source: its v2 API document of 2026-07. */
export const models: readonly Model[] = [
	flux('flux-2-pro', 'FLUX.2 [pro]', 'Best balance of quality, speed and price', inClasses),
	flux('flux-2-flex', 'FLUX.2 [flex]', 'Best for text in images', inClasses),
	flux('flux-2-max', 'FLUX.2 [max]', 'Highest quality of FLUX.2', inClasses),
	flux('flux-2-dev', 'FLUX.2 [dev]', 'The open model of FLUX.2', anyResolution),
	flux('flux-1.1-pro', 'FLUX 1.1 [pro]', 'Fast and cheap', anyResolution),
	flux(
		'flux-1.1-pro-ultra',
		'FLUX 1.1 [pro] Ultra',
		'Four megapixels by aspect ratio, raw look on request',
		anyResolution,
	),
	{
		id: 'flux-lora',
		label: 'FLUX LoRA',
		description: 'With a LoRA of your own',
		operations: ['generate'],
		endpoint: lora,
		body: prompted({
			loraId: field('loraId', z.guid('takes a UUID such as 0f8fad5b-d9cb-469f-a165-70867728950e'), {
				required: true,
			}),
			lora_strength: number('loraStrength', { min: 0, max: 1.5 }),
			aspect_ratio: choice('aspectRatio', '1:1 16:9 9:16 4:3 3:4 3:2 2:3'),
			guidance_scale: number('guidance', { min: 1, max: 10 }),
			num_inference_steps: whole('steps', { min: 4, max: 50 }),
			num_outputs: whole('numberOfImages', { min: 1, max: 4 }),
			output_format: choice('outputFormat', 'png jpg webp'),
			seed,
		}),
	},
	{
		id: 'flux-fill-pro',
		label: 'FLUX.1 Fill [pro]',
		description: 'Repaints what is white in the mask, or paints beyond the edges',
		operations: ['fill'],
		endpoint: fill,
		body: z.strictObject({
			image: image('image', 'link', { required: true }),
			mask: image('mask', 'link'),
			prompt: text('prompt', { min: 1, max: 2000, required: true }),
			mode: choice('mode', 'inpaint outpaint', { default: 'inpaint' }),
			outpaint: field(
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
			),
			guidance: number('guidance', { min: 2, max: 5 }),
			steps: whole('steps', { min: 1, max: 50 }),
			seed,
			output_format: choice('outputFormat', 'jpg png'),
			prompt_upsampling: flag('promptUpsampling'),
			safety_tolerance: whole('safetyTolerance', { min: 1, max: 6 }),
			...besides,
		}),
	},
];
