import { jest } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';

import { openAiCompatible } from '../../nodes/Flux/providers/openAiCompatible/index.ts';
import type { AnswerVariant } from '../sandbox/sandbox.mts';
import { imageOf } from '../support/images.mts';
import {
	expectImage,
	fluxError,
	hurry,
	model,
	promptOfItem,
	prompts,
	submitted,
	useSandbox,
} from '../support/flux.mts';
import { MemoryCredentials } from '../support/credentials.mts';
import { runWorkflow, type Options } from '../support/harness.mts';
import { atServer, listedModels } from '../support/openAiServer.mts';
import { styles, testCredential, workflowOf } from '../support/styles.mts';

hurry(0.25);
const at = useSandbox();
const style = styles.openAiCompatible;

const options = (server: string, parameters: INodeParameters, more: Partial<Options> = {}) =>
	atServer(at.sandbox, server, parameters, more);
const run = async (...args: Parameters<typeof options>) => await runWorkflow(options(...args)).result;

afterEach(() => jest.restoreAllMocks());

const crazy = { size: '1536x1024', options: { numberOfImages: 2 } };
const crazyWire = { size: '1536x1024', n: 2 };
/** Each model with all that a user can set, and what is to go over the wire for it. */
const models: Array<[string, string, INodeParameters, object]> = [
	['crazyrouter', 'flux-1.1-pro', crazy, crazyWire],
	['crazyrouter', 'flux-1.1-pro-ultra', crazy, crazyWire],
	['crazyrouter', 'flux-dev', crazy, crazyWire],
	['crazyrouter', 'flux-schnell', crazy, crazyWire],
	['crazyrouter', 'flux-kontext-pro', crazy, crazyWire],
	['crazyrouter', 'flux-kontext-dev', crazy, crazyWire],
	[
		'onerouter',
		'flux-pro-v1.1-ultra-text-to-image',
		{
			aspectRatio: '9:21',
			imagePrompt: 'https://example.com/a.png',
			options: {
				imagePromptStrength: 0.5,
				promptUpsampling: true,
				raw: true,
				seed: 7,
				disableSafetyChecker: false,
				safetyTolerance: 6,
				numberOfImages: 2,
			},
		},
		{
			size: '9:21',
			image_url: 'https://example.com/a.png',
			image_prompt_strength: 0.5,
			enhance_prompt: true,
			raw: true,
			seed: 7,
			enable_safety_checker: true,
			safety_tolerance: '6',
			n: 2,
		},
	],
	[
		'monica',
		'flux_pro',
		{ size: '768x1344', options: { seed: 7, steps: 50, guidance: 5, interval: 4, safetyTolerance: 6 } },
		{ size: '768x1344', seed: 7, steps: 50, guidance: 5, interval: 4, safety_tolerance: 6 },
	],
	[
		'monica',
		'flux_dev',
		{ size: '1344x768', options: { seed: 7, steps: 1, guidance: 0, numberOfImages: 4 } },
		{ size: '1344x768', seed: 7, steps: 1, guidance: 0, num_outputs: 4 },
	],
	[
		'monica',
		'flux_schnell',
		{ options: { seed: 7, steps: 4, numberOfImages: 2 } },
		{ seed: 7, steps: 4, num_outputs: 2 },
	],
	[
		'openai',
		'any-model',
		{
			size: '512x256',
			options: {
				...{ seed: 7, steps: 4, guidance: 3.5, numberOfImages: 2 },
				...{ outputFormat: 'webp', outputQuality: 80, user: 'me' },
			},
		},
		{
			...{ size: '512x256', seed: 7, steps: 4, guidance: 3.5, n: 2 },
			...{ output_format: 'webp', output_compression: 80, user: 'me' },
		},
	],
];

