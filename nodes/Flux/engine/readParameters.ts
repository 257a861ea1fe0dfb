import type { IDataObject, IExecuteSingleFunctions } from 'n8n-workflow';

import type { Provider, ImageOperation, Model } from '../provider';
import { FluxError } from '../errors/fluxError';
import { isSet, type Values } from './buildRequest';
import { maxImages } from '../catalogue/modelParameters';

/** The settings of the node itself. */
export interface Settings {
	binaryPropertyName: string;
	fileName: string | undefined;
	/** Seconds. */
	timeout: number;
	maxConcurrency: number | undefined;
}

/** The chosen model; an id that is in no list becomes a model with every field of the API. */
export function readModel(
	context: IExecuteSingleFunctions,
	api: Provider,
	operation: ImageOperation,
	service: string | undefined,
): Model {
	const id: unknown = context.getNodeParameter('model', '', { extractValue: true });
	if (typeof id !== 'string' || id.trim() === '') {
		throw new FluxError('invalid-input', 'Model is empty', {
			advice: `Choose a model from the list or write its ID, for example ${api.models[0].id}. Nothing was billed.`,
		});
	}
	const known = api.models.find(
		(model) => model.id === id.trim() && (model.service === undefined || model.service === service),
	);
	if (known === undefined && !isModelId(id.trim())) {
		throw new FluxError('invalid-input', `Model is "${id.slice(0, 80)}", which cannot be the ID of a model`, {
			advice:
				'IDs hold letters, digits, dots, dashes, underscores, colons and single slashes. Nothing was billed.',
		});
	}
	const model = known ?? api.unlistedModel(id.trim(), operation, service);
	if (!model.operations.includes(operation)) {
		const name = known?.id ?? model.label;
		throw new FluxError('invalid-input', `Model is ${name}, which has no operation "${operation}"`, {
			advice: `Its operations: ${model.operations.join(', ')}. Nothing was billed.`,
		});
	}
	return model;
}

const isModelId = (id: string) =>
	id.length <= 200 &&
	/^[\w.:-]+(\/[\w.:-]+)*$/.test(id) &&
	id.split('/').every((part) => !/^\.+$/.test(part));

export function readSettings(context: IExecuteSingleFunctions): Settings {
	const settings = context.getNodeParameter('settings', {}) as IDataObject;
	const binaryPropertyName = String(settings.binaryPropertyName ?? 'data').trim();
	if (binaryPropertyName === '')
		throw new FluxError('invalid-input', 'Binary Property Name is empty; the usual name is data');
	return {
		binaryPropertyName,
		fileName: isSet(settings.fileName) ? String(settings.fileName) : undefined,
		timeout: wholeOrPart('Timeout', settings.timeout ?? 300, 1, 86_400),
		maxConcurrency: isSet(settings.maxConcurrency)
			? whole('Max Concurrency', settings.maxConcurrency, 1, 100)
			: undefined,
	};
}

/** How many images an item asks for. */
export const readNumberOfImages = (values: Values): number =>
	values.numberOfImages === undefined ? 1 : whole('Number of Images', values.numberOfImages, 1, maxImages);

function wholeOrPart(label: string, value: unknown, least: number, most: number): number {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (typeof number === 'number' && number >= least && number <= most) return number;
	throw new FluxError(
		'invalid-input',
		`${label} is ${JSON.stringify(value)}, but it takes a number from ${least} to ${most}`,
	);
}

function whole(label: string, value: unknown, least: number, most: number): number {
	const number = wholeOrPart(label, value, least, most);
	if (Number.isInteger(number)) return number;
	throw new FluxError(
		'invalid-input',
		`${label} is ${number}, but it takes a whole number from ${least} to ${most}`,
	);
}
