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
import type { ImageOperation, Model } from '../../provider';

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
const input = (fields: z.ZodRawShape) =>
	z
		.object({ ...fields, fal_webhook: webhook('fal') })
		.refine(...only('image_size.width', beside('image_size.height'), 'only counts together with Height'))
		.refine(...only('image_size.height', beside('image_size.width'), 'only counts together with Width'))
		.refine(...only('loras.scale', beside('loras.path'), 'only counts with a LoRA ID'));

const names = Object.values(ratioNames).join('|');

/** A ratio, or a size in pixels; left out, an endpoint has its own, or that of the image. */
const size = {
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
const file = { output_format: choice('outputFormat', 'jpeg png') };
const checker = { enable_safety_checker: flag('disableSafetyChecker', { inverted: true, default: false }) };
/** Text on the wire. */
const tolerance = (words = '1 2 3 4 5 6') => ({ safety_tolerance: choice('safetyTolerance', words) });
const guidance = { guidance_scale: number('guidance') };
const steps = { num_inference_steps: whole('steps') };
const strength = { strength: number('promptStrength') };
const enhancing = { enhance_prompt: flag('promptUpsampling') };

/** The image that is filled or remixed; what is edited is a reference. */
const base = { image_url: image('image', 'link', { required: true }) };
const reference = { image_url: image('referenceImages', 'link', { position: 0, required: true }) };
const references = { image_urls: images('link', { required: true }) };
const mask = { mask_url: image('mask', 'link', { required: true }) };

/** The image whose edges or depth count, under the names that endpoints have for it. */
const controlImage = image('controlImage', 'link', { required: true });
export const controlled = { control_lora_image_url: controlImage, image_url: controlImage };

/** The LoRAs to use, each with its strength. */
const loras = {
	'loras.path': field('loraId', z.array(z.string().min(1))),
	'loras.scale': field('loraStrength', z.array(z.number())),
};

/** What the FLUX.2 models of Black Forest Labs' own servers take. */
const flux2 = { prompt, seed, ...file, ...tolerance('1 2 3 4 5'), ...checker };

const flux3 = {
	...{ prompt, ...file, enable_prompt_expansion: flag('promptUpsampling', { default: false }) },
	aspect_ratio: choice('aspectRatio', 'auto 21:9 2:1 16:9 3:2 7:5 4:3 5:4 1:1 4:5 3:4 5:7 2:3 9:16 1:2', {
		default: 'auto',
	}),
	resolution: choice('resolution', '768sq 1k 2k 4k', { default: '1k' }),
	safety_tolerance: whole('safetyTolerance', { min: 0, max: 4, default: 2 }),
};

const open2 = { prompt, seed, ...count, output_format: choice('outputFormat', 'jpeg png webp'), ...checker };
const dev2 = { ...open2, enable_prompt_expansion: flag('promptUpsampling'), ...guidance };
const dev1 = { prompt, seed, ...count, ...file, ...checker, ...guidance, ...steps };
const pro1 = { prompt, seed, ...count, ...file, ...tolerance(), ...enhancing };

const ratio = { aspect_ratio: choice('aspectRatio', '1:1 16:9 21:9 3:2 2:3 3:4 4:3 9:16 9:21') };
/** The ratio of an edit by the open Kontext, by default that of the image. */
const editRatio = {
	resolution_mode: choice('aspectRatio', 'auto match_input 1:1 16:9 21:9 3:2 2:3 4:5 5:4 3:4 4:3 9:16 9:21', {
		spelling: { match_input_image: 'match_input' },
		default: 'match_input',
	}),
};

const ultra = {
	...pro1,
	aspect_ratio: text('aspectRatio', { default: '16:9' }),
	raw: flag('raw'),
	image_prompt_strength: number('imagePromptStrength'),
};
/** Of endpoints that also work without a prompt. */
const anyPrompt = { prompt: text('prompt') };

/** The fields of a model by operation, and where that is asked for if not at the model's own id. */
type Endpoints = Partial<Record<ImageOperation, [fields: z.ZodRawShape, path?: string]>>;

/** A model of fal: each of its operations is an endpoint with fields of its own, so it has an entry for each. */
const model = (
	name: string,
	label: string,
	description: string,
	endpoints: Endpoints,
	owner = 'fal-ai',
): Model[] =>
	(Object.entries(endpoints) as Array<[ImageOperation, [z.ZodRawShape, string?]]>).map(
		([operation, [fields, path = name]]) => ({
			...{ id: `${owner}/${name}`, label, description, operations: [operation] },
			endpoint: { path: `/${owner}/${path}` },
			body: input(fields),
		}),
	);

/** A FLUX.2 model: text to image at its id, edits one step below. */
const pair = (name: string, label: string, description: string, fields: z.ZodRawShape) =>
	model(name, label, description, {
		generate: [{ ...size, ...fields }],
		edit: [{ ...size, ...fields, ...references }, `${name}/edit`],
	});

const klein = { ...open2, ...steps };
const kleinBase = { ...open2, ...guidance, ...steps };
const kontext = { ...pro1, ...guidance, ...ratio };
const control = { ...dev1, ...size, ...loras, control_lora_image_url: controlled.control_lora_image_url };
const loraControl = { ...dev1, ...size, ...loras, image_url: controlled.image_url };
const loraEdit = { ...dev1, ...size, ...loras, ...reference, ...strength };
const devPair = (name: string, label: string, description: string) =>
	model(name, label, description, {
		generate: [{ ...dev1, ...size }],
		edit: [{ ...dev1, ...reference, ...strength }, `${name}/image-to-image`],
	});

/** A FLUX.2 [klein] model with LoRAs, which stand last in its paths. */
const loraPair = (name: string, label: string, fields: z.ZodRawShape) =>
	model(`${name}/lora`, `${label} LoRA`, 'With LoRAs of your own', {
		generate: [{ ...fields, ...size, ...loras }],
		edit: [{ ...fields, ...size, ...references, ...loras }, `${name}/edit/lora`],
	});

/** A Kontext model, and the one of the same name that takes several images. */
const kontextModels = (name: string, label: string, description: string) => [
	...model(name, label, description, {
		edit: [{ ...kontext, ...reference }],
		generate: [{ ...kontext }, `${name}/text-to-image`],
	}),
	...model(`${name}/multi`, `${label} Multi`, 'Edits with several images', {
		edit: [{ ...kontext, ...references }],
	}),
];

/** The FLUX models of fal. Source: the types of its own client, 1.10.1, of 2026-11; they tell no ranges. Of FLUX.3 its page, of 2026-10. */
export const models: readonly Model[] = [
	...pair('flux-2-pro', 'FLUX.2 [pro]', 'Best balance of quality, speed and price', flux2),
	...model(
		'flux-3/text-to-image',
		'FLUX.3 Image',
		'Newest; up to 4K',
		{
			generate: [flux3],
			edit: [
				{ ...flux3, image_urls: images('link', { min: 1, max: 10, required: true }) },
				'flux-3/edit-image',
			],
		},
		'blackforestlabs',
	),
	...pair('flux-2-max', 'FLUX.2 [max]', 'Highest quality of FLUX.2', flux2),
	...pair('flux-2-flex', 'FLUX.2 [flex]', 'Best for text in images', {
		...{ ...flux2, ...guidance, ...steps },
	}),
	...pair('flux-2', 'FLUX.2 [dev]', 'The open model of FLUX.2', { ...dev2, ...steps }),
	...pair('flux-2/turbo', 'FLUX.2 [dev] Turbo', 'Fast and cheap', dev2),
	...pair('flux-2/flash', 'FLUX.2 [dev] Flash', 'Fastest and cheapest of [dev]', dev2),
	...pair('flux-2/lora', 'FLUX.2 [dev] LoRA', 'With LoRAs of your own', {
		...{ ...dev2, ...steps, ...loras },
	}),
	...model('flux-2/klein/9b', 'FLUX.2 [klein] 9B', 'Fast and cheap', {
		generate: [{ ...open2, ...file, ...steps, ...size }],
		edit: [{ ...klein, ...size, ...references }, 'flux-2/klein/9b/edit'],
	}),
	...pair('flux-2/klein/4b', 'FLUX.2 [klein] 4B', 'Fastest and cheapest', klein),
	...pair('flux-2/klein/9b/base', 'FLUX.2 [klein] 9B Base', 'Open base of [klein]', kleinBase),
	...pair('flux-2/klein/4b/base', 'FLUX.2 [klein] 4B Base', 'Open base of [klein]', kleinBase),
	...loraPair('flux-2/klein/9b', 'FLUX.2 [klein] 9B', klein),
	...loraPair('flux-2/klein/4b', 'FLUX.2 [klein] 4B', klein),
	...loraPair('flux-2/klein/9b/base', 'FLUX.2 [klein] 9B Base', kleinBase),
	...kontextModels('flux-pro/kontext', 'FLUX.1 Kontext [pro]', 'Edits and keeps the rest'),
	...kontextModels('flux-pro/kontext/max', 'FLUX.1 Kontext [max]', 'Best of Kontext, also for text'),
	...model('flux-kontext/dev', 'FLUX.1 Kontext [dev]', 'The open model of Kontext', {
		edit: [{ ...dev1, ...enhancing, ...editRatio, ...reference }],
	}),
	...model('flux-kontext-lora', 'FLUX.1 Kontext [dev] LoRA', 'Edits with LoRAs', {
		edit: [{ ...dev1, ...editRatio, ...reference, ...loras }],
		generate: [{ ...dev1, ...size, ...loras }, 'flux-kontext-lora/text-to-image'],
	}),
	...model('flux-pro/v1.1', 'FLUX 1.1 [pro]', 'Fast and cheap', {
		generate: [{ ...pro1, ...size }],
		remix: [{ ...pro1, ...anyPrompt, ...size, ...guidance, ...steps, ...base }, 'flux-pro/v1.1/redux'],
	}),
	...model('flux-pro/v1.1-ultra', 'FLUX 1.1 [pro] Ultra', '4 megapixels, raw look', {
		generate: [{ ...ultra, image_url: image('imagePrompt', 'link') }],
		remix: [{ ...ultra, ...anyPrompt, ...base }, 'flux-pro/v1.1-ultra/redux'],
	}),
	...devPair('flux/dev', 'FLUX.1 [dev]', 'The open model of FLUX.1'),
	...model('flux/schnell', 'FLUX.1 [schnell]', 'Fastest of FLUX.1', { generate: [{ ...dev1, ...size }] }),
	...devPair('flux/krea', 'FLUX.1 Krea [dev]', 'Photographic look'),
	...devPair('flux/srpo', 'FLUX.1 SRPO [dev]', 'Realistic look'),
	...model('flux-pro/v1/fill', 'FLUX.1 Fill [pro]', 'Repaints', { fill: [{ ...pro1, ...base, ...mask }] }),
	...model('flux-lora', 'FLUX.1 [dev] LoRA', 'With LoRAs of your own', {
		generate: [{ ...dev1, ...size, ...loras }],
		edit: [loraEdit, 'flux-lora/image-to-image'],
	}),
	...model('flux-krea-lora', 'FLUX.1 Krea [dev] LoRA', 'Photographic look, with LoRAs', {
		generate: [{ ...dev1, ...size, ...loras }],
		edit: [loraEdit, 'flux-krea-lora/image-to-image'],
		fill: [{ ...loraEdit, ...base, ...mask }, 'flux-krea-lora/inpainting'],
	}),
	...model('flux-lora-fill', 'FLUX.1 Fill [dev] LoRA', 'Repaints, with LoRAs', {
		fill: [{ ...dev1, ...anyPrompt, ...size, ...loras, ...base, ...mask }],
	}),
	...model('flux-control-lora-canny', 'FLUX.1 Canny Control LoRA', 'Keeps the edges', { control: [control] }),
	...model('flux-control-lora-depth', 'FLUX.1 Depth Control LoRA', 'Keeps the depth', { control: [control] }),
	...model('flux-lora-canny', 'FLUX.1 Canny [dev] LoRA', 'Keeps the edges, with LoRAs', {
		control: [loraControl],
	}),
	...model('flux-lora-depth', 'FLUX.1 Depth [dev] LoRA', 'Keeps the depth, with LoRAs', {
		control: [loraControl],
	}),
];
