import type { IDataObject } from 'n8n-workflow';

import { fieldsOf } from '../../nodes/Flux/catalogue/modelFields.ts';
import { buildRequest } from '../../nodes/Flux/engine/buildRequest.ts';
import type { Values } from '../../nodes/Flux/engine/readParameters.ts';
import type { ImageOperation } from '../../nodes/Flux/provider.ts';
import { modelFromSchema } from '../../nodes/Flux/providers/replicate/modelFromSchema.ts';

const answerOf = (properties: unknown, more: object = {}, schemas: object = {}) => ({
	...{ status: 200, excerpt: '' },
	body: {
		openapi_schema: {
			components: { schemas: { Input: { type: 'object', properties, ...more }, ...schemas } },
		},
	},
});
const read = (
	answer: { status: number; excerpt: string; body: unknown },
	operation: ImageOperation,
	set: string[],
) => modelFromSchema('acme/model')!.read(answer, { operation, set, written: [] });

/** What is sent of these values to a model with this schema. */
async function sent(operation: ImageOperation, values: Values, ...schema: Parameters<typeof answerOf>) {
	const model = read(answerOf(...schema), operation, Object.keys(values))!;
	const image = async (value: unknown, _: unknown, label: string) => `${label}: ${String(value)}`;
	return (await buildRequest(model, operation, values, image)).body;
}

const text = { type: 'string' };
const uri = { type: 'string', format: 'uri' };
const uris = { type: 'array', items: uri };

describe('Where a model tells its schema', () => {
	it.each([
		['acme/model', '/models/acme/model'],
		['acme/model:abc', '/models/acme/model/versions/abc'],
		['deployments/acme/model', undefined],
		['a'.repeat(64), undefined],
		['acme/a:b/c', undefined],
	])('of %s is %s', (id, url) => {
		expect(modelFromSchema(id)?.request).toEqual(url && { method: 'GET', url });
	});
});

describe('An answer that tells no schema', () => {
	it.each<[number, unknown]>([
		[404, { detail: 'not found' }],
		[401, answerOf({ prompt: text }).body],
		[202, answerOf({ prompt: text }).body],
		...[undefined, null, 7, '<html>', [], {}].map((body): [number, unknown] => [200, body]),
		[200, { latest_version: null }],
		[200, { latest_version: { openapi_schema: null } }],
		[200, { openapi_schema: [] }],
		[200, { openapi_schema: { components: { schemas: null } } }],
		[200, { openapi_schema: { components: { schemas: { Input: 7 } } } }],
		[200, { openapi_schema: { components: { schemas: { Input: { properties: [] } } } } }],
	])('is HTTP %d with %j', (status, body) => {
		expect(read({ status, body, excerpt: '' }, 'generate', ['prompt'])).toBeUndefined();
	});
});

describe('A name', () => {
	it.each<[string, object, Values, IDataObject]>([
		['guidance', { guidance_scale: { type: 'number' } }, { guidance: '3.5' }, { guidance_scale: 3.5 }],
		['steps', { num_inference_steps: { type: 'integer' } }, { steps: 4 }, { num_inference_steps: 4 }],
		['a count', { number_of_images: { type: 'integer' } }, { numberOfImages: 2 }, { number_of_images: 2 }],
		['a choice of numbers', { num_outputs: { enum: [1, 4] } }, { numberOfImages: '4' }, { num_outputs: 4 }],
		[
			'an opposite',
			{ enable_safety_checker: { type: 'boolean' } },
			{ disableSafetyChecker: true },
			{ enable_safety_checker: false },
		],
		[
			'jpeg',
			{ output_format: { enum: ['jpeg', 'png'] } },
			{ outputFormat: 'jpeg' },
			{ output_format: 'jpeg' },
		],
		['jpg', { output_format: { enum: ['jpg', 'png'] } }, { outputFormat: 'jpeg' }, { output_format: 'jpg' }],
		['grounding', { grounding: { type: 'boolean' } }, { grounding: false }, { grounding: false }],
		['a size class', { size: { enum: ['1K', '2K'] } }, { resolution: '2K' }, { size: '2K' }],
	])('of the model itself is used for %s', async (_, properties, values, wanted) => {
		expect(await sent('generate', values, properties)).toEqual(wanted);
	});

	it('is used once, where a model has several for the same', async () => {
		const properties = { steps: { type: 'integer' }, num_inference_steps: { type: 'integer' } };
		expect(await sent('generate', { steps: 4 }, properties)).toEqual({ steps: 4 });
	});
});

