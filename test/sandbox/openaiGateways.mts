import { loadFacts, type Field } from './facts.mts';
import {
	deepInfraRow,
	integer,
	listed,
	model,
	oneOf,
	output,
	pixels,
	prompt,
	string,
	togetherRow,
	within,
} from './openaiPresets.mts';
import type { Capability, Service } from './openaiServices.mts';

const ratios = [
	...['1:1', '1:2', '1:4', '1:8', '2:1', '2:3', '2.35:1', '3:2', '3:4', '4:1', '4:3', '4:5', '5:2', '5:4'],
	...['8:1', '9:16', '16:9', '9:19.5', '19.5:9', '9:20', '20:9', '9:21', '21:9', 'auto'],
];

/** The body of OpenRouter's images, whatever the model. */
const openRouter = {
	...{ model, prompt, n: within('integer', 1, 10), seed: integer, user: string, ...output },
	...{ aspect_ratio: oneOf(...ratios), resolution: oneOf('512', '768', '1K', '1.5K', '2K', '4K') },
	size: { ...string, pattern: '^(\\d+x\\d+|\\d+(\\.\\d+)?K)$' },
	...{ quality: oneOf('auto', 'low', 'medium', 'high', 'xhigh', 'max'), stream: { type: 'boolean' } },
	background: oneOf('auto', 'transparent', 'opaque'),
	provider: { type: 'object' },
} satisfies Record<string, Field>;

const range = (min: number, max: number): Capability => ({ type: 'range', min, max });
const choice = (...values: string[]): Capability => ({ type: 'enum', values });
const flag: Capability = { type: 'boolean' };

const flux2: Record<string, Capability> = {
	...{ n: range(1, 1), seed: flag, size: flag, output_format: choice('png', 'jpeg') },
	...{ aspect_ratio: choice('1:1', '16:9', '2:1'), resolution: choice('512', '1K', '2K') },
	input_references: range(0, 8),
};
const capabilities: Record<string, Record<string, Capability>> = {
	'black-forest-labs/flux.2-pro': flux2,
	'black-forest-labs/flux.2-klein-4b': { ...flux2, input_references: range(0, 4) },
	'black-forest-labs/flux-3-image': {
		...{ n: range(1, 1), aspect_ratio: choice('1:1', '16:9'), resolution: choice('1K', '2K') },
		input_references: range(0, 10),
	},
	'openai/gpt-image': { n: range(1, 10), size: flag, output_format: choice('png', 'jpeg', 'webp') },
};

const openRouterModels = () => ({
	data: Object.entries(capabilities).map(([id, supported_parameters]) => ({
		...{ id, name: id, description: '', created: 1_767_225_600, supports_streaming: false },
		architecture: { input_modalities: ['text', 'image'], output_modalities: ['image'] },
		endpoints: `/api/v1/images/models/${id}/endpoints`,
		supported_parameters,
	})),
});

const bfl = loadFacts('bfl').models;
/** The fields that a model has at Black Forest Labs, but for those of a job; Foundry answers at once. */
const foundry = (id: string, model: string) => {
	const own = Object.entries(bfl[id].fields).filter(
		([name]) => !/^(input_image|webhook|output_format|image_prompt)/.test(name),
	);
	const fields: Record<string, Field> = {
		...Object.fromEntries(own),
		...{
			model: { ...oneOf(model), required: true },
			num_images: { type: 'integer', const: 1, required: true },
		},
		output_format: oneOf('jpeg', 'png'),
	};
	return { [id]: { model, fields } };
};
const numbered = (most: number) =>
	Array.from({ length: most }, (_, index) => `input_image${index === 0 ? '' : `_${index + 1}`}`);

const openAi = {
	...{ model, prompt, n: within('integer', 1, 10), size: pixels, user: string, ...output },
	...{ quality: string, style: string, background: string, moderation: string },
	response_format: oneOf('url', 'b64_json'),
} satisfies Record<string, Field>;

