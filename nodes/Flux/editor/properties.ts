import type { IDisplayOptions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { Provider, ImageOperation, Model } from '../provider';
import { describeLimits } from '../catalogue/limits';
import { modelParameters, type ModelParameter } from '../catalogue/modelParameters';
import { parameterOf, parameters, type Parameter, type ParameterName } from '../catalogue/parameters';
import { nodeOptions, settingsLabel, settingsProperties } from './settings';
import { inInterfaceWords } from '../catalogue/modelFields';

/** The image operations of an API, in the order in which its models name them. */
export const imageOperations = (api: Provider): ImageOperation[] => [
	...new Set(api.models.flatMap(({ operations }) => operations)),
];

/** The models of an API that have an operation. */
export const modelsFor = (api: Provider, operation: ImageOperation): Model[] =>
	api.models.filter(({ operations }) => operations.includes(operation));

/** The properties of all image operations of an API: model, fields and the collections, each shown only where the model has it. */
export function imageProperties(api: Provider): INodeProperties[] {
	const operations = imageOperations(api);
	const table = operations.map((operation) => columnOf(api, operation));
	return [
		...operations.map((operation) => modelProperty(api, operation)),
		...operations.map((operation) => wrongModelNotice(api, operation)),
		...properties(api, table, 'field', ''),
		...(api.jobs === undefined ? [] : [waitForCompletion(api)]),
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add option',
			default: {},
			displayOptions: { show: { authentication: [api.name], resource: ['image'] } },
			options: byName([...properties(api, table, 'options', '/'), ...nodeOptions]),
		},
		{
			displayName: settingsLabel,
			name: 'settings',
			type: 'collection',
			placeholder: 'Add setting',
			default: {},
			displayOptions: { show: { authentication: [api.name], resource: ['image'] } },
			options: byName([...settingsProperties(api), ...properties(api, table, 'settings', '/')]),
		},
	];
}

const waitForCompletion = (api: Provider): INodeProperties => ({
	displayName: 'Wait for Completion',
	name: 'waitForCompletion',
	type: 'boolean',
	default: true,
	description:
		'Whether to wait for the finished image. If off, the node returns the job ID right away; get the image later with Job: Get.',
	displayOptions: { show: { authentication: [api.name], resource: ['image'] } },
});

const byName = (list: INodeProperties[]) =>
	[...list].sort((one, other) => one.displayName.localeCompare(other.displayName, 'en'));

function modelProperty(api: Provider, operation: ImageOperation): INodeProperties {
	const [first] = modelsFor(api, operation);
	return {
		displayName: 'Model',
		name: 'model',
		type: 'resourceLocator',
		required: true,
		default: { mode: 'list', value: first.id, cachedResultName: first.label },
		description: 'The model to use. The fields below depend on it.',
		displayOptions: { show: shown(api, [operation]) },
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: {
					searchListMethod: 'searchModels',
					searchable: true,
					// Only a live list needs the key.
					skipCredentialsCheckInRLC: api.serverModels === undefined,
				},
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: `e.g. ${first.id}`,
				hint: `The provider's own model ID. An ID that is in no list shows every field that ${api.label} knows.`,
			},
		],
	};
}

/** The model that was chosen for one operation stays when another one is chosen. */
const wrongModelNotice = (api: Provider, operation: ImageOperation): INodeProperties => {
	const wrong = api.models.filter(({ operations }) => !operations.includes(operation)).map(({ id }) => id);
	return {
		// Shown for a model by expression too, so it says nothing of the model that is chosen.
		displayName: 'Choose a model that has this operation: the list shows them',
		name: 'wrongModel',
		type: 'notice',
		default: '',
		displayOptions: { show: { ...shown(api, [operation]), model: wrong } },
	};
};

/** Inside a collection, which is shown for the API alone, rules name the node's parameters by the prefix `/`. */
const shown = (api: Provider, operations: ImageOperation[], prefix: '' | '/' = '') => ({
	...(prefix === '' ? { authentication: [api.name], resource: ['image'] } : {}),
	...(operations.length === imageOperations(api).length ? {} : { [`${prefix}operation`]: operations }),
});

/** How parameters look, as JSON: those of a model, or those of all ids that are in no list. */
type Looks = Map<ParameterName, string>;

/** The looks in one operation. */
interface Column {
	operation: ImageOperation;
	listed: Map<string, Looks>;
	unlisted: Looks;
}

function columnOf(api: Provider, operation: ImageOperation): Column {
	const any = modelParameters(api.unlistedModel('', operation), operation);
	const needed = any.filter(({ required }) => required).map(({ parameter }) => parameter);
	// A model by expression shows every look, and n8n would insist on fields that the model may not have.
	const isMarked = ({ parameter, required }: ModelParameter) =>
		required && (parameter === 'prompt' || needed.includes(parameter));
	const looksOf = (all: ModelParameter[]): Looks =>
		new Map(
			all.map((one) => [
				one.parameter,
				JSON.stringify({ ...toProperty(one), ...(isMarked(one) ? { required: true } : {}) }),
			]),
		);
	const models = modelsFor(api, operation);
	return {
		operation,
		listed: new Map(models.map((model) => [model.id, looksOf(modelParameters(model, operation))])),
		unlisted: looksOf(any),
	};
}

