import { z } from 'zod/v4';

import { takes } from '../../parameters/wire';

export const prompt = takes('prompt', z.string().min(1), { required: true });
export const n = takes('numberOfImages', z.int().min(1), { default: 1 });
/** As many as the servers make of one order that take no more. */
export const atMostTen = takes('numberOfImages', z.int().min(1).max(10), { default: 1 });
export const size = takes('size', z.string());
export const seed = takes('seed', z.int());
export const anySteps = takes('steps', z.int().min(1));
export const anyGuidance = takes('guidance', z.number().min(0));
export const user = takes('user', z.string().min(1));
/** The files of an edit, at most as many as OpenAI takes. */
export const images = takes('referenceImages', z.array(z.file()).min(1).max(16), { image: 'file' });
export const mask = takes('mask', z.file(), {
	image: 'file',
	description:
		"A PNG of the same size: what is transparent in it is repainted, at stable-diffusion.cpp's server what is white",
});

/** The file format under OpenAI's names. */
export const output = {
	output_format: takes('outputFormat', z.enum(['png', 'jpeg', 'webp'])),
	output_compression: takes('outputQuality', z.int().min(0).max(100)),
};

/** OpenAI's own fields, and those that many servers of its style have beside them. */
export const plain = { prompt, size, seed, n, ...output, steps: anySteps, guidance: anyGuidance, user };

/** What all models of Crazyrouter take. */
export const crazyrouter = {
	prompt,
	n,
	size: takes(
		'size',
		z.enum(['1024x1024', '1024x768', '768x1024', '1024x576', '576x1024', '1536x1024', '1024x1536']),
	),
};

/** What all models of Monica take. */
export const monica = {
	prompt: takes('prompt', z.string().min(1).max(4000), { required: true }),
	size: takes('size', z.enum(['1024x1024', '768x1344', '1344x768'])),
	seed: takes('seed', z.int().max(2_147_483_646)),
};
export const numOutputs = takes('numberOfImages', z.int().min(1).max(4), { default: 1 });
export const steps = (most: number, byDefault: number) =>
	takes('steps', z.int().min(1).max(most), { default: byDefault });
export const guidance = (least: number, most: number) => takes('guidance', z.number().min(least).max(most));
