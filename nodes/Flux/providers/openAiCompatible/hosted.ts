import { choice, images, number, prompt, seed, text, whole } from '../../catalogue/fields';
import {
	anyGuidance,
	anySteps,
	atMostFour,
	files,
	mask,
	n,
	oneImage,
	pixels,
	plainFields,
	ratio,
	sides,
	size,
	user,
} from './fields';
import type { Service } from './service';

const togetherFields = {
	...{ prompt, n: atMostFour, seed },
	steps: whole('steps', { min: 1, max: 50 }),
	guidance_scale: anyGuidance,
	output_format: choice('outputFormat', 'jpeg png'),
};
const togetherPixels = { ...togetherFields, ...sides({ min: 8, multipleOf: 8 }) };
const togetherRatio = { ...togetherFields, aspect_ratio: ratio };

/**
 * Sources: docs.together.ai, "Create image" (sizes are two numbers), "Images overview" (Kontext edits `image_url`, the newer models
 * `reference_images`; there is no `/images/edits`; schnell and Kontext have a ratio in place of pixels) and "List all models" (`type`);
 * the error form is that of togethercomputer/openapi.
 */
const together: Service = {
	name: 'together',
	label: 'Together AI',
	description: 'FLUX.2, FLUX.1 [schnell] and Kontext, edits of images by their URL or file',
	account: 'api.together.ai/settings/api-keys',
	baseUrl: 'https://api.together.ai/v1',
	fields: [
		{ models: /kontext/i, generate: togetherRatio, edit: { ...togetherRatio, image_url: oneImage } },
		{ models: /schnell/i, generate: togetherRatio },
		{
			generate: togetherPixels,
			edit: { ...togetherPixels, reference_images: images('dataUriOrUrl', { min: 1 }) },
		},
	],
	editsAreJson: true,
	models: { path: '/models', marked: { field: 'type', by: /^image$/ } },
};

const deepInfraFields = { prompt, n: atMostFour, size, user };

/**
 * Sources: deepinfra.com/docs, "OpenAI API", its API page of each image model, and its OpenAPI document (`OpenAIImagesGenerationsIn`
 * and `…EditsIn`: base64 only, no seed, no steps). That several files have one name is from vercel/ai, `deepinfra-image-model.ts`. Its
 * list of models answers without a key; `/v1/me` is of "API reference", "Me".
 */
const deepInfra: Service = {
	name: 'deepInfra',
	label: 'DeepInfra',
	description: 'Open and [pro] models, edits with a mask; no seed and no steps',
	account: 'deepinfra.com/dash/api_keys',
	baseUrl: 'https://api.deepinfra.com/v1/openai',
	fields: [{ generate: deepInfraFields, edit: { ...deepInfraFields, image: files, mask } }],
	brackets: 'never',
	test: 'https://api.deepinfra.com/v1/me',
};

/** Source: docs.tokenfactory.nebius.com, "Generate" (its OpenAPI document of 2026-05) and "Image generation". One image a submit, no edits. */
const nebius: Service = {
	name: 'nebius',
	label: 'Nebius Token Factory',
	description: 'FLUX.1 with seed, steps and guidance; no edits',
	account: 'tokenfactory.nebius.com',
	baseUrl: 'https://api.tokenfactory.nebius.com/v1',
	fields: [
		{
			generate: {
				prompt: text('prompt', { min: 1, max: 2000, required: true }),
				...sides({ min: 64, max: 2048 }),
				seed: whole('seed', { min: -1 }),
				num_inference_steps: whole('steps', { min: 1, max: 80 }),
				guidance_scale: anyGuidance,
				response_extension: choice('outputFormat', 'png jpg webp'),
			},
		},
	],
};

const fluxProFields = { prompt, image_size: size, seed: whole('seed', { min: 0, max: 9_999_999_999 }) };
const siliconFlowFields = { ...fluxProFields, num_inference_steps: whole('steps', { min: 1, max: 100 }) };
const kolorsFields = {
	...siliconFlowFields,
	batch_size: atMostFour,
	guidance_scale: number('guidance', { min: 0, max: 20 }),
};

/**
 * Sources: docs.siliconflow.cn, "images/generations" (batch_size and guidance_scale are Kolors' alone; an edit has its `image` in the
 * JSON, as a URL or a `data:` URI; `images` in the answer) and "models" (`?type=image`; errors are `{code, message}` or a text).
 */
const siliconFlowChina: Service = {
	name: 'siliconFlowChina',
	label: 'SiliconFlow (China)',
	description: 'The same for accounts in China, and Kolors',
	account: 'cloud.siliconflow.cn/account/ak',
	baseUrl: 'https://api.siliconflow.cn/v1',
	fields: [
		{ models: /kolors/i, generate: kolorsFields, edit: { ...kolorsFields, image: oneImage } },
		{ generate: siliconFlowFields, edit: { ...siliconFlowFields, image: oneImage } },
	],
	editsAreJson: true,
	models: { path: '/models?type=image' },
};

const siliconFlowFormat = { output_format: choice('outputFormat', 'png jpeg') };

