import type { Field } from './facts.mts';
import type { Service } from './openaiServices.mts';

export const string: Field = { type: 'string' };
export const integer: Field = { type: 'integer' };
const number: Field = { type: 'number' };
export const model: Field = { type: 'string', required: true };
export const prompt: Field = { type: 'string', required: true, minLength: 1 };
export const pixels: Field = { type: 'string', pattern: '^\\d+x\\d+$' };
export const oneOf = (...values: string[]): Field => ({ type: 'string', enum: values });
export const within = (type: 'integer' | 'number', min: number, max?: number): Field => ({
	type,
	min,
	...(max !== undefined && { max }),
});

const together = {
	...{ model, prompt, seed: integer, negative_prompt: string, disable_safety_checker: { type: 'boolean' } },
	...{ n: within('integer', 1, 4), steps: within('integer', 1, 50) },
	...{ guidance_scale: number, image_loras: { type: 'array' } },
	...{ response_format: oneOf('base64', 'url'), output_format: oneOf('jpeg', 'png') },
} satisfies Record<string, Field>;
const side: Field = { type: 'integer', min: 8, multipleOf: 8 };

/** Together's API, also by way of Hugging Face. */
export const togetherRow = {
	...{ key: 'bearer' as const, generations: '/images/generations' },
	fields: { ...together, width: side, height: side },
	fieldsBy: [
		{
			models: /schnell|kontext/i,
			fields: { ...together, aspect_ratio: { ...string, pattern: '^\\d+:\\d+$' } },
		},
	],
	jsonImages: [
		{ models: /kontext/, field: 'image_url', as: 'dataUri' },
		{ field: 'reference_images', as: 'dataUri', isList: true },
	],
	models: () => [
		{ id: 'black-forest-labs/FLUX.2-dev', type: 'image' },
		{ id: 'google/imagen-4', type: 'image' },
		{ id: 'openai/gpt-image-critic', type: 'chat' },
	],
	document: 'together',
	namedDownloads: true,
	answers: 'indexed',
} satisfies Partial<Service>;

/** DeepInfra's API, also by way of Hugging Face. */
export const deepInfraRow = {
	...{ key: 'bearer' as const, generations: '/images/generations' },
	fields: {
		...{ model, prompt, n: within('integer', 1, 4), size: pixels, user: string },
		...{ quality: string, style: string, response_format: oneOf('b64_json') },
	},
	files: ['image'],
	models: () => listed({ id: 'black-forest-labs/FLUX-2-dev' }, { id: 'meta-llama/Llama' }),
	errors: 'detailError',
	answers: 'b64Only',
} satisfies Partial<Service>;

const fluxPro = {
	...{ model, prompt, image_size: pixels, seed: within('integer', 0, 9_999_999_999) },
} satisfies Record<string, Field>;
const siliconFlow = {
	...{ ...fluxPro, negative_prompt: string, cfg: number, num_inference_steps: within('integer', 1, 100) },
	...{ batch_size: within('integer', 1, 4), guidance_scale: within('number', 0, 20) },
} satisfies Record<string, Field>;

const vllm = {
	...{ model: string, prompt, n: within('integer', 1, 10), size: pixels, user: string, seed: integer },
	...{ negative_prompt: string, true_cfg_scale: within('number', 0, 20) },
	...{ num_inference_steps: within('integer', 1, 200), guidance_scale: within('number', 0, 20) },
	...{ response_format: oneOf('b64_json'), output_format: oneOf('png', 'jpeg', 'webp') },
} satisfies Record<string, Field>;

export const output = {
	output_format: oneOf('png', 'jpeg', 'webp'),
	output_compression: within('integer', 0, 100),
} satisfies Record<string, Field>;

const sglang = {
	...{ model: string, prompt, n: within('integer', 1, 10), size: pixels, user: string, seed: integer },
	...{
		num_inference_steps: integer,
		guidance_scale: number,
		true_cfg_scale: number,
		negative_prompt: string,
	},
	...output,
	// A server without storage of its own, where versions whose default is a URL have nothing to answer.
	response_format: { type: 'string', enum: ['b64_json'], required: true },
} satisfies Record<string, Field>;

const sdCpp = {
	...{ model: string, prompt, n: within('integer', 1, 8), size: pixels, ...output },
} satisfies Record<string, Field>;

const hosted = { key: 'bearer', generations: '/images/generations' } as const;
const own = { key: 'none', generations: '/images/generations' } as const;
export const listed = (...data: object[]) => ({
	object: 'list',
	data: data.map((one) => ({ object: 'model', created: 0, ...one })),
});

