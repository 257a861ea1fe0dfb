import type { INodeParameters } from 'n8n-workflow';

import { imageOf } from '../../support/images.mts';

export const png = await imageOf('png', 320, 208);
export const dataUri = `data:image/png;base64,${png.toString('base64')}`;
export const file = { name: 'image.png', type: 'image/png', size: png.length };
export const at2x = { numberOfImages: 2 };

/** One kind of request with all that a user can set for it, and what the service documents that it looks like. */
export interface ServiceRequest {
	server: string;
	id: string;
	parameters: INodeParameters;
	wire: object;
	/** What the images say of themselves, where it is not PNG of 128 × 64. */
	type?: string;
	pixels?: { width: number; height: number };
	/** The price in dollars, where the service tells it. */
	cost?: number;
}

/** The prompt that asks stable-diffusion.cpp for another image each time. */
export const withSeed = expect.stringMatching(
	/^A red fox <sd_cpp_extra_args>\{"seed":\d+,"sample_params":\{"guidance":\{\}\}\}<\/sd_cpp_extra_args>$/,
) as unknown;

export const size = '128x64';
export const prompt = 'A red fox';
export const generations: ServiceRequest[] = [
	{
		server: 'together',
		id: 'black-forest-labs/FLUX.1-schnell',
		parameters: { size: '2:1', options: { ...at2x, seed: 7, steps: 4 } },
		wire: { prompt, aspect_ratio: '2:1', n: 2, seed: 7, steps: 4 },
		pixels: { width: 1456, height: 720 },
	},
	{
		server: 'together',
		id: 'black-forest-labs/FLUX.2-dev',
		parameters: { size, options: { ...at2x, seed: 7, steps: 4, guidance: 3.5, outputFormat: 'jpeg' } },
		wire: {
			...{ prompt, width: 128, height: 64, n: 2, seed: 7, steps: 4, guidance_scale: 3.5 },
			output_format: 'jpeg',
		},
		type: 'jpg',
	},
	{
		server: 'deepInfra',
		id: 'black-forest-labs/FLUX-1-schnell',
		parameters: { size, options: { ...at2x, user: 'me' } },
		wire: { prompt, n: 2, size, user: 'me' },
	},
	{
		server: 'nebius',
		id: 'black-forest-labs/flux-dev',
		parameters: { size, options: { seed: 7, steps: 28, guidance: 3.5, outputFormat: 'jpeg' } },
		wire: {
			...{ prompt, width: 128, height: 64, seed: 7, num_inference_steps: 28, guidance_scale: 3.5 },
			response_extension: 'jpg',
		},
		type: 'jpg',
	},
	{
		server: 'siliconFlow',
		id: 'black-forest-labs/FLUX.2-pro',
		parameters: { size, options: { seed: 7, outputFormat: 'jpeg' } },
		wire: { prompt, image_size: size, seed: 7, output_format: 'jpeg' },
		type: 'jpg',
	},
	{
		server: 'siliconFlow',
		id: 'black-forest-labs/FLUX.1-schnell',
		parameters: { size, options: { seed: 7, steps: 20, outputFormat: 'jpeg' } },
		wire: { prompt, image_size: size, seed: 7, num_inference_steps: 20, output_format: 'jpeg' },
		type: 'jpg',
	},
	{
		server: 'siliconFlowChina',
		id: 'Kwai-Kolors/Kolors',
		parameters: { size, options: { ...at2x, seed: 7, steps: 20, guidance: 7.5 } },
		wire: {
			...{ prompt, image_size: size, seed: 7, num_inference_steps: 20, batch_size: 2 },
			guidance_scale: 7.5,
		},
	},
	{
		server: 'localAi',
		id: 'flux.1-dev-ggml',
		parameters: { size, options: { seed: 7, steps: 20 } },
		wire: { prompt, response_format: 'b64_json', size, seed: 7, step: 20 },
	},
	{
		server: 'stableDiffusionCpp',
		id: 'sd-cpp-local',
		parameters: {
			size,
			options: {
				...{ ...at2x, seed: 7, steps: 20, guidance: 3.5 },
				...{ outputFormat: 'webp', outputQuality: 80 },
			},
		},
		wire: {
			prompt:
				'A red fox <sd_cpp_extra_args>{"seed":7,"sample_params":{"sample_steps":20,"guidance":{"distilled_guidance":3.5}}}</sd_cpp_extra_args>',
			...{ n: 2, size, output_format: 'webp', output_compression: 80 },
		},
		type: 'webp',
	},
	{
		server: 'vllmOmni',
		id: 'Tongyi-MAI/Z-Image-Turbo',
		parameters: {
			size,
			options: { ...at2x, seed: 7, steps: 9, guidance: 1, user: 'me', outputFormat: 'jpeg' },
		},
		wire: {
			...{ prompt, n: 2, size, seed: 7, num_inference_steps: 9, guidance_scale: 1, user: 'me' },
			output_format: 'jpeg',
		},
		type: 'jpg',
	},
	{
		server: 'sglang',
		id: 'black-forest-labs/FLUX.1-dev',
		parameters: {
			size,
			options: {
				...{ ...at2x, seed: 7, steps: 28, guidance: 3.5, user: 'me' },
				...{ outputFormat: 'webp', outputQuality: 80 },
			},
		},
		wire: {
			...{ prompt, response_format: 'b64_json', n: 2, size, seed: 7, num_inference_steps: 28 },
			...{ guidance_scale: 3.5, user: 'me', output_format: 'webp', output_compression: 80 },
		},
		type: 'webp',
	},
];

export const two = { referenceImages: [dataUri, dataUri] };
export const one = { referenceImages: [dataUri] };
export const base64 = png.toString('base64');
/** A field that came several times is recorded as its last. */
export const edits: ServiceRequest[] = [
	{
		server: 'together',
		id: 'black-forest-labs/FLUX.1-kontext-pro',
		parameters: one,
		wire: { prompt, image_url: dataUri },
	},
	{
		server: 'together',
		id: 'black-forest-labs/FLUX.2-dev',
		parameters: two,
		wire: { prompt, reference_images: [dataUri, dataUri] },
	},
	{
		server: 'deepInfra',
		id: 'Qwen/Qwen-Image-Edit',
		parameters: { ...two, mask: dataUri },
		wire: { prompt, image: file, mask: file },
	},
	...['siliconFlow', 'siliconFlowChina'].map((server) => ({
		...{ server, id: 'Qwen/Qwen-Image-Edit', parameters: one },
		wire: { prompt, image: dataUri },
	})),
	{
		server: 'localAi',
		id: 'flux.1-kontext-dev',
		parameters: two,
		wire: { prompt, response_format: 'b64_json', ref_images: [base64, base64] },
	},
	{
		server: 'stableDiffusionCpp',
		id: 'sd-cpp-local',
		parameters: { ...one, mask: dataUri },
		wire: { prompt: withSeed, 'image[]': file, mask: file },
	},
	{
		server: 'vllmOmni',
		id: 'Qwen/Qwen-Image-Edit-2511',
		parameters: { ...two, options: { outputFormat: 'webp', outputQuality: 80, steps: 9 } },
		wire: {
			...{ prompt, image: file, output_format: 'webp' },
			...{ output_compression: '80', num_inference_steps: '9' },
		},
		type: 'webp',
	},
	{
		server: 'sglang',
		id: 'black-forest-labs/FLUX.2-klein-4B',
		parameters: { ...two, options: { seed: 7 } },
		wire: { prompt, response_format: 'b64_json', seed: '7', 'image[]': file },
	},
];
