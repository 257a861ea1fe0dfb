import type { INodeProperties } from 'n8n-workflow';

import type { ImageOperation, Provider } from '../provider';
import { operationsOf } from '../catalogue/operations';
import { idsAt } from './looks';
import { grouped, idsOf, imageOperations, listName, modelsFor, notice } from './models';
import { briefly } from './rules';

/** Where to choose a model: alike for all APIs and operations whose first model has the same id. */
export function modelProperties(apis: readonly Provider[]): INodeProperties[] {
	const rules = apis.flatMap((api) => {
		const lookOf = (operation: ImageOperation) => JSON.stringify(modelProperty(api, operation, apis));
		return [...grouped(imageOperations(api), lookOf)].map(([look, operation]) => ({ api, look, operation }));
	});
	const groups = grouped(rules, ({ look, operation }) => JSON.stringify([look, operation]));
	return [...groups.values()].map((same) => ({
		...(JSON.parse(same[0].look) as INodeProperties),
		displayOptions: {
			show: { authentication: same.map(({ api }) => api.name), operation: same[0].operation },
		},
	}));
}

/**
 * The first model is chosen, under the id that several APIs have for it. Where the service decides which models there are, that is
 * the first one of the other APIs: n8n sets defaults anew while credentials are saved, and what is alike stays.
 */
function modelProperty(api: Provider, operation: ImageOperation, apis: readonly Provider[]): INodeProperties {
	const owner = api.serverModels === undefined ? api : apis[0];
	const [first] = modelsFor(owner, operation);
	const value = idsOf(owner, apis).get(first.id)!.at(-1)!;
	return {
		displayName: 'Model',
		name: 'model',
		type: 'resourceLocator',
		required: true,
		default: { mode: 'list', value, cachedResultName: listName(first) },
		description: 'The model to use. The fields below depend on it.',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: {
					searchListMethod: 'searchModels',
					searchable: true,
					// Only the list of a server needs a key, and does without one.
					skipCredentialsCheckInRLC: true,
				},
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: `e.g. ${value}`,
				hint: 'The model ID as the API writes it. For an ID that is not in the list, all fields are shown.',
			},
		],
	};
}

/** Says before the run that the model that was chosen for another operation, or at another API, does not fit. */
export const wrongModelNotices = (apis: readonly Provider[]): INodeProperties[] =>
	apis.flatMap((api) => {
		const ids = idsOf(api, apis);
		const { ids: known, foreign } = idsAt(api, apis);
		// A server may list a model under any id; what its list called it has no words of ours.
		const isOwn = api.serverModels === undefined;
		const described = api.models.filter(({ description }) => description);
		// Under the id of a service's model another service may have one that does.
		const listed = api.models.filter(({ service }) => service === undefined);
		// A model has several entries where its operations are endpoints of their own.
		const models = [...grouped(listed, ({ id }) => id)].map(([id, entries]) => {
			const own = operationsOf(entries);
			return { id, missing: imageOperations(api).filter((operation) => !own.includes(operation)) };
		});
		const lacking = models.filter(({ missing }) => missing.length > 0);
		return [
			...[...grouped(lacking, ({ missing }) => missing.join()).values()].map((same) =>
				notice(
					'wrongModel',
					'This model does not have this operation. Choose another model from the list.',
					shownFor(api, same[0].missing, { model: same.flatMap(({ id }) => ids.get(id)!) }),
				),
			),
			notice(
				'wrongModel',
				`This is not a model of ${api.label}. Choose a model from the list.`,
				shownFor(api, imageOperations(api), isOwn ? { model: briefly(foreign, known) } : isLabelOfOurs),
				isOwn ? undefined : { model: described.map(({ id }) => id) },
			),
		];
	});

/** The mode stands before the model: of a model by expression nobody knows yet whether it fits. */
const shownFor = ({ name }: Provider, operation: ImageOperation[], ofModel: Record<string, unknown[]>) => ({
	...{ authentication: [name], operation, '/model.mode': ['list'] },
	...ofModel,
});

/** Two spellings of one path, read in this order: n8n 1.100 crashes when `includes` is asked of a label that is missing. */
const isLabelOfOurs = {
	'/model.cachedResultName': [{ _cnd: { exists: true } }],
	'/model[cachedResultName]': [{ _cnd: { includes: ' – ' } }],
};
