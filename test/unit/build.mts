import type { ImageOperation, Model } from '../../nodes/Flux/apis/api.ts';
import { models } from '../../nodes/Flux/apis/blackForestLabs/models.ts';
import { buildBody, type Values } from '../../nodes/Flux/parameters/body.ts';

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
	(await buildBody(modelNamed(id), operation, values, convert)).body;
