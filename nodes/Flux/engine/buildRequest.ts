import type { IDataObject } from 'n8n-workflow';
import type { z } from 'zod/v4';

import type { ImageForm, ImageOperation, Model, SubmitRequest } from '../provider';
import { FluxError, invalidInput } from '../errors/fluxError';
import { choicesText, describeLimits, issueText } from '../catalogue/limits';
import { fieldsOf, type ModelField } from '../catalogue/modelFields';
import { inputImages, modelParameters } from '../catalogue/modelParameters';
import { sidesOf, wrongSize } from '../catalogue/size';
import { parameterOf, type ParameterName } from '../catalogue/parameters';
import { numberText, severalParameters, withLoras } from './loras';
import { labelOf, short, writtenFields, type Values } from './readParameters';

/** What is to be made, checked: all of a submit that does not change from try to try. */
export type Plan = Pick<SubmitRequest, 'model' | 'operation' | 'body' | 'envelope'>;

/** Turns an image value into the form that a field takes. `label` names the parameter for errors. */
export type ImageConverter = (value: unknown, form: ImageForm, label: string) => Promise<string | Blob>;

/**
 * What a request says, validated against the model before anything is submitted.
 *
 * @throws `invalid-input` that names each wrong field, its value and what is allowed
 */
export async function buildRequest(
	model: Model,
	operation: ImageOperation,
	given: Values,
	convert: ImageConverter,
): Promise<Plan> {
	const values = withLoras(given);
	const fields = fieldsOf(model.body);
	refuseForeign(model, values, fields);
	refuseMissingInput(model, operation, values);
	refuseSurplus(model, values, fields);
	refuseShape(model, values, fields);
	const all: IDataObject = {};
	for (const field of fields) {
		const value = typedValue(field, valueFor(field, values));
		if (value !== undefined)
			all[field.name] = (await sentValue(field, value, convert)) as IDataObject[string];
	}
	const issues = model.body.safeParse(all).error?.issues ?? [];
	const ofOne = issues.filter((issue) => !isOfSeveral(issue));
	const written = writtenFields(values);
	// What fields say together counts only once each is right, and perhaps the user has written another of them.
	const isWritten = fields.some(({ name }) => Object.hasOwn(written, name));
	const wrong = ofOne.length > 0 || isWritten ? ofOne : issues;
	if (wrong.length > 0) throw invalid(model, wrong, fields, all);
	refuseLastSeed(model, values, fields, all);
	const plan: Plan = { model, operation, body: {}, envelope: {} };
	for (const { name, outside } of fields) {
		if (name in all) put(outside === true ? plan.envelope : plan.body, name, all[name]);
	}
	Object.assign(plan.body, written);
	return plan;
}

