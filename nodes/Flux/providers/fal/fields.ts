import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod/v4';

import {
	choice,
	flag,
	image,
	images,
	number,
	only,
	prompt,
	seed,
	text,
	webhook,
	whole,
} from '../../catalogue/fields';
import { choicesText } from '../../catalogue/limits';
import { field } from '../../catalogue/modelFields';

/** What fal calls the ratios that it has names for. */
const ratioNames = {
	'1:1': 'square_hd',
	'4:3': 'landscape_4_3',
	'3:4': 'portrait_4_3',
	'16:9': 'landscape_16_9',
	'9:16': 'portrait_16_9',
};

const beside = (name: string) => (sent: Record<string, unknown>) => sent[name] !== undefined;

/** A ratio in both of its fields, for an endpoint of which nobody knows which one it has: fal ignores the other. */
export function inBothFields(body: IDataObject): IDataObject {
	const named = Object.entries(ratioNames);
	const size = named.find(([ratio]) => ratio === body.aspect_ratio);
	const ratio = named.find(([, name]) => name === body.image_size);
	const written = typeof body.image_size === 'string' ? body.image_size : undefined;
	const both = { image_size: size?.[1] ?? body.aspect_ratio, aspect_ratio: ratio?.[0] ?? written };
	const told = Object.entries(both).filter(([, value]) => value !== undefined);
	return { ...Object.fromEntries(told), ...body };
}

/** An endpoint's input, and the webhook, which goes into the query. */
export const input = (fields: z.ZodRawShape) =>
	z
		.object({ ...fields, fal_webhook: webhook('fal') })
		.refine(...only('image_size.width', beside('image_size.height'), 'only counts together with Height'))
		.refine(...only('image_size.height', beside('image_size.width'), 'only counts together with Width'))
		.refine(...only('loras.scale', beside('loras.path'), 'only counts with a LoRA ID'));

const names = Object.values(ratioNames).join('|');

/** A ratio, or a size in pixels; left out, an endpoint has its own, or that of the image. */
export const size = {
	image_size: field(
		'size',
		z.string().regex(new RegExp(`^(${names})$`), `takes ${choicesText(Object.keys(ratioNames))}`),
		{
			...{ side: 'ratio', spelling: ratioNames },
			description: `Width and height in pixels (1024x768), or a ratio: ${choicesText(Object.keys(ratioNames))}`,
		},
	),
	'image_size.width': whole('width'),
	'image_size.height': whole('height'),
};

const count = { num_images: whole('numberOfImages', { default: 1 }) };
export const file = { output_format: choice('outputFormat', 'jpeg png') };
const anyFile = { output_format: choice('outputFormat', 'jpeg png webp') };
const checker = { enable_safety_checker: flag('disableSafetyChecker', { inverted: true, default: false }) };
/** Text on the wire. */
const tolerance = (words = '1 2 3 4 5 6') => ({ safety_tolerance: choice('safetyTolerance', words) });
export const guidance = { guidance_scale: number('guidance') };
export const steps = { num_inference_steps: whole('steps') };
export const strength = { strength: number('promptStrength') };
export const enhancing = { enhance_prompt: flag('promptUpsampling') };
const expanding = { enable_prompt_expansion: flag('promptUpsampling') };

/** The image that is filled or remixed; what is edited is a reference. */
export const base = { image_url: image('image', 'link', { required: true }) };
export const reference = { image_url: image('referenceImages', 'link', { position: 0, required: true }) };
export const references = { image_urls: images('link', { required: true }) };
export const mask = { mask_url: image('mask', 'link', { required: true }) };

/** The image whose edges or depth count, under the names that endpoints have for it. */
const controlImage = image('controlImage', 'link', { required: true });
export const controlled = { control_lora_image_url: controlImage, image_url: controlImage };

/** The LoRAs to use, each with its strength. */
export const loras = {
	'loras.path': field('loraId', z.array(z.string().min(1))),
	'loras.scale': field('loraStrength', z.array(z.number())),
};

/** What the FLUX.2 models of Black Forest Labs' own servers take. */
export const flux2 = { prompt, seed, ...file, ...tolerance('1 2 3 4 5'), ...checker };

export const flux3 = {
	...{ prompt, ...file, enable_prompt_expansion: flag('promptUpsampling', { default: false }) },
	aspect_ratio: choice('aspectRatio', 'auto 21:9 2:1 16:9 3:2 7:5 4:3 5:4 1:1 4:5 3:4 5:7 2:3 9:16 1:2', {
		default: 'auto',
	}),
	resolution: choice('resolution', '768sq 1k 2k 4k', { default: '1k' }),
	safety_tolerance: whole('safetyTolerance', { min: 0, max: 4, default: 2 }),
};

export const open2 = { prompt, seed, ...count, ...anyFile, ...checker };
export const dev2 = { ...open2, ...expanding, ...guidance };

export const dev1 = { prompt, seed, ...count, ...file, ...checker, ...guidance, ...steps };

export const pro1 = { prompt, seed, ...count, ...file, ...tolerance(), ...enhancing };

export const ratio = { aspect_ratio: choice('aspectRatio', '1:1 16:9 21:9 3:2 2:3 3:4 4:3 9:16 9:21') };
/** The ratio of an edit by the open Kontext, by default that of the image. */
export const editRatio = {
	resolution_mode: choice('aspectRatio', 'auto match_input 1:1 16:9 21:9 3:2 2:3 4:5 5:4 3:4 4:3 9:16 9:21', {
		spelling: { match_input_image: 'match_input' },
		default: 'match_input',
	}),
};

export const ultra = {
	...pro1,
	aspect_ratio: text('aspectRatio', { default: '16:9' }),
	raw: flag('raw'),
	image_prompt_strength: number('imagePromptStrength'),
};
/** Of endpoints that also work without a prompt. */
export const anyPrompt = { prompt: text('prompt') };
