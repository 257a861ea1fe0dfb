import type { IDataObject, IExecuteSingleFunctions } from 'n8n-workflow';

import { invalidInput } from '../errors/fluxError';
import { parameterOf, parameters, type Parameter, type ParameterName } from '../catalogue/parameters';
import { filesOf, imageValues, type Files } from '../images/imageValue';
import { recognise } from '../images/input';
import { parseJson } from '../url';

/** What the user set, by parameter; what is not set is not there. */
export type Values = Partial<Record<ParameterName, unknown>>;

const entries = Object.entries(parameters) as Array<[ParameterName, Parameter]>;

/** A parameter as errors name it. */
export const labelOf = (parameter: ParameterName) => `'${parameterOf(parameter).displayName}'`;

// White space, or characters that nobody sees, are nothing.
export const isSet = (value: unknown) =>
	value !== undefined &&
	value !== null &&
	!(typeof value === 'string' && /^[\s\p{Cf}]*$/u.test(value)) &&
	!(Array.isArray(value) && value.length === 0);

/** What is set on the node for this item, by parameter. Fields that the editor hides are not there: n8n leaves them out. */
export function readValues(context: IExecuteSingleFunctions): Values {
	const options = context.getNodeParameter('options', {}) as IDataObject;
	const settings = context.getNodeParameter('settings', {}) as IDataObject;
	const files = filesOf(context.getInputData());
	const values: Values = {};
	for (const [name, parameter] of entries) {
		const { place } = parameter;
		const collection = place === 'options' ? options : settings;
		const value = place === 'field' ? context.getNodeParameter(name, null) : collection[name];
		const clean = parameter.image === true ? readImages(value, parameter, files) : value;
		if (isSet(clean)) values[name] = clean;
	}
	return values;
}

/** The images of a parameter, or the one that it takes. */
function readImages(value: unknown, { list, displayName }: Parameter, files: Files): unknown {
	const images = imageValues(value, files).filter(isSet);
	if (list === true) return images;
	if (images.length < 2) return images[0];
	// What was divided for nothing is told as it was written.
	if (typeof value === 'string' && !images.every((one) => recognise(one, files))) return value;
	throw invalidInput(
		`'${displayName}' takes one image, but ${images.length} were given`,
		`If '${displayName}' is an expression, pick one of its values.`,
	);
}

/** A value as errors show it. */
export function short(value: unknown): string {
	const text = typeof value === 'string' ? `"${value}"` : String(JSON.stringify(value));
	return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** The fields that the user wrote by their names on the wire. */
export function writtenFields({ additionalBody: value }: Values): IDataObject {
	if (value === undefined) return {};
	const parsed = typeof value === 'string' ? parseJson(value) : value;
	if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
		throw invalidInput(
			`${labelOf('additionalBody')} is ${short(value)}, but it takes a JSON object such as {"seed": 1}`,
		);
	}
	return parsed as IDataObject;
}
