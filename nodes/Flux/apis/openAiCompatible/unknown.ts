import { z } from 'zod/v4';

import { takes } from '../../parameters/wire';
import type { ImageOperation, Model } from '../api';
import { images, n, prompt } from './fields';

/** OpenAI's own fields, and those that many servers of its style have beside them. */
const anyModel = {
	prompt,
	size: takes('size', z.string()),
	seed: takes('seed', z.int()),
	n,
	output_format: takes('outputFormat', z.enum(['png', 'jpeg', 'webp'])),
	output_compression: takes('outputQuality', z.int().min(0).max(100)),
	steps: takes('steps', z.int().min(1)),
	guidance: takes('guidance', z.number().min(0)),
	user: takes('user', z.string().min(1)),
};

const workedOn: Partial<Record<ImageOperation, z.ZodRawShape>> = {
	edit: {
		image: images,
		mask: takes('mask', z.file(), {
			image: 'file',
			description: 'A PNG of the same size: what is transparent in it is repainted',
		}),
	},
};

/** For an id that is in no list of the credential's service: OpenAI's fields, checked only for their type. */
export const unknownModel = (id: string, operation: ImageOperation): Model => ({
	id,
	label: id,
	operations: [operation],
	body: z.looseObject({ ...(workedOn[operation] ?? {}), ...anyModel }),
});