/** The properties of one place (node, options, settings): what looks the same in several operations is one property. */
function properties(
	api: Provider,
	table: Column[],
	place: Parameter['place'],
	prefix: '' | '/',
): INodeProperties[] {
	const names = (Object.keys(parameters) as ParameterName[]).filter(
		(name) => parameterOf(name).place === place,
	);
	return names.flatMap((name) => {
		const groups = new Map<string, ImageOperation[]>();
		for (const column of table) {
			for (const [look, models] of shownIn(api, table, column, name)) {
				const key = JSON.stringify([look, models, column.unlisted.get(name) === look]);
				groups.set(key, [...(groups.get(key) ?? []), column.operation]);
			}
		}
		return [...groups].map(([key, operations]) => {
			const [look, models, isForAny] = JSON.parse(key) as [string, string[], boolean];
			const show = shown(api, operations, prefix);
			const others = api.models.map(({ id }) => id).filter((id) => !models.includes(id));
			// A `show` list hides it from unlisted ids; a `hide` list leaves it to them.
			const displayOptions: IDisplayOptions = !isForAny
				? { show: { ...show, [`${prefix}model`]: models } }
				: others.length === 0
					? { show }
					: { show, hide: { [`${prefix}model`]: others } };
			return { ...(JSON.parse(look) as INodeProperties), displayOptions };
		});
	});
}

/**
 * The looks of a parameter in an operation, each with the models that have it. A model that lacks the operation keeps its own
 * look if that is among them, and the prompt in any case: what was typed is still there when another model is chosen.
 */
function shownIn(api: Provider, table: Column[], { listed, unlisted }: Column, name: ParameterName) {
	const any = unlisted.get(name);
	const looks = new Map<string | undefined, string[]>(
		[any, ...[...listed.values()].map((one) => one.get(name))].map((look) => [look, []]),
	);
	for (const { id } of api.models) {
		const own = listed.get(id) ?? table.find((column) => column.listed.has(id))?.listed.get(id);
		const look = own?.get(name);
		looks.get(looks.has(look) || name !== 'prompt' ? look : any)?.push(id);
	}
	looks.delete(undefined);
	return looks;
}

/** How a parameter looks: its words from the interface, its type, range and choices from the model. */
function toProperty({ parameter, schema }: ModelParameter): INodeProperties {
	const { displayName, placeholder, rows, list, choiceNames, place, ...words } = parameterOf(parameter);
	const description = schema.description ?? words.description;
	const optional = place === 'field';
	const byDefault = schema.default === undefined ? undefined : inInterfaceWords(schema.default, schema);
	const standard = byDefault === undefined ? undefined : String(byDefault);
	const base = { displayName, name: parameter, description };
	if (list === true) {
		return {
			...base,
			type: 'string',
			default: [],
			placeholder,
			typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Image' },
		};
	}
	if (schema.enum !== undefined) {
		const choices = schema.enum
			.map((value) => inInterfaceWords(value, schema))
			.map((value) => ({ name: choiceNames?.[String(value)] ?? String(value), value }));
		const own = { name: standard === undefined ? 'Default' : `Default (${standard})`, value: '' };
		return {
			...base,
			type: 'options',
			options: (optional ? [own, ...choices] : choices) as INodePropertyOptions[],
			default: optional ? '' : (byDefault ?? choices[0].value),
		};
	}
	if (schema.type === 'boolean') return { ...base, type: 'boolean', default: schema.default ?? false };
	if (schema.type === 'integer' || schema.type === 'number') {
		const { minimum, maximum, type } = schema;
		const limits = describeLimits(schema);
		return {
			...base,
			type: 'number',
			description: `${description.replace(/\.$/, '')}. Takes ${limits}.`,
			default: optional ? '' : (schema.default ?? ''),
			placeholder: standard ?? 'Automatic',
			typeOptions: {
				...(minimum === undefined ? {} : { minValue: minimum }),
				...(maximum === undefined ? {} : { maxValue: maximum }),
				...(type === 'integer' ? { numberPrecision: 0 } : { numberPrecision: 2 }),
			},
		};
	}
	return {
		...base,
		type: 'string',
		default: '',
		placeholder: placeholder ?? (standard === undefined ? undefined : `e.g. ${standard}`),
		...(rows === undefined ? {} : { typeOptions: { rows } }),
		...(parameter === 'webhookSecret' ? { typeOptions: { password: true } } : {}),
	};
}