describe.each(models)('At %s, %s', (server, id, parameters, wire) => {
	const chosen = model(id, server === 'openai' ? 'id' : 'list');

	it('makes an image from a prompt and sends nothing that was not set', async () => {
		const done = await run(server, { model: chosen });

		expect(done.error).toBeUndefined();
		expect(submitted(at.sandbox)).toEqual([{ model: id, prompt: 'A red fox' }]);
		await expectImage(done);
		expect(done.items[0].json).toMatchObject({
			...{ api: 'openAiCompatible', model: id, jobId: null, cost: null, expiresAt: null },
			url: expect.stringContaining(`${at.sandbox.url}/delivery/`),
		});
	});

	it('sends all its options under the wire names of the model', async () => {
		const done = await run(server, { model: chosen, ...parameters });

		expect(done.error).toBeUndefined();
		expect(submitted(at.sandbox)).toEqual([{ model: id, prompt: 'A red fox', ...wire }]);
		expect(at.sandbox.jobs[0].ignoredFields).toEqual([]);
		expect(done.items).toHaveLength(at.sandbox.jobs[0].drawings.length);
		await expectImage(done, done.items.length - 1);
	});
});

it('gives five linked images for five items', async () => {
	const items = prompts('one', 'two', 'three', 'four', 'five');
	const done = await run('openai', { model: model('m', 'id'), prompt: promptOfItem }, { items });

	expect(done.items.map(({ json, pairedItem }) => [json.prompt, pairedItem])).toEqual(
		items.map(({ json }, item) => [json.prompt, { item }]),
	);
	expect(at.sandbox.billed()).toBe(5);
});

