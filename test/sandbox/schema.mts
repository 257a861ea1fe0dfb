import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv8/dist/2020.js';
import type { Field, ModelFacts } from './facts.mts';

/** A JSON Schema, as far as we look into it ourselves. */
export type Schema = { [keyword: string]: any };

/** One thing wrong with a request or an answer, in the words of pydantic: the providers' servers are FastAPI and Cog. */
export interface Problem {
	type: string;
	path: (string | number)[];
	message: string;
	input: unknown;
	ctx?: Record<string, unknown>;
	/** The provider's server would not mind, but nothing comes of it. */
	isIgnored?: true;
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Marks a schema that says nothing of what it does not name. */
export const CLOSED = 'x-closed';

/** What stands for a file of a form where JSON is judged. */
export const FILE = '\u0000file';

const formats: Record<string, (text: string) => boolean> = {
	uri: (text) => /^(https?:\/\/[^\s/]|data:[\w.+-]+\/[\w.+-]+[;,])/.test(text),
	uuid: (text) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text),
	'date-time': (text) => /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)),
	email: (text) => /^[^\s@]+@[^\s@]+$/.test(text),
	binary: (text) => text === FILE,
};

/** Documents hold more than schemas, and to compile the schema of schemas takes longer than all that a test asks. */
export const newAjv = () =>
	new Ajv2020({ strict: false, allErrors: true, verbose: true, validateSchema: false, formats });

const quoted = (values: unknown[]) => {
	const all = values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value)));
	return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
};
const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;

const typeWords: Record<string, [type: string, noun: string]> = {
	string: ['string_type', 'string'],
	boolean: ['bool_type', 'boolean'],
	number: ['float_type', 'number'],
	integer: ['int_type', 'integer'],
	array: ['list_type', 'list'],
	object: ['dict_type', 'dictionary'],
};

type Words = [type: string, message: string, ctx?: Problem['ctx']];

/** What pydantic says where JSON Schema names the keyword that is not met. */
const words: Record<string, (error: ErrorObject) => Words> = {
	required: () => ['missing', 'Field required'],
	additionalProperties: () => ['extra_forbidden', 'Extra inputs are not permitted'],
	type({ params: { type }, data }) {
		const [wanted] = [type].flat() as string[];
		if (wanted === 'integer' && typeof data === 'number')
			return ['int_from_float', 'Input should be a valid integer, got a number with a fractional part'];
		const [name, noun] = typeWords[wanted];
		return [name, `Input should be a valid ${noun}`];
	},
	minimum: ({ params: { limit: ge } }) => [
		'greater_than_equal',
		`Input should be greater than or equal to ${ge}`,
		{ ge },
	],
	maximum: ({ params: { limit: le } }) => [
		'less_than_equal',
		`Input should be less than or equal to ${le}`,
		{ le },
	],
	multipleOf: ({ params: { multipleOf: step } }) => [
		'multiple_of',
		`Input should be a multiple of ${step}`,
		{ multiple_of: step },
	],
	enum({ params: { allowedValues } }) {
		const expected = quoted(allowedValues);
		return ['enum', `Input should be ${expected}`, { expected }];
	},
	const({ params: { allowedValue } }) {
		const expected = quoted([allowedValue]);
		return ['literal_error', `Input should be ${expected}`, { expected }];
	},
	minLength: ({ params: { limit } }) => [
		'string_too_short',
		`String should have at least ${plural(limit, 'character')}`,
		{ min_length: limit },
	],
	maxLength: ({ params: { limit } }) => [
		'string_too_long',
		`String should have at most ${plural(limit, 'character')}`,
		{ max_length: limit },
	],
	pattern: ({ params: { pattern } }) => [
		'string_pattern_mismatch',
		`String should match pattern '${pattern}'`,
		{ pattern },
	],
	format: ({ params: { format } }) =>
		format === 'uri'
			? ['url_parsing', 'Input should be a valid URL']
			: [
					`${format}_parsing`,
					`Input should be a valid ${format === 'binary' ? 'file' : format.toUpperCase()}`,
				],
	minItems: ({ params: { limit }, data }) => [
		'too_short',
		`List should have at least ${plural(limit, 'item')} after validation, not ${(data as unknown[]).length}`,
	],
	maxItems: ({ params: { limit }, data }) => [
		'too_long',
		`List should have at most ${plural(limit, 'item')} after validation, not ${(data as unknown[]).length}`,
	],
};

/** A choice of schemas says no more than its branches do, and that null would have done helps nobody. */
const saysNothing = ({ keyword, params }: ErrorObject) =>
	/^(any|one)Of$/.test(keyword) || (keyword === 'type' && params.type === 'null');

/** Everything wrong with a value that stands at `at`. */
export function problemsOf(validate: ValidateFunction, value: unknown, at: Problem['path'] = []): Problem[] {
	if (validate(value)) return [];
	const errors = validate.errors!;
	const telling = errors.filter((error) => !saysNothing(error));
	return (telling.length > 0 ? telling : errors).map((error) => {
		const inside = error.instancePath.split('/').slice(1);
		const path = inside.map((name) =>
			/^\d+$/.test(name) ? Number(name) : name.replace(/~1/g, '/').replace(/~0/g, '~'),
		);
		const name = error.params.missingProperty ?? error.params.additionalProperty;
		const extra = error.keyword === 'additionalProperties';
		const input = extra ? (error.data as Record<string, unknown>)[name] : error.data;
		const [type, message, ctx] = words[error.keyword]?.(error) ?? [error.keyword, String(error.message)];
		const ignored = extra && error.parentSchema?.[CLOSED] && { isIgnored: true as const };
		return {
			type,
			path: [...at, ...path, ...(name ? [name] : [])],
			message,
			input,
			...(ctx && { ctx }),
			...ignored,
		};
	});
}

/** The facts of a field as JSON Schema. */
export function schemaOf(field: Field): Schema {
	const { min, max, items, oneOf, fields, unknownFields, nullable, required, note, ...same } = field;
	const schema = {
		...same,
		...(min !== undefined && { minimum: min }),
		...(max !== undefined && { maximum: max }),
		...(items && { items: schemaOf(items) }),
		...(oneOf && { anyOf: oneOf.map(schemaOf) }),
		...(fields && bodySchema({ fields, unknownFields })),
	};
	return nullable ? { anyOf: [schema, { type: 'null' }] } : schema;
}

type Fields = Pick<ModelFacts, 'fields' | 'unknownFields'>;

/** The facts of a body as JSON Schema. */
export const bodySchema = ({ fields, unknownFields }: Fields): Schema => ({
	type: 'object',
	properties: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, schemaOf(field)])),
	required: Object.keys(fields).filter((name) => fields[name].required),
	...(unknownFields === 'refused' && { additionalProperties: false }),
});

const ajv = newAjv();
const known = new Map<string, ValidateFunction>();

/** Everything wrong with a body by its facts. */
export function checkFields(body: unknown, facts: Fields): Problem[] {
	const text = JSON.stringify(bodySchema(facts));
	const validate = known.get(text) ?? ajv.compile(JSON.parse(text));
	known.set(text, validate);
	return problemsOf(validate, body);
}

/** The names in the body that the model does not know. */
export const unknownFields = (body: Record<string, unknown>, fields: Record<string, Field>): string[] =>
	Object.keys(body).filter((name) => !Object.hasOwn(fields, name));
