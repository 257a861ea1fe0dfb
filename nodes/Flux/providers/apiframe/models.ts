import { z } from 'zod/v4';

import {
	choice,
	entry,
	flag,
	image,
	images,
	number,
	outpaintWays,
	seed,
	text,
	webhook,
	whole,
} from '../../catalogue/fields';
import { field } from '../../catalogue/modelFields';
import type { Model } from '../../provider';

/** Where models are asked for, and the block that holds their own fields. */
export const generate = { path: '/v2/images/generate', block: 'fluxParams' };
export const fill = { path: '/v2/images/edit', block: 'fluxFillParams' };

const besides = { webhookUrl: webhook('Apiframe', z.url({ protocol: /^https?$/ })) };

/** A model whose prompt stands beside its block. */
const prompted = (fields: z.ZodRawShape) =>
	z.strictObject({
		prompt: text('prompt', { min: 1, max: 2000, required: true, outside: true }),
		...fields,
		...besides,
	});

/** What `fluxParams` of every model holds. */
const common = (most: number) => ({
	// There is no ratio `custom`: a size in pixels goes without one.
	aspect_ratio: field(
		'aspectRatio',
		z
			.string()
			.regex(
				/^(\d+:\d+|match_input_image)$/,
				'takes width:height such as 16:9, or match_input_image; for a size in pixels leave it empty',
			),
	),
	width: whole('width', { min: 256, max: most }),
	height: whole('height', { min: 256, max: most }),
	seed,
	output_format: choice('outputFormat', 'jpg png webp'),
	output_quality: whole('outputQuality', { min: 0, max: 100 }),
});
const upsampling = { prompt_upsampling: flag('promptUpsampling') };
const stepsAndGuidance = {
	steps: whole('steps', { min: 1, max: 50 }),
	guidance: number('guidance', { min: 1.5, max: 10 }),
};
const inClasses = { resolution: choice('resolution', '0.5MP 1MP 2MP 4MP match_input_image') };
const imagePrompt = { image_prompt: image('imagePrompt', 'link') };
/** All that the API document has, for a model without a page; its resolutions are not known. */
const documented = {
	...common(2048),
	...upsampling,
	input_images: images('link', { max: 10 }),
	...imagePrompt,
	image_prompt_strength: number('imagePromptStrength', { min: 0, max: 1 }),
	...stepsAndGuidance,
	raw: flag('raw'),
	go_fast: flag('goFast'),
	resolution: text('resolution'),
};

const repaint = z.strictObject({
	image: image('image', 'link', { required: true }),
	mask: image('mask', 'link'),
	prompt: text('prompt', { min: 1, max: 2000, required: true }),
	mode: choice('mode', 'inpaint outpaint', { default: 'inpaint' }),
	outpaint: field('outpaint', z.enum(outpaintWays)),
	guidance: number('guidance', { min: 2, max: 5 }),
	steps: whole('steps', { min: 1, max: 50 }),
	seed,
	output_format: choice('outputFormat', 'jpg png'),
	prompt_upsampling: flag('promptUpsampling'),
	safety_tolerance: whole('safetyTolerance', { min: 1, max: 6 }),
	...besides,
});

const model = entry(prompted);
const flux = (id: string, label: string, description: string, fields: z.ZodRawShape): Model => ({
	...model(id, label, description, 'input_images' in fields ? 'generate edit' : 'generate', fields),
	endpoint: generate,
});

/** The FLUX models of Apiframe. Source: its v2 API document of 2026-07, and the models' pages where they say less. */
export const models: readonly Model[] = [
	flux('flux-2-pro', 'FLUX.2 [pro]', 'Best balance of quality, speed and price', {
		...common(2048),
		...upsampling,
		input_images: images('link', { max: 8 }),
		...inClasses,
	}),
	flux('flux-2-flex', 'FLUX.2 [flex]', 'Best for text in images', {
		...common(2048),
		...upsampling,
		input_images: images('link', { max: 10 }),
		...inClasses,
		...stepsAndGuidance,
	}),
	flux('flux-2-max', 'FLUX.2 [max]', 'Highest quality of FLUX.2', {
		...common(2048),
		input_images: images('link', { max: 8 }),
		...inClasses,
	}),
	flux('flux-2-dev', 'FLUX.2 [dev]', 'The open model of FLUX.2', {
		...common(2048),
		input_images: images('link', { max: 5 }),
		go_fast: flag('goFast'),
	}),
	flux('flux-1.1-pro', 'FLUX 1.1 [pro]', 'Fast and cheap, up to 1440 pixels', {
		...common(1440),
		...upsampling,
		...imagePrompt,
	}),
	flux('flux-1.1-pro-ultra', 'FLUX 1.1 [pro] Ultra', '4 megapixels, raw look', documented),
	{
		...model('flux-lora', 'FLUX LoRA', 'With a LoRA of your own', 'generate', {
			loraId: field('loraId', z.guid('takes a UUID such as 0f8fad5b-d9cb-469f-a165-70867728950e'), {
				required: true,
				description: 'ID of your own LoRA: the UUID that Apiframe shows',
			}),
			lora_strength: number('loraStrength', { min: 0, max: 1.5 }),
			aspect_ratio: choice('aspectRatio', '1:1 16:9 9:16 4:3 3:4 3:2 2:3'),
			guidance_scale: number('guidance', { min: 1, max: 10 }),
			num_inference_steps: whole('steps', { min: 4, max: 50 }),
			num_outputs: whole('numberOfImages', { min: 1, max: 4 }),
			output_format: choice('outputFormat', 'png jpg webp'),
			seed,
		}),
		endpoint: { ...generate, block: 'fluxLoraParams' },
	},
	{ ...model('flux-fill-pro', 'FLUX.1 Fill [pro]', 'Repaints or extends', 'fill', repaint), endpoint: fill },
];
