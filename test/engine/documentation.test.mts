import { jest } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';

import { serviceNamed } from '../../nodes/Flux/providers/openAiCompatible/services.ts';
import { expectImage, model, requestsFor, useSandbox } from '../support/flux.mts';
import { runWorkflow } from '../support/harness.mts';
import { atServer } from '../support/openAiServer.mts';
import { styles, workflowOf } from '../support/styles.mts';

const at = useSandbox();

afterEach(() => jest.restoreAllMocks());

interface Example {
	/** The page that has the request. */
	page: string;
	/** Where the sandbox plays the service: a style and path, or a service of OpenAI's style. */
	style?: keyof typeof styles;
	path?: string;
	service?: string;
	/** The request of the page; `path` behind the host's own prefix in the sandbox. */
	request: { url: string; headers: string[]; body: object };
	/** What the page writes otherwise, and why it is the same in meaning. */
	otherwise?: string;
	/** What a user sets for it. */
	set: INodeParameters;
	/** What the page's request holds that the model does not know. */
	ignored?: string[];
	/** Whether the image comes after polling, or with the answer. */
	polled: boolean;
}

const json = ['content-type'];
const cat =
	'A cat on its back legs running like a human is holding a big silver fish with its arms. The cat is running away from the shop owner and has a panicked look on his face. The scene is situated in a crowded market.';

/** A request from the documentation of each of the five services, as it stands there. */
const examples: Example[] = [
	{
		page: 'docs.crazyrouter.com, Images, Flux, via OpenAI format',
		service: 'crazyrouter',
		request: {
			url: '/crazyrouter/v1/images/generations',
			headers: ['authorization', ...json],
			body: {
				model: 'flux-1.1-pro',
				prompt: 'A photorealistic portrait of a woman with flowing red hair in golden hour lighting',
				n: 1,
				size: '1024x1024',
			},
		},
		set: {
			model: model('flux-1.1-pro'),
			prompt: 'A photorealistic portrait of a woman with flowing red hair in golden hour lighting',
			size: '1024x1024',
			options: { numberOfImages: 1 },
		},
		polled: false,
	},
	{
		page: 'docs.crazyrouter.com, Images, Flux, via Replicate format (Kontext)',
		style: 'replicate',
		path: '/crazyrouter/replicate/v1',
		request: {
			url: '/crazyrouter/replicate/v1/models/black-forest-labs/flux-kontext-dev/predictions',
			headers: ['authorization', 'prefer', ...json],
			body: {
				input: {
					prompt: 'Change the background to a tropical beach',
					input_image: 'https://example.com/photo.jpg',
					aspect_ratio: '16:9',
					safety_tolerance: 2,
					output_format: 'webp',
				},
			},
		},
		otherwise: '`image`, which the model calls `input_image`: by the other name it would not see the image',
		set: {
			operation: 'edit',
			model: model('black-forest-labs/flux-kontext-dev'),
			prompt: 'Change the background to a tropical beach',
			referenceImages: ['https://example.com/photo.jpg'],
			aspectRatio: '16:9',
			options: { outputFormat: 'webp', additionalBody: '{"safety_tolerance": 2}' },
		},
		ignored: ['safety_tolerance'],
		polled: false,
	},
	{
		page: 'platform.monica.im/docs, Image generation, FLUX models',
		service: 'monica',
		request: {
			url: '/monica/v1/image/gen/flux',
			headers: ['authorization', ...json],
			body: {
				model: 'flux_dev',
				prompt:
					'black forest gateau cake spelling out the words "FLUX DEV", tasty, food photography, dynamic shot',
				num_outputs: 1,
				size: '1024x1024',
				seed: 42,
				steps: 25,
				guidance: 3,
				interval: 2,
				safety_tolerance: 2,
			},
		},
		otherwise: '`guidance` as the text "3", where the same page calls it a number',
		set: {
			model: model('flux_dev'),
			prompt:
				'black forest gateau cake spelling out the words "FLUX DEV", tasty, food photography, dynamic shot',
			size: '1024x1024',
			options: {
				...{ numberOfImages: 1, seed: 42, steps: 25, guidance: 3 },
				additionalBody: '{"interval": 2, "safety_tolerance": 2}',
			},
		},
		ignored: ['interval', 'safety_tolerance'],
		polled: false,
	},
	{
		page: 'docs.bfl.ai, Quick start, Generating images',
		style: 'blackForestLabs',
		request: {
			url: '/v1/flux-2-pro-preview',
			headers: ['x-key', ...json],
			body: { prompt: cat, width: 1440, height: 2048 },
		},
		set: { model: model('flux-2-pro-preview'), prompt: cat, width: 1440, height: 2048 },
		polled: true,
	},
	{
		page: 'docs-v2.apiframe.ai, Images, Flux 1.1 Pro',
		style: 'apiframe',
		request: {
			url: '/apiframe/v2/images/generate',
			headers: ['x-api-key', ...json],
			body: {
				prompt: 'a futuristic city skyline at sunset, cyberpunk style',
				model: 'flux-1.1-pro',
				fluxParams: { aspect_ratio: '16:9', output_format: 'webp' },
			},
		},
		set: {
			model: model('flux-1.1-pro'),
			prompt: 'a futuristic city skyline at sunset, cyberpunk style',
			aspectRatio: '16:9',
			options: { outputFormat: 'webp' },
		},
		polled: true,
	},
	{
		page: 'docs.onerouter.pro, Text to image, Flux Pro',
		service: 'oneRouter',
		request: {
			url: '/onerouter/v1/images/generations',
			headers: ['authorization', ...json],
			body: {
				model: 'flux-pro-v1.1-ultra-text-to-image',
				prompt: 'A cute baby sea otter.',
				size: '16:9',
				image_url: 'https://example.com/otter.png',
				image_prompt_strength: 0.1,
				enable_safety_checker: false,
				safety_tolerance: '2',
				n: 1,
				output_format: 'url',
			},
		},
		set: {
			model: model('flux-pro-v1.1-ultra-text-to-image'),
			prompt: 'A cute baby sea otter.',
			aspectRatio: '16:9',
			imagePrompt: 'https://example.com/otter.png',
			options: {
				...{ imagePromptStrength: 0.1, disableSafetyChecker: true, safetyTolerance: '2' },
				...{ numberOfImages: 1, additionalBody: '{"output_format": "url"}' },
			},
		},
		polled: false,
	},
];

