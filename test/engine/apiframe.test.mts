import { setTimeout as wait } from 'node:timers/promises';

import type { IncomingMessage } from 'node:http';
import type { INodeParameters } from 'n8n-workflow';

import { instanceOf, n8nCore } from '../support/core.mts';
import { imageOf } from '../support/images.mts';
import {
	errorText,
	expectImage,
	fluxError,
	job,
	model,
	promptOfItem,
	prompts,
	requestsFor,
	submitted,
	useSandbox,
} from '../support/flux.mts';
import { runWorkflow, type Options } from '../support/harness.mts';
import { listen } from '../support/probe.mts';
import { styles, testCredential, workflowOf } from '../support/styles.mts';

const at = useSandbox();
const style = styles.apiframe;

const options = (parameters: INodeParameters = {}, more: Partial<Options> = {}) =>
	workflowOf(style, at.sandbox, parameters, more);
const run = async (...args: Parameters<typeof options>) => await runWorkflow(options(...args)).result;

const photo = async (width = 64, height = 48) => await imageOf('png', width, height);
const item = (bytes: Buffer) => ({
	json: {},
	binary: { data: { data: bytes.toString('base64'), mimeType: 'image/png' } },
});
const retry = { retryOnFail: { maxTries: 2, waitBetweenTries: 1 } };
const { edit } = style;

it('gives five linked images for five items', async () => {
	const items = prompts('one', 'two', 'three', 'four', 'five');
	const done = await run({ prompt: promptOfItem }, { items });

	expect(done.items.map(({ json, pairedItem }) => [json.prompt, pairedItem])).toEqual(
		items.map(({ json }, index) => [json.prompt, { item: index }]),
	);
	expect(at.sandbox.billed()).toBe(5);
});

it('makes images of so many pixels without an aspect ratio', async () => {
	const done = await run({ width: 512, height: 256, options: { outputFormat: 'webp' } });
	expect(await expectImage(done)).toEqual({ width: 512, height: 256, type: 'webp' });
	const custom = await run({ aspectRatio: 'custom', width: 512, height: 256 });
	expect(fluxError(custom)).toMatchObject({ code: 'invalid-input' });
	expect(custom.error?.message).toContain('width:height such as 16:9');
	expect(at.sandbox.billed()).toBe(1);
});

it('outpaints where Outpaint is set', async () => {
	const fill = { operation: 'fill', model: model('flux-fill-pro'), image: 'data' };
	const items = [item(await photo(320, 208))];
	const done = await run({ ...fill, options: { outpaint: 'Zoom out 1.5x' } }, { items });
	expect(await expectImage(done)).toMatchObject({ width: 480, height: 312 });
});

it('merges Additional Body into the block, also of a model that is in no list', async () => {
	const additionalBody = '{"output_quality": 90}';
	await run({ options: { seed: 1, additionalBody } });
	expect(submitted(at.sandbox)).toEqual([
		{ model: 'flux-2-pro', prompt: 'A red fox', fluxParams: { seed: 1, output_quality: 90 } },
	]);
	const unknown = await run({ model: model('flux-9', 'id'), options: { steps: 70, additionalBody } });
	expect(submitted(at.sandbox)[1]).toEqual({
		...{ model: 'flux-9', prompt: 'A red fox', fluxParams: { steps: 70, output_quality: 90 } },
	});
	expect(fluxError(unknown)).toMatchObject({ code: 'invalid-input' });
	expect(unknown.error?.message).toContain('model: Unknown model');
});