/** A name such as `size.width` is the part of an object; where its value is a list, that part of each object of a list. */
function put(body: IDataObject, name: string, value: IDataObject[string]): void {
	const [whole, part] = name.split('.');
	if (part === undefined) body[name] = value;
	else if (Array.isArray(value)) {
		const before = (body[whole] ?? []) as IDataObject[];
		body[whole] = value.map((one, index) => ({ ...before[index], [part]: one as string }));
	} else body[whole] = { ...(typeof body[whole] === 'object' ? body[whole] : {}), [part]: value };
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

function valueFor({ parameter, position, side, type }: ModelField, values: Values): unknown {
	const value = values[parameter] ?? (isPixels(parameter) ? sidesOf(values.size)?.[parameter] : undefined);
	if (position !== undefined) return listOf(value)[position];
	if (side === undefined || value === undefined)
		return type === 'array' && value !== undefined ? listOf(value) : value;
	return sidesOf(value)?.[side];
}

/** A size in pixels fills the fields for width and height, too. */
const isPixels = (parameter: ParameterName): parameter is 'width' | 'height' =>
	parameter === 'width' || parameter === 'height';

/** Of a size all must have its place. */
function refuseShape(model: Model, values: Values, fields: ModelField[]): void {
	if (!fields.some(({ side }) => side !== undefined) || values.size === undefined) return;
	const label = labelOf('size');
	const pixels = fields.map(({ parameter }) => parameter).filter(isPixels);
	const set = pixels.find((parameter) => values[parameter] !== undefined);
	if (set !== undefined) {
		throw invalidInput(
			`${label} only counts without ${labelOf(set)}`,
			`Empty ${label}, or ${choicesText(pixels.map(labelOf), 'and')}.`,
		);
	}
	const sides = [...fields.flatMap(({ side }) => side ?? []), ...pixels];
	const wrong = wrongSize(values.size, sides);
	if (wrong === undefined) return;
	throw invalidInput(
		`${label} is ${short(values.size)}, but ${model.label} takes ${wrong.takes}`,
		wrong.instead ?? `Change ${label}, or empty it for the model's own.`,
	);
}

async function sentValue(field: ModelField, value: unknown, convert: ImageConverter): Promise<unknown> {
	const { parameter, position, inverted, spelling = {}, image, type } = field;
	if (inverted === true && typeof value === 'boolean') return !value;
	if (Object.hasOwn(spelling, String(value))) return spelling[String(value)];
	if (image === undefined) return value;
	const toImage = async (one: unknown, place?: number) =>
		await convert(one, image, `${labelOf(parameter)}${place === undefined ? '' : ` ${place + 1}`}`);
	const isNumbered = parameterOf(parameter).list === true;
	return type === 'array'
		? await Promise.all(
				listOf(value).map(async (one, place) => await toImage(one, isNumbered ? place : undefined)),
			)
		: await toImage(value, position);
}

/** The value as the field takes it; undefined if it asks for what the provider does when nothing is sent. */
function typedValue(field: ModelField, value: unknown): unknown {
	if (value === undefined || field.image !== undefined) return value;
	const typed = coerce(field, value);
	const { parameter, minimum = 0 } = field;
	// Other tools write a random seed so. A model that takes negative seeds itself is asked with them.
	if (parameter === 'seed' && Number.isInteger(typed) && Number(typed) < 0 && minimum >= 0) return undefined;
	const joint = parameter === 'aspectRatio' ? ':' : parameter === 'size' ? 'x' : undefined;
	return joint === undefined || typeof typed !== 'string' ? typed : sidesJoined(typed, joint);
}

/** Two numbers, however they are joined, as the providers write a ratio or a size; anything else as it is. */
function sidesJoined(text: string, joint: ':' | 'x'): string {
	const joints = joint === ':' ? /^\s*(\d+)\s*[x×/:：∶]\s*(\d+)\s*$/i : /^\s*(\d+)\s*[x×*]\s*(\d+)\s*$/i;
	return text.replace(joints, `$1${joint}$2`);
}

/** The type that the wire wants, where the value says the same in another one: expressions often give numbers as text. */
function coerce({ parameter, type, enum: choices }: ModelField, value: unknown): unknown {
	if (typeof value === 'object' && value !== null && type !== 'array') {
		const label = labelOf(parameter);
		throw invalidInput(
			`${label} is ${JSON.stringify(value).slice(0, 80)}, but it takes a single value`,
			`The expression in ${label} gives ${Array.isArray(value) ? 'a list' : 'an object'}. Pick one of its values, for example {{ $json.text }}.`,
		);
	}
	if (type === 'string' || choices?.every((choice) => typeof choice === 'string')) return String(value);
	if (typeof value !== 'string') return value;
	const text = value.trim();
	if ((type === 'integer' || type === 'number') && numberText.test(text)) return Number(text);
	if (type === 'boolean' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
	return value;
}

const shapeParameters: readonly ParameterName[] = [
	'aspectRatio',
	'resolution',
	'size',
	'width',
	'height',
	'megapixels',
];
const emptyAdvice = 'If it is an expression, check that the input item has the field that it names.';
const imageAdvice =
	"Write the name of the input field that holds the file, usually data, or the URL of an image. The node before this one has to output a file; n8n hands none to an agent's tool, which takes that of another node by an expression.";

/** Parameters that the node itself carries out. */
const nodeParameters: readonly ParameterName[] = ['numberOfImages', 'additionalBody'];

function refuseForeign(model: Model, values: Values, fields: ModelField[]): void {
	const known = new Set<ParameterName>([...nodeParameters, ...fields.map(({ parameter }) => parameter)]);
	for (const name of Object.keys(values) as ParameterName[]) {
		if (known.has(name)) continue;
		const label = labelOf(name);
		const shapes = shapeParameters.filter((one) => shapeParameters.includes(name) && known.has(one));
		const instead =
			shapes.length === 0
				? ''
				: ` The shape of its image is set by ${choicesText(shapes.map(labelOf), 'and')}.`;
		throw invalidInput(
			`${label} is ${short(values[name])}, but ${model.label} has no ${label}`,
			`Remove ${label}, or choose a model that has it.${instead}`,
		);
	}
}

/** What an operation works on may be optional for the model, but the operation makes no sense without it. */
function refuseMissingInput(model: Model, operation: ImageOperation, values: Values): void {
	const ofOperation = modelParameters(model, operation);
	const either = ofOperation.filter(({ parameter }) => inputImages.includes(parameter));
	if (either.length > 1 && either.every(({ parameter }) => values[parameter] === undefined)) {
		const names = either.map(({ parameter }) => labelOf(parameter)).join(' and ');
		throw invalidInput(`${names} are empty, but ${model.label} needs one of them here`, imageAdvice);
	}
	for (const { parameter, required } of ofOperation) {
		const { place, image } = parameterOf(parameter);
		if (!required || place !== 'field' || values[parameter] !== undefined) continue;
		throw invalidInput(
			`${labelOf(parameter)} is empty, but ${model.label} needs it here`,
			image === true ? imageAdvice : emptyAdvice,
		);
	}
}

function refuseSurplus(model: Model, values: Values, fields: ModelField[]): void {
	for (const [name, value] of Object.entries(values) as Array<[ParameterName, unknown]>) {
		const own = fields.filter(({ parameter }) => parameter === name);
		const positions = own.filter(({ position }) => position !== undefined).length;
		// An unlisted model has both: a list, and the field of those that take one.
		const { type, maxItems } = own.find((one) => one.type === 'array') ?? own[0] ?? {};
		const isOne = severalParameters.includes(name) && type !== 'array';
		const most = positions > 0 && type !== 'array' ? positions : (maxItems ?? (isOne ? 1 : undefined));
		if (most !== undefined && listOf(value).length > most) {
			const what = `${listOf(value).length} ${parameterOf(name).image === true ? 'images' : 'values'}`;
			throw invalidInput(`${labelOf(name)} holds ${what}, but ${model.label} takes at most ${most}`);
		}
	}
}

/** Several images of a model that makes one a job have rising seeds, and the last one must still be taken. */
function refuseLastSeed(model: Model, values: Values, fields: ModelField[], sent: IDataObject): void {
	const seed = fields.find(({ parameter }) => parameter === 'seed');
	const isNative = fields.some(({ parameter }) => parameter === 'numberOfImages');
	const first = seed && sent[seed.name];
	if (isNative || seed?.maximum === undefined || typeof first !== 'number') return;
	const count = Number(values.numberOfImages ?? 1);
	const last = first + count - 1;
	if (last <= seed.maximum) return;
	throw invalidInput(
		`'Seed' is ${first}, so that the last of ${count} images would have ${last}, but ${model.label} takes ${describeLimits(seed)}`,
	);
}

/** What the fields say together, as a sentence about the first of them. */
const isOfSeveral = ({ code, message }: z.core.$ZodIssue) =>
	code === 'custom' && !message.startsWith('takes ');

function invalid(
	model: Model,
	issues: readonly z.core.$ZodIssue[],
	fields: ModelField[],
	sent: IDataObject,
): FluxError {
	const texts = oneEach(issues).map((issue) => {
		const name = String(issue.path[0] ?? '');
		const value = sent[name];
		const field = fields.find((one) => one.name === name);
		const side = field?.side === undefined ? '' : ` (${field.side})`;
		const place = field?.position ? ` ${field.position + 1}` : '';
		const label = field === undefined ? name : `${labelOf(field.parameter)}${place}${side}`;
		// How long a URL may be is no help to write one.
		const limits = field === undefined || issue.code === 'invalid_format' ? '' : describeLimits(field);
		const why = issueText(issue, value);
		const isEmpty = value === undefined || value === '';
		if (isOfSeveral(issue)) return `${label} ${why}`;
		if (isEmpty) return `${label} is empty, but ${model.label} needs it${limits && `: ${limits}`}`;
		return `${label} is ${short(value)}, but ${model.label} takes ${[limits, why].filter(Boolean).join('; ')}`;
	});
	return invalidInput([...new Set(texts)].join('. '));
}

/** Of each field the first issue, as further ones say the same of the same value. The nearest multiples come last: they may be out of range. */
function oneEach(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
	const isMultiple = ({ code }: z.core.$ZodIssue) => code === 'not_multiple_of';
	const sorted = [...issues].sort((one, other) => Number(isMultiple(one)) - Number(isMultiple(other)));
	const first = new Set(new Map(sorted.reverse().map((issue) => [issue.path[0], issue])).values());
	return issues.filter((issue) => first.has(issue));
}
