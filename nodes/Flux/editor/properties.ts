import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import type { Provider, ImageOperation } from '../provider';
import { imageOperationTexts } from '../catalogue/operations';
import { parameterOf, parameters, type Parameter, type ParameterName } from '../catalogue/parameters';
import { toProperty } from './field';
import { tableOf, unlisted, type Table } from './looks';
import { displayOptionsOf, rulesOf, type Part } from './rules';
import { additionalBody, settingsCollection, waitProperty } from './settings';

/** The fields and the collections of all image operations, each shown only where the model has it. */
export function imageProperties(apis: readonly Provider[]): INodeProperties[] {
	const tables = apis.map((api) => tableOf(api, apis));
	return [
		...promptProperties(tables),
		...properties(tables, 'field', 'both'),
		waitProperty(apis),
		...optionCollections(tables),
		settingsCollection(apis, properties(tables, 'settings', 'both')),
	];
}

/**
 * The prompt, which every operation keeps. It is an expression more often than not, and n8n evaluates that twice an item for each property
 * of its name, so there are no more of them than these: where listed models need it, where others may, and in the other operations.
 */
function promptProperties(tables: Table[]): INodeProperties[] {
	const prompt = toProperty({ parameter: 'prompt', type: 'string', required: false });
	const isUsual = (operation: ImageOperation) => operation === 'generate' || operation === 'edit';
	const isNeeded = ({ operations, lookOf }: Table, id: string) =>
		operations.filter(isUsual).every((operation) => {
			const look = lookOf('prompt', operation, id);
			return look === undefined || (JSON.parse(look) as INodeProperties).required === true;
		});
	const all = [...new Set(tables.flatMap(({ ids }) => ids))].filter((id) => id !== unlisted);
	const everywhere = (isSo: (table: Table, id: string) => boolean) =>
		all.filter((id) => tables.every((table) => !table.ids.includes(id) || isSo(table, id)));
	const model = everywhere(isNeeded);
	const without = everywhere(({ operations, lookOf }, id) =>
		operations.some((operation) => lookOf('prompt', operation, id) === undefined),
	);
	const operations = Object.keys(imageOperationTexts) as ImageOperation[];
	const show = { resource: ['image'], operation: operations.filter(isUsual) };
	const elsewhere = { ...show, operation: operations.filter((operation) => !isUsual(operation)) };
	return [
		{ ...prompt, required: true, displayOptions: { show: { ...show, model } } },
		{ ...prompt, displayOptions: { show, hide: { model } } },
		{ ...prompt, displayOptions: { show: elsewhere, hide: { model: without } } },
	];
}

/**
 * The collection of options. Ids that are in no list have one of their own at APIs whose unlisted models have every option:
 * otherwise each of its entries would name all listed models.
 */
function optionCollections(tables: Table[]): INodeProperties[] {
	const divided = tables.filter(hasAllUnlisted);
	const whole = tables.filter((table) => !divided.includes(table));
	const ids = [...new Set(divided.flatMap((table) => [...table.ids, ...table.foreign]))].filter(
		(id) => id !== unlisted,
	);
	return [
		collectionOf(divided, 'listed', { show: { model: ids } }),
		collectionOf(divided, 'unlisted', { hide: { model: ids } }),
		...whole.map((table) => collectionOf([table], 'both', {})),
	];
}

const hasAllUnlisted = ({ operations, ids, lookOf }: Table) =>
	(Object.keys(parameters) as ParameterName[]).every((name) =>
		operations.every(
			(operation) =>
				lookOf(name, operation, unlisted) !== undefined ||
				ids.every((id) => lookOf(name, operation, id) === undefined),
		),
	);

const collectionOf = (tables: Table[], part: Part, { show, hide }: IDisplayOptions): INodeProperties => ({
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	displayOptions: {
		show: { authentication: tables.map(({ api }) => api.name), resource: ['image'], ...show },
		...(hide === undefined ? {} : { hide }),
	},
	options: [...properties(tables, 'options', part), additionalBody],
});

function properties(tables: Table[], place: Parameter['place'], part: Part): INodeProperties[] {
	return (Object.keys(parameters) as ParameterName[])
		.filter((name) => name !== 'prompt' && parameterOf(name).place === place)
		.flatMap((name) =>
			rulesOf(tables, name, part).map((rule) => ({
				...(JSON.parse(rule.look) as INodeProperties),
				...displayOptionsOf(rule, name, part, tables),
			})),
		);
}
