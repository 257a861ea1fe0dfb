import { z } from 'zod/v4';

import { takes } from '../../parameters/wire';
import type { ImageOperation, Model } from '../api';
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
	loraId: takes('loraId', z.string()),
	image_prompt: imagePrompt,
	image_prompt_strength: takes('imagePromptStrength', z.number()),
	aspect_ratio: takes('aspectRatio', z.string()),
	resolution: takes('resolution', z.string()),
	width: takes('width', z.int().min(1)),
	height: takes('height', z.int().min(1)),
	seed,
	steps: takes('steps', z.int().min(1)),
	guidance: takes('guidance', z.number().min(0)),
	output_format: anyFormat,
	output_quality: takes('outputQuality', z.int().min(0).max(100)),
	safety_tolerance: takes('safetyTolerance', z.int().min(0)),
	prompt_upsampling: upsampling,
	raw: takes('raw', z.boolean()),
	go_fast: takes('goFast', z.boolean()),
	lora_strength: takes('loraStrength', z.number()),
};
const filling = {
	image,
	mask,
	prompt: takes('prompt', z.string().min(1)),
	mode: takes('mode', z.string()),
	outpaint: takes('outpaint', z.string()),
};

/** For an id that is in no list: every field that a model of this API has, checked only for its type. */
export function unknownModel(id: string, operation: ImageOperation): Model {
	const about = { id, label: id, operations: [operation] };
	if (operation === 'fill') {
		return { ...about, endpoint: fill, body: unprompted({ ...filling, ...anyModel }) };
	}
	const images: z.ZodRawShape = operation === 'edit' ? { input_images: inputImages } : {};
	return { ...about, endpoint: generate, body: prompted({ ...images, ...anyModel }) };
}
