import { jest } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';

import { openAiCompatible } from '../../nodes/Flux/providers/openAiCompatible/index.ts';
import { serviceNamed, services } from '../../nodes/Flux/providers/openAiCompatible/services.ts';
import { gateways } from '../sandbox/openaiGateways.mts';
import { presets as ownPresets } from '../sandbox/openaiPresets.mts';
import {
	errorText,
	expectImage,
	fluxError,
	hurry,
	model,
	promptOfItem,
	prompts,
	requestsFor,
	submitted,
	useSandbox,
} from '../support/flux.mts';
import { testAsServer } from '../support/credentialTester.mts';
import { runWorkflow } from '../support/harness.mts';
import { atServer, listedModels, type } from '../support/openAiServer.mts';
import { gatewayEdits, gatewayGenerations } from './services/gatewayRequests.mts';
import * as requests from './services/requests.mts';
import { at2x, dataUri, one, png, prompt, size, two, type ServiceRequest } from './services/requests.mts';

hurry(0.25);
const at = useSandbox();
afterEach(() => jest.restoreAllMocks());

const presets = [...ownPresets, ...gateways];
const generations = [...requests.generations, ...gatewayGenerations];
const edits = [...requests.edits, ...gatewayEdits];

const run = async ({ server, id, parameters }: Omit<ServiceRequest, 'wire'>, operation = 'generate') =>
	await runWorkflow(atServer(at.sandbox, server, { operation, model: model(id, 'id'), ...parameters }))
		.result;

it('has a preset of the sandbox for every service but Custom, unless the facts have its models', () => {
	const listed = openAiCompatible.models.map(({ service }) => service);
	const known = ['custom', ...listed, ...presets.map(({ name }) => name)];
	expect(services.filter(({ name }) => !known.includes(name)).map(({ name }) => name)).toEqual([]);
	expect(presets.filter(({ name }) => serviceNamed(name).name !== name)).toEqual([]);
});

it('tries every preset of the sandbox', () => {
	expect([...new Set(generations.map(({ server }) => server))].sort()).toEqual(
		presets.map(({ name }) => name).sort(),
	);
	const withEdits = presets.filter(({ files, jsonImages }) => files ?? jsonImages);
	expect([...new Set(edits.map(({ server }) => server))].sort()).toEqual(
		withEdits.map(({ name }) => name).sort(),
	);
});

describe.each(generations)('$server with $id', (request) => {
	const { server, id, wire, type = 'png', parameters, pixels = { width: 128, height: 64 }, cost } = request;

	it('is sent all that can be set in the form that it documents, and its images are read', async () => {
		const done = await run(request);

		expect(done.error).toBeUndefined();
		expect(submitted(at.sandbox)).toEqual([{ model: id, ...wire }]);
		const { drawings } = at.sandbox.jobs[0];
		expect(done.items).toHaveLength(drawings.length);
		expect(await expectImage(done, drawings.length - 1)).toEqual({ ...pixels, type });
		const { seed } = parameters.options as { seed?: number };
		expect(done.items[0].json.cost).toEqual(cost === undefined ? null : { amount: cost, unit: 'USD' });
		expect(done.items[0].json).toMatchObject({ prompt, ...(seed === undefined ? {} : { seed }) });
		expect(drawings[0]).toMatchObject({ prompt, ...(seed === undefined ? {} : { seed }) });
	});

	it('is sent nothing that was not set, but what it always needs', async () => {
		const done = await run({ server, id, parameters: {} });

		expect(done.error).toBeUndefined();
		const { fixed, needsSeed, promptTail } = serviceNamed(server);
		expect(submitted(at.sandbox)).toEqual([
			{
				...{ model: id, prompt, ...fixed },
				...(promptTail ? { prompt: requests.withSeed } : needsSeed && { seed: expect.any(Number) }),
			},
		]);
	});

	it('is quoted when it refuses', async () => {
		const text = 'The safety system does not like foxes';
		at.sandbox.fault({ on: 'submit', do: { kind: 'state', status: text } });
		const refused = await run(request);
		expect(fluxError(refused)).toMatchObject({ code: 'prompt-moderated' });
		expect(errorText(refused)).toContain(text);
		expect(errorText(refused)).not.toContain('{');
	});
});

