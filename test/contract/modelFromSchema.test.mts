import type { IDataObject } from 'n8n-workflow';

import { modelParameters } from '../../nodes/Flux/catalogue/modelParameters.ts';
import { buildRequest } from '../../nodes/Flux/engine/buildRequest.ts';
import type { Values } from '../../nodes/Flux/engine/readParameters.ts';
import type { ImageOperation, Model, ProviderAnswer } from '../../nodes/Flux/provider.ts';
import { replicate } from '../../nodes/Flux/providers/replicate/index.ts';
import { models } from '../../nodes/Flux/providers/replicate/models.ts';
import { modelFromSchema } from '../../nodes/Flux/providers/replicate/modelFromSchema.ts';
import { documentOf } from '../sandbox/documents/documents.mts';
import { valuesOf } from './values.mts';

const document = documentOf('replicate');
const answer = (components: unknown): ProviderAnswer => ({
	...{ status: 200, excerpt: '' },
	body: { latest_version: { openapi_schema: { components } } },
});
const answers = new Map(models.map(({ id }) => [id, answer(document.ownSchemas(id))]));
const known = new Map<string, Model>();
/** The model as its own schema tells it, which takes long to read. */
function own(id: string, operation: ImageOperation, set: string[]): Model {
	const key = JSON.stringify([id, operation, set]);
	const model =
		known.get(key) ?? modelFromSchema(id)!.read(answers.get(id)!, { operation, set, written: [] })!;
	known.set(key, model);
	return model;
}

const image = async (value: unknown) => `https://example.com/${String(value)}`;
const inputOf = async (model: Model, operation: ImageOperation, values: Values) => {
	const { body } = await buildRequest(model, operation, values, image);
	const order = { service: undefined, remainingSeconds: 60, idempotencyKey: 'key', envelope: {} };
	return (replicate.submit({ ...order, model, operation, body }).body as IDataObject).input as IDataObject;
};

/** Fields that the catalogue also sends under the name of a sibling. */
const twice: Record<string, string[]> = { 'black-forest-labs/flux-2-klein-9b': ['output_megapixels'] };

const cases = models.flatMap((model) =>
	model.operations.map((operation) => [model.id, operation, model] as const),
);

it.each(cases)('%s has in %s by its own schema what the catalogue sends', async (id, operation, model) => {
	const offered = modelParameters(model, operation).filter(({ parameter }) => parameter !== 'webhookUrl');
	const needed = offered.filter(({ parameter, required }) => required || parameter === 'prompt');
	const least = Object.fromEntries(needed.map((one) => [one.parameter, valuesOf(model, one)[0]])) as Values;
	for (const each of offered) {
		const told = own(id, operation, Object.keys({ ...least, [each.parameter]: undefined }));
		expect(told.operations).toContain(operation);
		for (const value of valuesOf(model, each)) {
			const values = { ...least, [each.parameter]: value };
			const wanted = await inputOf(model, operation, values);
			for (const name of twice[id] ?? []) delete wanted[name];
			const sent = await inputOf(told, operation, values);
			expect([each.parameter, value, sent]).toEqual([each.parameter, value, wanted]);
		}
	}
});

it.each(cases)('%s refuses in %s what its own schema does not take', async (id, operation, model) => {
	const offered = modelParameters(model, operation);
	const needed = offered.filter(({ parameter, required }) => required || parameter === 'prompt');
	const least = Object.fromEntries(needed.map((one) => [one.parameter, valuesOf(model, one)[0]])) as Values;
	const all = own(id, operation, [...offered.map(({ parameter }) => parameter), 'loraId']);
	let refused = 0;
	for (const one of modelParameters(all, operation)) {
		const { parameter, enum: choices, minimum, maximum, type } = one;
		const wrong = choices ? ['surely none'] : type === 'boolean' ? ['perhaps'] : [minimum! - 1, maximum! + 1];
		const told = own(id, operation, Object.keys({ ...least, [parameter]: undefined }));
		for (const value of wrong.filter((one) => !Number.isNaN(one))) {
			const values = { ...least, [parameter]: value };
			const built = inputOf(told, operation, values);
			const error = {
				code: 'invalid-input',
				message: expect.stringContaining(` is ${JSON.stringify(value)}, but `),
			};
			if (parameter !== 'numberOfImages' || maximum! < 100) {
				await expect(built).rejects.toMatchObject(error);
				refused++;
			}
		}
	}
	expect(refused).toBeGreaterThan(1);
});

it('is asked for what is in no list alone', () => {
	const asked = (id: string) => replicate.modelQuestion!({ ...models[0], id }, 'replicate');
	expect(models.filter((model) => replicate.modelQuestion!(model, 'replicate') !== undefined)).toEqual([]);
	expect(asked('acme/model')).toBeDefined();
});
