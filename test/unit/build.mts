import type { ImageOperation, Model } from '../../nodes/Flux/provider.ts';
import { models } from '../../nodes/Flux/providers/blackForestLabs/models.ts';
import { buildRequest } from '../../nodes/Flux/engine/buildRequest.ts';
import type { Values } from '../../nodes/Flux/engine/readParameters.ts';

export const modelNamed = (id: string): Model => {
	const found = models.find((model) => model.id === id);
	if (found === undefined) throw new Error(`no model ${id}`);
	return found;
};

/** Instead of an image, what was asked for. */
export const convert = async (value: unknown, form: string, label: string) =>
	`${label} ${String(value)} as ${form}`;

/** The body of a request to a model of Black Forest Labs. */
export const bodyOf = async (id: string, operation: ImageOperation, values: Values) =>
	(await buildRequest(modelNamed(id), operation, values, convert)).body;