const aimlOne = {
	...{ model, prompt: { ...prompt, maxLength: 4000 }, seed: within('integer', 1) },
	...{ output_format: oneOf('jpeg', 'png'), enable_safety_checker: { type: 'boolean' } },
	safety_tolerance: oneOf('1', '2', '3', '4', '5'),
} satisfies Record<string, Field>;
const aiml = {
	...{ ...aimlOne, num_images: within('integer', 1, 4), guidance_scale: within('number', 1, 20) },
	num_inference_steps: within('integer', 1, 50),
} satisfies Record<string, Field>;
const presetSizes = [
	...['square_hd', 'square', 'portrait_4_3', 'portrait_16_9', 'landscape_4_3'],
	'landscape_16_9',
];
const side = within('integer', 1);
const sides: Field = { type: 'object', unknownFields: 'refused', fields: { width: side, height: side } };
const aimlSize: Record<string, Field> = { image_size: { oneOf: [oneOf(...presetSizes), sides] } };

const hosted = { key: 'bearer', generations: '/images/generations' } as const;

/** Services that have the models of others, as their documents and their own clients describe them. */
export const gateways: Service[] = [
	{
		...hosted,
		name: 'aimlApi',
		prefix: '/aiml/v1',
		fields: { ...aiml, ...aimlSize },
		fieldsBy: [
			{ models: /kontext|ultra/, fields: { ...aiml, aspect_ratio: oneOf('1:1', '16:9', '2:1', '9:21') } },
			{ models: /flux-2-(pro|max)/, fields: { ...aimlOne, ...aimlSize } },
		],
		jsonImages: [
			{ models: /kontext/, field: 'image_url', as: 'dataUri', isList: true },
			{ models: /image-to-image/, field: 'image_url', as: 'dataUri' },
			{ field: 'image_urls', as: 'dataUri', isList: true },
		],
		models: () => listed({ id: 'flux/dev', type: 'image' }, { id: 'gpt-5', type: 'chat-completion' }),
		test: { prefix: '/aiml/v2', path: '/billing', answer: { current_balance: 100.5, currency: 'USD' } },
		answers: 'standard',
	},
	{ ...deepInfraRow, name: 'huggingFaceDeepInfra', prefix: '/huggingface/deepinfra/v1/openai' },
	{
		...hosted,
		name: 'huggingFaceNscale',
		prefix: '/huggingface/nscale/v1',
		fields: { model, prompt, n: integer, size: pixels, response_format: oneOf('b64_json') },
		models: () => listed({ id: 'black-forest-labs/FLUX.1-schnell' }, { id: 'Qwen/Qwen3' }),
		answers: 'b64Only',
	},
	{ ...togetherRow, name: 'huggingFaceTogether', prefix: '/huggingface/together/v1' },
	{
		...hosted,
		name: 'liteLlm',
		prefix: '/litellm/v1',
		fields: { ...openAi, seed: integer },
		files: ['image', 'image[]'],
		models: () => listed({ id: 'our-images' }, { id: 'our-chat' }),
		answers: 'nullUnused',
	},
	{
		...hosted,
		name: 'microsoftFoundry',
		prefix: '/foundry/providers/blackforestlabs/v1',
		generations: '/(flux-2-pro|flux-2-flex|flux-kontext-pro|flux-pro-1\\.1)',
		byPath: {
			...foundry('flux-2-pro', 'FLUX.2-pro'),
			...foundry('flux-2-flex', 'FLUX.2-flex'),
			...foundry('flux-kontext-pro', 'FLUX.1-Kontext-pro'),
			...foundry('flux-pro-1.1', 'FLUX-1.1-pro'),
		},
		jsonImages: [
			{ models: /flex/, field: numbered(10), as: 'base64' },
			{ models: /Kontext/, field: numbered(1), as: 'base64' },
			{ models: /2-pro/, field: numbered(8), as: 'base64' },
		],
		query: { 'api-version': 'preview' },
		needsLength: true,
		answers: 'b64Only',
	},
	{
		...hosted,
		name: 'nvidiaNim',
		prefix: '/nim/v1',
		key: 'none',
		fields: openAi,
		files: ['image', 'image[]'],
		test: { path: '/health/ready', answer: { object: 'health.response', message: 'Service is ready.' } },
		answers: 'b64Only',
	},
	{
		...hosted,
		name: 'openRouter',
		prefix: '/openrouter/api/v1',
		generations: '/images',
		fields: openRouter,
		capabilities,
		apart: [
			['size', 'resolution'],
			['size', 'aspect_ratio'],
		],
		jsonImages: [{ field: 'input_references', as: 'part', isList: true }],
		modelsPath: '/images/models',
		models: openRouterModels,
		test: { path: '/key', answer: { data: { label: 'sk-or-v1-…', usage: 0, limit: null } } },
		errors: 'errorStatus',
		answers: 'priced',
	},
];