it.each(edits)('$server is sent the images of an edit by $id as it documents', async (request) => {
	const done = await run(request, 'edit');

	expect(done.error).toBeUndefined();
	expect(submitted(at.sandbox)).toEqual([{ model: request.id, ...request.wire }]);
	const { edit } = at.sandbox.jobs[0].drawings[0];
	expect(edit?.source.equals(png)).toBe(true);
	expect(edit?.references).toHaveLength((request.parameters.referenceImages as unknown[]).length - 1);
	expect(edit?.mask?.equals(png)).toBe(request.parameters.mask === undefined ? undefined : true);
	expect((await expectImage(done)).type).toBe(request.type ?? 'png');
});

it.each([
	[
		'steps',
		'deepInfra',
		'generate',
		{ options: { steps: 4 } },
		["'Steps' is 4", 'DeepInfra', "Remove 'Steps'"],
	],
	['guidance', 'siliconFlow', 'generate', { options: { guidance: 3 } }, ["'Guidance' is 3", 'SiliconFlow']],
	['no size', 'together', 'generate', { size: 'square' }, ['\'Size\' is "square"', 'such as 1024x768']],
	['a ratio', 'together', 'generate', { size: '16:9' }, ['\'Size\' is "16:9"', 'such as 1024x768']],
	...['localAi', 'sglang', 'stableDiffusionCpp', 'vllmOmni'].map((server) => [
		...['a ratio', server, 'generate', { size: '16:9' }],
		['\'Size\' is "16:9"', 'such as 1024x768'],
	]),
	[
		'five images',
		'together',
		'generate',
		{ options: { numberOfImages: 5 } },
		["'Number of Images' is 5", 'from 1 to 4'],
	],
	[
		'odd pixels',
		'together',
		'generate',
		{ size: '1001x1000' },
		["'Size' (width) is 1001", 'use 1000 or 1008'],
	],
	[
		'a file format',
		'oneRouter',
		'generate',
		{ options: { outputFormat: 'png' } },
		["Remove 'Output Format'"],
	],
	['five images', 'deepInfra', 'generate', { options: { numberOfImages: 5 } }, ['from 1 to 4']],
	['nine images', 'stableDiffusionCpp', 'generate', { options: { numberOfImages: 9 } }, ['from 1 to 8']],
	['too many steps', 'stableDiffusionCpp', 'generate', { options: { steps: 101 } }, ['from 1 to 100']],
	['a seed of 0', 'aimlApi', 'generate', { options: { seed: 0 } }, ["'Seed' is 0", 'at least 1']],
	[
		'a seed',
		'nvidiaNim',
		'generate',
		{ options: { seed: 7 } },
		["'Seed' is 7", 'NVIDIA NIM', "Remove 'Seed'"],
	],
	[
		'too small a size',
		'nebius',
		'generate',
		{ size: '1024x32' },
		["'Size' (height) is 32", 'from 64 to 2048'],
	],
	['a mask', 'vllmOmni', 'edit', { ...one, mask: dataUri }, ['Mask', 'vLLM-Omni']],
	['two images', 'siliconFlow', 'edit', two, ["'Reference Images' holds 2 images", 'at most 1']],
	['an edit', 'nebius', 'edit', one, ["does not have the operation 'Edit'", 'Nebius']],
	['an edit', 'aimlApi', 'edit', one, ["does not have the operation 'Edit'"]],
] as Array<[string, string, string, INodeParameters, string[]]>)(
	'submits nothing for %s at %s, which does not have it',
	async (_, server, operation, parameters, texts) => {
		const refused = await run({ server, id: 'm', parameters }, operation);
		expect(fluxError(refused)).toMatchObject({ code: 'invalid-input' });
		for (const text of texts) expect(errorText(refused)).toContain(text);
		expect(at.sandbox.requests).toEqual([]);
	},
);

