import { z } from 'zod/v4';

import { takes } from '../../parameters/wire';

export const prompt = takes('prompt', z.string().min(1), { required: true });
export const n = takes('numberOfImages', z.int().min(1), { default: 1 });
/** The files of an edit, at most as many as OpenAI takes. */
export const images = takes('referenceImages', z.array(z.file()).min(1).max(16), { image: 'file' });

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
