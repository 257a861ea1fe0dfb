import { z } from 'zod/v4';

import { field } from '../../catalogue/modelFields';
import type { ImageOperation, Model } from '../../provider';
import {
	anyFormat,
	fill,
	generate,
	image,
	imagePrompt,
	inputImages,
	mask,
	prompted,
	seed,
	unprompted,
	upsampling,
} from './fields';

/** What any model may take. It makes one image a job, as all models but one do. */
const anyModel = {
	loraId: field('loraId', z.string()),
	image_prompt: imagePrompt,
	image_prompt_strength: field('imagePromptStrength', z.number()),
	aspect_ratio: field('aspectRatio', z.string()),
	resolution: field('resolution', z.string()),
	width: field('width', z.int().min(1)),
	height: field('height', z.int().min(1)),
	seed,
	steps: field('steps', z.int().min(1)),
	guidance: field('guidance', z.number().min(0)),
	output_format: anyFormat,
	output_quality: field('outputQuality', z.int().min(0).max(100)),
	safety_tolerance: field('safetyTolerance', z.int().min(0)),
	prompt_upsampling: upsampling,
	raw: field('raw', z.boolean()),
	go_fast: field('goFast', z.boolean()),
	lora_strength: field('loraStrength', z.number()),
};
const filling = {
	image,
	mask,
	prompt: field('prompt', z.string().min(1)),
	mode: field('mode', z.string()),
	outpaint: field('outpaint', z.string()),
};

/** For an id that is in no list: every field that a model of this API has, checked only for its type. */
export function unlistedModel(id: string, operation: ImageOperation): Model {
	const about = { id, label: id, operations: [operation] };
	if (operation === 'fill') {
		return { ...about, endpoint: fill, body: unprompted({ ...filling, ...anyModel }) };
	}
	const images: z.ZodRawShape = operation === 'edit' ? { input_images: inputImages } : {};
	return { ...about, endpoint: generate, body: prompted({ ...images, ...anyModel }) };
}
