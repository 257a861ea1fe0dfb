import type { IDataObject } from 'n8n-workflow';

import { choice, images, number, prompt, seed, text, whole } from '../../catalogue/fields';
import {
	anyGuidance,
	anySteps,
	atMostTen,
	files,
	mask,
	n,
	oneImage,
	output,
	plainFields,
	sides,
	size,
	user,
	type Fields,
} from './fields';

/**
 * One service or kind of server: its address, and in what it differs from OpenAI. What is left out is as OpenAI has it.
 *
 * @example
 * const local: Service = {
 *   name: 'local', label: 'Local', baseUrl: 'http://localhost:8000/v1', isOwn: true,
 *   fields: [{ generate: { prompt, n, size, num_inference_steps: whole('steps', { min: 1, max: 200 }) } }],
 * };
 */
export interface Service {
	/** The value of the credential's field `service`. */
	name: string;
	label: string;
	description?: string;
	/** What comes before `/images/…`; of a server of the user's own, where it usually is. Undefined: nobody knows but the user. */
	baseUrl?: string;
	/** A server of the user's own, whose address can be changed. */
	isOwn?: true;
	/** The first whose `models` fit counts. */
	fields: readonly Fields[];
	/** Sent with every submit. */
	fixed?: IDataObject;
	/** Edits are sent like the other submits, with images in their JSON, and not as forms of files. */
	editsAreJson?: true;
	/** Whether the name of an edit's files has brackets at the end; OpenAI's has them where there are several. */
	brackets?: 'always' | 'never';
	/** What is said at the end of the prompt: the fields declared as `outside`. */
	promptTail?(outside: IDataObject): string;
	/** Requests that it answers at once for an account, where it says so. */
	accountConcurrency?: number;
	/**
	 * Where it lists its models, and the field of an entry that tells those that make images; without `marked`, all do. Without any of
	 * this they are told by their ids.
	 */
	models?: { path: string; marked?: { field: string; by: RegExp } };
}

const togetherFields = {
	prompt,
	...sides({ min: 1 }),
	n,
	seed,
	steps: anySteps,
	guidance_scale: anyGuidance,
	output_format: choice('outputFormat', 'jpeg png'),
};

/**
 * Sources: docs.together.ai, "Create image" (sizes are two numbers), "Images overview" (Kontext edits `image_url`, the newer models
 * `reference_images`; there is no `/images/edits`) and "List all models" (`type`); the error form is that of togethercomputer/openapi.
 */
const together: Service = {
	name: 'together',
	label: 'Together AI',
	baseUrl: 'https://api.together.ai/v1',
	fields: [
		{ models: /kontext/i, generate: togetherFields, edit: { ...togetherFields, image_url: oneImage } },
		{
			generate: togetherFields,
			edit: { ...togetherFields, reference_images: images('dataUriOrUrl', { min: 1 }) },
		},
	],
	editsAreJson: true,
	models: { path: '/models', marked: { field: 'type', by: /^image$/ } },
};

/**
 * Sources: deepinfra.com/docs, "OpenAI API", its API page of each image model, and its OpenAPI document (`OpenAIImagesGenerationsIn`
 * and `…EditsIn`: base64 only, no seed, no steps). That several files have one name is from vercel/ai, `deepinfra-image-model.ts`.
 */
const deepInfra: Service = {
	name: 'deepInfra',
	label: 'DeepInfra',
	baseUrl: 'https://api.deepinfra.com/v1/openai',
	fields: [{ generate: { prompt, n, size, user }, edit: { prompt, image: files, mask, n, size, user } }],
	brackets: 'never',
};

