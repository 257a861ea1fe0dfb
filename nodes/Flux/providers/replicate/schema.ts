import { z } from 'zod/v4';

import { choice, flag, number, text, whole } from '../../catalogue/fields';
import { field, type FieldOptions } from '../../catalogue/modelFields';
import type { ParameterName } from '../../catalogue/parameters';
import { maybe, recordIn } from '../common/readers';

const bound = maybe(z.number());
const count = maybe(z.int().nonnegative());
const choices = maybe(
	z
		.array(z.unknown())
		.transform((values) => values.filter((one) => ['string', 'number'].includes(typeof one)))
		.pipe(z.array(z.union([z.string(), z.number()])).min(1)),
);
const value = z.object({
	type: maybe(z.string()),
	format: maybe(z.string()),
	enum: choices,
	...{ minimum: bound, maximum: bound, multipleOf: maybe(z.number().positive()) },
	...{ minLength: count, maxLength: count, minItems: count, maxItems: count },
});
type Value = z.infer<typeof value>;

/** A field of a model as its schema tells it; of a list also what it holds. */
export interface SchemaField extends Value {
	name: string;
	required: boolean;
	items?: Value;
}

type Json = Record<string, unknown>;
const recordsIn = (list: unknown): Json[] =>
	Array.isArray(list) ? list.map(recordIn).filter((one) => one !== undefined) : [];
/** No model has more; what a server says beyond that is none. */
const mostFields = 500;
/** What is nested deeper is not read. */
const deepest = 20;

/** Puts each schema together with those that it refers to. One that comes back to itself, or is named often, is read once. */
function reader(shared: Json): (schema: unknown, depth?: number) => Json {
	const known = new Map<string, Json>();
	const named = ($ref: unknown, depth: number): Json => {
		const name = String($ref ?? '').replace('#/components/schemas/', '');
		if (!known.has(name) && Object.hasOwn(shared, name)) {
			known.set(name, {});
			known.set(name, together(shared[name], depth));
		}
		return known.get(name) ?? {};
	};
	const together = (schema: unknown, depth = 0): Json => {
		const { $ref, allOf, anyOf, oneOf, ...own } = (depth > deepest ? undefined : recordIn(schema)) ?? {};
		const inside = (one: unknown) => together(one, depth + 1);
		const ways = recordsIn(anyOf ?? oneOf)
			.map(inside)
			.filter(({ type }) => type !== 'null');
		// Of several ways to give a value only a list is one that the node knows.
		const [way] = ways.length > 1 ? ways.filter(({ type }) => type === 'array') : ways;
		const parts = [named($ref, depth + 1), ...recordsIn(allOf).map(inside), way, own];
		const all: Json = Object.assign({}, ...parts);
		if (!Array.isArray(own.type)) return all;
		const types = own.type.filter((type) => type !== 'null');
		return { ...all, type: types.length === 1 ? types[0] : undefined };
	};
	return together;
}

/** The fields of a model's input in an `openapi_schema`; undefined if it has none. */
export function fieldsIn(document: unknown): SchemaField[] | undefined {
	const schemas = recordIn(recordIn(recordIn(document)?.components)?.schemas);
	if (schemas === undefined) return undefined;
	const together = reader(schemas);
	const { properties, required } = together(schemas.Input);
	const fields = recordIn(properties);
	if (fields === undefined) return undefined;
	const needed: unknown[] = Array.isArray(required) ? required : [];
	return Object.entries(fields)
		.slice(0, mostFields)
		.map(([name, property]) => {
			const all = together(property);
			const items = all.items === undefined ? {} : { items: value.parse(together(all.items)) };
			return { name, required: needed.includes(name), ...value.parse(all), ...items };
		});
}

/** A range that holds nothing is a mistake of the schema. */
const range = (min: number | undefined, max: number | undefined) =>
	min !== undefined && max !== undefined && min > max ? {} : { min, max };

/** The field as the node declares fields: it checks the type, the choices and the range that the schema tells, and no more. */
export function declared(parameter: ParameterName, schema: SchemaField, more: FieldOptions = {}): z.ZodType {
	const options = { required: schema.required, ...more };
	const { type, enum: values, minimum, maximum, multipleOf } = schema;
	if (values?.every((one) => typeof one === 'string') === true) return choice(parameter, values, options);
	if (values !== undefined) return field(parameter, z.literal(values), options);
	switch (type) {
		case 'integer':
			return whole(parameter, { ...range(minimum, maximum), multipleOf, ...options });
		case 'number':
			return number(parameter, { ...range(minimum, maximum), ...options });
		case 'boolean':
			return flag(parameter, options);
		case 'string':
			return text(parameter, { ...range(schema.minLength, schema.maxLength), ...options });
		case 'array':
			return field(parameter, listOf(schema), options);
		default:
			return field(parameter, z.any(), options);
	}
}

const kinds: Record<string, z.ZodType> = { string: z.string(), number: z.number(), integer: z.int() };

function listOf({ items, minItems, maxItems }: SchemaField): z.ZodType {
	const { min = 0, max } = range(minItems, maxItems);
	const list = z.array(kinds[items?.type ?? ''] ?? z.any()).min(min);
	return max === undefined ? list : list.max(max);
}