const variants: AnswerVariant[] = ['relativeUrl', 'b64Only', 'emptyUnused', 'images', 'urlStrings'];
it.each(variants)('reads the images of servers that answer %s, without a key', async (variant) => {
	at.sandbox.openAiAnswer = variant;
	const chosen = { model: model('m', 'id'), size: '64x64', options: { numberOfImages: 2 } };
	const done = await run('selfhosted', chosen);

	expect(done.items).toHaveLength(2);
	expect(await expectImage(done, 1)).toEqual({ width: 64, height: 64, type: 'png' });
	expect(at.sandbox.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
});

describe('An edit', () => {
	const edit = { operation: 'edit', model: model('flux-kontext-pro'), referenceImages: ['data'] };

	it.each(['crazyrouter', 'openai'])(
		'sends files at %s, byte by byte, also again after a 429',
		async (server) => {
			const bytes = await imageOf('png', 320, 208);
			const base64 = bytes.toString('base64');
			const items = [
				{
					json: {},
					binary: {
						data: { data: base64, mimeType: 'image/png' },
						mask: { data: base64, mimeType: 'image/png' },
					},
				},
			];
			at.sandbox.fault({ on: 'submit', times: 1, do: { kind: 'status', status: 429 } });
			const mask = server === 'openai' ? { model: model('any', 'id'), mask: 'mask' } : {};
			const done = await run(server, { ...edit, ...mask }, { items });

			expect(done.error).toBeUndefined();
			expect(at.sandbox.billed()).toBe(1);
			const [, sent] = submitted(at.sandbox) as Array<Record<string, unknown>>;
			const file = { name: 'image.png', type: 'image/png', size: bytes.length };
			expect(sent).toMatchObject({ prompt: 'A red fox', image: file });
			if (server === 'openai') expect(sent).toMatchObject({ mask: file });
			expect(at.sandbox.jobs[0].drawings[0].edit?.source.equals(bytes)).toBe(true);
			expect(at.sandbox.jobs[0].ignoredFields).toEqual([]);
			await expectImage(done);
		},
	);

	it('sends several files as image[]', async () => {
		const base64 = (await imageOf('png', 64, 64)).toString('base64');
		const uri = `data:image/png;base64,${base64}`;
		await run('openai', { ...edit, model: model('any', 'id'), referenceImages: [uri, uri] });

		expect(submitted(at.sandbox)[0]).toHaveProperty(['image[]']);
		expect(at.sandbox.billed()).toBe(1);
	});
});

describe('When something fails', () => {
	const chosen = { model: model('m', 'id') };

	it('does not wait at Monica when there is no balance, but does when it is too fast', async () => {
		at.sandbox.credits = 0;
		const poor = await run('monica', { model: model('flux_schnell') });
		expect(fluxError(poor)).toMatchObject({ code: 'insufficient-credits' });
		expect(at.sandbox.requests).toHaveLength(1);

		at.sandbox.reset();
		const body = { error: { message: 'Too many requests' } };
		at.sandbox.fault({ on: 'submit', times: 2, do: { kind: 'status', status: 429, body } });
		const fast = await run('monica', { model: model('flux_schnell') });
		expect(fast.status).toBe('success');
		expect(at.sandbox.billed()).toBe(1);
	});

	it('says what refused a prompt, a model and a key', async () => {
		at.sandbox.fault({
			on: 'submit',
			times: 1,
			do: { kind: 'state', status: 'Rejected by the safety system' },
		});
		expect(fluxError(await run('openai', chosen))).toMatchObject({ code: 'prompt-moderated' });
		const unknown = await run('crazyrouter', { model: model('no-such', 'id') });
		expect(fluxError(unknown)).toMatchObject({ code: 'invalid-input' });
		expect(unknown.error?.message).toContain('base URL');
		const wrong = await runWorkflow(workflowOf(style, { ...at.sandbox, key: 'wrong-key-123' })).result;
		expect(fluxError(wrong)).toMatchObject({ code: 'authentication' });
		expect(wrong.everything()).not.toContain('wrong-key-123');
	});

	it('fetches images of a server whose name was written as its key', async () => {
		const url = at.sandbox.url.replace('127.0.0.1', 'localhost');
		const image = { url: `${url}/delivery/uploads/none.png` };
		at.sandbox.fault({ on: 'submit', do: { kind: 'json', body: { data: [image] } } });
		const server = workflowOf(style, { url, key: 'localhost' }, { settings: { timeout: 1 } });
		const done = await runWorkflow(server).result;

		expect(fluxError(done)?.url).toBe(image.url);
	});

	it('takes no file at OneRouter, and submits nothing', async () => {
		const base64 = (await imageOf('png', 64, 64)).toString('base64');
		const imagePrompt = `data:image/png;base64,${base64}`;
		const done = await run('onerouter', { model: model('flux-pro-v1.1-ultra-text-to-image'), imagePrompt });

		expect(fluxError(done)).toMatchObject({ code: 'invalid-input' });
		expect(done.error?.description).toContain('URL');
		expect(at.sandbox.requests).toEqual([]);
	});

	it('calls an answer without an image what it is', async () => {
		at.sandbox.fault({ on: 'submit', do: { kind: 'json', body: { data: [] } } });
		expect(fluxError(await run('openai', chosen))).toMatchObject({ code: 'bad-response' });
	});

	it('tells where the image is that could not be fetched', async () => {
		at.sandbox.fault({ on: 'download', do: { kind: 'expired', status: 404 } });
		const error = fluxError(await run('openai', { ...chosen, settings: { timeout: 2 } }));
		expect(error).toMatchObject({
			...{ code: 'download-failed', jobId: null, url: expect.stringContaining('/delivery/') },
			description: expect.stringContaining('add {"response_format": "b64_json"} to Extra Fields (JSON)'),
		});
	});

	it('fetches what was billed in the next try of n8n, and submits nothing again', async () => {
		at.sandbox.fault({ on: 'download', times: 1, do: { kind: 'notAnImage' } });
		const done = await run('openai', chosen, { retryOnFail: { maxTries: 2, waitBetweenTries: 1 } });

		expect(done.status).toBe('success');
		await expectImage(done);
		expect(at.sandbox.billed()).toBe(1);
	});
});

describe('The credential test', () => {
	const test = async (server: string, key: string) =>
		await testCredential(style, { ...at.sandbox, key }, `/${server}/v1`);

	it.each([
		['a right key', 'openai', undefined, 'success'],
		['a wrong key', 'openai', 'wrong-key', 'error'],
		['no key where none is asked for', 'selfhosted', '', 'success'],
		['a server without a list of models', 'nowhere', undefined, 'error'],
	])('of %s at %s', async (_, server, key, status) => {
		const done = await test(server, key ?? at.sandbox.key);
		expect(done.status).toBe(status);
		expect(at.sandbox.requests[0].url).toBe(`/${server}/v1/models`);
		expect(at.sandbox.billed()).toBe(0);
	});

	it.each([302, 403, 500])('fails on HTTP %d', async (status) => {
		at.sandbox.fault({ on: 'models', do: { kind: 'status', status, headers: { location: '/x' } } });
		expect((await test('openai', at.sandbox.key)).status).toBe('error');
	});
});

describe('The list of models', () => {
	const search = async (server: string, filter?: string, operation?: string) =>
		await listedModels(options(server, {}), filter, operation);

	it('holds what the server has beside what is known of the service', async () => {
		expect(await search('openai')).toEqual(['flux-1-dev', 'flux-1-schnell', 'flux-2-klein-4b']);
		expect(await search('openai', 'KLEIN')).toEqual(['flux-2-klein-4b']);
		const ours = openAiCompatible.models.filter(({ service }) => service === 'crazyrouter');
		expect((await search('crazyrouter')).sort()).toEqual(ours.map(({ id }) => id).sort());
		expect(await search('crazyrouter', '', 'edit')).toEqual(['flux-kontext-pro', 'flux-kontext-dev']);
	});

	it('holds what is known where the server has no list, or fails', async () => {
		expect(await search('monica')).toEqual(['flux_pro', 'flux_dev', 'flux_schnell']);
		at.sandbox.fault({ on: 'models', do: { kind: 'html' } });
		expect(await search('crazyrouter', 'ultra')).toEqual(['flux-1.1-pro-ultra']);
		at.sandbox.fault({ on: 'models', do: { kind: 'redirect', to: `${at.sandbox.url}/openai/v1/models` } });
		await expect(search('openai')).rejects.toThrow(/^The server gives no list of models: /);
	});

	it.each([
		[{ kind: 'status', status: 401 }, '401'],
		[{ kind: 'status', status: 404 }, '404'],
		[{ kind: 'html' }, 'its answer is no JSON'],
		[{ kind: 'json', body: { error: { message: 'Out of order' } } }, 'Out of order'],
		[{ kind: 'json', body: { data: [{ id: 'gpt-4' }] } }, 'it names none that makes images'],
	] as const)('says why it is empty: %j', async (fault, words) => {
		at.sandbox.fault({ on: 'models', do: fault });
		const failed = await search('openai').catch(({ message }: Error) => message);
		expect(failed).toMatch(/^The server gives no list of models: .+By ID/);
		expect(failed).toContain(words);
		expect(failed).not.toContain(at.sandbox.key);
	});

	it('holds the models of an unknown server that are told to make images, whatever they are called', async () => {
		const data = [
			{ id: 'klein-large' },
			{ id: 'bfl/one', type: 'image' },
			{ id: 'mine', model_type: 'image' },
			{ id: 'SD-Turbo', labels: ['image'] },
			{ id: 'painter', output_modalities: ['text', 'image'] },
			{ id: 'looker', type: 'language', labels: ['vision'], input_modalities: ['image'] },
		];
		at.sandbox.fault({ on: 'models', do: { kind: 'json', body: { data } } });
		expect(await search('openai')).toEqual(['klein-large', 'bfl/one', 'mine', 'SD-Turbo', 'painter']);
	});

	it('says that a credential is gone', async () => {
		const gone = 'Credential with ID "1" does not exist for type "fluxOpenAiCompatibleApi".';
		const reading = jest
			.spyOn(MemoryCredentials.prototype, 'getDecrypted')
			.mockRejectedValue(new Error(gone));
		await expect(search('openai')).rejects.toThrow(`${gone} Choose a credential in the field above.`);
		reading.mockRestore();
	});

	it('says what is wrong with the credential, and holds no models of services that it does not have', async () => {
		const broken = options('selfhosted', {});
		broken.credentials = { [style.credential]: { apiKey: '', service: 'custom', baseUrl: '' } };
		await expect(listedModels(broken)).rejects.toThrow(/base url/i);
		broken.credentials = { [style.credential]: { apiKey: '' } };
		await expect(listedModels(broken)).rejects.toThrow(/service/i);
	});
});
