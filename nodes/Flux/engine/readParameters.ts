import type { IDataObject, IExecuteSingleFunctions } from 'n8n-workflow';

import type { Provider, ImageOperation, Job, Model } from '../provider';
import { providers } from '../providers';
import { isJobId } from '../providers/common/readers';
import { invalidInput } from '../errors/fluxError';
import { bare } from '../http/apiKey';
import { parseHttpUrl } from '../http/trust';
import { choicesText } from '../catalogue/limits';
import { maxImages } from '../catalogue/modelParameters';
import { imageOperationTexts, operationsOf } from '../catalogue/operations';
import { parameterOf, parameters, type Parameter, type ParameterName } from '../catalogue/parameters';
import { filesOf, imageValues, type Files } from '../images/imageValue';
import { recognise } from '../images/input';
import { parseJson } from '../url';

/** The settings of the node itself. */
export interface Settings {
	binaryPropertyName: string;
	fileName: string | undefined;
	/** Seconds. */
	timeout: number;
	maxConcurrency: number | undefined;
}

/** What the locator of the model holds beside the id: whether it was chosen from the list, and what the list called it. */
interface ModelChoice {
	mode?: string;
	cachedResultName?: string;
}

/** The value of the model's locator. n8n's `extractValue` throws where no model is displayed, as for an operation that the API lacks. */
export function modelValue(context: IExecuteSingleFunctions): unknown {
	const model: unknown = context.getNodeParameter('model', '');
	return typeof model === 'object' && model !== null && 'value' in model ? model.value : model;
}

/** The chosen model; an id that is in no list becomes a model with every field of the API. */
export function readModel(
	context: IExecuteSingleFunctions,
	api: Provider,
	operation: ImageOperation,
	service: string | undefined,
): Model {
	const available = api.models.filter((model) => model.service === undefined || model.service === service);
	const withOperation = available.filter(({ operations }) => operations.includes(operation));
	const example = withOperation.length === 0 ? '' : `, for example ${withOperation[0].id}`;
	const advice = `Choose a model from the list, or write its ID${example}.`;
	if (!api.models.some(({ operations }) => operations.includes(operation))) {
		throw invalidInput(
			`${api.label} does not have the operation '${nameOf(operation)}'`,
			`It has ${choicesText(operationsOf(api.models).map(nameOf), 'and')}. Choose one of them, or another API.`,
		);
	}
	const value = modelValue(context);
	if (typeof value !== 'string' || value.trim() === '') {
		throw invalidInput("'Model' is empty", advice);
	}
	const text = value.trim();
	const id = available.find(({ label }) => label === text)?.id ?? api.modelId?.(text) ?? text;
	// A model whose operations are endpoints of their own has an entry for each.
	const same = available.filter((model) => model.id === id);
	const known = same.find(({ operations }) => operations.includes(operation)) ?? same[0];
	const { mode, cachedResultName } = context.getNodeParameter('model', {}) as ModelChoice;
	const elsewhere = known === undefined && mode === 'list' && whereElse(api, text, cachedResultName);
	if (elsewhere) {
		throw invalidInput(`'Model' is ${(cachedResultName ?? text).split(' – ')[0]}, ${elsewhere}`, advice);
	}
	// A server that lists its models reads the id as it is; elsewhere it is part of a path, which it must not leave.
	const isFree = api.serverModels !== undefined;
	if (known === undefined && !(isFree ? isLine(id) : isPath(id))) {
		const form = isFree
			? 'one line of at most 200 characters'
			: 'letters, digits, dots, dashes, underscores, colons and single slashes';
		throw invalidInput(
			`'Model' is "${text.slice(0, 80)}", which cannot be a model ID`,
			`IDs hold ${form}. ${advice}`,
		);
	}
	const model = known ?? api.unlistedModel(id, operation, service);
	refuseOperation(
		{ ...model, operations: operationsOf(known === undefined ? [model] : same) },
		operation,
		withOperation,
	);
	return model;
}

/** @param others models that have the operation */
export function refuseOperation(
	model: Model,
	operation: ImageOperation,
	others: readonly Model[] = [],
): void {
	if (model.operations.includes(operation)) return;
	const fitting = others.map(({ label }) => label);
	const models = fitting.length === 0 ? '' : `the model ${choicesText(fitting)}, or `;
	throw invalidInput(
		`${model.label} does not have the operation '${nameOf(operation)}'`,
		`Choose ${models}the operation ${choicesText(model.operations.map(nameOf))}.`,
	);
}

const nameOf = (operation: ImageOperation) => imageOperationTexts[operation]?.name ?? operation;

/** Says of a model which other service or API has it. A server of the user's own may list it under the same id, and then calls it by that. */
function whereElse(api: Provider, id: string, listedAs: string | undefined): string | undefined {
	if (api.serverModels !== undefined && (listedAs === undefined || listedAs === id)) return undefined;
	const has = ({ models }: Provider) => models.some((model) => model.id === id);
	if (has(api)) return 'but the service chosen in the credential is another one';
	const other = providers.find(has);
	return other && `a model of ${other.label}, but the node uses ${api.label}`;
}

const isLine = (id: string) => id.length <= 200 && /^\P{C}+$/u.test(id);

const isPath = (id: string) =>
	id.length <= 200 &&
	/^[\w.:-]+(\/[\w.:-]+)*$/.test(id) &&
	id.split('/').every((part) => !/^\.+$/.test(part));

