import type { z } from 'zod/v4';

import { choice, image, images, number, prompt, seed, text, whole } from '../../catalogue/fields';

/** What a service takes for its models that are in no list, by operation. Without `edit` it has no edits. */
export interface Fields {
	/** The ids to which this applies; without, all the others. */
	models?: RegExp;
	/** Where they are submitted, if not at `/images/generations`. */
	path?: string;
	generate: z.ZodRawShape;
	edit?: z.ZodRawShape;
}

export const size = text('size', {
	description: 'Width and height in pixels, or a ratio such as 16:9 where the service has ratios',
});
/** For servers that would make an image of the usual size of anything else. */
export const pixels = text('size', { side: 'pixels' });
export const n = whole('numberOfImages', { min: 1, default: 1 });
const atMost = (max: number) => whole('numberOfImages', { min: 1, max, default: 1 });
/** Of services that make at most so many images a request. */
export const [atMostFour, atMostTen] = [atMost(4), atMost(10)];
export const anySteps = whole('steps', { min: 1 });
export const anyGuidance = number('guidance', { min: 0 });
export const user = text('user', { min: 1 });
/** The files of an edit, at most as many as OpenAI takes. */
export const files = images('file', { min: 1, max: 16 });
export const mask = image('mask', 'file', {
	description:
		'PNG of the same size. Transparent areas are replaced (stable-diffusion.cpp: white areas). Data URIs and base64 also work.',
});
/** The file format under OpenAI's names. */
export const output = {
	output_format: choice('outputFormat', 'png jpeg webp'),
	output_compression: whole('outputQuality', { min: 0, max: 100 }),
};
/** OpenAI's own fields, and those that many servers of its style have beside them. */
const plain = { prompt, size, seed, n, ...output, steps: anySteps, guidance: anyGuidance, user };
export const plainFields: Fields = { generate: plain, edit: { image: files, mask, ...plain } };
export const ratio = text('size', { side: 'ratio' });
export const sides = (bounds: { min: number; max?: number; multipleOf?: number }) => ({
	width: whole('size', { ...bounds, side: 'width' }),
	height: whole('size', { ...bounds, side: 'height' }),
});
/** One image, as a URL or a `data:` URI. */
export const oneImage = image('referenceImages', 'dataUriOrUrl', { position: 0 });
