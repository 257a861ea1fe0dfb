import type { IDataObject } from 'n8n-workflow';
import type { z } from 'zod/v4';

import type { ImageForm, ImageOperation, Model } from '../provider';
import { FluxError } from '../errors/fluxError';
import { choicesText, describeLimits, issueText } from '../catalogue/limits';
import { inputImages, modelParameters } from '../catalogue/modelParameters';
import { parameterOf, type ParameterName } from '../catalogue/parameters';
import { schemaOf, fieldsOf, type FieldSchema, type Side, type ModelField } from '../catalogue/modelFields';

/** What the user set, by parameter; what is not set is not there. */
export type Values = Partial<Record<ParameterName, unknown>>;

/** Turns an image value into the form that a field takes. `label` names the parameter for errors. */
export type ImageConverter = (value: unknown, form: ImageForm, label: string) => Promise<string | Blob>;

/** A validated request: the model's own fields, and what goes beside them. */
export interface RequestContent {
	body: IDataObject;
	envelope: IDataObject;
}

/**
 * What a request says, validated against the model before anything is submitted.
 *
 * @throws `invalid-input` that names each wrong field, its value and what is allowed
 */
export async function buildRequest(
	model: Model,
	operation: ImageOperation,
	values: Values,
	convert: ImageConverter,
): Promise<RequestContent> {
	const fields = fieldsOf(model.body);
	refuseForeign(model, values, fields);
	refuseMissingInput(model, operation, values);
	const schemas = schemaOf(model.body).properties;
	refuseSurplus(values, fields, model, schemas);
	const body: IDataObject = {};
	for (const field of fields) {
		const value = valueFor(field, values);
		if (value === undefined) continue;
		const typed = typedValue(field, value, schemas[field.name]);
		if (typed === undefined) continue;
		body[field.name] = (await wireValue(field, typed, convert)) as IDataObject[string];
	}
	const checked = model.body.safeParse(body);
	if (!checked.success) throw invalid(model, checked.error.issues, fields, body, schemas);
	refuseLastSeed(model, values, fields, body, schemas);
	const outside = new Set(fields.filter((field) => field.outside === true).map(({ name }) => name));
	const part = (isOutside: boolean) =>
		Object.fromEntries(Object.entries(body).filter(([name]) => outside.has(name) === isOutside));
	return { body: { ...part(false), ...additional(values.additionalBody) }, envelope: part(true) };
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

function valueFor({ parameter, position, side }: ModelField, values: Values): unknown {
	const value = values[parameter];
	if (value === undefined) return undefined;
	if (side !== undefined) return sideOf(value, side, labelOf({ parameter }));
	return position === undefined ? value : listOf(value)[position];
}

function sideOf(value: unknown, side: Side, label: string): unknown {
	const sides = /^\s*(?<width>\d+)\s*[x×]\s*(?<height>\d+)\s*$/i.exec(String(value))?.groups;
	if (sides !== undefined) return sides[side];
	throw new FluxError(
		'invalid-input',
		`${label} is ${short(value)}, but it takes width and height in pixels, such as 1024x768`,
	);
}

async function wireValue(field: ModelField, value: unknown, convert: ImageConverter): Promise<unknown> {
	const label = labelOf({ parameter: field.parameter });
	if (field.inverted === true && typeof value === 'boolean') return !value;
	if (field.spelling !== undefined && Object.hasOwn(field.spelling, String(value)))
		return field.spelling[String(value)];
	const { image } = field;
	if (image === undefined) return value;
	if (parameterOf(field.parameter).list === true && field.position === undefined) {
		return await Promise.all(
			listOf(value).map(async (one, index) => await convert(one, image, `${label} ${index + 1}`)),
		);
	}
	return await convert(value, image, field.position === undefined ? label : `${label} ${field.position + 1}`);
}

/** The value as the field takes it; undefined if it asks for what the provider does when nothing is sent. */
function typedValue({ parameter, image }: ModelField, value: unknown, schema: FieldSchema): unknown {
	if (image !== undefined) return value;
	const typed = coerce(value, schema, labelOf({ parameter }));
	if (parameter === 'seed' && isRandomSeed(typed, schema)) return undefined;
	const joint = parameter === 'aspectRatio' ? ':' : parameter === 'size' ? 'x' : undefined;
	return joint === undefined || typeof typed !== 'string' ? typed : sidesJoined(typed, joint);
}

/** As other tools write it. A model that takes negative seeds itself is asked with them. */
const isRandomSeed = (seed: unknown, { minimum = 0 }: FieldSchema) =>
	Number.isInteger(seed) && Number(seed) < 0 && minimum >= 0;

/** Two numbers, however they are joined, as the providers write a ratio or a size; anything else as it is. */
function sidesJoined(text: string, joint: ':' | 'x'): string {
	const joints = joint === ':' ? /^\s*(\d+)\s*[x×/:：∶]\s*(\d+)\s*$/i : /^\s*(\d+)\s*[x×*]\s*(\d+)\s*$/i;
	return text.replace(joints, `$1${joint}$2`);
}

/** The type that the wire wants, where the value says the same in another one: expressions often give numbers as text. */
function coerce(value: unknown, { type, enum: choices }: FieldSchema, label: string): unknown {
	if (typeof value === 'object' && value !== null && type !== 'array') {
		throw new FluxError(
			'invalid-input',
			`${label} is ${JSON.stringify(value).slice(0, 80)}, but it takes a single value`,
			{
				advice: `The expression in ${label} gives ${Array.isArray(value) ? 'a list' : 'an object'}. Pick one of its values, for example {{ $json.text }}. Nothing was billed.`,
			},
		);
	}
	if (type === 'string' || choices?.every((choice) => typeof choice === 'string')) return String(value);
	if (typeof value !== 'string') return value;
	const text = value.trim();
	if ((type === 'integer' || type === 'number') && /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) return Number(text);
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
const emptyAdvice =
	'If it is an expression, check that the input item has the field that it names. Nothing was billed.';
const imageAdvice =
	'Write the name of the input field that holds the file, usually data, or the URL of an image. The node before this one has to output a file. Nothing was billed.';

/** Parameters that the node itself carries out. */
const ownParameters: readonly ParameterName[] = ['numberOfImages', 'additionalBody'];

function refuseForeign(model: Model, values: Values, fields: ModelField[]): void {
	const known = new Set<ParameterName>([...ownParameters, ...fields.map(({ parameter }) => parameter)]);
	for (const name of Object.keys(values) as ParameterName[]) {
		if (known.has(name)) continue;
		const label = labelOf({ parameter: name });
		const shapes = shapeParameters.filter((one) => shapeParameters.includes(name) && known.has(one));
		const instead =
			shapes.length === 0
				? ''
				: ` The shape of its image is set by ${choicesText(
						shapes.map((parameter) => labelOf({ parameter })),
						'and',
					)}.`;
		throw new FluxError(
			'invalid-input',
			`${label} is ${short(values[name])}, but ${model.label} has no ${label}`,
			{ advice: `Remove ${label}, or choose a model that has it.${instead} Nothing was billed.` },
		);
	}
}

/** What an operation works on may be optional for the model, but the operation makes no sense without it. */
function refuseMissingInput(model: Model, operation: ImageOperation, values: Values): void {
	const offered = modelParameters(model, operation);
	const either = offered.filter(({ parameter }) => inputImages.includes(parameter));
	if (either.length > 1 && either.every(({ parameter }) => values[parameter] === undefined)) {
		const names = either.map(labelOf).join(' and ');
		throw new FluxError('invalid-input', `${names} are empty, but ${model.label} needs one of them here`, {
			advice: imageAdvice,
		});
	}
	for (const { parameter, required } of offered) {
		const { place, image } = parameterOf(parameter);
		if (!required || place !== 'field' || values[parameter] !== undefined) continue;
		throw new FluxError(
			'invalid-input',
			`${labelOf({ parameter })} is empty, but ${model.label} needs it here`,
			{ advice: image === true ? imageAdvice : emptyAdvice },
		);
	}
}

function refuseSurplus(
	values: Values,
	fields: ModelField[],
	model: Model,
	schemas: Record<string, FieldSchema>,
): void {
	for (const [name, value] of Object.entries(values) as Array<[ParameterName, unknown]>) {
		const own = fields.filter(({ parameter }) => parameter === name);
		const positions = own.filter(({ position }) => position !== undefined).length;
		const most = positions > 0 ? positions : own[0] && schemas[own[0].name]?.maxItems;
		if (most !== undefined && listOf(value).length > most) {
			throw new FluxError(
				'invalid-input',
				`${labelOf({ parameter: name })} holds ${listOf(value).length} images, but ${model.label} takes at most ${most}`,
			);
		}
	}
}

/** Several images of a model that makes one a job have rising seeds, and the last one must still be taken. */
function refuseLastSeed(
	model: Model,
	values: Values,
	fields: ModelField[],
	body: IDataObject,
	schemas: Record<string, FieldSchema>,
): void {
	const seed = fields.find(({ parameter }) => parameter === 'seed');
	const isNative = fields.some(({ parameter }) => parameter === 'numberOfImages');
	const most = seed && schemas[seed.name].maximum;
	if (isNative || seed === undefined || most === undefined || typeof body[seed.name] !== 'number') return;
	const count = Number(values.numberOfImages ?? 1);
	const last = Number(body[seed.name]) + count - 1;
	if (last <= most) return;
	throw new FluxError(
		'invalid-input',
		`'Seed' is ${String(body[seed.name])}, so that the last of ${count} images would have ${last}, but ${model.label} takes ${describeLimits(schemas[seed.name])}`,
	);
}

function invalid(
	model: Model,
	issues: readonly z.core.$ZodIssue[],
	fields: ModelField[],
	body: IDataObject,
	schemas: Record<string, FieldSchema>,
): FluxError {
	const alone = oneEach(issues);
	const texts = alone.map((issue) => {
		const name = String(issue.path[0] ?? '');
		const field = fields.find((one) => one.name === name);
		const label = field === undefined ? name : labelOf(field);
		const limits = schemas[name] === undefined ? '' : describeLimits(schemas[name]);
		const empty = body[name] === undefined || body[name] === '';
		if (empty && issue.code !== 'custom')
			return `${label} is empty, but ${model.label} needs it${limits === '' ? '' : `: ${limits}`}`;
		if (empty) return `${label} ${issueText(issue, body[name])}`;
		const why = issueText(issue, body[name]);
		return `${label} is ${short(body[name])}, but ${model.label} takes ${[limits, why].filter(Boolean).join('; ')}`;
	});
	return new FluxError('invalid-input', [...new Set(texts)].join('. '));
}

/** Of each field the first issue, as further ones say the same of the same value. The nearest multiples come last: they may be out of range. */
function oneEach(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
	const isMultiple = ({ code }: z.core.$ZodIssue) => code === 'not_multiple_of';
	const sorted = [...issues].sort((one, other) => Number(isMultiple(one)) - Number(isMultiple(other)));
	const first = new Set(new Map(sorted.reverse().map((issue) => [issue.path[0], issue])).values());
	return issues.filter((issue) => first.has(issue));
}

const labelOf = ({ parameter, side }: Pick<ModelField, 'parameter' | 'side'>) =>
	`'${parameterOf(parameter).displayName}'${side === undefined ? '' : ` (${side})`}`;

function short(value: unknown): string {
	const text = typeof value === 'string' ? `"${value}"` : String(JSON.stringify(value));
	return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function additional(value: unknown): IDataObject {
	if (value === undefined) return {};
	const parsed = typeof value === 'string' ? parse(value) : value;
	if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
		throw new FluxError(
			'invalid-input',
			`'${parameterOf('additionalBody').displayName}' is ${short(value)}, but it takes a JSON object such as {"seed": 1}`,
		);
	}
	return parsed as IDataObject;
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}