describe('What is checked', () => {
	const seeds = { seed: { anyOf: [{ type: 'integer', maximum: 9 }, { type: 'null' }] } };
	const ratio = { aspect_ratio: { allOf: [{ $ref: '#/components/schemas/ratio' }], default: '1:1' } };
	const shared = { ratio: { type: 'string', enum: ['1:1', '2:1'] } };
	it.each<[Values, object, string]>([
		[
			{ steps: 51 },
			{ steps: { type: 'integer', minimum: 1, maximum: 50 } },
			"'Steps' is 51, but acme/model takes a whole number from 1 to 50",
		],
		[
			{ steps: 'many' },
			{ steps: { type: ['integer', 'null'] } },
			'\'Steps\' is "many", but acme/model takes a whole number',
		],
		[{ seed: 10 }, seeds, "'Seed' is 10, but acme/model takes a whole number of at most 9"],
		[{ aspectRatio: '9:1' }, ratio, '\'Aspect Ratio\' is "9:1", but acme/model takes 1:1 or 2:1'],
		[{ raw: true }, { prompt: text }, "'Raw' is true, but acme/model has no 'Raw'"],
		[{ loraId: 'a/b' }, { prompt: text }, "'LoRA ID' is \"a/b\", but acme/model has no 'LoRA ID'"],
		[
			{ numberOfImages: 2 },
			{ num_outputs: { enum: [1, 4, null] } },
			"'Number of Images' is 2, but acme/model takes 1 or 4",
		],
		[
			{ width: 300 },
			{ width: { type: 'integer', multipleOf: 64 } },
			"'Width' is 300, but acme/model takes a whole number in steps of 64; use 256 or 320",
		],
	])('%j by %j', async (values, properties, message) => {
		await expect(sent('generate', values, properties, {}, shared)).rejects.toMatchObject({
			...{ code: 'invalid-input', message },
		});
	});

	it('are pixels beside another ratio than custom, as of listed models', async () => {
		const properties = { aspect_ratio: { enum: ['1:1', 'custom'] }, width: { type: 'integer' } };
		await expect(sent('generate', { width: 512, aspectRatio: '1:1' }, properties)).rejects.toThrow(
			'empty or custom',
		);
	});

	it('is nothing where the schema says nothing that can be read', async () => {
		const loop = { $ref: '#/components/schemas/loop' };
		const properties = { prompt: loop, seed: { anyOf: [{ type: 'integer' }, { type: 'string' }] }, steps: 7 };
		const values = { prompt: 'x', seed: 'any', steps: 4 };
		expect(await sent('generate', values, properties, { required: 'prompt' }, { loop })).toEqual(values);
	});

	it('is what the schema demands', async () => {
		const built = sent('generate', {}, { prompt: text }, { required: ['prompt'] });
		await expect(built).rejects.toThrow("'Prompt' is empty, but acme/model needs it");
	});
});

