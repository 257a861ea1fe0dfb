import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import type { ImageOperation, Model, Provider } from '../provider';
import { operationsOf } from '../catalogue/operations';

export const imageOperations = ({ models }: Provider): ImageOperation[] => operationsOf(models);

/** Things by what they have in common, in their order. */
export function grouped<K, T>(things: Iterable<T>, keyOf: (thing: T) => K): Map<K, T[]> {
	const groups = new Map<K, T[]>();
	for (const thing of things) groups.set(keyOf(thing), [...(groups.get(keyOf(thing)) ?? []), thing]);
	return groups;
}

export const modelsFor = (api: Provider, operation: ImageOperation): Model[] =>
	api.models.filter(({ operations }) => operations.includes(operation));

/** The models of an API by id, also under the ids of other APIs that mean the same model here. */
export function idsOf(api: Provider, apis: readonly Provider[]): Map<string, string[]> {
	const foreign = new Set(apis.flatMap(({ models }) => models.map(({ id }) => id)));
	const ids = new Map(api.models.map(({ id }) => [id, [id]]));
	for (const id of foreign) if (!ids.has(id)) ids.get(api.modelId?.(id) ?? '')?.push(id);
	return ids;
}

/** Says before the run what cannot work. */
export const notice = (
	name: string,
	displayName: string,
	show: Record<string, unknown[]>,
	hide?: Record<string, unknown[]>,
): INodeProperties => ({
	...{ displayName, name, type: 'notice', default: '' },
	displayOptions: { show, hide } as IDisplayOptions,
});

/** How the list calls a model: n8n shows the name alone, so it says what the model is good for. */
export const listName = ({ label, description }: Model): string =>
	description === undefined ? label : `${label} – ${description}`;

/**
 * Shows something at the APIs that have it; without a rule if all do.
 *
 * @param parameter inside a collection the parameters of the node itself are named by a slash
 */
export const shownAt = (
	apis: readonly Provider[],
	has: (api: Provider) => boolean,
	parameter = 'authentication',
): { displayOptions?: IDisplayOptions } => {
	const names = apis.filter(has).map(({ name }) => name);
	return names.length === apis.length ? {} : { displayOptions: { show: { [parameter]: names } } };
};
