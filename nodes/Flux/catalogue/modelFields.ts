import { z } from 'zod/v4';

import type { ImageForm } from '../provider';
import type { ParameterName } from './parameters';

/** What one text can say of a size: pixels, both together or one side; a ratio such as `16:9`; a class such as `2K`. */
export type Side = 'width' | 'height' | 'pixels' | 'ratio' | 'class';

/** How a field of a wire body is filled from the interface. */
type FieldRules = {
	parameter: ParameterName;
	/** What the provider takes when the field is not sent. Shown to the user, never sent by us. */
	default?: string | number | boolean;
	/** Words that fit this field better than those of the parameter. */
	description?: string;
	/** What the wire calls some of the interface's values. */
	spelling?: Readonly<Record<string, string>>;
	/** The field says the opposite of its parameter. */
	inverted?: true;
	/** The field takes the n-th (from 0) value of a list parameter. */
	position?: number;
	/** The field takes one part of a size such as `1024x768`. */
	side?: Side;
	/** The field is an image, to be sent in this form. */
	image?: ImageForm;
	/** The field stands beside the model's own fields, in the envelope of the request. */
	outside?: true;
};

/** What is known of each wire field; also read by `z.toJSONSchema`. */
export const fieldRules = z.registry<FieldRules>();

export type FieldOptions = Omit<FieldRules, 'parameter'> & { required?: boolean };

/**
 * A wire field that carries an interface parameter. Optional unless `required`: what the user did not set is not sent. For usual
 * kinds of values `fields.ts` has shorter forms.
 *
 * @example finetune_id: field('finetuneId', z.guid(), { required: true })
 */
export function field(
	parameter: ParameterName,
	schema: z.ZodType,
	{ required, ...rules }: FieldOptions = {},
): z.ZodType {
	const declared = required === true ? schema : schema.optional();
	fieldRules.add(declared, { parameter, ...rules });
	return declared;
}

/** What is declared of a field, with its range and choices as JSON Schema has them. */
export interface FieldSchema extends Partial<FieldRules>, Pick<z.core.JSONSchema.BaseSchema, Limit> {
	type?: string;
	enum?: Array<string | number>;
}
type Limit = 'minimum' | 'maximum' | 'multipleOf' | 'minLength' | 'maxLength' | 'format' | 'maxItems';

export interface ModelField extends FieldSchema {
	name: string;
	parameter: ParameterName;
	required: boolean;
}

/** A value of a field in the words of the interface. */
export const inInterfaceWords = <T extends string | number | boolean>(
	value: T,
	{ spelling = {} }: FieldSchema,
): T | string => Object.keys(spelling).find((ours) => spelling[ours] === value) ?? value;

interface BodySchema {
	properties: Record<string, FieldSchema>;
	required?: string[];
	additionalProperties?: boolean | object;
}

/** The body as JSON Schema, by field name. zod's own bounds of whole numbers are left out. */
export const schemaOf = (body: z.ZodObject) =>
	z.toJSONSchema(body, {
		metadata: fieldRules,
		unrepresentable: 'any',
		io: 'input',
		override: ({ jsonSchema }) => {
			if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
			if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
		},
	}) as BodySchema;

const readBodies = new WeakMap<z.ZodObject, ModelField[]>();

/** The fields of a body that a user can set, in the order of the entry. */
export function fieldsOf(body: z.ZodObject): ModelField[] {
	const known = readBodies.get(body);
	if (known !== undefined) return known;
	const { properties, required = [] } = schemaOf(body);
	const fields = Object.entries(properties).flatMap(([name, schema]) =>
		schema.parameter === undefined
			? []
			: [{ ...schema, name, parameter: schema.parameter, required: required.includes(name) }],
	);
	readBodies.set(body, fields);
	return fields;
}
