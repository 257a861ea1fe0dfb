import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod/v4';

import { choice, flag, number, text, whole } from '../../catalogue/fields';
import { field, type FieldOptions } from '../../catalogue/modelFields';
import type { ParameterName } from '../../catalogue/parameters';
import { maybe } from '../common/readers';

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

const isObject = (one: unknown): one is IDataObject =>
	typeof one === 'object' && one !== null && !Array.isArray(one);
const objectsIn = (list: unknown): IDataObject[] => (Array.isArray(list) ? list.filter(isObject) : []);
/** Schemas that name one another for ever are read no deeper. */
const deepest = 8;

/** A schema together with those that it refers to. Of several ways to give a value only a list is a way that the node knows. */
function together(schema: unknown, shared: IDataObject, depth = 0): IDataObject {
	if (!isObject(schema) || depth > deepest) return {};
	const { $ref, allOf, anyOf, oneOf, ...own } = schema;
	const read = (one: unknown) => together(one, shared, depth + 1);
	const name = String($ref ?? '').replace('#/components/schemas/', '');
	const ways = objectsIn(anyOf ?? oneOf)
		.map(read)
		.filter(({ type }) => type !== 'null');
	const [way] = ways.length > 1 ? ways.filter(({ type }) => type === 'array') : ways;
	const types = Array.isArray(own.type) ? own.type.filter((type) => type !== 'null') : [own.type];
	const parts = [
		Object.hasOwn(shared, name) ? read(shared[name]) : {},
		...objectsIn(allOf).map(read),
		way,
		own,
	];
	const all = Object.assign({}, ...parts) as IDataObject;
	return own.type === undefined ? all : { ...all, type: types.length === 1 ? types[0] : undefined };
}

/** The fields of a model's input in an `openapi_schema`; undefined if it has none. */
export function fieldsIn(document: unknown): SchemaField[] | undefined {
	const schemas =
		isObject(document) && isObject(document.components) ? document.components.schemas : undefined;
	if (!isObject(schemas)) return undefined;
	const { properties, required } = together(schemas.Input, schemas);
	if (!isObject(properties)) return undefined;
	const needed: unknown[] = Array.isArray(required) ? required : [];
	return Object.entries(properties).map(([name, property]) => {
		const all = together(property, schemas);
		const items = all.items === undefined ? {} : { items: value.parse(together(all.items, schemas)) };
		return { name, required: needed.includes(name), ...value.parse(all), ...items };
	});
}

/** The field as the node declares fields: it checks the type, the choices and the range that the schema tells, and no more. */
export function declared(parameter: ParameterName, schema: SchemaField, more: FieldOptions = {}): z.ZodType {
	const options = { required: schema.required, ...more };
	const { type, enum: values, minimum: min, maximum: max, multipleOf } = schema;
	if (values?.every((one) => typeof one === 'string') === true) return choice(parameter, values, options);
	if (values !== undefined) return field(parameter, z.literal(values), options);
	switch (type) {
		case 'integer':
			return whole(parameter, { min, max, multipleOf, ...options });
		case 'number':
			return number(parameter, { min, max, ...options });
		case 'boolean':
			return flag(parameter, options);
		case 'string':
			return text(parameter, { min: schema.minLength, max: schema.maxLength, ...options });
		case 'array':
			return field(parameter, listOf(schema), options);
		default:
			return field(parameter, z.any(), options);
	}
}

function listOf({ items, minItems = 0, maxItems }: SchemaField): z.ZodType {
	const kinds: Record<string, z.ZodType> = { string: z.string(), number: z.number(), integer: z.int() };
	const list = z.array(kinds[items?.type ?? ''] ?? z.any()).min(minItems);
	return maxItems === undefined ? list : list.max(maxItems);
}