/** The same with other keys. Source: docs.siliconflow.com, "images/generations": FLUX.2 [pro] has neither steps nor an image to edit. */
const siliconFlow: Service = {
	...siliconFlowChina,
	name: 'siliconFlow',
	label: 'SiliconFlow',
	description: 'FLUX.2 and open models, edits of one image with those that have them',
	account: 'cloud.siliconflow.com/account/ak',
	baseUrl: 'https://api.siliconflow.com/v1',
	fields: [
		{ models: /flux\.2-pro/i, generate: { ...fluxProFields, ...siliconFlowFormat } },
		...siliconFlowChina.fields.map(({ models, generate, edit }) => ({
			models,
			generate: { ...generate, ...siliconFlowFormat },
			edit: { ...edit, ...siliconFlowFormat },
		})),
	],
};

const aimlFields = {
	prompt: text('prompt', { min: 1, max: 4000, required: true }),
	seed: whole('seed', { min: 1 }),
	output_format: choice('outputFormat', 'jpeg png'),
};
const aimlSeveral = {
	...aimlFields,
	num_images: atMostFour,
	num_inference_steps: whole('steps', { min: 1, max: 50 }),
	guidance_scale: number('guidance', { min: 1, max: 20 }),
};
const aimlRatio = { ...aimlSeveral, aspect_ratio: ratio };
const aimlSize = { image_size: pixels };
const [aimlOne, aimlMany] = [
	{ ...aimlFields, ...aimlSize },
	{ ...aimlSeveral, ...aimlSize },
];
const aimlImages = { image_urls: images('dataUriOrUrl', { min: 1 }) };

/**
 * Source: docs.aimlapi.com, the pages of its image models: Kontext and Ultra have a ratio, the others a size as an object, FLUX.2 [pro]
 * and [max] make one image a submit, and models of their own edit, at the same path; and "Account Balance". `/models` answers without a key.
 */
const aimlApi: Service = {
	name: 'aimlApi',
	label: 'AIML API',
	description: 'FLUX beside models of all kinds; edits with the models that are made for them',
	account: 'aimlapi.com/app/keys',
	baseUrl: 'https://api.aimlapi.com/v1',
	fields: [
		{
			models: /kontext/i,
			generate: aimlRatio,
			edit: { ...aimlRatio, image_url: images('dataUriOrUrl', { min: 1, max: 4 }) },
		},
		{ models: /ultra/i, generate: aimlRatio },
		{ models: /image-to-image/i, generate: aimlSeveral, edit: { ...aimlSeveral, image_url: oneImage } },
		{ models: /flux-2-(pro|max)-edit/i, generate: aimlOne, edit: { ...aimlOne, ...aimlImages } },
		{ models: /edit/i, generate: aimlMany, edit: { ...aimlMany, ...aimlImages } },
		{ models: /flux-2-(pro|max)/i, generate: aimlOne },
		{ generate: aimlMany },
	],
	editsAreJson: true,
	written: {
		// Its own words for sizes, which may come with the extra fields, stay as they are.
		image_size: (size) => {
			const [, width, height] = /^(\d+)x(\d+)$/.exec(size) ?? [];
			return width === undefined ? size : { width: Number(width), height: Number(height) };
		},
	},
	test: 'https://api.aimlapi.com/v2/billing',
};

/** Services behind Hugging Face's router, with a key of its own. Source: huggingface/huggingface.js, `packages/inference/src/providers`. */
const huggingFace = [
	{ ...deepInfra, name: 'huggingFaceDeepInfra', path: 'deepinfra/v1/openai', test: undefined },
	// docs.nscale.com, "Create image": base64 only.
	{
		...{ name: 'huggingFaceNscale', label: 'nscale', path: 'nscale/v1' },
		fields: [{ generate: { prompt, n, size } }],
	},
	{ ...together, name: 'huggingFaceTogether', path: 'together/v1' },
].map(
	({ path, ...service }): Service => ({
		...service,
		label: `Hugging Face (${service.label})`,
		description: `${service.label} by way of Hugging Face, billed to your account there`,
		account: 'huggingface.co/settings/tokens',
		baseUrl: `https://router.huggingface.co/${path}`,
	}),
);

const oneRouterFields = { prompt, size, seed, n, steps: anySteps, guidance: anyGuidance, user };

/**
 * Sources: docs.onerouter.pro, "Universal Image API" and "Image to Image": edits are JSON, and `output_format` is no file format but `url`
 * or `b64_json`.
 */
const oneRouter: Service = {
	name: 'oneRouter',
	label: 'OneRouter',
	description: 'Now called Infron: FLUX 1.1 [pro] Ultra with an image prompt',
	account: 'onerouter.pro',
	baseUrl: 'https://image.onerouter.pro/v1',
	fields: [
		{
			generate: oneRouterFields,
			edit: { ...oneRouterFields, image_urls: images('dataUriOrUrl', { min: 1 }) },
		},
	],
	editsAreJson: '/images/edits',
};

/** Services whose models are in our list, or take OpenAI's fields. */
const plain: readonly Service[] = [
	{
		name: 'crazyrouter',
		label: 'Crazyrouter',
		description: 'One key for models of many makers',
		account: 'crazyrouter.com',
		baseUrl: 'https://crazyrouter.com/v1',
		fields: [plainFields],
	},
	{
		name: 'monica',
		label: 'Monica',
		description: 'FLUX.1 beside models of other makers',
		account: 'monica.im',
		baseUrl: 'https://openapi.monica.im/v1',
		fields: [plainFields],
		accountConcurrency: 8,
	},
];

export const hosted: readonly Service[] = [
	...[aimlApi, deepInfra, nebius, oneRouter, siliconFlow, siliconFlowChina, together],
	...huggingFace,
	...plain,
];
