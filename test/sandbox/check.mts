import type { Field } from './facts.mts';

/** One thing wrong with a body, in the words of pydantic: the providers' servers are FastAPI and Cog. */
export interface Problem {
	type: string;
	path: (string | number)[];
	message: string;
	input: unknown;
	ctx?: Record<string, unknown>;
}

type Path = Problem['path'];
type Rule = (value: any, field: Field) => [type: string, message: string, ctx?: Problem['ctx']] | undefined;

const quoted = (values: unknown[]) => {
	const all = values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value)));
	return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
};
const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
export const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const types: Record<NonNullable<Field['type']>, Rule> = {
	string: (value) =>
		typeof value === 'string' ? undefined : ['string_type', 'Input should be a valid string'],
	boolean: (value) =>
		typeof value === 'boolean' ? undefined : ['bool_type', 'Input should be a valid boolean'],
	number: (value) =>
		typeof value === 'number' ? undefined : ['float_type', 'Input should be a valid number'],
	integer: (value) =>
		typeof value !== 'number'
			? ['int_type', 'Input should be a valid integer']
			: Number.isInteger(value)
				? undefined
				: ['int_from_float', 'Input should be a valid integer, got a number with a fractional part'],
	array: (value) => (Array.isArray(value) ? undefined : ['list_type', 'Input should be a valid list']),
	object: (value) => (isObject(value) ? undefined : ['dict_type', 'Input should be a valid dictionary']),
};

const limits: { [K in keyof Field]?: Rule } = {
	min: (value, { min }) =>
		value < min!
			? ['greater_than_equal', `Input should be greater than or equal to ${min}`, { ge: min }]
			: undefined,
	max: (value, { max }) =>
		value > max!
			? ['less_than_equal', `Input should be less than or equal to ${max}`, { le: max }]
			: undefined,
	multipleOf: (value, { multipleOf }) =>
		value % multipleOf! === 0
			? undefined
			: ['multiple_of', `Input should be a multiple of ${multipleOf}`, { multiple_of: multipleOf }],
	enum: (value, field) =>
		field.enum!.includes(value)
			? undefined
			: ['enum', `Input should be ${quoted(field.enum!)}`, { expected: quoted(field.enum!) }],
	const: (value, field) =>
		value === field.const
			? undefined
			: ['literal_error', `Input should be ${quoted([field.const])}`, { expected: quoted([field.const]) }],
	minLength: (value, { minLength }) =>
		value.length < minLength!
			? [
					'string_too_short',
					`String should have at least ${plural(minLength!, 'character')}`,
					{ min_length: minLength },
				]
			: undefined,
	maxLength: (value, { maxLength }) =>
		value.length > maxLength!
			? [
					'string_too_long',
					`String should have at most ${plural(maxLength!, 'character')}`,
					{ max_length: maxLength },
				]
			: undefined,
	pattern: (value, { pattern }) =>
		new RegExp(pattern!, 'u').test(value)
			? undefined
			: ['string_pattern_mismatch', `String should match pattern '${pattern}'`, { pattern }],
	format: (value, { format }) => formats[format!](value),
	minItems: (value, { minItems }) =>
		value.length < minItems!
			? [
					'too_short',
					`List should have at least ${plural(minItems!, 'item')} after validation, not ${value.length}`,
				]
			: undefined,
	maxItems: (value, { maxItems }) =>
		value.length > maxItems!
			? [
					'too_long',
					`List should have at most ${plural(maxItems!, 'item')} after validation, not ${value.length}`,
				]
			: undefined,
};

const formats: Record<NonNullable<Field['format']>, (value: string) => ReturnType<Rule>> = {
	uri: (value) =>
		/^(https?:\/\/[^\s/]|data:[\w.+-]+\/[\w.+-]+[;,])/.test(value)
			? undefined
			: ['url_parsing', 'Input should be a valid URL'],
	uuid: (value) =>
		/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value)
			? undefined
			: ['uuid_parsing', 'Input should be a valid UUID'],
};

/** Everything wrong with one value, its list items and its own fields included. */
export function checkValue(value: unknown, field: Field, path: Path): Problem[] {
	if (value === null && field.nullable) return [];
	if (field.oneOf) {
		const branches = field.oneOf.map((branch) => checkValue(value, branch, path));
		return branches.some((found) => found.length === 0) ? [] : branches.flat();
	}
	const found: Problem[] = [];
	const apply = (rule: Rule | undefined) => {
		const broken = rule?.(value, field);
		if (!broken) return;
		const [type, message, ctx] = broken;
		found.push({ type, path, message, input: value, ...(ctx && { ctx }) });
	};
	if (field.type) apply(types[field.type]);
	if (found.length > 0) return found;
	for (const name of Object.keys(limits) as (keyof Field)[]) {
		if (field[name] !== undefined) apply(limits[name]);
	}
	if (field.items)
		found.push(...(value as unknown[]).flatMap((item, i) => checkValue(item, field.items!, [...path, i])));
	if (field.fields) found.push(...checkFields(value as Record<string, unknown>, field as Fields, path));
	return found;
}

interface Fields {
	fields: Record<string, Field>;
	unknownFields?: 'ignored' | 'refused';
}

/** Everything wrong with the fields of an object: missing ones, bad ones and, where refused, unknown ones. */
export function checkFields(body: Record<string, unknown>, facts: Fields, path: Path = []): Problem[] {
	const found: Problem[] = [];
	for (const [name, field] of Object.entries(facts.fields)) {
		const at = [...path, name];
		if (body[name] !== undefined) found.push(...checkValue(body[name], field, at));
		else if (field.required)
			found.push({ type: 'missing', path: at, message: 'Field required', input: body });
	}
	if (facts.unknownFields === 'refused') {
		for (const name of unknownFields(body, facts.fields)) {
			const message = 'Extra inputs are not permitted';
			found.push({ type: 'extra_forbidden', path: [...path, name], message, input: body[name] });
		}
	}
	return found;
}

/** The names in the body that the model does not know. */
export const unknownFields = (body: Record<string, unknown>, fields: Record<string, Field>): string[] =>
	Object.keys(body).filter((name) => !Object.hasOwn(fields, name));
