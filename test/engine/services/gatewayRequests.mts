import { at2x, base64, dataUri, file, one, prompt, size, two, type ServiceRequest } from './requests.mts';

/** What services that have the models of others are sent for all that can be set. */
export const gatewayGenerations: ServiceRequest[] = [
	{
		server: 'aimlApi',
		id: 'flux/dev',
		parameters: { size, options: { ...at2x, seed: 7, steps: 28, guidance: 3.5, outputFormat: 'jpeg' } },
		wire: {
			...{ prompt, image_size: { width: 128, height: 64 }, num_images: 2, seed: 7 },
			...{ num_inference_steps: 28, guidance_scale: 3.5, output_format: 'jpeg' },
		},
		type: 'jpg',
	},
	{
		server: 'aimlApi',
		id: 'flux/kontext-pro/text-to-image',
		parameters: { size: '2:1', options: { seed: 7 } },
		wire: { prompt, aspect_ratio: '2:1', seed: 7 },
		pixels: { width: 1456, height: 720 },
	},
	{
		server: 'aimlApi',
		id: 'flux-pro/v1.1-ultra',
		parameters: { size: '2:1', options: { seed: 7 } },
		wire: { prompt, aspect_ratio: '2:1', seed: 7 },
		pixels: { width: 1456, height: 720 },
	},
	{
		server: 'huggingFaceDeepInfra',
		id: 'black-forest-labs/FLUX-1-schnell',
		parameters: { size, options: { ...at2x, user: 'me' } },
		wire: { prompt, n: 2, size, user: 'me' },
	},
	{
		server: 'huggingFaceNscale',
		id: 'black-forest-labs/FLUX.1-schnell',
		parameters: { size, options: at2x },
		wire: { prompt, n: 2, size },
	},
	{
		server: 'huggingFaceTogether',
		id: 'black-forest-labs/FLUX.2-dev',
		parameters: { size, options: { ...at2x, seed: 7, steps: 4, guidance: 3.5, outputFormat: 'jpeg' } },
		wire: {
			...{ prompt, width: 128, height: 64, n: 2, seed: 7, steps: 4, guidance_scale: 3.5 },
			output_format: 'jpeg',
		},
		type: 'jpg',
	},
	{
		server: 'liteLlm',
		id: 'our-images',
		parameters: {
			size,
			options: { ...at2x, seed: 7, user: 'me', outputFormat: 'webp', outputQuality: 80 },
		},
		wire: { prompt, n: 2, size, seed: 7, user: 'me', output_format: 'webp', output_compression: 80 },
		type: 'webp',
	},
	{
		server: 'microsoftFoundry',
		id: 'FLUX.2-pro',
		parameters: { size, options: { seed: 7, outputFormat: 'jpeg' } },
		wire: { num_images: 1, prompt, width: 128, height: 64, seed: 7, output_format: 'jpeg' },
		type: 'jpg',
	},
	{
		server: 'microsoftFoundry',
		id: 'FLUX.2-flex',
		parameters: { size, options: { seed: 7, steps: 20, guidance: 4 } },
		wire: { num_images: 1, prompt, width: 128, height: 64, seed: 7, steps: 20, guidance: 4 },
	},
	{
		server: 'microsoftFoundry',
		id: 'FLUX-1.1-pro',
		parameters: { size: '256x288', options: { seed: 7 } },
		wire: { num_images: 1, prompt, width: 256, height: 288, seed: 7 },
		pixels: { width: 256, height: 288 },
	},
	{
		server: 'microsoftFoundry',
		id: 'FLUX.1-Kontext-pro',
		parameters: { size: '2:1', options: { seed: 7 } },
		wire: { num_images: 1, prompt, aspect_ratio: '2:1', seed: 7 },
		pixels: { width: 1456, height: 720 },
	},
	{
		server: 'nvidiaNim',
		id: 'black-forest-labs/flux.1-dev',
		parameters: { size, options: { ...at2x, user: 'me', outputFormat: 'jpeg' } },
		wire: { prompt, n: 2, size, user: 'me', output_format: 'jpeg' },
		type: 'jpg',
	},
	{
		server: 'openRouter',
		id: 'black-forest-labs/flux.2-pro',
		parameters: { size, options: { seed: 7, outputFormat: 'jpeg', user: 'me' } },
		wire: { prompt, size, seed: 7, output_format: 'jpeg', user: 'me' },
		...{ type: 'jpg', cost: 0.04 },
	},
	{
		server: 'openRouter',
		id: 'black-forest-labs/flux.2-klein-4b',
		parameters: { size: '2:1 512', options: { seed: 7 } },
		wire: { prompt, aspect_ratio: '2:1', resolution: '512', seed: 7 },
		...{ pixels: { width: 720, height: 368 }, cost: 0.04 },
	},
	{
		server: 'openRouter',
		id: 'openai/gpt-image',
		parameters: { size, options: { ...at2x, user: 'me', outputFormat: 'webp' } },
		wire: { prompt, size, n: 2, user: 'me', output_format: 'webp' },
		...{ type: 'webp', cost: 0.08 },
	},
];

const part = { type: 'image_url', image_url: { url: dataUri } };
/** And for an edit. */
export const gatewayEdits: ServiceRequest[] = [
	...['blackforestlabs/flux-2-edit', 'blackforestlabs/flux-2-pro-edit'].map((id) => ({
		...{ server: 'aimlApi', id, parameters: { ...two, size } },
		wire: { prompt, image_size: { width: 128, height: 64 }, image_urls: [dataUri, dataUri] },
	})),
	{
		server: 'aimlApi',
		id: 'flux/kontext-max/image-to-image',
		parameters: { ...two, size: '2:1' },
		wire: { prompt, image_url: [dataUri, dataUri], aspect_ratio: '2:1' },
	},
	{
		server: 'aimlApi',
		id: 'flux/dev/image-to-image',
		parameters: { ...one, options: at2x },
		wire: { prompt, image_url: dataUri, num_images: 2 },
	},
	{
		server: 'huggingFaceDeepInfra',
		id: 'Qwen/Qwen-Image-Edit',
		parameters: { ...two, mask: dataUri },
		wire: { prompt, image: file, mask: file },
	},
	{
		server: 'huggingFaceTogether',
		id: 'black-forest-labs/FLUX.1-kontext-pro',
		parameters: { ...one, size: '2:1' },
		wire: { prompt, image_url: dataUri, aspect_ratio: '2:1' },
	},
	...['liteLlm', 'nvidiaNim'].map((server) => ({
		...{ server, id: 'our-images', parameters: { ...two, mask: dataUri } },
		wire: { prompt, 'image[]': file, mask: file },
	})),
	{
		server: 'microsoftFoundry',
		id: 'FLUX.2-pro',
		parameters: two,
		wire: { num_images: 1, prompt, input_image: base64, input_image_2: base64 },
	},
	{
		server: 'microsoftFoundry',
		id: 'FLUX.1-Kontext-pro',
		parameters: one,
		wire: { num_images: 1, prompt, input_image: base64 },
	},
	{
		server: 'openRouter',
		id: 'black-forest-labs/flux-3-image',
		parameters: two,
		wire: { prompt, input_references: [part, part] },
	},
];
