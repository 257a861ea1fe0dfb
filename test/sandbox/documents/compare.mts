import type { Schema } from '../schema.mts';

/** One thing that two descriptions of a field say otherwise. */
export interface Difference {
	/** The field; one inside a block behind a dot. */
	field: string;
	/** The keyword of JSON Schema, or `field` where only one of both has it. */
	rule: string;
	one: unknown;
	other: unknown;
}

const rules = [
	...['type', 'nullable', 'enum', 'const', 'minimum', 'maximum', 'multipleOf', 'minLength', 'maxLength'],
	...['pattern', 'format', 'minItems', 'maxItems', 'default'],
];

/** A schema without references and with one spelling for what can be written in several ways. */
export function plain(schema: Schema, at: (pointer: string) => Schema): Schema {
	if (schema.$ref) {
		const { $ref, ...rest } = schema;
		return plain({ ...at(($ref as string).slice(1)), ...rest }, at);
	}
	if (schema.allOf) {
		const { allOf, ...rest } = schema;
		return plain(
			Object.assign({}, ...(allOf as Schema[]).map((part) => plain(part, at)), rest) as Schema,
			at,
		);
	}
	const choices = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined;
	if (choices) {
		const { anyOf, oneOf, ...rest } = schema;
		const others = choices.filter(({ type }) => type !== 'null');
		const isNullable = others.length < choices.length && { nullable: true };
		if (others.length === 1) return plain({ ...others[0], ...rest, ...isNullable }, at);
		return { ...rest, ...isNullable, anyOf: others.map((one) => plain(one, at)) };
	}
	const types = [schema.type].flat() as string[];
	const properties = schema.properties as Record<string, Schema> | undefined;
	return {
		...schema,
		type: types.find((type) => type !== 'null'),
		...(types.includes('null') && { nullable: true }),
		...(schema.enum && { enum: [...(schema.enum as unknown[])].sort() }),
		// An empty list is what a list is by default.
		default: Array.isArray(schema.default) && schema.default.length === 0 ? undefined : schema.default,
		...(schema.items && { items: plain(schema.items as Schema, at) }),
		...(properties && {
			properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, plain(one, at)])),
		}),
	};
}

const differ = (one: unknown, other: unknown) => JSON.stringify(one) !== JSON.stringify(other);

/** What two plain schemas of a field say otherwise. */
function ofField(field: string, one: Schema, other: Schema): Difference[] {
	const found = rules
		.filter((rule) => differ(one[rule], other[rule]))
		.map((rule) => ({ field, rule, one: one[rule], other: other[rule] }));
	const [items, others] = [one.items ?? {}, other.items ?? {}] as Schema[];
	const branches = ((one.anyOf ?? []) as Schema[]).map((branch, i) => [branch, other.anyOf?.[i] ?? {}]);
	return [
		...found,
		...(one.items || other.items ? ofField(`${field}.items`, items, others) : []),
		...branches.flatMap(([branch, its], i) => ofField(`${field}.${i}`, branch, its)),
		...(one.properties || other.properties ? differences(one, other, `${field}.`) : []),
	];
}

/** What two plain schemas of objects say otherwise. */
export function differences(one: Schema, other: Schema, prefix = ''): Difference[] {
	const [ours, theirs] = [one.properties ?? {}, other.properties ?? {}] as Array<Record<string, Schema>>;
	return [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].flatMap((name): Difference[] => {
		const field = prefix + name;
		if (!ours[name] || !theirs[name]) return [{ field, rule: 'field', one: ours[name], other: theirs[name] }];
		const [needs, alsoNeeds] = [one, other].map(({ required = [] }) => required.includes(name) as boolean);
		const required = needs === alsoNeeds ? [] : [{ field, rule: 'required', one: needs, other: alsoNeeds }];
		return [...required, ...ofField(field, ours[name], theirs[name])];
	});
}
