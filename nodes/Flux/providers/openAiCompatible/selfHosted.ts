import { choice, images, number, prompt, seed, whole } from '../../catalogue/fields';
import { anyGuidance, anySteps, atMostTen, files, mask, output, pixels, size, user } from './fields';
import type { Service } from './service';

const localAiFields = { prompt, size: pixels, seed, step: anySteps };

/**
 * Sources: mudler/LocalAI, `core/http/endpoints/openai/image.go` (all images of a request have one seed, so that each needs its own),
 * `core/schema/openai.go` (`step`; reference images as base64 or URL in the JSON, no `/images/edits`), `core/http/app.go` (a key is also
 * asked for at the URLs of images), its backends for images (each draws one at a time) and its page "API discovery"
 * (`/models/capabilities`).
 */
const localAi: Service = {
	name: 'localAi',
	label: 'LocalAI',
	description: 'Models of many kinds on one machine, also without a graphics card',
	baseUrl: 'http://localhost:8080/v1',
	fields: [
		{ generate: localAiFields, edit: { ...localAiFields, ref_images: images('base64OrUrl', { min: 1 }) } },
	],
	fixed: { response_format: 'b64_json' },
	editsAreJson: true,
	accountConcurrency: 1,
	models: { path: '/models/capabilities', marked: { field: 'output_modalities', by: /\bimage\b/ } },
};

/** Seed, steps and guidance are what stable-diffusion.cpp takes only within the prompt. */
const sdCppFields = {
	...{ prompt, n: whole('numberOfImages', { min: 1, max: 8, default: 1 }), size: pixels },
	// Below 0 is a random one, which is the same for all requests of a second.
	seed: whole('seed', { min: -1, outside: true }),
	steps: whole('steps', { min: 1, max: 100, outside: true }),
	guidance: number('guidance', { min: 0, outside: true }),
	...output,
};

/**
 * Source: leejet/stable-diffusion.cpp, `examples/server/api.md`, `routes_openai.cpp` and `examples/common` (more images or steps than are
 * allowed here would be cut down silently): seed, steps and guidance go as `sd_cpp_extra_args` (without a seed it makes the same image
 * each time), files as `image[]`; of a mask it reads the brightness. It draws one image at a time.
 */
const stableDiffusionCpp: Service = {
	name: 'stableDiffusionCpp',
	label: 'stable-diffusion.cpp',
	description: 'A small server in C++ for quantised models',
	baseUrl: 'http://localhost:1234/v1',
	fields: [
		{
			generate: sdCppFields,
			edit: { ...sdCppFields, output_format: choice('outputFormat', 'png jpeg'), image: files, mask },
		},
	],
	brackets: 'always',
	needsSeed: true,
	promptTail: ({ seed: number, steps, guidance: distilled }) => {
		const sample = { sample_steps: steps, guidance: { distilled_guidance: distilled } };
		return ` <sd_cpp_extra_args>${JSON.stringify({ seed: number, sample_params: sample })}</sd_cpp_extra_args>`;
	},
	accountConcurrency: 1,
	models: { path: '/models' },
};

const vllmOmniFields = {
	...{ prompt, n: atMostTen, size: pixels, seed, user },
	num_inference_steps: whole('steps', { min: 1, max: 200 }),
	guidance_scale: number('guidance', { min: 0, max: 20 }),
};

/**
 * Source: vllm-project/vllm-omni, `docs/serving/image_generation_api.md`, `image_edit_api.md` and `vllm_omni/entrypoints/openai`,
 * `api_server.py` and `protocol/images.py`: base64 only, an output quality for edits only. A server has one model.
 */
const vllmOmni: Service = {
	name: 'vllmOmni',
	label: 'vLLM-Omni',
	description: 'Many requests at once on graphics cards of yours; edits of several images',
	baseUrl: 'http://localhost:8000/v1',
	fields: [
		{
			generate: { ...vllmOmniFields, output_format: output.output_format },
			edit: { ...vllmOmniFields, image: files, ...output },
		},
	],
	brackets: 'never',
	models: { path: '/models' },
};

const sglangFields = {
	...{ prompt, n: atMostTen, size: pixels, seed, user },
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
	description: 'Diffusion models on graphics cards of yours; all file formats',
	baseUrl: 'http://localhost:30000/v1',
	fields: [{ generate: sglangFields, edit: { ...sglangFields, image: files } }],
	fixed: { response_format: 'b64_json' },
	needsSeed: true,
	models: { path: '/models', marked: { field: 'task_type', by: /2I$/ } },
};

const openAiFields = { prompt, n: atMostTen, size, user, ...output };

/** LiteLLM hands on what it does not know; a seed has one name at all providers. */
const liteLlmFields = { ...openAiFields, seed };

/** Source: docs.litellm.ai, "/images/generations" and "/images/edits". Which models make images only their names tell, and those are free. */
const liteLlm: Service = {
	name: 'liteLlm',
	label: 'LiteLLM',
	description: 'A proxy that gives a team one address, with keys and budgets, for all its providers',
	baseUrl: 'http://localhost:4000/v1',
	fields: [{ generate: liteLlmFields, edit: { ...liteLlmFields, image: files, mask } }],
	models: { path: '/models' },
};

/** Source: docs.nvidia.com/nim, "Visual generative AI": OpenAI's images API, and no list of models, as a container has one. */
const nvidiaNim: Service = {
	name: 'nvidiaNim',
	label: 'NVIDIA NIM',
	asksNoKey: true,
	description: "NVIDIA's container with a FLUX model, on a graphics card of yours",
	baseUrl: 'http://localhost:8000/v1',
	fields: [{ generate: openAiFields, edit: { ...openAiFields, image: files, mask } }],
	test: '/health/ready',
};

export const selfHosted = [liteLlm, localAi, nvidiaNim, sglang, stableDiffusionCpp, vllmOmni].map(
	(server): Service => ({ ...server, isSelfHosted: true }),
);
