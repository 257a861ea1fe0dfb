import { z } from 'zod/v4';

import { takes } from '../../parameters/wire';
import type { ImageOperation, Model } from '../api';
import { callers, eitherPrompt, inputImages, linkedImage, margin, mask, seed } from './fields';

/** What any image model of this API takes, whatever the operation works on. */
const anyModel = {
	...eitherPrompt,
	aspect_ratio: takes('aspectRatio', z.string()),
	resolution: takes('resolution', z.string()),
	width: takes('width', z.int().min(1)),
	height: takes('height', z.int().min(1)),
	seed,
	safety_tolerance: takes('safetyTolerance', z.int().min(0)),
	output_format: takes('outputFormat', z.string()),
	steps: takes('steps', z.int().min(1)),
	guidance: takes('guidance', z.number().min(0)),
	prompt_upsampling: takes('promptUpsampling', z.boolean()),
	raw: takes('raw', z.boolean()),
	grounding: takes('grounding', z.boolean()),
	image_prompt_strength: takes('imagePromptStrength', z.number()),
	finetune_id: takes('finetuneId', z.string()),
	finetune_strength: takes('finetuneStrength', z.number()),
	...callers,
};
const anyImage = takes('image', z.string(), { image: 'base64' });

const workedOn: Partial<Record<ImageOperation, z.ZodRawShape>> = {
	edit: inputImages(8),
	fill: { image: anyImage, mask },
	expand: {
		image: anyImage,
		top: margin('top'),
		bottom: margin('bottom'),
		left: margin('left'),
		right: margin('right'),
		reference_offset_x: takes('offsetX', z.int()),
		reference_offset_y: takes('offsetY', z.int()),
		auto_crop: takes('autoCrop', z.boolean()),
		mode: takes('mode', z.string()),
	},
	erase: { image: anyImage, mask, dilate_pixels: takes('dilatePixels', z.int().min(0)) },
	deblur: { image: anyImage },
	tryOn: { person: linkedImage('person'), garment: linkedImage('garment') },
};

/** For an id that is in no list: every field that a model of this API has, checked only for its type. */
export const unknownModel = (id: string, operation: ImageOperation): Model => ({
	id,
	label: id,
	operations: [operation],
	body: z.looseObject({ ...(workedOn[operation] ?? {}), ...anyModel }),
});