/** Source: docs.tokenfactory.nebius.com, "Generate" (its OpenAPI document of 2026-05) and "Image generation". One image a submit, no edits. */
const nebius: Service = {
	name: 'nebius',
	label: 'Nebius Token Factory',
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

const siliconFlowFields = {
	prompt,
	image_size: size,
	seed: whole('seed', { min: 0, max: 9_999_999_999 }),
	num_inference_steps: whole('steps', { min: 1, max: 100 }),
};
const kolorsFields = {
	...siliconFlowFields,
	batch_size: whole('numberOfImages', { min: 1, max: 4, default: 1 }),
	guidance_scale: number('guidance', { min: 0, max: 20 }),
};

/**
 * Sources: docs.siliconflow.cn, "images/generations" (batch_size and guidance_scale are Kolors' alone; an edit has its `image` in the
 * JSON, as a URL or a `data:` URI; `images` in the answer) and "models" (`?type=image`; errors are `{code, message}` or a text).
 */
const siliconFlowChina: Service = {
	name: 'siliconFlowChina',
	label: 'SiliconFlow (China)',
	baseUrl: 'https://api.siliconflow.cn/v1',
	fields: [
		{ models: /kolors/i, generate: kolorsFields, edit: { ...kolorsFields, image: oneImage } },
		{ generate: siliconFlowFields, edit: { ...siliconFlowFields, image: oneImage } },
	],
	editsAreJson: true,
	models: { path: '/models?type=image' },
};

/** The same with other keys. Source: docs.siliconflow.com, "images/generations", which has `output_format` for FLUX.2. */
const siliconFlow: Service = {
	...siliconFlowChina,
	name: 'siliconFlow',
	label: 'SiliconFlow',
	baseUrl: 'https://api.siliconflow.com/v1',
	fields: siliconFlowChina.fields.map(({ models, generate, edit }) => {
		const format = { output_format: choice('outputFormat', 'png jpeg') };
		return { models, generate: { ...generate, ...format }, edit: { ...edit, ...format } };
	}),
};

const localAiFields = { prompt, n, size, seed, step: anySteps };

/**
 * Sources: mudler/LocalAI, `core/http/endpoints/openai/image.go`, `core/schema/openai.go` (`step`; reference images as base64 or URL
 * in the JSON, no `/images/edits`) and its page "API discovery" (`/models/capabilities`).
 */
const localAi: Service = {
	name: 'localAi',
	label: 'LocalAI',
	baseUrl: 'http://localhost:8080/v1',
	isOwn: true,
	fields: [
		{
			generate: localAiFields,
			edit: { ...localAiFields, ref_images: images('base64OrUrl', { min: 1 }) },
		},
	],
	editsAreJson: true,
	models: { path: '/models/capabilities', marked: { field: 'output_modalities', by: /\bimage\b/ } },
};

/** What stable-diffusion.cpp takes only within the prompt. */
const sdCppFields = {
	...{ prompt, n, size },
	// Below 0 is a random one, which it does not choose by itself.
	seed: whole('seed', { min: -1, outside: true }),
	steps: whole('steps', { min: 1, outside: true }),
	guidance: number('guidance', { min: 0, outside: true }),
	...output,
};

/**
 * Source: leejet/stable-diffusion.cpp, `examples/server/api.md` and `routes_openai.cpp`: seed, steps and guidance go as
 * `sd_cpp_extra_args` (without a seed it makes the same image each time), files as `image[]`; of a mask it reads the brightness.
 */
const stableDiffusionCpp: Service = {
	name: 'stableDiffusionCpp',
	label: 'stable-diffusion.cpp',
	baseUrl: 'http://localhost:1234/v1',
	isOwn: true,
	fields: [
		{
			generate: sdCppFields,
			edit: { ...sdCppFields, output_format: choice('outputFormat', 'png jpeg'), image: files, mask },
		},
	],
	brackets: 'always',
	promptTail: ({ seed: number, steps, guidance: distilled }) => {
		const sample = { sample_steps: steps, guidance: { distilled_guidance: distilled } };
		return ` <sd_cpp_extra_args>${JSON.stringify({ seed: number, sample_params: sample })}</sd_cpp_extra_args>`;
	},
	models: { path: '/models' },
};

const vllmOmniFields = {
	...{ prompt, n: atMostTen, size, seed, user },
	num_inference_steps: whole('steps', { min: 1, max: 200 }),
	guidance_scale: number('guidance', { min: 0, max: 20 }),
};

/**
 * Source: vllm-project/vllm-omni, `docs/serving/image_generation_api.md`, `image_edit_api.md` and
 * `vllm_omni/entrypoints/openai/protocol/images.py`: base64 only, a file format for edits only. A server has one model.
 */
const vllmOmni: Service = {
	name: 'vllmOmni',
	label: 'vLLM-Omni',
	baseUrl: 'http://localhost:8000/v1',
	isOwn: true,
	fields: [{ generate: vllmOmniFields, edit: { ...vllmOmniFields, image: files, ...output } }],
	brackets: 'never',
	models: { path: '/models' },
};

const sglangFields = {
	...{ prompt, n: atMostTen, size, seed, user },
	num_inference_steps: anySteps,
	guidance_scale: anyGuidance,
	...output,
};

/**
 * Source: sgl-project/sglang, `python/sglang/multimodal_gen/runtime/entrypoints/openai/{image_api,common_api}.py` and
 * `docs/diffusion/api/openai_api.md`: a URL, in some versions the default, needs storage that few servers have; of an edit's mask
 * nothing is made.
 */
const sglang: Service = {
	name: 'sglang',
	label: 'SGLang Diffusion',
	baseUrl: 'http://localhost:30000/v1',
	isOwn: true,
	fields: [{ generate: sglangFields, edit: { ...sglangFields, image: files } }],
	fixed: { response_format: 'b64_json' },
	models: { path: '/models', marked: { field: 'task_type', by: /2I$/ } },
};

/** Any other server: OpenAI's fields, and those that many servers have beside them. */
const custom: Service = {
	name: 'custom',
	label: 'Custom',
	description: "Any other service or server of your own that speaks OpenAI's images API",
	fields: [plainFields],
};

/** What every credential of this style can choose from, by name. What is not certain of a service is as OpenAI has it. */
export const services: readonly Service[] = [
	{
		name: 'crazyrouter',
		label: 'Crazyrouter',
		baseUrl: 'https://crazyrouter.com/v1',
		fields: [plainFields],
	},
	custom,
	deepInfra,
	localAi,
	{
		name: 'monica',
		label: 'Monica',
		baseUrl: 'https://openapi.monica.im/v1',
		fields: [plainFields],
		accountConcurrency: 8,
	},
	nebius,
	{
		name: 'oneRouter',
		label: 'OneRouter',
		baseUrl: 'https://image.onerouter.pro/v1',
		fields: [plainFields],
	},
	sglang,
	siliconFlow,
	siliconFlowChina,
	stableDiffusionCpp,
	together,
	vllmOmni,
];

/** The row of a credential's choice; what is no row is a server of which nothing is known. */
export const serviceNamed = (name: unknown): Service =>
	services.find((service) => service.name === name) ?? custom;
