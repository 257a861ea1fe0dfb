import type { Model } from '../../nodes/Flux/provider.ts';
import { fieldsOf, schemaOf } from '../../nodes/Flux/catalogue/modelFields.ts';
import type { Field, ModelFacts } from '../sandbox/facts.mts';

/** What is compared of a field, under the names of JSON Schema. */
type Rule = Record<string, unknown>;

/** A rule of a field that is not the same in the document and in ours. */
export interface Difference {
	field: string;
	/** Which rule, `field` where one of both does not have it at all, or `isInBlock` where they stand elsewhere. */
	rule: string;
	facts: unknown;
	ours: unknown;
}

// The sequence of choices says nothing.
const listed = (values: unknown): string => [...((values ?? []) as unknown[])].sort().join();

function ofFacts(field: Field): Rule {
	const list = field.oneOf?.find(({ type }) => type === 'array') ?? field;
	const isUuid = field.format === 'uuid';
	return {
		type: field.oneOf === undefined ? field.type : field.oneOf.map(({ type }) => type).join(' or '),
		...{ minimum: field.min, maximum: field.max, multipleOf: field.multipleOf },
		enum: listed(field.enum),
		// An empty list says no more than no default.
		default: Array.isArray(field.default) ? undefined : field.default,
		required: field.required === true,
		...{ minLength: field.minLength, maxLength: field.maxLength },
		...{ minItems: list.minItems, maxItems: list.maxItems },
		pattern: isUuid ? undefined : field.pattern,
		isUuid,
		isLink: (field.format ?? field.items?.format) === 'uri',
	};
}

function ofOurs(name: string, { properties, required = [] }: ReturnType<typeof schemaOf>): Rule {
	const field = properties[name] as Rule;
	const isUuid = field.format === 'uuid';
	return {
		...field,
		enum: listed(field.enum),
		required: required.includes(name),
		pattern: isUuid ? undefined : field.pattern,
		isUuid,
		isLink: field.image === 'link' || field.format === 'uri',
	};
}

/** The block of a request that holds the model's own fields, if it has one. */
export const blockOf = ({ fields }: ModelFacts) =>
	Object.entries(fields).find(([, field]) => field.fields !== undefined);

/** Its fields, those in the block beside the others. */
export const documentedFields = (facts: ModelFacts): Record<string, Field> => {
	const [block, { fields: inside = {} } = {}] = blockOf(facts) ?? [];
	return Object.fromEntries(
		Object.entries({
			...Object.fromEntries(Object.entries(facts.fields).filter(([name]) => name !== block)),
			...inside,
		}).flatMap(([name, field]) => partsOf(name, field)),
	);
};

/** A field of several parts by each of them, as `size.width`; of a list of objects each part is a list. */
function partsOf(name: string, field: Field): Array<[string, Field]> {
	const whole = field.oneOf?.find(({ fields }) => fields !== undefined);
	const rest = field.oneOf?.find(({ type }) => type === 'string');
	if (whole !== undefined && rest !== undefined) {
		const parts = Object.entries(whole.fields!).map(([part, one]): [string, Field] => [
			`${name}.${part}`,
			one,
		]);
		return [[name, { ...rest, default: field.default }], ...parts];
	}
	if (field.items?.fields === undefined) return [[name, field]];
	return Object.entries(field.items.fields).map(([part, { default: byDefault, required, ...items }]) => [
		`${name}.${part}`,
		{ type: 'array', items, default: byDefault },
	]);
}

/** Where a model of ours is not what its document says. */
export function differencesOf({ body }: Model, facts: ModelFacts): Difference[] {
	const schema = schemaOf(body);
	const [block, { fields: inside = {} } = {}] = blockOf(facts) ?? [];
	const theirs = documentedFields(facts);
	const beside = fieldsOf(body).flatMap((field) => (field.outside === true ? [field.name] : []));
	return [...new Set([...Object.keys(theirs), ...Object.keys(schema.properties)])].flatMap(
		(field): Difference[] => {
			const [has, have] = [field in theirs, field in schema.properties];
			if (!has || !have) return [{ field, rule: 'field', facts: has, ours: have }];
			const one: Rule = { ...ofFacts(theirs[field]), isInBlock: field in inside };
			const other: Rule = {
				...ofOurs(field, schema),
				isInBlock: block !== undefined && !beside.includes(field),
			};
			return Object.keys(one)
				.filter((rule) => one[rule] !== other[rule])
				.map((rule) => ({ field, rule, facts: one[rule], ours: other[rule] }));
		},
	);
}

export const isSame = (one: Difference, other: Difference): boolean =>
	(['field', 'rule', 'facts', 'ours'] as const).every((key) => one[key] === other[key]);
