import { setTimeout as wait } from 'node:timers/promises';

import { jest } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';

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
import { runWorkflow, type Options } from '../support/harness.mts';
import { atServer, listedModels } from '../support/openAiServer.mts';

hurry(0.1);
const at = useSandbox();
afterEach(() => jest.restoreAllMocks());

const flux3 = 'black-forest-labs/flux-3-image';
const flux2 = 'black-forest-labs/flux.2-pro';
const options = (id: string, parameters: INodeParameters = {}, more: Partial<Options> = {}) =>
	atServer(at.sandbox, 'openRouter', { model: model(id, 'id'), ...parameters }, more);
const run = async (...args: Parameters<typeof options>) => await runWorkflow(options(...args)).result;
const questions = () => requestsFor(at.sandbox, 'models');

it.each([
	['a seed', flux3, { options: { seed: 7 } }, ["'Seed' is 7", flux3, "Remove 'Seed'"]],
	['a file format', flux3, { options: { outputFormat: 'png' } }, ["'Output Format'", flux3]],
	['pixels', flux3, { size: '1024x768' }, ['\'Size\' is "1024x768"', 'a ratio', 'Write 4:3.']],
	['a ratio that it has not', flux3, { size: '21:9' }, ["'Size' (ratio)", '1:1 or 16:9']],
	['a size class that it has not', flux3, { size: '4K' }, ["'Size' (class)", '1K or 2K']],
	['pixels beside a ratio', flux2, { size: '1024x768 16:9' }, ["'Size' is", 'takes']],
	[
		'a file format that it has not',
		flux2,
		{ options: { outputFormat: 'webp' } },
		["'Output Format' is", 'png or jpeg'],
	],
	[
		'more images than it takes',
		flux2,
		{ operation: 'edit', referenceImages: Array.from({ length: 9 }, () => 'https://example.com/a.png') },
		["'Reference Images' holds 9 images", 'at most 8'],
	],
	[
		'an edit by a model that takes no images',
		'openai/gpt-image',
		{ operation: 'edit', referenceImages: ['https://example.com/a.png'] },
		["does not have the operation 'Edit'"],
	],
] as Array<[string, string, INodeParameters, string[]]>)(
	'refuses %s before anything is billed, because the list of models does not name it for %s',
	async (_, id, parameters, texts) => {
		const refused = await run(id, parameters);

		expect(fluxError(refused)).toMatchObject({ code: 'invalid-input' });
		for (const text of texts) expect(errorText(refused)).toContain(text);
		expect(errorText(refused)).toContain('Nothing was billed.');
		expect(questions()).toHaveLength(1);
		expect(at.sandbox.requests).toHaveLength(1);
	},
);

it('asks once in a run, whatever the number of items and images', async () => {
	const parameters = { prompt: promptOfItem, options: { seed: 7, numberOfImages: 2 } };
	const done = await run(flux2, parameters, { items: prompts('one', 'two', 'three') });

	expect(done.error).toBeUndefined();
	expect(questions()).toHaveLength(1);
	// One image a request is all that the model is said to make.
	expect(done.items.map(({ json }) => json.seed)).toEqual([7, 8, 7, 8, 7, 8]);
	expect(submitted(at.sandbox)).toHaveLength(6);
});

it.each([
	['a failure', { kind: 'status', status: 500 }],
	['a refusal', { kind: 'status', status: 404 }],
	['a broken line', { kind: 'reset' }],
	['a web page', { kind: 'html' }],
	['an empty list', { kind: 'json', body: { data: [] } }],
] as const)('does without the answer if it is %s', async (_, fault) => {
	at.sandbox.fault({ on: 'models', do: fault as never });
	const done = await run(flux2, { options: { seed: 7 } });

	await expectImage(done);
	expect(questions()).toHaveLength(1);
	expect(submitted(at.sandbox)).toMatchObject([{ seed: 7 }]);
});

it('does without an answer that does not come', async () => {
	at.sandbox.fault({ on: 'models', do: { kind: 'hang' } });
	await expectImage(await run(flux2, { options: { seed: 7 } }));
	expect(at.sandbox.billed()).toBe(1);
});

it('does without an answer that takes half of the time of the item', async () => {
	at.sandbox.fault({ on: 'models', do: { kind: 'hang' } });
	const late = await run(flux2, { settings: { timeout: 20 } });
	expect(late.items[0].json.status).toBe('completed');
	expect(at.sandbox.billed()).toBe(1);
});

it('submits nothing after Stop', async () => {
	at.sandbox.fault({ on: 'models', do: { kind: 'hang' } });
	const started = runWorkflow(options(flux2));
	while (questions().length === 0) await wait(10);
	started.stop();
	expect(fluxError(await started.result)).toMatchObject({ code: 'cancelled' });
	expect(at.sandbox.billed()).toBe(0);
});

it('is refused by the service itself what the list could not tell, in its words', async () => {
	at.sandbox.fault({ on: 'models', do: { kind: 'status', status: 500 } });
	const refused = await run(flux3, { options: { seed: 7 } });

	expect(fluxError(refused)).toMatchObject({ code: 'invalid-input' });
	expect(errorText(refused)).toContain("Parameter 'seed' is not supported");
	expect(at.sandbox.billed()).toBe(0);
});

it('takes extra fields at their word', async () => {
	const safety = { options: { 'black-forest-labs': { safety_tolerance: 5 } } };
	await run(flux3, { options: { additionalBody: JSON.stringify({ provider: safety }) } });
	expect(submitted(at.sandbox)).toMatchObject([{ provider: safety }]);
});

it('asks nobody where no list tells it', async () => {
	const parameters = { model: model('m', 'id') };
	await expectImage(await runWorkflow(atServer(at.sandbox, 'openai', parameters)).result);
	expect(questions()).toEqual([]);
});

it('finds in the same list the models for the editor', async () => {
	expect(await listedModels(atServer(at.sandbox, 'openRouter', {}))).toEqual([
		...[flux2, 'black-forest-labs/flux.2-klein-4b', flux3, 'openai/gpt-image'],
	]);
	expect(at.sandbox.requests.map(({ url }) => url)).toEqual(['/openrouter/api/v1/images/models']);
});

it('offers without a question the models of a service that has no list', async () => {
	expect(await listedModels(atServer(at.sandbox, 'microsoftFoundry', {}))).toContain('FLUX.2-pro');
	expect(at.sandbox.requests).toEqual([]);
});

it('tells Microsoft Foundry the version in the query and the length of the body', async () => {
	const parameters = { model: model('FLUX.2-flex', 'id') };
	await expectImage(await runWorkflow(atServer(at.sandbox, 'microsoftFoundry', parameters)).result);
	const [{ url, headers }] = requestsFor(at.sandbox, 'submit');
	expect(url).toBe('/foundry/providers/blackforestlabs/v1/flux-2-flex?api-version=preview');
	expect(Number(headers['content-length'])).toBeGreaterThan(0);
	expect(headers['transfer-encoding']).toBeUndefined();
});

it('does not wait for a list that comes byte by byte', async () => {
	at.sandbox.fault({ on: 'models', do: { kind: 'drip' } });
	const startedAt = Date.now();
	const listed = listedModels(atServer(at.sandbox, 'openRouter', {}));
	await expect(listed).rejects.toThrow('no whole answer within 5 seconds');
	expect(Date.now() - startedAt).toBeLessThan(4_000);
});