describe('A file', () => {
	it('arrives unchanged, and is uploaded once for all images of an item', async () => {
		const bytes = await photo();
		const done = await run({ ...edit, options: { numberOfImages: 2 } }, { items: [item(bytes)] });

		expect(done.error).toBeUndefined();
		expect(requestsFor(at.sandbox, 'upload')).toHaveLength(1);
		expect(at.sandbox.jobs.map(({ drawings }) => drawings[0].edit?.source.equals(bytes))).toEqual([
			true,
			true,
		]);
	});

	it('goes as it is where it is a URL', async () => {
		const bytes = await photo();
		const form = new FormData();
		form.set('file', new Blob([new Uint8Array(bytes)], { type: 'image/png' }), 'a.png');
		const headers = { 'x-api-key': at.sandbox.key };
		const uploaded = await fetch(`${at.sandbox.url}/apiframe/v2/uploads`, {
			...{ method: 'POST', headers, body: form },
		});
		const { url } = (await uploaded.json()) as { url: string };
		await run({ ...edit, referenceImages: [url] });
		expect(submitted(at.sandbox)).toMatchObject([{ fluxParams: { input_images: [url] } }]);
		expect(requestsFor(at.sandbox, 'upload')).toHaveLength(1);
		expect(at.sandbox.jobs[0].drawings[0].edit?.source.equals(bytes)).toBe(true);
	});

	it('has the same link in the next try of n8n, so that its job is found again', async () => {
		at.sandbox.fault({ on: 'download', times: 1, do: { kind: 'notAnImage' } });
		const items = [item(await photo()), item(await photo())];
		const done = await run(edit, { items, ...retry });

		expect(done.error).toBeUndefined();
		expect(at.sandbox.billed()).toBe(2);
	});

	it('that is refused, or has nowhere to go, is a mistake in the input', async () => {
		const items = [item(await photo())];
		at.sandbox.fault({ on: 'upload', times: 1, do: { kind: 'status', status: 413 } });
		expect(fluxError(await run(edit, { items }))).toMatchObject({ code: 'invalid-input' });
		at.sandbox.fault({ on: 'upload', times: 1, do: { kind: 'status', status: 404 } });
		const nowhere = await run(edit, { items });
		expect(fluxError(nowhere)).toMatchObject({ code: 'invalid-input' });
		expect(errorText(nowhere)).toMatch(/takes no uploads.*give its URL/);
		expect(at.sandbox.billed()).toBe(0);
	});
});

