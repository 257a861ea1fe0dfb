import { z } from 'zod/v4';

import type { ImageOperation, Model } from '../provider';

/** One operation, or two, the first of which the model is chosen for. */
type Operations = ImageOperation | `${ImageOperation} ${ImageOperation}`;

/**
 * How an API writes its models down.
 *
 * @param bodyOf makes the body of a model's fields; a model may also have one of its own
 * @example const model = entry((fields) => z.strictObject(fields));
 * model('flux-2-max', 'FLUX.2 [max]', 'Highest quality of FLUX.2', 'generate edit', { prompt, seed })
 */
export const entry =
	(bodyOf: (fields: z.ZodRawShape) => z.ZodObject) =>
	(
		id: string,
		label: string,
		description: string | undefined,
		operations: Operations,
		fields: z.ZodRawShape | z.ZodObject,
	): Model => ({
		...{ id, label, description },
		operations: operations.split(' ') as ImageOperation[],
		body: fields instanceof z.ZodObject ? fields : bodyOf(fields),
	});