describe('LoRAs', () => {
	const two = {
		...{ lora_weights: text, lora_scale: { type: 'number', maximum: 3 } },
		...{ extra_lora: text, extra_lora_scale: { type: 'number', maximum: 3 } },
	};
	const trained = { lora_scale: two.lora_scale, extra_lora: text, extra_lora_scale: two.extra_lora_scale };
	const list = {
		hf_loras: { type: 'array', items: text },
		lora_scales: { type: 'array', items: { type: 'number' } },
	};
	it.each<[Values, object, IDataObject]>([
		[{ loraId: 'a/b' }, two, { lora_weights: 'a/b' }],
		[{ loraId: 'a/b', loraStrength: 0.5 }, two, { lora_weights: 'a/b', lora_scale: 0.5 }],
		[{ loraStrength: 0.5 }, two, { lora_scale: 0.5 }],
		[{ loraId: 'a/b, c/d' }, two, { lora_weights: 'a/b', extra_lora: 'c/d' }],
		[
			{ loraId: 'a/b\nhttps://x.y/a,b.safetensors', loraStrength: '0.5, 2' },
			two,
			{
				lora_weights: 'a/b',
				lora_scale: 0.5,
				extra_lora: 'https://x.y/a,b.safetensors',
				extra_lora_scale: 2,
			},
		],
		[
			{ loraId: ['a/b', 'c/d'], loraStrength: 1 },
			two,
			{ lora_weights: 'a/b', lora_scale: 1, extra_lora: 'c/d', extra_lora_scale: 1 },
		],
		[{ loraStrength: 0.5 }, trained, { lora_scale: 0.5 }],
		[{ loraId: 'a/b', loraStrength: [0.5] }, trained, { extra_lora: 'a/b', extra_lora_scale: 0.5 }],
		[{ loraId: 'a/b', loraStrength: 1 }, list, { hf_loras: ['a/b'], lora_scales: [1] }],
		[
			{ loraId: 'a/b,c/d,e/f', loraStrength: [1, '0.5', 2] },
			list,
			{ hf_loras: ['a/b', 'c/d', 'e/f'], lora_scales: [1, 0.5, 2] },
		],
	])('%j by %j', async (values, properties, wanted) => {
		expect(await sent('generate', values, properties)).toEqual(wanted);
	});

	it('are asked for where the model needs one', async () => {
		const built = sent('generate', {}, { hf_lora: text }, { required: ['hf_lora'] });
		await expect(built).rejects.toThrow("'LoRA ID' is empty, but acme/model needs it here");
	});

	it.each<[Values, object, string]>([
		[{ loraId: 'a/b, c/d, e/f' }, two, "'LoRA ID' holds 3 values, but acme/model takes at most 2"],
		[{ loraId: 'a/b, c/d' }, trained, "'LoRA ID' holds 2 values, but acme/model takes at most 1"],
		[
			{ loraId: 'a/b, c/d', loraStrength: '1, 4' },
			two,
			"'LoRA Strength' 2 is 4, but acme/model takes a number of at most 3",
		],
		[
			{ loraId: 'a/b, c/d', loraStrength: [1, 1, 1] },
			two,
			"'LoRA Strength' holds 3 values, but 'LoRA ID' holds 2",
		],
		[{ loraId: 'a/b', loraStrength: '0,8' }, two, "'LoRA Strength' holds 2 values, but 'LoRA ID' holds 1"],
		[{ loraStrength: [1, 1] }, trained, "'LoRA Strength' holds 2 values, but 'LoRA ID' holds none"],
		[{ loraId: { id: 1 } }, two, '\'LoRA ID\' is {"id":1}, but it takes a single value'],
	])('%j is refused by %j', async (values, properties, message) => {
		await expect(sent('generate', values, properties)).rejects.toMatchObject({
			code: 'invalid-input',
			message,
		});
	});
});