describe('A submit', () => {
	it.each([
		['is lost on the way back', { kind: 'acceptThenReset' as const }],
		['is accepted and answered with 500', { kind: 'status' as const, status: 500, accepted: true }],
		['meets an overload', { kind: 'status' as const, status: 503 }],
	])('that %s is sent again with its key, and billed once', async (_, fault) => {
		at.sandbox.fault({ on: 'submit', times: 1, do: fault });
		const done = await run();

		expect(done.error).toBeUndefined();
		expect(at.sandbox.billed()).toBe(1);
		const keys = requestsFor(at.sandbox, 'submit').map(({ headers }) => headers['idempotency-key']);
		expect(keys).toEqual([keys[0], keys[0]]);
		expect(String(keys[0]).length).toBeLessThanOrEqual(64);
	});

	it('that was lost, and is then told to wait for longer than there is time, says that it may be billed', async () => {
		const headers = { 'retry-after': '2' };
		at.sandbox.fault({ on: 'submit', times: 1, do: { kind: 'acceptThenReset' } });
		at.sandbox.fault({ on: 'submit', do: { kind: 'status', status: 429, headers } });
		const done = await run({ settings: { timeout: 2 } });

		expect(at.sandbox.billed()).toBe(1);
		expect(errorText(done)).toContain('may bill it');
		expect(errorText(done)).not.toContain('Nothing was billed');
	});

	it('keeps its key in the next try of n8n', async () => {
		at.sandbox.fault({ on: 'submit', times: 1, do: { kind: 'json', body: {} } });
		const done = await run({}, retry);

		expect(done.error).toBeUndefined();
		expect(requestsFor(at.sandbox, 'submit')).toHaveLength(2);
		expect(at.sandbox.billed()).toBe(1);
	});

	it.each([402, 403, 404])(
		'that was accepted unheard, and refused with %d when it was sent again, may be billed',
		async (status) => {
			at.sandbox.fault({ on: 'submit', times: 1, do: { kind: 'acceptThenReset' } });
			at.sandbox.fault({ on: 'submit', times: 1, do: { kind: 'status', status } });
			const options = { seed: '={{ Math.floor(Math.random() * 1e6) }}' };
			const done = await run({ options });

			expect(errorText(done)).toContain('may bill it');
			expect(errorText(done)).not.toContain('Nothing was billed');
			at.sandbox.reset();
			at.sandbox.fault({ on: 'submit', times: 1, do: { kind: 'acceptThenReset' } });
			at.sandbox.fault({ on: 'submit', times: 1, do: { kind: 'status', status } });
			const again = await run({ options }, retry);
			expect(again.error).toBeUndefined();
			expect(at.sandbox.billed()).toBe(1);
		},
	);

	it('is sent again as it was, though an expression gives another seed in the next try', async () => {
		at.sandbox.fault({ on: 'submit', times: 1, do: { kind: 'hang', accepted: true } });
		const options = { seed: '={{ Math.floor(Math.random() * 1e6) }}' };
		const done = await run({ options, settings: { timeout: 3 } }, retry);

		expect(done.error).toBeUndefined();
		expect(done.items[0].json.seed).toBe((at.sandbox.jobs[0].body.fluxParams as { seed: number }).seed);
		expect(at.sandbox.billed()).toBe(1);
	});

	it('keeps its key when n8n begins the execution again after a crash', async () => {
		at.sandbox.secondsPerImage = 60;
		const crashed = { executionId: 'crashed' };
		const lost = await run({ settings: { timeout: 1 } }, crashed);
		at.sandbox.finish();
		const done = await run({}, crashed);

		expect(done.items[0].json.jobId).toBe(fluxError(lost)?.jobId);
		expect(at.sandbox.billed()).toBe(1);
	});

	it('with a file is refused rather than billed again after a crash, because its link is a new one', async () => {
		const again = { executionId: 'crashed with a file', items: [item(await photo())] };
		await run(edit, again);
		const refused = await run(edit, again);

		expect(errorText(refused)).toContain('may hold a job of an earlier try');
		expect(at.sandbox.billed()).toBe(1);
	});

	it('has another key after a job that failed, or it would be answered with that one', async () => {
		at.sandbox.fault({
			on: 'submit',
			times: 1,
			do: { kind: 'state', status: 'FAILED', details: 'GPU lost' },
		});
		const done = await run({}, retry);

		expect(done.error).toBeUndefined();
		expect(at.sandbox.billed()).toBe(2);
	});

	it.each([
		['content policy violation', 'prompt-moderated'],
		['NSFW content in the output', 'image-moderated'],
		['GPU lost', 'job-failed'],
	])(
		'becomes a job that fails with "%s", and says that it cost nothing if the answer does',
		async (error, code) => {
			const failed = { status: 'FAILED', result: null, error: `Provider returned an error: ${error}` };
			const end = async (creditCost: number) => {
				const body = { id: 'abc', ...failed, creditCost };
				at.sandbox.fault({ on: 'poll', times: 1, do: { kind: 'json', body } });
				const done = await run();
				expect(fluxError(done)).toMatchObject({ code });
				return errorText(done);
			};
			const free = await end(0);
			expect(free).toContain('The provider says that the job cost nothing.');
			expect(free).not.toMatch(/may have been billed|usage page/);
			expect(await end(5)).toMatch(/may have been billed|usage page/);
		},
	);

	it('of another item, image, execution or n8n has another key', async () => {
		await run({ options: { numberOfImages: 2, seed: 1 } }, { items: prompts('a', 'b') });
		await run({ options: { seed: 1 } });
		await run({ options: { seed: 1 } }, { executionId: 'seven' });
		const settings = instanceOf(n8nCore.InstanceSettings);
		const { instanceId } = settings;
		Object.assign(settings, { instanceId: 'another n8n' });
		await run({ options: { seed: 1 } }, { executionId: 'seven' });
		Object.assign(settings, { instanceId });
		const keys = requestsFor(at.sandbox, 'submit').map(({ headers }) => headers['idempotency-key']);
		expect(new Set(keys).size).toBe(7);
		expect(at.sandbox.billed()).toBe(7);
	});

	it.each([
		[
			400,
			{ error: 'Validation failed', details: { 'fluxParams.x': ['No'] } },
			'invalid-input',
			'fluxParams.x: No',
		],
		[402, { error: 'Poor', creditsRequired: 5, creditsAvailable: 1 }, 'insufficient-credits', '5 credits'],
		[409, { error: 'Key used' }, 'bad-response', 'nothing was billed now'],
	])('that is refused with HTTP %d is told of', async (status, body, code, words) => {
		at.sandbox.fault({ on: 'submit', do: { kind: 'status', status, body } });
		const done = await run();
		expect(fluxError(done)).toMatchObject({ code, jobId: null });
		expect(done.error?.message).toContain(words);
		expect(requestsFor(at.sandbox, 'submit')).toHaveLength(1);
	});

	it('waits as long as a 429 asks', async () => {
		const headers = { 'retry-after': '1' };
		at.sandbox.fault({ on: 'submit', times: 1, do: { kind: 'status', status: 429, headers } });
		const done = await run();
		expect(done.error).toBeUndefined();
		expect(done.seconds).toBeGreaterThanOrEqual(1);
	});

	it('with a wrong key says so and shows no key', async () => {
		const done = await runWorkflow(workflowOf(style, { ...at.sandbox, key: 'wrong-key-123' })).result;
		expect(fluxError(done)).toMatchObject({ code: 'authentication' });
		expect(done.everything()).not.toContain('wrong-key-123');
	});
});