export function readSettings(context: IExecuteSingleFunctions): Settings {
	const settings = context.getNodeParameter('settings', {}) as IDataObject;
	const binaryPropertyName = String(settings.binaryPropertyName ?? 'data').trim();
	if (binaryPropertyName === '')
		throw invalidInput("'Put Output File in Field' is empty; the usual name is data");
	return {
		binaryPropertyName,
		fileName: isSet(settings.fileName) ? String(settings.fileName) : undefined,
		timeout: wholeOrPart('Timeout', isSet(settings.timeout) ? settings.timeout : 300, 1, 86_400),
		maxConcurrency: isSet(settings.maxConcurrency)
			? whole('Max Concurrency', settings.maxConcurrency, 1, 100)
			: undefined,
	};
}

/** Whether the node waits for the image. Expressions often give texts. */
export const isAwaited = (context: IExecuteSingleFunctions) =>
	!/^\s*false\s*$/i.test(String(context.getNodeParameter('waitForCompletion', true)));

/** A path on the server of the credential, as proxies name it. */
const isOwnPath = /^\/(?![/\\])/;

/** The job that the user names. */
export function readJob(context: IExecuteSingleFunctions): Job {
	// An error ends its sentences with them.
	const textOf = (name: string) => bare(bare(context.getNodeParameter(name, '')).replace(/(?<=[^.])\.$/, ''));
	const [id, pollingUrl] = [textOf('jobId'), textOf('pollingUrl')];
	if (pollingUrl !== '' && parseHttpUrl(pollingUrl) === undefined && !isOwnPath.test(pollingUrl)) {
		throw invalidInput(
			`'Polling URL' is ${short(pollingUrl)}, which is no URL`,
			'Empty it, or copy all of it from the output or the error of the Flux node that submitted the job.',
		);
	}
	if (isJobId(id)) return { id, pollingUrl: pollingUrl || undefined };
	const wrong = id.length > 200 ? 'too long to be one' : `"${id}", which cannot be one`;
	throw invalidInput(
		id === '' ? "'Job ID' is empty" : `'Job ID' is ${wrong}`,
		'Take it from the output or the error of the Flux node that submitted the job.',
	);
}

/** What the user set, by parameter; what is not set is not there. */
export type Values = Partial<Record<ParameterName, unknown>>;

const entries = Object.entries(parameters) as Array<[ParameterName, Parameter]>;

/** A parameter as errors name it. */
export const labelOf = (parameter: ParameterName) => `'${parameterOf(parameter).displayName}'`;

// White space, or characters that nobody sees, are nothing.
const isSet = (value: unknown) =>
	value !== undefined &&
	value !== null &&
	!(typeof value === 'string' && /^[\s\p{Cf}]*$/u.test(value)) &&
	!(Array.isArray(value) && value.length === 0);

/** What is set on the node for this item, by parameter. Fields that the editor hides are not there: n8n leaves them out. */
export function readValues(context: IExecuteSingleFunctions): Values {
	const options = context.getNodeParameter('options', {}) as IDataObject;
	const settings = context.getNodeParameter('settings', {}) as IDataObject;
	const files = filesOf(context.getInputData());
	const values: Values = {};
	for (const [name, parameter] of entries) {
		const { place } = parameter;
		const collection = place === 'options' ? options : settings;
		const value = place === 'field' ? context.getNodeParameter(name, null) : collection[name];
		const clean = parameter.image === true ? readImages(value, parameter, files) : value;
		if (isSet(clean)) values[name] = clean;
	}
	return values;
}

/** The images of a parameter, or the one that it takes. */
function readImages(value: unknown, { list, displayName }: Parameter, files: Files): unknown {
	const images = imageValues(value, files).filter(isSet);
	if (list === true) return images;
	if (images.length < 2) return images[0];
	// What was divided for nothing is told as it was written.
	if (typeof value === 'string' && !images.every((one) => recognise(one, files))) return value;
	throw invalidInput(
		`'${displayName}' takes one image, but ${images.length} were given`,
		`If '${displayName}' is an expression, pick one of its values.`,
	);
}

/** A value as errors show it. */
export function short(value: unknown): string {
	const text = typeof value === 'string' ? `"${value}"` : String(JSON.stringify(value));
	return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** The fields that the user wrote by their names on the wire. */
export function writtenFields({ additionalBody: value }: Values): IDataObject {
	if (value === undefined) return {};
	const parsed = typeof value === 'string' ? parseJson(value) : value;
	if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
		throw invalidInput(
			`${labelOf('additionalBody')} is ${short(value)}, but it takes a JSON object such as {"seed": 1}`,
		);
	}
	return parsed as IDataObject;
}

/** How many images an item asks for. */
export const readNumberOfImages = (values: Values): number =>
	values.numberOfImages === undefined ? 1 : whole('Number of Images', values.numberOfImages, 1, maxImages);

function wholeOrPart(label: string, value: unknown, least: number, most: number): number {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (typeof number === 'number' && number >= least && number <= most) return number;
	throw invalidInput(
		`'${label}' is ${JSON.stringify(value)}, but it takes a number from ${least} to ${most}`,
	);
}

function whole(label: string, value: unknown, least: number, most: number): number {
	const number = wholeOrPart(label, value, least, most);
	if (Number.isInteger(number)) return number;
	throw invalidInput(`'${label}' is ${number}, but it takes a whole number from ${least} to ${most}`);
}
