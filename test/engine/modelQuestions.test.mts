import { setTimeout as wait } from 'node:timers/promises';

import { jest } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';

import type { Fault } from '../sandbox/faults.mts';
import { versionOf } from '../sandbox/predictions.mts';
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
import { imageOf } from '../support/images.mts';
import { atServer, listedModels } from '../support/openAiServer.mts';
import { styles, workflowOf } from '../support/styles.mts';

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

describe('What a model of Replicate is told to take', () => {
	// What hangs is given up after ten seconds of the node's own.
	const style = styles.replicate;
	const run = async (parameters: INodeParameters = {}, more: Partial<Options> = {}) =>
		await runWorkflow(workflowOf(style, at.sandbox, parameters, more, style.path)).result;

	const questions = () => requestsFor(at.sandbox, 'models').map(({ url }) => url);
	const inputs = () => submitted(at.sandbox).map((body) => (body as { input: object }).input);
	const photos = async (...names: string[]) => {
		const data = (await imageOf('png', 64, 48)).toString('base64');
		const binary = Object.fromEntries(names.map((name) => [name, { data, mimeType: 'image/png' }]));
		return { items: [{ json: {}, binary }] };
	};
	const dataUri = expect.stringMatching(/^data:image\/png;base64,/);

	it.each<[string, INodeParameters, object]>([
		[
			'atelier/trained',
			{ options: { guidance: 3, numberOfImages: 4, loraStrength: 0.5 } },
			{ prompt: 'A red fox', guidance_scale: 3, num_outputs: 4, lora_scale: 0.5 },
		],
		[
			'atelier/many-loras',
			{ options: { numberOfImages: 2, outputFormat: 'jpeg' } },
			{ prompt: 'A red fox', number_of_images: 2, output_format: 'jpeg' },
		],
		[
			'atelier/two-loras',
			{ loraId: 'acme/one, acme/two', options: { loraStrength: '={{ [1, 0.5] }}', steps: 4 } },
			{
				...{ prompt: 'A red fox', lora_weights: 'acme/one', lora_scale: 1 },
				...{ extra_lora: 'acme/two', extra_lora_scale: 0.5, num_inference_steps: 4 },
			},
		],
		[
			'atelier/many-loras',
			{ loraId: 'acme/one\nacme/two', options: { loraStrength: 0.5 } },
			{ prompt: 'A red fox', hf_loras: ['acme/one', 'acme/two'], lora_scales: [0.5, 0.5] },
		],
		[
			'atelier/retoucher',
			{
				operation: 'edit',
				referenceImages: ['a', 'b'],
				options: { guidance: 2, disableSafetyChecker: true },
			},
			{
				instruction: 'A red fox',
				image_input: [dataUri, dataUri],
				cfg_scale: 2,
				enable_safety_checker: false,
			},
		],
		[
			'atelier/two-images',
			{ operation: 'edit', referenceImages: ['a', 'b'] },
			{ prompt: 'A red fox', input_image_1: dataUri, input_image_2: dataUri },
		],
		[
			'atelier/painter',
			{ operation: 'fill', image: 'a', mask: 'b', options: { promptStrength: 0.5 } },
			{ prompt: 'A red fox', input_image: dataUri, mask_image: dataUri, strength: 0.5 },
		],
		['atelier/painter', { operation: 'edit', image: 'a' }, { prompt: 'A red fox', input_image: dataUri }],
	])('%s with %j is asked for in its own words', async (id, parameters, input) => {
		const done = await run({ model: model(id, 'id'), ...parameters }, await photos('a', 'b'));

		expect(done.error).toBeUndefined();
		expect(questions()).toEqual([`/replicate/v1/models/${id}`]);
		expect(inputs()).toEqual([input]);
		expect(at.sandbox.jobs[0].ignoredFields).toEqual([]);
		await expectImage(done);
		expect(done.items[0].json.model).toBe(id);
	});

	it.each<[string, INodeParameters, string]>([
		[
			'atelier/trained',
			{ guidance: 11 },
			"'Guidance' is 11, but atelier/trained takes a number from 0 to 10",
		],
		['atelier/trained', { numberOfImages: 2 }, "'Number of Images' is 2, but atelier/trained takes 1 or 4"],
		[
			'atelier/many-loras',
			{ outputFormat: 'avif' },
			'\'Output Format\' is "avif", but atelier/many-loras takes jpeg, png or webp',
		],
		['atelier/many-loras', { steps: 4 }, "'Steps' is 4, but atelier/many-loras has no 'Steps'"],
		['atelier/two-images', {}, "atelier/two-images does not have the operation 'Generate'"],
	])('%s with %j is refused before anything is submitted', async (id, options, message) => {
		const done = await run({ model: model(id, 'id'), options });

		expect(fluxError(done)).toMatchObject({ code: 'invalid-input', model: id });
		expect(done.error?.message).toBe(message);
		expect(errorText(done)).toContain('Nothing was billed.');
		expect(at.sandbox.requests.map(({ action }) => action)).toEqual(['models']);
	});

	it('needs nothing that Extra Fields hold, and leaves them unchecked', async () => {
		const written = {
			input_image_1: `${at.sandbox.url}/a.png`,
			input_image_2: `${at.sandbox.url}/b.png`,
			strange: 1,
		};
		const options = { additionalBody: JSON.stringify(written) };
		const done = await run({ model: model('atelier/two-images', 'id'), options, waitForCompletion: false });

		expect(done.error).toBeUndefined();
		expect(inputs()).toEqual([{ prompt: 'A red fox', ...written }]);
		expect(at.sandbox.violations.splice(0).length).toBeGreaterThan(0);
		const wrong = await run({ model: model('atelier/two-images', 'id'), options: { additionalBody: '[1]' } });
		expect(errorText(wrong)).toContain("'Extra Fields (JSON)' is ");
	});

	it('asks in a part of the time where there is little', async () => {
		at.sandbox.fault({ on: 'models', do: { kind: 'hang' } });
		const done = await run({ model: model('atelier/trained', 'id'), settings: { timeout: 15 } });

		expect(done.error).toBeUndefined();
		expect(at.sandbox.billed()).toBe(1);
	});

	it('asks once for ten items at once, and says of each what is wrong with it', async () => {
		const items = prompts(...Array.from({ length: 10 }, (_, index) => `fox ${index}`));
		const parameters = { model: model('atelier/trained', 'id'), prompt: promptOfItem };
		const done = await run(parameters, { items });

		expect(done.items.map(({ json }) => json.prompt)).toEqual(items.map(({ json }) => json.prompt));
		expect(questions()).toHaveLength(1);
		expect(at.sandbox.billed()).toBe(10);
		at.sandbox.reset();
		const guidance = '={{ $itemIndex === 3 ? 11 : 3 }}';
		const wrong = await run(
			{ ...parameters, options: { guidance } },
			{ items, onError: 'continueRegularOutput' },
		);
		expect(wrong.items.map(({ json }) => 'error' in json)).toEqual(items.map((_, index) => index === 3));
		expect([questions().length, at.sandbox.billed()]).toEqual([1, 9]);
	});

	it('asks once for each model, and not for one of the list', async () => {
		const items = prompts(
			'atelier/trained',
			'atelier/two-loras',
			'black-forest-labs/flux-dev',
			'atelier/trained',
		);
		const done = await run({ model: model('={{ $json.prompt }}', 'id') }, { items });

		expect(done.error).toBeUndefined();
		expect(questions().sort()).toEqual(
			['trained', 'two-loras'].map((name) => `/replicate/v1/models/atelier/${name}`),
		);
	});

	it('asks once over the tries of Retry On Fail', async () => {
		at.sandbox.fault({ on: 'submit', times: 1, do: { kind: 'status', status: 500 } });
		const retryOnFail = { maxTries: 3, waitBetweenTries: 1 };
		const done = await run({ model: model('atelier/trained', 'id') }, { retryOnFail });

		expect(done.error).toBeUndefined();
		expect(requestsFor(at.sandbox, 'submit').length).toBe(2);
		expect(questions()).toHaveLength(1);
	});

	it('keeps in the next try to what the first one asked with, so that its job is found again', async () => {
		at.sandbox.fault({ on: 'models', times: 1, do: { kind: 'status', status: 503 } });
		at.sandbox.fault({ on: 'poll', times: 1, do: { kind: 'status', status: 401 } });
		// Longer than the submit is held.
		at.sandbox.secondsPerImage = 2.4;
		const retryOnFail = { maxTries: 3, waitBetweenTries: 1 };
		const options = { loraStrength: 1 };
		const done = await run({ model: model('atelier/trained', 'id'), options }, { retryOnFail });

		expect(done.error).toBeUndefined();
		expect(requestsFor(at.sandbox, 'poll').map(({ status }) => status)).toContain(401);
		expect([questions().length, at.sandbox.billed()]).toEqual([1, 1]);
		at.sandbox.violations.splice(0);
	});

	it("asks for a version's own fields, which count before those of the listed model", async () => {
		const name = 'black-forest-labs/flux-dev';
		const id = `${name}:${versionOf(name)}`;
		const done = await run({ model: model(id, 'id'), options: { steps: 4, outputFormat: 'jpeg' } });

		expect(done.error).toBeUndefined();
		expect(questions()).toEqual([`/replicate/v1/models/${name}/versions/${versionOf(name)}`]);
		expect(inputs()).toEqual([{ prompt: 'A red fox', num_inference_steps: 4, output_format: 'jpg' }]);
	});

	describe('Without an answer the request is that of the listed models', () => {
		it.each<[string, Fault]>([
			['HTTP 404', { kind: 'status', status: 404 }],
			['HTTP 429', { kind: 'status', status: 429, headers: { 'retry-after': '60' } }],
			['HTTP 500', { kind: 'status', status: 500 }],
			['a web page', { kind: 'html' }],
			['no schema', { kind: 'json', body: { owner: 'atelier', name: 'trained', latest_version: null } }],
			['a reset', { kind: 'reset' }],
			['a silence', { kind: 'hang' }],
			['a body without an end', { kind: 'tooLarge', endless: true }],
			['a body that never comes', { kind: 'drip' }],
			['half a body', { kind: 'truncate' }],
			['a redirect', { kind: 'redirect', to: 'https://example.com/' }],
		])('after %s', async (_, fault) => {
			at.sandbox.fault({ on: 'models', do: fault });
			const done = await run(
				{ model: model('atelier/trained', 'id'), prompt: promptOfItem, options: { guidance: 11 } },
				{ items: prompts('one', 'two') },
			);

			at.sandbox.violations.splice(0);
			expect(questions()).toHaveLength(1);
			expect(inputs()).toContainEqual({ prompt: 'one', guidance: 11, guidance_scale: 11 });
			expect(requestsFor(at.sandbox, 'submit')).toHaveLength(2);
			// Its server is as strict as ever.
			expect(fluxError(done)).toMatchObject({ code: 'invalid-input' });
		});
	});

	it('ends at once when the execution is stopped while it asks', async () => {
		at.sandbox.fault({ on: 'models', do: { kind: 'hang' } });
		const running = runWorkflow(
			workflowOf(style, at.sandbox, { model: model('atelier/trained', 'id') }, {}, style.path),
		);
		while (questions().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
		running.stop();
		expect((await running.result).status).toBe('canceled');
		expect(submitted(at.sandbox)).toEqual([]);
	});
});
