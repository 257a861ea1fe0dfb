import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { rangeText } from '../catalogue/limits';
import { inInterfaceWords } from '../catalogue/modelFields';
import type { ModelParameter } from '../catalogue/modelParameters';
import { parameterOf } from '../catalogue/parameters';

/** Some APIs take whole numbers as text: they look as where others take numbers, so that a value fits when another API is chosen. */
function withNumbers(schema: ModelParameter): ModelParameter {
	const { enum: choices = [], default: own, ...rest } = schema;
	const numbers = choices.map(Number);
	if (numbers.length === 0 || !numbers.every(Number.isInteger)) return schema;
	const [minimum, maximum] = [Math.min(...numbers), Math.max(...numbers)];
	return { ...rest, type: 'integer', minimum, maximum, default: own === undefined ? own : Number(own) };
}

/** How a parameter looks: its words from the interface, its type, range and choices from the model. JSON leaves out what is undefined. */
export function toProperty(declared: ModelParameter): INodeProperties {
	const schema = withNumbers(declared);
	const { parameter, required } = schema;
	const { displayName, placeholder, rows, list, choiceNames, place, hint, needed, ...words } =
		parameterOf(parameter);
	const said = schema.description ?? words.description;
	const description = required ? said.replace(" Leave empty for the model's default.", '') : said;
	const optional = place === 'field';
	const byDefault = schema.default === undefined ? undefined : inInterfaceWords(schema.default, schema);
	const standard = byDefault === undefined ? undefined : String(byDefault);
	const base = { displayName, name: parameter, description, hint };
	const input = required ? needed : undefined;
	if (list === true) {
		return {
			...base,
			type: 'string',
			default: input ?? [],
			placeholder,
			typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Image' },
		};
	}
	if (schema.enum !== undefined) {
		const nameOf = (value: string) => choiceNames?.[value] ?? value;
		const choices = schema.enum
			.map((value) => inInterfaceWords(value, schema))
			.map((value) => ({ name: nameOf(String(value)), value }));
		const own = { name: standard === undefined ? 'Default' : `Default (${nameOf(standard)})`, value: '' };
		return {
			...base,
			type: 'options',
			options: (optional ? [own, ...choices] : choices) as INodePropertyOptions[],
			default: optional ? '' : (byDefault ?? choices[0].value),
		};
	}
	if (schema.type === 'boolean') return { ...base, type: 'boolean', default: schema.default ?? false };
	if (schema.type === 'integer' || schema.type === 'number') {
		const range = rangeText(schema);
		return {
			...base,
			type: 'number',
			description: range === '' ? description : `${description.replace(/\.$/, '')}. ${range}.`,
			default: optional ? '' : (schema.default ?? ''),
			placeholder: optional && !required ? (standard ?? 'Automatic') : undefined,
			typeOptions: {
				minValue: schema.minimum,
				maxValue: schema.maximum,
				numberPrecision: schema.type === 'integer' ? 0 : undefined,
			},
		};
	}
	return {
		...base,
		type: 'string',
		default: input ?? '',
		placeholder: placeholder ?? (standard === undefined ? undefined : `e.g. ${standard}`),
		typeOptions: rows ? { rows } : parameter === 'webhookSecret' ? { password: true } : undefined,
	};
}
