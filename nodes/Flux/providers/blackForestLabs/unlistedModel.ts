import { z } from 'zod/v4';

import { field } from '../../catalogue/modelFields';
import type { ImageOperation, Model } from '../../provider';
import { callers, eitherPrompt, inputImages, linkedImage, margin, mask, seed } from './fields';

/** What any image model of this API takes, whatever the operation works on. */
const anyModel = {
	...eitherPrompt,
	aspect_ratio: field('aspectRatio', z.string()),
	resolution: field('resolution', z.string()),
	width: field('width', z.int().min(1)),
	height: field('height', z.int().min(1)),
	seed,
	safety_tolerance: field('safetyTolerance', z.int().min(0)),
	output_format: field('outputFormat', z.string()),
	steps: field('steps', z.int().min(1)),
	guidance: field('guidance', z.number().min(0)),
	prompt_upsampling: field('promptUpsampling', z.boolean()),
	raw: field('raw', z.boolean()),
	grounding: field('grounding', z.boolean()),
	image_prompt_strength: field('imagePromptStrength', z.number()),
	finetune_id: field('finetuneId', z.string()),
	finetune_strength: field('finetuneStrength', z.number()),
	...callers,
};
const anyImage = field('image', z.string(), { image: 'base64' });

const workedOn: Partial<Record<ImageOperation, z.ZodRawShape>> = {
	edit: inputImages(8),
	fill: { image: anyImage, mask },
	expand: {
		image: anyImage,
		top: margin('top'),
		bottom: margin('bottom'),
		left: margin('left'),
		right: margin('right'),
		reference_offset_x: field('offsetX', z.int()),
		reference_offset_y: field('offsetY', z.int()),
		auto_crop: field('autoCrop', z.boolean()),
		mode: field('mode', z.string()),
	},
	erase: { image: anyImage, mask, dilate_pixels: field('dilatePixels', z.int().min(0)) },
	deblur: { image: anyImage },
	tryOn: { person: linkedImage('person'), garment: linkedImage('garment') },
};

/** For an id that is in no list: every field that a model of this API has, checked only for its type. */
export const unlistedModel = (id: string, operation: ImageOperation): Model => ({
	id,
	label: id,
	operations: [operation],
	body: z.looseObject({ ...(workedOn[operation] ?? {}), ...anyModel }),
});
