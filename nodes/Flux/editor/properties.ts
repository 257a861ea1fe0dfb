import type { IDisplayOptions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { Provider, ImageOperation, Model } from '../provider';
import { describeLimits } from '../catalogue/limits';
import { modelParameters, type ModelParameter } from '../catalogue/modelParameters';
import { parameterOf, parameters, type Parameter, type ParameterName } from '../catalogue/parameters';
import { nodeOptions, settingsLabel, settingsProperties } from './settings';
import { inInterfaceWords } from '../catalogue/modelFields';

/** A parameter as one or more models have it: those whose field looks the same share one property. */
interface Variant {
	offered: ModelParameter;
	/** Ids of the models in which it is shown. */
	models: string[];
	/** Whether it is also shown for ids that are in no list. */
	unknown: boolean;
}

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
	const options = operations.flatMap((operation) => properties(api, operation, 'options', '/'));
	const settings = operations.flatMap((operation) => properties(api, operation, 'settings', '/'));
	return [
		...operations.map((operation) => modelProperty(api, operation)),
		...operations.map((operation) => wrongModelNotice(api, operation)),
		...operations.flatMap((operation) => properties(api, operation, 'field', '')),
		...(api.jobs === undefined ? [] : [waitForCompletion(api)]),
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add option',
			default: {},
			displayOptions: { show: { authentication: [api.name], resource: ['image'] } },
			options: byName([...options, ...nodeOptions]),
		},
		{
			displayName: settingsLabel,
			name: 'settings',
			type: 'collection',
			placeholder: 'Add setting',
			default: {},
			displayOptions: { show: { authentication: [api.name], resource: ['image'] } },
			options: byName([...settingsProperties(api), ...settings]),
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
		displayOptions: shown(api, operation),
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
		displayOptions: { show: { ...shown(api, operation).show, model: wrong } },
	};
};

const shown = (api: Provider, operation: ImageOperation, prefix = ''): IDisplayOptions => ({
	show: {
		[`${prefix}authentication`]: [api.name],
		[`${prefix}resource`]: ['image'],
		[`${prefix}operation`]: [operation],
	},
});

/** The properties of one place (node, options, settings) for an operation. Inside a collection, rules name the node's parameters by `/`. */
function properties(
	api: Provider,
	operation: ImageOperation,
	place: Parameter['place'],
	prefix: '' | '/',
): INodeProperties[] {
	const models = modelsFor(api, operation);
	return variantsOf(api, operation, models)
		.filter(({ offered }) => parameterOf(offered.parameter).place === place)
		.map((variant) => ({
			...toProperty(variant.offered, place),
			...(isMarked(variant) ? { required: true } : {}),
			displayOptions: rules(variant),
		}));

	// A model by expression shows every variant, and n8n would insist on fields that the model may not have.
	function isMarked({ offered: { parameter, required }, unknown }: Variant): boolean {
		return required && (unknown || parameter === 'prompt');
	}

	// A `show` list hides a variant from unlisted ids; a `hide` list leaves it to them.
	function rules({ models: ids, unknown }: Variant): IDisplayOptions {
		const base = shown(api, operation, prefix);
		if (!unknown) return { show: { ...base.show, [`${prefix}model`]: ids } };
		// Models that lack the operation show nothing, rather than what unlisted ids show.
		const others = api.models.map(({ id }) => id).filter((id) => !ids.includes(id));
		return others.length === 0 ? base : { ...base, hide: { [`${prefix}model`]: others } };
	}
}

function variantsOf(api: Provider, operation: ImageOperation, models: Model[]): Variant[] {
	const variants = new Map<string, Variant>();
	const add = (offered: ModelParameter, id?: string) => {
		const key = JSON.stringify([offered.required, toProperty(offered, 'field')]);
		const variant = variants.get(key) ?? { offered, models: [], unknown: false };
		if (id === undefined) variant.unknown = true;
		else variant.models.push(id);
		variants.set(key, variant);
	};
	for (const model of models) for (const offered of modelParameters(model, operation)) add(offered, model.id);
	for (const offered of modelParameters(api.unlistedModel('', operation), operation)) add(offered);
	const order = Object.keys(parameters) as ParameterName[];
	return [...variants.values()].sort(
		(one, other) => order.indexOf(one.offered.parameter) - order.indexOf(other.offered.parameter),
	);
}

/** How a parameter looks: its words from the interface, its type, range and choices from the model. */
function toProperty({ parameter, schema }: ModelParameter, place: Parameter['place']): INodeProperties {
	const { displayName, placeholder, rows, list, choiceNames, ...words } = parameterOf(parameter);
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
