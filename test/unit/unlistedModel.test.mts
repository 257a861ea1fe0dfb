import { z } from 'zod/v4';

import { field, fieldsOf } from '../../nodes/Flux/catalogue/modelFields.ts';
import { unlistedModels } from '../../nodes/Flux/catalogue/unlistedModel.ts';
import type { ImageOperation, Model } from '../../nodes/Flux/provider.ts';
import { providers } from '../../nodes/Flux/providers/index.ts';

const model = (id: string, operations: ImageOperation[], shape: z.ZodRawShape): Model => ({
	id,
	label: id,
	operations,
	body: z.strictObject(shape),
});
const strictSteps = field('steps', z.int().min(4).max(50), { required: true, default: 28 });
const models = [
	model('one', ['generate'], { steps: strictSteps, raw: field('raw', z.boolean()) }),
	model('two', ['generate', 'edit'], {
		steps: strictSteps,
		images: field('referenceImages', z.array(z.string()).max(4), { required: true, image: 'link' }),
		output_format: field('outputFormat', z.enum(['jpg']), { spelling: { jpeg: 'jpg' } }),
	}),
	model('three', ['erase'], {
		num_steps: field('steps', z.int().max(9)),
		mask: field('mask', z.string(), { required: true, image: 'link' }),
		number: field('numberOfImages', z.int().max(4)),
	}),
];
const names = ({ body }: Model) => Object.keys(body.shape).sort();

it('takes what the listed models of the operation take, and what goes with any image', () => {
	const unlisted = unlistedModels(models);
	expect(names(unlisted('new', 'generate'))).toEqual(['output_format', 'raw', 'steps']);
	expect(names(unlisted('new', 'edit'))).toEqual(['images', 'output_format', 'raw', 'steps']);
	expect(names(unlisted('new', 'erase'))).toEqual(['mask', 'number', 'output_format', 'raw', 'steps']);
});

it('checks only the type, and needs only the images that all of them need', () => {
	const { body } = unlistedModels(models)('new', 'edit');
	expect(body.safeParse({ images: Array.from({ length: 9 }, String), output_format: 'avif' }).success).toBe(
		true,
	);
	expect(body.safeParse({ images: ['a'], steps: 900 }).success).toBe(true);
	expect(body.safeParse({ images: ['a'], steps: 'many' }).success).toBe(false);
	expect(body.safeParse({ steps: 4 }).success).toBe(false);
	expect(fieldsOf(body).find(({ name }) => name === 'output_format')).toMatchObject({
		spelling: { jpeg: 'jpg' },
	});
});

it('sends every name of a parameter where the provider ignores those that it does not know', () => {
	expect(names(unlistedModels(models, { ignoresUnknown: true })('new', 'erase'))).toContain('num_steps');
	expect(names(unlistedModels(models)('new', 'erase'))).not.toContain('num_steps');
});

it('leaves out and adds what the provider says', () => {
	const unlisted = unlistedModels(models, {
		without: ['numberOfImages'],
		more: () => ({ lora: field('loraId', z.string()) }),
	});
	expect(names(unlisted('new', 'erase'))).toEqual(['lora', 'mask', 'output_format', 'raw', 'steps']);
});

it('has the own fields of the listed model of which it is a version', () => {
	const { body } = unlistedModels(models, { ignoresUnknown: true })('three:abc', 'erase');
	expect(Object.keys(body.shape).sort()).toEqual(['mask', 'num_steps', 'number', 'output_format', 'raw']);
	expect(body.safeParse({ mask: 'a', num_steps: 10 }).success).toBe(false);
});

describe.each(providers.filter(({ name }) => name !== 'openAiCompatible'))(
	'An id unknown to $name',
	(api) => {
		it.each([...new Set(api.models.flatMap(({ operations }) => operations))])(
			'takes in %s every parameter that a listed model has',
			(operation) => {
				const parameters = ({ body }: Model) => fieldsOf(body).map(({ parameter }) => parameter);
				const unlisted = new Set(parameters(api.unlistedModel('any/model', operation)));
				const listed = api.models
					.filter(({ operations }) => operations.includes(operation))
					.flatMap(parameters);
				const absent = [...new Set(listed)].filter((one) => !unlisted.has(one));
				const inputs = operation === 'generate' ? ['referenceImages', 'image'] : [];
				const several = api.name === 'apiframe' ? ['numberOfImages'] : [];
				expect(absent.filter((one) => ![...inputs, ...several].includes(one))).toEqual([]);
			},
		);
	},
);