const siliconFlowModels = [{ id: 'Kwai-Kolors/Kolors' }, { id: 'black-forest-labs/FLUX.2-pro' }];
const siliconFlowRow = {
	...hosted,
	fields: siliconFlow,
	jsonImages: [{ field: 'image', as: 'dataUri' }],
	models: (query) =>
		listed(...siliconFlowModels, ...(query.get('type') === 'image' ? [] : [{ id: 'Qwen/Qwen3' }])),
	errors: 'codeMessage',
	answers: 'images',
} satisfies Partial<Service>;

/** Services and servers that differ from OpenAI's document, as their own documents and sources describe them; nothing else is taken. */
export const presets: Service[] = [
	{ ...togetherRow, name: 'together', prefix: '/together/v1' },
	{
		...deepInfraRow,
		name: 'deepInfra',
		prefix: '/deepinfra/v1/openai',
		test: { prefix: '/deepinfra/v1', path: '/me', answer: { uid: 'sandbox', email: 'me@example.com' } },
	},
	{
		...hosted,
		name: 'nebius',
		prefix: '/nebius/v1',
		fields: {
			...{ model, prompt: { ...prompt, maxLength: 2000 }, loras: { type: 'array' }, negative_prompt: string },
			...{ width: within('integer', 64, 2048), height: within('integer', 64, 2048) },
			...{ num_inference_steps: within('integer', 1, 80), seed: within('integer', -1) },
			...{ guidance_scale: within('number', 0, 100), response_extension: oneOf('webp', 'jpg', 'png') },
			response_format: oneOf('b64_json', 'url'),
		},
		models: () => listed({ id: 'black-forest-labs/flux-dev' }, { id: 'Qwen/Qwen3' }),
		errors: 'detail',
		answers: 'standard',
	},
	{ ...siliconFlowRow, name: 'siliconFlowChina', prefix: '/siliconflow-cn/v1' },
	{
		...siliconFlowRow,
		name: 'siliconFlow',
		prefix: '/siliconflow/v1',
		fields: { ...siliconFlow, output_format: oneOf('png', 'jpeg') },
		fieldsBy: [{ models: /FLUX.2-pro/, fields: { ...fluxPro, output_format: oneOf('png', 'jpeg') } }],
	},
	{
		// Run with a key, which it then wants for the URLs of its images, too: they are of no use without it.
		...hosted,
		name: 'localAi',
		prefix: '/localai/v1',
		fields: {
			...{ model, prompt, n: integer, size: pixels, seed: integer, step: integer, quality: string },
			response_format: { type: 'string', enum: ['b64_json'], required: true },
		},
		isOneSeed: true,
		isSerial: true,
		jsonImages: [{ field: 'ref_images', as: 'base64', isList: true }],
		modelsPath: '/models/capabilities',
		models: () =>
			listed(
				{ id: 'my-pictures', output_modalities: ['image'] },
				{ id: 'my-image-reader', output_modalities: ['text'] },
			),
		answers: 'standard',
	},
	{
		...own,
		name: 'stableDiffusionCpp',
		prefix: '/sdcpp/v1',
		fields: sdCpp,
		editFields: { ...sdCpp, output_format: oneOf('png', 'jpeg') },
		promptTag: {
			name: 'sd_cpp_extra_args',
			fields: {
				seed: integer,
				sample_params: {
					type: 'object',
					unknownFields: 'refused',
					fields: {
						sample_steps: within('integer', 1, 100),
						guidance: {
							type: 'object',
							unknownFields: 'refused',
							fields: { distilled_guidance: number, txt_cfg: number },
						},
					},
				},
			},
		},
		usualSeed: 42,
		isSerial: true,
		files: ['image[]'],
		mask: 'white',
		models: () => ({ data: [{ id: 'sd-cpp-local', object: 'model', owned_by: 'local' }] }),
		errors: 'errorText',
		answers: 'b64Only',
	},
	{
		...own,
		name: 'vllmOmni',
		prefix: '/vllm/v1',
		fields: vllm,
		editFields: { ...vllm, ...output, background: string },
		files: ['image'],
		mask: 'none',
		models: () => listed({ id: 'Tongyi-MAI/Z-Turbo' }),
		errors: 'detail',
		answers: 'nullUnused',
	},
	{
		...own,
		name: 'sglang',
		prefix: '/sglang/v1',
		fields: sglang,
		usualSeed: 42,
		files: ['image', 'image[]'],
		mask: 'none',
		models: () => listed({ id: '/models/klein', task_type: 'TI2I' }, { id: '/models/wan', task_type: 'T2V' }),
		errors: 'detail',
		answers: 'onDisk',
	},
];
