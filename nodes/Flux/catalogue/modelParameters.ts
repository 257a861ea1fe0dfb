import type { ImageOperation, Model } from '../provider';
import { parameters, type ParameterName } from './parameters';
import { fieldsOf, type ModelField } from './modelFields';

/** The images that an operation works on: they make an `edit`, and `generate` does without them. */
export const inputImages: readonly ParameterName[] = ['referenceImages', 'image'];

/** A parameter that a model has in an operation, with its range and choices. */
export type ModelParameter = Omit<ModelField, 'name'>;

/** The most images that one item may ask for: a mistyped number must not empty an account. */
export const maxImages = 100;

const severalJobs: ModelParameter = {
	...{ parameter: 'numberOfImages', required: false },
	...{ type: 'integer', minimum: 1, maximum: maxImages, default: 1 },
};

/** The parameters that a model has in an operation, each once, in the order of the interface. */
export function modelParameters(model: Model, operation: ImageOperation): ModelParameter[] {
	const found = new Map<ParameterName, ModelParameter>();
	const fields = fieldsOf(model.body);
	// Where a model takes either of them, one is enough.
	const isChoice = inputImages.every((input) => fields.some(({ parameter }) => parameter === input));
	for (const field of fields) {
		const isInput = inputImages.includes(field.parameter);
		if (found.has(field.parameter) || (operation === 'generate' && isInput)) continue;
		found.set(field.parameter, { ...field, required: field.required || (isInput && !isChoice) });
	}
	// Where a model makes one image a job, the node makes several jobs.
	if (!found.has('numberOfImages')) found.set('numberOfImages', severalJobs);
	return [...found.values()].sort((one, other) => order(one.parameter) - order(other.parameter));
}

const names = Object.keys(parameters);
const order = (parameter: ParameterName) => names.indexOf(parameter);
