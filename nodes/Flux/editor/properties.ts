import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import type { Provider, ImageOperation } from '../provider';
import { imageOperationTexts } from '../catalogue/operations';
import { parameterOf, parameters, type Parameter, type ParameterName } from '../catalogue/parameters';
import { toProperty } from './field';
import { tableOf, unlisted, type Table } from './looks';
import { imageOperations } from './models';
import { displayOptionsOf, rulesOf, type Part } from './rules';
import { additionalBody, settingsCollection, waitProperty } from './settings';

/** The fields and the collections of all image operations, each shown only where the model has it. */
export function imageProperties(apis: readonly Provider[]): INodeProperties[] {
	const tables = apis.map((api) => tableOf(api, apis));
	return [
		...properties(tables, 'field', 'both'),
		...apis.map(promptElsewhere).filter((one) => one !== undefined),
		waitProperty(apis),
		...optionCollections(tables),
		settingsCollection(apis, properties(tables, 'settings', 'both')),
	];
}

/** A prompt is not lost while an API is chosen that lacks the operation. */
function promptElsewhere(api: Provider): INodeProperties | undefined {
	const missing = (Object.keys(imageOperationTexts) as ImageOperation[]).filter(
		(operation) => !imageOperations(api).includes(operation),
	);
	if (missing.length === 0) return undefined;
	return {
		...toProperty({ parameter: 'prompt', schema: { type: 'string' }, required: false }),
		displayOptions: { show: { authentication: [api.name], resource: ['image'], operation: missing } },
	};
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

/** The properties of one place (node, options, settings) in the order of the interface. */
function properties(tables: Table[], place: Parameter['place'], part: Part): INodeProperties[] {
	const isField = place === 'field';
	return (Object.keys(parameters) as ParameterName[])
		.filter((name) => parameterOf(name).place === place)
		.flatMap((name) =>
			rulesOf(tables, name, part, isField).map((rule) => {
				const isKept = rule.tables.some((table) =>
					table.operations.some(
						(operation) => rule.operations.includes(operation) && table.isKept(name, operation),
					),
				);
				const how = { place, among: tables, hidesForeign: isField && !isKept };
				return {
					...(JSON.parse(rule.look) as INodeProperties),
					...displayOptionsOf(rule, part, how),
				};
			}),
		);
}
