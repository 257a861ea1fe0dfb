import type { ImageOperation, Model, Provider } from '../provider';

/** The image operations of an API, in the order in which its models name them. */
export const imageOperations = (api: Provider): ImageOperation[] => [
	...new Set(api.models.flatMap(({ operations }) => operations)),
];

/** The operations of each model, which has several entries where they are endpoints of their own. */
export function operationsById({ models }: Pick<Provider, 'models'>): Map<string, ImageOperation[]> {
	const all = new Map<string, ImageOperation[]>();
	for (const { id, operations } of models) all.set(id, [...(all.get(id) ?? []), ...operations]);
	return all;
}

/** The models of an API that have an operation. */
export const modelsFor = (api: Provider, operation: ImageOperation): Model[] =>
	api.models.filter(({ operations }) => operations.includes(operation));

/** The models of an API by id, also under the ids of other APIs that mean the same model here. */
export function idsOf(api: Provider, apis: readonly Provider[]): Map<string, string[]> {
	const foreign = new Set(apis.flatMap(({ models }) => models.map(({ id }) => id)));
	const ids = new Map(api.models.map(({ id }) => [id, [id]]));
	for (const id of foreign) if (!ids.has(id)) ids.get(api.modelId?.(id) ?? '')?.push(id);
	return ids;
}

/** How the list calls a model: n8n shows the name alone, so it says what the model is good for. */
export const listName = ({ label, description }: Model): string =>
	description === undefined ? label : `${label} – ${description}`;