it('submits nothing with two images for FLUX.1 Kontext at Microsoft Foundry, which takes one', async () => {
	const wanted = { server: 'microsoftFoundry', id: 'FLUX.1-Kontext-pro', parameters: two };
	expect(errorText(await run(wanted, 'edit'))).toMatch(/'Reference Images' holds 2 images.*at most 1/);
	expect(at.sandbox.requests).toEqual([]);
});

it('submits nothing for an edit by FLUX.2 [pro] at SiliconFlow, which would make an image of the prompt alone', async () => {
	const wanted = { server: 'siliconFlow', id: 'black-forest-labs/FLUX.2-pro', parameters: one };
	expect(errorText(await run(wanted, 'edit'))).toContain("does not have the operation 'Edit'");
	expect(at.sandbox.requests).toEqual([]);
});

it('says which ratio is meant to a model that has no pixels', async () => {
	const refused = await run({
		...{ server: 'together', id: 'black-forest-labs/FLUX.1-schnell', parameters: { size: '1280x720' } },
	});
	expect(errorText(refused)).toContain('takes a ratio (such as 16:9)');
	expect(errorText(refused)).toContain('Write 16:9.');
	expect(at.sandbox.requests).toEqual([]);
});

it.each([
	['nebius', 'black-forest-labs/flux-dev'],
	['localAi', 'black-forest-labs/flux-dev'],
	['aimlApi', 'blackforestlabs/flux-2-pro'],
])('makes several images of %s, which makes one of a seed, by several requests', async (server, id) => {
	const parameters = { size, options: { ...at2x, seed: 7 } };
	const done = await run({ server, id, parameters });
	expect(done.items.map(({ json }) => json.seed)).toEqual([7, 8]);
	const drawn = at.sandbox.jobs.flatMap(({ drawings }) => drawings.map(({ seed }) => seed));
	expect(drawn.sort()).toEqual([7, 8]);
	expect(at.sandbox.billed()).toBe(2);
});

it.each(['sglang', 'stableDiffusionCpp'])(
	'asks %s, which would make the same image each time, for another one, and tells its seed',
	async (server) => {
		const options = atServer(at.sandbox, server, { model: model('m', 'id') });
		const told: unknown[] = [];
		for (let runs = 0; runs < 2; runs++) {
			const { items } = await runWorkflow({ ...options, items: [{ json: {} }, { json: {} }] }).result;
			told.push(...items.map(({ json }) => json.seed));
		}
		const seeds = at.sandbox.jobs.flatMap(({ drawings }) => drawings.map(({ seed }) => seed));
		expect(new Set(seeds).size).toBe(4);
		expect(new Set(told)).toEqual(new Set(seeds));
	},
);

it.each(['localAi', 'stableDiffusionCpp'])(
	'asks %s, which draws one image at a time, for one at a time',
	async (server) => {
		const options = atServer(at.sandbox, server, { model: model('m', 'id'), prompt: promptOfItem });
		const done = await runWorkflow({ ...options, items: prompts('one', 'two', 'three') }).result;
		expect(done.items.map(({ json }) => json.status)).toEqual(Array(3).fill('completed'));
		expect(at.sandbox.peakConcurrency()).toBe(1);
	},
);

it('sends an edit to OneRouter as JSON, at the path of its edits', async () => {
	const parameters = { ...two, options: { seed: 7 } };
	const done = await run({ server: 'oneRouter', id: 'flux-kontext', parameters }, 'edit');
	expect(submitted(at.sandbox)).toEqual([
		{ model: 'flux-kontext', prompt, seed: 7, image_urls: [dataUri, dataUri] },
	]);
	expect(requestsFor(at.sandbox, 'submit')[0].url).toBe('/onerouter/v1/images/edits');
	expect(at.sandbox.jobs[0].drawings[0].edit?.source.equals(png)).toBe(true);
	await expectImage(done);
});

