import { z } from 'zod/v4';

import { field, fieldsOf } from '../../catalogue/modelFields';
import type { ImageOperation, Model } from '../../provider';
import { anyFormat, controlImage, envelope, image, imagePrompt, mask, seed } from './fields';
import { models } from './models';

const anySteps = z.int().min(1);
const anyGuidance = z.number().min(0);

/** What any model takes. Where models differ in the name of a field, all names are sent: Replicate ignores those that it does not know. */
const anyModel = {
	prompt: field('prompt', z.string().min(1)),
	finetune_id: field('finetuneId', z.string()),
	lora_weights: field('loraId', z.string()),
	image_prompt: imagePrompt,
	aspect_ratio: field('aspectRatio', z.string()),
	resolution: field('resolution', z.string()),
	width: field('width', z.int().min(1)),
	height: field('height', z.int().min(1)),
	seed,
	num_outputs: field('numberOfImages', z.int().min(1), { default: 1 }),
	output_format: anyFormat,
	output_quality: field('outputQuality', z.int().min(0).max(100)),
	megapixels: field('megapixels', z.string()),
	output_megapixels: field('megapixels', z.string()),
	safety_tolerance: field('safetyTolerance', z.int().min(0)),
	steps: field('steps', anySteps),
	num_inference_steps: field('steps', anySteps),
	guidance: field('guidance', anyGuidance),
	guidance_scale: field('guidance', anyGuidance),
	prompt_upsampling: field('promptUpsampling', z.boolean()),
	prompt_strength: field('promptStrength', z.number()),
	image_prompt_strength: field('imagePromptStrength', z.number()),
	finetune_strength: field('finetuneStrength', z.number()),
	lora_scale: field('loraStrength', z.number()),
	raw: field('raw', z.boolean()),
	interval: field('interval', z.number()),
	go_fast: field('goFast', z.boolean()),
	disable_safety_checker: field('disableSafetyChecker', z.boolean()),
};

const anyImages = field('referenceImages', z.array(z.string()), { image: 'link' });
const workedOn: Partial<Record<ImageOperation, z.ZodRawShape>> = {
	edit: { input_images: anyImages, images: anyImages, image, input_image: image },
	fill: { image, mask },
	control: { control_image: controlImage },
	remix: { image, redux_image: image },
};

/** For an id that is in no list: every field that a model has, checked only for its type. A version of a listed one has its names. */
export function unlistedModel(id: string, operation: ImageOperation): Model {
	const any: z.ZodRawShape = { ...(workedOn[operation] ?? {}), ...anyModel };
	const listed = models.find((model) => id.startsWith(`${model.id}:`));
	const own = listed?.body.shape ?? {};
	const named = new Set(fieldsOf(z.object(own)).map(({ parameter }) => parameter));
	const others = fieldsOf(z.object(any)).filter(({ parameter }) => !named.has(parameter));
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
