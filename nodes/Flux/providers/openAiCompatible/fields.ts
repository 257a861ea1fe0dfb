import { z } from 'zod/v4';

import { field } from '../../catalogue/modelFields';

export const prompt = field('prompt', z.string().min(1), { required: true });
export const n = field('numberOfImages', z.int().min(1), { default: 1 });
/** `n` of servers that take at most 10 images a request. */
export const atMostTen = field('numberOfImages', z.int().min(1).max(10), { default: 1 });
export const size = field('size', z.string());
export const seed = field('seed', z.int());
export const anySteps = field('steps', z.int().min(1));
export const anyGuidance = field('guidance', z.number().min(0));
export const user = field('user', z.string().min(1));
/** The files of an edit, at most as many as OpenAI takes. */
export const images = field('referenceImages', z.array(z.file()).min(1).max(16), { image: 'file' });
export const mask = field('mask', z.file(), {
	image: 'file',
	description:
		"A PNG of the same size: what is transparent in it is repainted, at stable-diffusion.cpp's server what is white",
});

/** The file format under OpenAI's names. */
export const output = {
	output_format: field('outputFormat', z.enum(['png', 'jpeg', 'webp'])),
	output_compression: field('outputQuality', z.int().min(0).max(100)),
};

/** OpenAI's own fields, and those that many servers of its style have beside them. */
export const plain = { prompt, size, seed, n, ...output, steps: anySteps, guidance: anyGuidance, user };

/** What all models of Crazyrouter take. */
export const crazyrouter = {
	prompt,
	n,
	size: field(
		'size',
		z.enum(['1024x1024', '1024x768', '768x1024', '1024x576', '576x1024', '1536x1024', '1024x1536']),
	),
};

/** What all models of Monica take. */
export const monica = {
	prompt: field('prompt', z.string().min(1).max(4000), { required: true }),
	size: field('size', z.enum(['1024x1024', '768x1344', '1344x768'])),
	seed: field('seed', z.int().max(2_147_483_646)),
};
export const numOutputs = field('numberOfImages', z.int().min(1).max(4), { default: 1 });
export const steps = (most: number, byDefault: number) =>
	field('steps', z.int().min(1).max(most), { default: byDefault });
export const guidance = (least: number, most: number) => field('guidance', z.number().min(least).max(most));
