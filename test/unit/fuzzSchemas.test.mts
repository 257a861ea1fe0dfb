import fc from 'fast-check';

import { fieldsOf } from '../../nodes/Flux/catalogue/modelFields.ts';
import { asFluxError, FluxError } from '../../nodes/Flux/errors/fluxError.ts';
import { buildRequest } from '../../nodes/Flux/engine/buildRequest.ts';
import type { Values } from '../../nodes/Flux/engine/readParameters.ts';
import type { ImageOperation } from '../../nodes/Flux/provider.ts';
import { modelFromSchema } from '../../nodes/Flux/providers/replicate/modelFromSchema.ts';
import { runs } from './fuzzRuns.mts';

const anything = fc.jsonValue({ maxDepth: 1 });
const near = (likely: fc.Arbitrary<unknown>) => fc.oneof({ weight: 5, arbitrary: likely }, anything);
const names = [
	...[
		'prompt',
		'instruction',
		'image',
		'input_images',
		'input_image_2',
		'mask',
		'control_image',
		'image_prompt',
	],
	...[
		'steps',
		'num_outputs',
		'guidance_scale',
		'seed',
		'aspect_ratio',
		'width',
		'output_format',
		'raw',
		'webhook',
	],
	...[
		'lora_weights',
		'lora_scale',
		'hf_loras',
		'lora_scales',
		'extra_lora',
		'enable_safety_checker',
		'__proto__',
	],
];
const refs = ['ratio', 'loop', 'Input', 'none', '__proto__'].map((name) => `#/components/schemas/${name}`);
const leaf = {
	type: near(
		fc.constantFrom('string', 'integer', 'number', 'boolean', 'array', 'object', ['integer', 'null']),
	),
	format: near(fc.constantFrom('uri', 'uuid')),
	enum: near(
		fc.array(fc.oneof(fc.constantFrom('1:1', 'jpg', 'custom', '', '__proto__'), fc.integer()), {
			maxLength: 4,
		}),
	),
	...{ minimum: near(fc.double()), maximum: near(fc.double()), multipleOf: near(fc.double()) },
	...{
		minLength: near(fc.nat(9)),
		maxLength: near(fc.nat()),
		minItems: near(fc.nat(3)),
		maxItems: near(fc.nat(9)),
	},
	...{ $ref: near(fc.constantFrom(...refs)), default: anything },
};
const inside = near(fc.record(leaf, { requiredKeys: [] }));
const several = near(fc.array(inside, { maxLength: 2 }));
const schema = near(
	fc.record({ ...leaf, items: inside, allOf: several, anyOf: several }, { requiredKeys: [] }),
);
const properties = fc
	.array(fc.tuple(fc.constantFrom(...names), schema), { maxLength: 12 })
	.map(
		(all) =>
			JSON.parse(
				`{${all.map(([name, one]) => `"${name}":${JSON.stringify(one) ?? 'null'}`).join()}}`,
			) as unknown,
	);
const body = near(
	fc.record({
		latest_version: near(
			fc.record({
				openapi_schema: near(
					fc.record({
						components: near(
							fc.record({
								schemas: near(
									fc.record({
										Input: near(
											fc.record(
												{ properties: near(properties), required: near(fc.subarray(names)) },
												{ requiredKeys: ['properties'] },
											),
										),
										ratio: schema,
										loop: fc.constant({ allOf: [{ $ref: '#/components/schemas/loop' }] }),
									}),
								),
							}),
						),
					}),
				),
			}),
		),
	}),
);

const value = fc.oneof(
	fc.string(),
	fc.double(),
	fc.boolean(),
	fc.constantFrom('a/b, c/d', '1:1', 'jpeg', 4, '7'),
);
const images = fc.array(fc.constantFrom('data', 'mask'), { minLength: 1, maxLength: 3 });
const values: fc.Arbitrary<Values> = fc.record(
	{
		prompt: fc.string(),
		...{
			image: fc.constant('data'),
			mask: fc.constant('data'),
			controlImage: fc.constant('data'),
			referenceImages: images,
		},
		...{ steps: value, guidance: value, seed: value, aspectRatio: value, width: value, outputFormat: value },
		...{ raw: value, loraId: value, loraStrength: value, disableSafetyChecker: value, numberOfImages: value },
	},
	{ requiredKeys: [] },
);
const operation = fc.constantFrom<ImageOperation>('generate', 'edit', 'fill', 'control', 'remix');

it('makes of any schema and any values a request of its own fields, or an error that says what is wrong', async () => {
	let models = 0;
	let requests = 0;
	const check = fc.asyncProperty(
		body,
		operation,
		values,
		fc.boolean(),
		async (told, chosen, all, isFitting) => {
			const answer = { status: 200, body: told, excerpt: '' };
			const model = modelFromSchema('acme/model')!.read(answer, {
				operation: chosen,
				set: Object.keys(all),
				written: [],
			});
			if (model === undefined) return;
			models++;
			const own = fieldsOf(model.body);
			const has = (name: string) => own.some(({ parameter }) => parameter === name);
			const set = isFitting ? Object.fromEntries(Object.entries(all).filter(([name]) => has(name))) : all;
			const built = await buildRequest(model, chosen, set, async () => 'https://example.com/a.png').catch(
				(error: unknown) => asFluxError(error),
			);
			if (built instanceof FluxError) {
				expect([built.code, built.advice]).toEqual([
					'invalid-input',
					expect.stringMatching(/charged|billed/),
				]);
				return;
			}
			requests++;
			const names = own.map(({ name }) => name);
			expect(Object.keys(built.body).filter((name) => !names.includes(name))).toEqual([]);
		},
	);
	const numRuns = runs.numRuns * 5;
	await fc.assert(check, { ...runs, numRuns });
	expect([models > numRuns / 10, requests > numRuns / 100]).toEqual([true, true]);
});

it('reads a schema of any size and depth in no time', () => {
	const deep = (count: number) => `${'{"allOf":['.repeat(count)}{}${']}'.repeat(count)}`;
	const many = Object.fromEntries(
		Array.from({ length: 60 }, (_, index) => [
			`s${index}`,
			{
				allOf: Array.from({ length: 40 }, (__, other) => ({
					$ref: `#/components/schemas/s${(index + other + 1) % 60}`,
				})),
			},
		]),
	);
	const fields = Object.fromEntries(
		Array.from({ length: 50_000 }, (_, index) => [`image_${index}`, { type: 'string' }]),
	);
	const started = performance.now();
	for (const input of [
		{ prompt: JSON.parse(deep(100_000)) as unknown },
		{ prompt: { $ref: '#/components/schemas/s0' } },
		fields,
	]) {
		const schemas = { Input: { properties: input }, ...many };
		const answer = { status: 200, body: { openapi_schema: { components: { schemas } } }, excerpt: '' };
		expect(
			modelFromSchema('acme/model')!.read(answer, {
				operation: 'edit',
				set: ['referenceImages'],
				written: [],
			}),
		).toBeDefined();
	}
	expect(performance.now() - started).toBeLessThan(2_000);
});
