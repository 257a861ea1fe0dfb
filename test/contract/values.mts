import type { Model } from '../../nodes/Flux/provider.ts';
import { fieldsOf, inInterfaceWords } from '../../nodes/Flux/catalogue/modelFields.ts';
import type { ModelParameter } from '../../nodes/Flux/catalogue/modelParameters.ts';
import { parameterOf } from '../../nodes/Flux/catalogue/parameters.ts';

const texts: Record<string, string[]> = {
	aspectRatio: ['21:9', '1:1', '9:21'],
	resolution: ['1MP'],
	webhookUrl: ['https://example.com/hook'],
};

/** The least, the largest and every chosen value that a parameter of a model takes. */
export function valuesOf(model: Model, schema: ModelParameter): unknown[] {
	const { parameter } = schema;
	const places = fieldsOf(model.body).filter((field) => field.parameter === parameter).length;
	if (parameterOf(parameter).list === true) {
		const most = places > 1 ? places : (schema.maxItems ?? 1);
		return [1, most].map((count) => Array.from({ length: count }, () => 'data'));
	}
	const { minimum = 0, maximum = 2 ** 31, multipleOf = 1 } = schema;
	if (schema.enum) return schema.enum.map((choice) => inInterfaceWords(choice, schema));
	if (schema.type === 'boolean') return [true, false];
	if (schema.type === 'integer' || schema.type === 'number')
		return [minimum, Math.floor(maximum / multipleOf) * multipleOf];
	const { minLength = 1, maxLength = 3000, format } = schema;
	// A ratio for which there is a name.
	if (schema.side === 'ratio') return ['16:9'];
	if (parameter === 'loraStrength') return [0.5];
	// One is an id, the other a name.
	if (parameter === 'loraId')
		return format === undefined ? ['acme/lora'] : ['0f8fad5b-d9cb-469f-a165-70867728950e'];
	return texts[parameter] ?? ['x'.repeat(minLength), 'x'.repeat(maxLength)];
}
