import { z } from 'zod/v4';

import type { ImageOperation, Model } from '../provider';
import { field, fieldsOf, type ModelField } from './modelFields';
import { inputImages } from './modelParameters';
import { parameterOf, type ParameterName } from './parameters';

/** How an API differs in what it takes for a model that is in no list. */
interface Habits {
	/** It ignores fields that it does not know: where its models differ in the name of a field, all names are sent. */
	ignoresUnknown?: true;
	/** Parameters of a few models, which the node itself provides for the others. */
	without?: readonly ParameterName[];
	/** What no listed model has, or has otherwise. */
	more?(operation: ImageOperation): z.ZodRawShape;
}

/** From the one that takes most to the one that takes least. */
const types: Array<[string, z.ZodType]> = [
	['array', z.array(z.string().or(z.number()))],
	['string', z.string()],
	['number', z.number()],
	['integer', z.int()],
	['boolean', z.boolean()],
];

/**
 * Makes the entry for an id that is in no list: every field that a listed model has in the operation or beside its image in
 * `generate`, checked only for its type. A version of a listed model (`owner/name:version`) has that model's own fields.
 */
export function unlistedModels(
	models: readonly Model[],
	{ ignoresUnknown, without = [], more }: Habits = {},
) {
	const all = models.flatMap(({ body }) => fieldsOf(body));
	const uses = ({ name, parameter }: ModelField) =>
		all.filter((one) => one.name === name && one.parameter === parameter).length;
	const bodies = new Map<string, z.ZodObject>();

	/** What is sent for a version of a listed model, or for any other id. */
	function bodyOf(operation: ImageOperation, original: z.ZodRawShape): z.ZodObject {
		const listed = models.filter(({ operations }) => operations.includes(operation));
		const others = models.filter((one) => !listed.includes(one) && one.operations.includes('generate'));
		const known = fieldsOf(z.object(original)).map(({ parameter }) => parameter);
		const own = z.object(more?.(operation) ?? {});
		const added = fieldsOf(own).filter(({ parameter }) => !known.includes(parameter));
		const fieldsBut = (left: readonly ParameterName[], some: Model[]) =>
			some
				.flatMap(({ body }) => fieldsOf(body))
				.filter(({ parameter }) => ![...left, ...known, ...without].includes(parameter));
		const fields = [
			...fieldsBut(operation === 'generate' ? inputImages : [], listed),
			...fieldsBut(inputImages, others),
		];
		const usual = new Map<ParameterName, ModelField>();
		for (const one of fields) {
			const most = usual.get(one.parameter);
			if (most === undefined || uses(one) > uses(most)) usual.set(one.parameter, one);
		}
		/** Whether most models of the API call the parameter so; the second image and so on go with the first. */
		const isUsual = ({ name, parameter, position = 0 }: ModelField) =>
			name === usual.get(parameter)!.name || (position > 0 && usual.get(parameter)!.position !== undefined);
		const sent = fields.filter((one) => ignoresUnknown === true || isUsual(one)).map(({ name }) => name);
		return z.looseObject({
			...Object.fromEntries([...new Set(sent)].map((name) => [name, uncheckedField(name, listed, others)])),
			...Object.fromEntries(added.map(({ name }) => [name, own.shape[name]])),
			...original,
		});
	}

	return (id: string, operation: ImageOperation): Model => {
		const original = models.find((model) => id.startsWith(`${model.id}:`));
		const key = `${operation} ${original?.id ?? ''}`;
		const body = bodies.get(key) ?? bodyOf(operation, original?.body.shape ?? {});
		bodies.set(key, body);
		const endpoint = models.find(({ operations }) => operations.includes(operation))?.endpoint;
		return { id, label: id, operations: [operation], endpoint, body };
	};
}

/** A field of listed models without its checks; what concerns the request and not the model stays as it is. */
function uncheckedField(name: string, listed: Model[], others: Model[]): z.ZodType {
	const having = [...listed, ...others].filter(({ body }) => name in body.shape);
	const found = having.flatMap(({ body }) => fieldsOf(body)).filter((one) => one.name === name);
	const [{ parameter, image, outside, inverted, position, side, spelling, description }] = found;
	if (parameterOf(parameter).place === 'settings') return having[0].body.shape[name] as z.ZodType;
	const [, loose] = types.find(([type]) => found.some((one) => one.type === type)) ?? types[1];
	// What the operation works on, and what the API itself asks for.
	const required =
		(image !== undefined || outside === true) &&
		listed.every((model) => fieldsOf(model.body).some((one) => one.name === name && one.required));
	return field(parameter, loose.clone(), {
		...{ image, outside, inverted, position, side, spelling, required, description },
		...(parameter === 'numberOfImages' ? { default: 1 } : {}),
	});
}
