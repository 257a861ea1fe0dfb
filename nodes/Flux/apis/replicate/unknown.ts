import { z } from 'zod/v4';

import { takes, wireFields } from '../../parameters/wire';
import type { ImageOperation, Model } from '../api';
import { anyFormat, controlImage, envelope, image, imagePrompt, mask, seed } from './fields';
import { models } from './models';

const anySteps = z.int().min(1);
const anyGuidance = z.number().min(0);

/** What any model takes. Where models differ in the name of a field, all names are sent: Replicate ignores those that it does not know. */
const anyModel = {
	prompt: takes('prompt', z.string().min(1)),
	finetune_id: takes('finetuneId', z.string()),
	lora_weights: takes('loraId', z.string()),
	image_prompt: imagePrompt,
	aspect_ratio: takes('aspectRatio', z.string()),
	resolution: takes('resolution', z.string()),
	width: takes('width', z.int().min(1)),
	height: takes('height', z.int().min(1)),
	seed,
	num_outputs: takes('numberOfImages', z.int().min(1), { default: 1 }),
	output_format: anyFormat,
	output_quality: takes('outputQuality', z.int().min(0).max(100)),
	megapixels: takes('megapixels', z.string()),
	output_megapixels: takes('megapixels', z.string()),
	safety_tolerance: takes('safetyTolerance', z.int().min(0)),
	steps: takes('steps', anySteps),
	num_inference_steps: takes('steps', anySteps),
	guidance: takes('guidance', anyGuidance),
	guidance_scale: takes('guidance', anyGuidance),
	prompt_upsampling: takes('promptUpsampling', z.boolean()),
	prompt_strength: takes('promptStrength', z.number()),
	image_prompt_strength: takes('imagePromptStrength', z.number()),
	finetune_strength: takes('finetuneStrength', z.number()),
	lora_scale: takes('loraStrength', z.number()),
	raw: takes('raw', z.boolean()),
	interval: takes('interval', z.number()),
	go_fast: takes('goFast', z.boolean()),
	disable_safety_checker: takes('disableSafetyChecker', z.boolean()),
};

const anyImages = takes('referenceImages', z.array(z.string()), { image: 'link' });
const workedOn: Partial<Record<ImageOperation, z.ZodRawShape>> = {
	edit: { input_images: anyImages, images: anyImages, image, input_image: image },
	fill: { image, mask },
	control: { control_image: controlImage },
	remix: { image, redux_image: image },
};

/** For an id that is in no list: every field that a model has, checked only for its type. A version of a listed one has its names. */
export function unknownModel(id: string, operation: ImageOperation): Model {
	const any: z.ZodRawShape = { ...(workedOn[operation] ?? {}), ...anyModel };
	const listed = models.find((model) => id.startsWith(`${model.id}:`));
	const own = listed?.body.shape ?? {};
	const named = new Set(wireFields(z.object(own)).map(({ parameter }) => parameter));
	const others = wireFields(z.object(any)).filter(({ parameter }) => !named.has(parameter));
	return {
		id,
		label: id,
		operations: [operation],
		body: z.looseObject({
			...Object.fromEntries(others.map(({ name }) => [name, any[name]])),
			...own,
			...envelope,
		}),
	};
}
