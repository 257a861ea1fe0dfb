import { choice, images, number, numberedImages, prompt, seed, text, whole } from '../../catalogue/fields';
import { atMostTen, output, pixels, ratio, sides, user } from './fields';
import type { Service } from './service';

const openRouterFields = {
	...{ prompt, n: atMostTen, seed, ...output, user },
	aspect_ratio: ratio,
	resolution: text('size', { side: 'class' }),
	size: pixels,
};

/**
 * Source: openrouter.ai/docs, "Image generation", and the types of its own client, @openrouter/sdk. Images to edit go as content parts,
 * and a parameter that the model's entry in the list does not name is refused. `/models` answers without a key, `/key` does not.
 */
export const openRouter: Service = {
	name: 'openRouter',
	label: 'OpenRouter',
	description:
		'One key for the image models of all makers, FLUX.2 and FLUX.3 among them; the image tells its price',
	account: 'openrouter.ai/settings/keys',
	baseUrl: 'https://openrouter.ai/api/v1',
	fields: [
		{
			path: '/images',
			generate: openRouterFields,
			edit: { ...openRouterFields, input_references: images('dataUriOrUrl', { min: 1 }) },
		},
	],
	written: { input_references: (url) => ({ type: 'image_url', image_url: { url } }) },
	editsAreJson: true,
	models: { path: '/images/models' },
	parametersIn: 'supported_parameters',
	test: '/key',
};

const inputImages = (count: number) => numberedImages('base64', count);
const foundryFields = { prompt, seed, output_format: choice('outputFormat', 'jpeg png') };
const flux2 = { ...foundryFields, ...sides({ min: 64, multipleOf: 16 }) };
const flex = {
	...flux2,
	steps: whole('steps', { min: 1, max: 50 }),
	guidance: number('guidance', { min: 1.5, max: 10 }),
};
const kontext = { ...foundryFields, aspect_ratio: ratio };

/**
 * Source: learn.microsoft.com, "Deploy and use FLUX models in Microsoft Foundry": the fields of Black Forest Labs, and the answer of
 * OpenAI. A model is known by its deployment, whose name is by default the id of the model.
 */
export const microsoftFoundry: Service = {
	name: 'microsoftFoundry',
	label: 'Microsoft Foundry',
	description: 'FLUX within Azure: its contracts, regions and billing',
	account: 'ai.azure.com',
	baseUrl: 'https://RESOURCE.services.ai.azure.com',
	ending: { path: '/providers/blackforestlabs/v1', query: 'api-version=preview' },
	fields: [
		{ models: /flex/i, path: '/flux-2-flex', generate: flex, edit: { ...flex, ...inputImages(10) } },
		{
			models: /kontext/i,
			path: '/flux-kontext-pro',
			generate: kontext,
			edit: { ...kontext, ...inputImages(1) },
		},
		{
			models: /1[.-]1/,
			path: '/flux-pro-1.1',
			generate: { ...foundryFields, ...sides({ min: 256, max: 1440, multipleOf: 32 }) },
		},
		{ path: '/flux-2-pro', generate: flux2, edit: { ...flux2, ...inputImages(8) } },
	],
	fixed: { num_images: 1 },
	editsAreJson: true,
	ids: ['FLUX.2-pro', 'FLUX.2-flex', 'FLUX.1-Kontext-pro', 'FLUX-1.1-pro'],
};