it.each(examples)('sends the request of $page, and gets its image', async (example) => {
	const { style, path, service, request, set, ignored = [], polled } = example;
	const options =
		service === undefined
			? workflowOf(styles[style!], at.sandbox, set, {}, path)
			: atServer(at.sandbox, service, set);
	const done = await runWorkflow(options).result;

	expect(done.error).toBeUndefined();
	const [sent, ...more] = requestsFor(at.sandbox, 'submit');
	expect(more).toEqual([]);
	expect({
		method: sent.method,
		url: sent.url,
		body: sent.body,
		status: Math.floor(sent.status! / 100),
	}).toEqual({
		...{ method: 'POST', url: request.url, body: request.body, status: 2 },
	});
	expect(Object.keys(sent.headers)).toEqual(expect.arrayContaining(request.headers));
	expect(sent.headers['content-type']).toMatch(/^application\/json\b/);
	expect(at.sandbox.jobs[0].ignoredFields).toEqual(ignored);
	// Examples may have fields that the model's own document does not know.
	const beyond = at.sandbox.violations.splice(0).filter((one) => !ignored.some((name) => one.includes(name)));
	expect(beyond).toEqual([]);
	expect(requestsFor(at.sandbox, 'poll').length > 0).toBe(polled);
	await expectImage(done);
});

it('has an example of each service', () => {
	const hosted = examples.flatMap(({ service }) => service ?? []);
	expect(hosted.map((name) => new URL(serviceNamed(name).baseUrl!).hostname)).toEqual([
		...['crazyrouter.com', 'openapi.monica.im', 'image.onerouter.pro'],
	]);
	expect(examples.flatMap(({ style }) => style ?? []).sort()).toEqual([
		...['apiframe', 'blackForestLabs', 'replicate'],
	]);
});