describe('The image to work on', () => {
	it.each<[ImageOperation, object, Values, IDataObject]>([
		['edit', { image: uri }, { referenceImages: ['a'] }, { image: "'Reference Images' 1: a" }],
		['edit', { image: uri }, { image: 'a' }, { image: "'Image': a" }],
		['edit', { input_images: uris }, { image: 'a' }, { input_images: ["'Image': a"] }],
		[
			'edit',
			{ image_input: uris },
			{ referenceImages: ['a', 'b'] },
			{ image_input: ["'Reference Images' 1: a", "'Reference Images' 2: b"] },
		],
		['edit', { image_prompt: uri }, { referenceImages: ['a'] }, { image_prompt: "'Reference Images' 1: a" }],
		[
			'edit',
			{ mask: uri, control_image: uri },
			{ referenceImages: ['a'] },
			{ control_image: "'Reference Images' 1: a" },
		],
		['edit', { face_picture: uri, lora_url: uri }, { image: 'a' }, { face_picture: "'Image': a" }],
		[
			'edit',
			{ input_image_2: uri, input_image_1: uri },
			{ referenceImages: ['a', 'b'] },
			{ input_image_1: "'Reference Images' 1: a", input_image_2: "'Reference Images' 2: b" },
		],
		[
			'edit',
			{ image: uri, style_images: uris },
			{ image: 'a', referenceImages: ['b'] },
			{ image: "'Image': a", style_images: ["'Reference Images' 1: b"] },
		],
		[
			'edit',
			{ image: uri, image_prompt: uri },
			{ referenceImages: ['a'], imagePrompt: 'b' },
			{ image: "'Reference Images' 1: a", image_prompt: "'Image Prompt': b" },
		],
		[
			'control',
			{ image: uri, control_image: uri },
			{ controlImage: 'a' },
			{ control_image: "'Control Image': a" },
		],
		['control', { image: uri }, { controlImage: 'a' }, { image: "'Control Image': a" }],
		['remix', { image: uri, redux_image: uri }, { image: 'a' }, { redux_image: "'Image': a" }],
		[
			'fill',
			{ mask_image: uri, input_image: uri },
			{ image: 'a', mask: 'b' },
			{ input_image: "'Image': a", mask_image: "'Mask': b" },
		],
		[
			'generate',
			{ prompt: text, image_prompt: uri },
			{ imagePrompt: 'a' },
			{ image_prompt: "'Image Prompt': a" },
		],
	])('in %s of %j with %j goes where the model has it', async (operation, properties, values, wanted) => {
		expect(await sent(operation, values, properties)).toEqual(wanted);
	});

	it('is named by its place where the model needs another one', async () => {
		const two = { image_1: uri, image_2: uri };
		const built = sent('edit', { referenceImages: ['a'] }, two, { required: ['image_2'] });
		await expect(built).rejects.toThrow("'Reference Images' 2 is empty, but acme/model needs it");
	});

	it('is one, or as many as the model takes', async () => {
		const referenceImages = ['a', 'b', 'c'];
		const refusal = (properties: object) => sent('edit', { referenceImages }, properties);
		await expect(refusal({ image: uri })).rejects.toThrow('holds 3 images, but acme/model takes at most 1');
		await expect(refusal({ images: { ...uris, maxItems: 2 } })).rejects.toThrow('takes at most 2');
		await expect(refusal({ image_1: uri, image_2: uri })).rejects.toThrow('takes at most 2');
	});
});

it.each<[object, string[], ImageOperation[]]>([
	[{ prompt: text }, [], ['generate']],
	[{ image: uri }, [], ['generate', 'edit', 'control', 'remix']],
	[{ image: uri, mask: uri }, ['image'], ['edit', 'control', 'remix', 'fill']],
	[{ mask: uri }, ['mask'], ['generate']],
	[{ image_prompt: uri }, ['image_prompt'], ['generate', 'edit', 'control', 'remix']],
])('A model with %j, of which it needs %j, has the operations %j', (properties, required, operations) => {
	expect(read(answerOf(properties, { required }), 'generate', [])!.operations).toEqual(operations);
});

it('lets no field of a schema be another one than its own', () => {
	const properties = JSON.parse(
		'{"__proto__": {"type": "string"}, "constructor": {"type": "string"}}',
	) as object;
	expect(fieldsOf(read(answerOf(properties), 'generate', ['prompt'])!.body).map(({ name }) => name)).toEqual([
		'webhook',
	]);
});