it('sends a link as it is to a service that takes links', async () => {
	const link = 'https://example.com/a.png';
	const parameters = { referenceImages: [link] };
	await run({ server: 'together', id: 'black-forest-labs/FLUX.1-kontext-pro', parameters }, 'edit');
	expect(submitted(at.sandbox)[0]).toMatchObject({ image_url: link });
});

it('says who it is when it fetches an image: some stores turn away who does not', async () => {
	await run({ server: 'together', id: 'm', parameters: {} });
	const [{ headers }] = requestsFor(at.sandbox, 'download');
	expect(headers['user-agent']).toMatch(/\w/);
});

it('takes an additional body at its word, also against what is always sent', async () => {
	const parameters = { options: { additionalBody: '{"negative_prompt": "cats", "response_format": null}' } };
	const done = await run({ server: 'sglang', id: 'm', parameters });
	expect(submitted(at.sandbox)).toEqual([
		{ model: 'm', prompt, seed: expect.any(Number), negative_prompt: 'cats', response_format: null },
	]);
	expect(errorText(done)).toContain('response_format');
});

it.each([
	['openRouter', '/openrouter/api/v1/key', 'Connection successful!', 'does not accept this API key'],
	['deepInfra', '/deepinfra/v1/me', 'Connection successful!', 'does not accept this API key'],
	['aimlApi', '/aiml/v2/billing', 'Connection successful!', 'does not accept this API key'],
	['nvidiaNim', '/nim/v1/health/ready', 'Connection successful!', 'Connection successful!'],
	[
		'microsoftFoundry',
		'/foundry/providers/blackforestlabs/v1/models?api-version=preview',
		'no list of models',
		'no list of models',
	],
])('judges a key of %s at %s', async (server, path, right, wrong) => {
	const { credentials, credentialTypes } = atServer(at.sandbox, server, {});
	const credential = credentialTypes![type] as Parameters<typeof testAsServer>[0];
	const test = async (more: object) => await testAsServer(credential, { ...credentials![type], ...more });

	expect((await test({})).message).toContain(right);
	expect((await test({ apiKey: 'wrong' })).message).toContain(wrong);
	expect([...new Set(at.sandbox.requests.map(({ url }) => url))]).toEqual([path]);
});

it.each([
	['together', '/models', ['black-forest-labs/FLUX.2-dev', 'google/imagen-4']],
	['deepInfra', '/models', ['black-forest-labs/FLUX-2-dev']],
	['nebius', '/models', ['black-forest-labs/flux-dev']],
	['siliconFlow', '/models?type=image', ['Kwai-Kolors/Kolors', 'black-forest-labs/FLUX.2-pro']],
	['siliconFlowChina', '/models?type=image', ['Kwai-Kolors/Kolors', 'black-forest-labs/FLUX.2-pro']],
	['localAi', '/models/capabilities', ['my-pictures']],
	['stableDiffusionCpp', '/models', ['sd-cpp-local']],
	['vllmOmni', '/models', ['Tongyi-MAI/Z-Turbo']],
	['sglang', '/models', ['/models/klein']],
	['aimlApi', '/models', ['flux/dev']],
	['huggingFaceTogether', '/models', ['black-forest-labs/FLUX.2-dev', 'google/imagen-4']],
	['liteLlm', '/models', ['our-images', 'our-chat']],
])('lists of %s the models that make images', async (server, path, ids) => {
	const { prefix } = presets.find(({ name }) => name === server)!;
	expect(await listedModels(atServer(at.sandbox, server, {}))).toEqual(ids);
	expect(at.sandbox.requests.map(({ url }) => url)).toEqual([`${prefix}${path}`]);
});

it('says in the list of models what to do at NVIDIA NIM, which has none', async () => {
	const list = listedModels(atServer(at.sandbox, 'nvidiaNim', {}));
	await expect(list).rejects.toThrow(/HTTP 404\..* choose By ID/);
});