describe('A job', () => {
	it.each([
		['FAILED', 'GPU lost', 'job-failed'],
		['FAILED', 'The prompt was flagged', 'prompt-moderated'],
		['FAILED', 'NSFW content detected', 'image-moderated'],
		['CANCELLED', undefined, 'job-cancelled'],
	])('that is %s with "%s" is %s', async (status, details, code) => {
		at.sandbox.fault({ on: 'submit', do: { kind: 'state', status, details } });
		const done = await run();
		expect(fluxError(done)).toMatchObject({ code, jobId: at.sandbox.jobs[0].id });
	});

	it('comes back at once without waiting, and is collected later', async () => {
		const first = options({ waitForCompletion: false });
		const get = job('={{ $json.jobId }}', { authentication: 'apiframe' });
		const done = await runWorkflow({
			...first,
			others: [{ name: 'Get', node: first.node, parameters: get }],
		}).result;

		expect(done.items[0].json).toMatchObject({ status: 'submitted', url: null, pollingUrl: null });
		expect(done.items[0].binary).toBeUndefined();
		const [collected] = done.output('Get');
		expect(collected.json).toMatchObject({
			...{ status: 'completed', jobId: at.sandbox.jobs[0].id, model: 'flux-2-pro' },
		});
		expect(await done.binary(collected)).toHaveLength(collected.json.fileSize as number);
	});

	it('whose image is deleted, or that nobody knows, says so', async () => {
		await run();
		at.sandbox.jobs[0].expiresAt = 0;
		const get = async (jobId: string) => await run(job(jobId, { authentication: 'apiframe' }));
		expect(fluxError(await get(at.sandbox.jobs[0].id))).toMatchObject({ code: 'expired' });
		for (const jobId of ['0f8fad5b-d9cb-469f-a165-70867728950e', 'nobody'])
			expect(fluxError(await get(jobId))).toMatchObject({ code: 'job-not-found', jobId });
	});

	it('with a webhook is waited for all the same', async () => {
		const calls: IncomingMessage[] = [];
		const receiver = await listen((request, response) => {
			calls.push(request);
			response.end();
		});
		const done = await run({ settings: { webhookUrl: `${receiver.url}/hook` } });

		await expectImage(done);
		expect(submitted(at.sandbox)).toMatchObject([{ webhookEvents: ['completed', 'failed'] }]);
		while (calls.length === 0) await wait(10);
		receiver.close();
	});

	it('cannot be cancelled, so Stop ends the waiting and leaves it running', async () => {
		at.sandbox.secondsPerImage = 30;
		const running = runWorkflow(options());
		while (at.sandbox.billed() === 0) await wait(10);
		running.stop();
		const done = await running.result;
		expect(done.status).toBe('canceled');
		expect(at.sandbox.jobs[0].running).toBe(true);
	});
});

it('tells the credits of the account', async () => {
	at.sandbox.credits = 77;
	const done = await run({ resource: 'account', operation: 'getCredits' });
	expect(done.items).toEqual([
		{ json: { api: 'apiframe', credits: 77, unit: 'credit' }, pairedItem: { item: 0 } },
	]);
});

describe('The credential test', () => {
	const test = async (server: Parameters<typeof testCredential>[1], path?: string) =>
		await testCredential(style, server, path);

	it('passes for a right key, submits nothing and forgives a slash', async () => {
		const done = await test({ ...at.sandbox, url: ` ${at.sandbox.url}` }, '/apiframe/ ');
		expect(done.status).toBe('success');
		expect(at.sandbox.requests.map(({ url }) => url)).toEqual(['/apiframe/v2/me']);
	});

	it('fails for a wrong key and for a redirect', async () => {
		expect((await test({ ...at.sandbox, key: 'wrong' })).status).toBe('error');
		at.sandbox.fault({ on: 'account', do: { kind: 'redirect', to: `${at.sandbox.url}/v1/credits` } });
		expect((await test(at.sandbox)).status).toBe('error');
		expect(at.sandbox.requests.map(({ url }) => url)).not.toContain('/v1/credits');
	});
});
