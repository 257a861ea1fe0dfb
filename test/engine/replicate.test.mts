import { setTimeout as wait } from 'node:timers/promises';

import type { IncomingMessage } from 'node:http';
import type { INodeParameters } from 'n8n-workflow';

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
const style = styles.replicate;

const options = (parameters: INodeParameters = {}, more: Partial<Options> = {}, server = '') =>
	workflowOf(style, at.sandbox, parameters, more, `${server}${style.path}`);
const run = async (...args: Parameters<typeof options>) => await runWorkflow(options(...args)).result;

const photo = async (width = 64, height = 48) => await imageOf('png', width, height);
const item = (bytes: Buffer) => ({
	json: {},
	binary: { data: { data: bytes.toString('base64'), mimeType: 'image/png' } },
});
/** An image too large for a `data:` URI. */
const large = async () => {
	const bytes = await photo();
	return Buffer.concat([bytes, Buffer.alloc(300 * 1024, 7)]);
};

it('makes several images in one job where the model can, one item each', async () => {
	const done = await run({
		model: model('black-forest-labs/flux-schnell'),
		options: { numberOfImages: 4, seed: 5 },
	});

	expect(at.sandbox.billed()).toBe(1);
	expect(done.items.map(({ json }) => [json.imageIndex, json.imageCount])).toEqual(
		[0, 1, 2, 3].map((index) => [index, 4]),
	);
	expect(new Set(done.items.map(({ json }) => json.url)).size).toBe(4);
});

it.each(['', '/crazyrouter'])('gives five linked images for five items at %s/replicate', async (server) => {
	const items = prompts('one', 'two', 'three', 'four', 'five');
	const done = await run({ prompt: promptOfItem }, { items }, server);

	expect(done.items.map(({ json, pairedItem }) => [json.prompt, pairedItem])).toEqual(
		items.map(({ json }, index) => [json.prompt, { item: index }]),
	);
	expect(at.sandbox.billed()).toBe(5);
	expect(at.sandbox.requests.every(({ url }) => !url.includes('api.replicate.com'))).toBe(true);
});

it('makes images of so many pixels', async () => {
	const done = await run({ width: 512, height: 768 });
	expect(await expectImage(done)).toMatchObject({ width: 512, height: 768 });
	const wrong = await run({ model: model('black-forest-labs/flux-2-dev'), width: 272, height: 512 });
	expect(fluxError(wrong)).toMatchObject({ code: 'invalid-input' });
	expect(wrong.error?.message).toContain('256 or 288');
	expect(at.sandbox.billed()).toBe(1);
});

it('asks for a version by its ID, and merges Additional Body into the input', async () => {
	const about = await fetch(`${at.sandbox.url}/replicate/v1/models/black-forest-labs/flux-dev`, {
		headers: { authorization: `Bearer ${at.sandbox.key}` },
	});
	const { latest_version: version } = (await about.json()) as { latest_version: { id: string } };
	const id = `black-forest-labs/flux-dev:${version.id}`;
	const done = await run({
		model: model(id, 'id'),
		options: { steps: 4, additionalBody: '{"go_fast": false}' },
	});

	expect(done.error).toBeUndefined();
	expect(submitted(at.sandbox)).toEqual([
		{ version: version.id, input: { prompt: 'A red fox', num_inference_steps: 4, go_fast: false } },
	]);
	expect(done.items[0].json.model).toBe(id);
});

it('edits nothing of a model that is in no list without either of the images that it may take', async () => {
	const done = await run({ operation: 'edit', model: model('acme/editor', 'id') });

	expect(fluxError(done)).toMatchObject({ code: 'invalid-input' });
	expect(done.error?.message).toBe(
		"'Reference Images' and 'Image' are empty, but acme/editor needs one of them here",
	);
	expect(at.sandbox.requests.map(({ action }) => action)).toEqual(['models']);
});

it('asks for a deployment by its ID', async () => {
	const done = await run({ model: model('deployments/acme/my-flux', 'id'), options: { seed: 7 } });

	expect(done.error).toBeUndefined();
	const [sent] = requestsFor(at.sandbox, 'submit');
	expect(sent.url).toBe('/replicate/v1/deployments/acme/my-flux/predictions');
	expect(sent.body).toEqual({ input: { prompt: 'A red fox', seed: 7 } });
	await expectImage(done);
	expect(done.items[0].json.model).toBe('deployments/acme/my-flux');
});

it('runs a LoRA by its ID', async () => {
	const done = await run({
		model: model('black-forest-labs/flux-dev-lora', 'id'),
		loraId: 'acme/my-lora',
		options: { loraStrength: 0.8 },
	});

	expect(done.error).toBeUndefined();
	expect(submitted(at.sandbox)).toEqual([
		{ input: { prompt: 'A red fox', lora_weights: 'acme/my-lora', lora_scale: 0.8 } },
	]);
	expect(at.sandbox.jobs[0].ignoredFields).toEqual([]);
	await expectImage(done);
});

it.each<[string, string]>([
	['my lora', '\'LoRA ID\' is "my lora", but FLUX.1 [dev] LoRA takes owner/name, owner/name:version, '],
	['my-lora', '\'LoRA ID\' is "my-lora", but FLUX.1 [dev] LoRA takes '],
	['acme/one, acme/two', "'LoRA ID' holds 2 values, but FLUX.1 [dev] LoRA takes at most 1"],
])('refuses the LoRA %j before anything is submitted', async (loraId, message) => {
	const done = await run({ model: model('black-forest-labs/flux-dev-lora'), loraId });

	expect(fluxError(done)).toMatchObject({ code: 'invalid-input' });
	expect(done.error?.message).toContain(message);
	expect(at.sandbox.requests).toEqual([]);
});

it.each([
	'acme/lora',
	'acme/lora:0123abcd',
	'huggingface.co/acme/lora',
	'https://huggingface.co/acme/lora',
	'civitai.com/models/1234/name',
	'https://example.com/a,b.safetensors?sign=x,y',
])('takes the LoRA %s', async (loraId) => {
	const done = await run({ model: model('black-forest-labs/flux-dev-lora'), loraId: ` ${loraId}\n` });

	expect(done.error).toBeUndefined();
	expect(submitted(at.sandbox)).toEqual([{ input: { prompt: 'A red fox', lora_weights: loraId } }]);
});

it.each(['', '/crazyrouter'])(
	'is held for a moment only at %s/replicate, and is to be cancelled when nobody waits any more',
	async (server) => {
		at.sandbox.secondsPerImage = 3;
		const done = await run({ settings: { timeout: 90 } }, {}, server);

		expect(done.error).toBeUndefined();
		const [sent] = requestsFor(at.sandbox, 'submit');
		expect(sent.headers).toMatchObject({
			prefer: 'wait=2',
			'cancel-after': expect.stringMatching(/^(8\d|90)s$/),
		});
		expect(sent.url).toBe(`${server}/replicate/v1/models/black-forest-labs/flux-2-pro/predictions`);
		expect(requestsFor(at.sandbox, 'poll').length).toBeGreaterThan(0);
		expect(at.sandbox.billed()).toBe(1);
	},
);

describe('A file', () => {
	const edit = { operation: 'edit', referenceImages: ['data'] };
	const kontext = { ...edit, model: model('black-forest-labs/flux-kontext-pro') };
	it.each([
		['small one', photo, 0],
		['large one', large, 1],
	])('that is a %s arrives unchanged', async (_name, make, uploads) => {
		const bytes = await make();
		const done = await run(kontext, { items: [item(bytes)] });

		expect(done.error).toBeUndefined();
		expect(requestsFor(at.sandbox, 'upload')).toHaveLength(uploads);
		expect(at.sandbox.jobs[0].drawings[0].edit?.source.equals(bytes)).toBe(true);
	});

	it('goes inline as long as the data URI stays within the limit', async () => {
		const head = await photo();
		const edge = Buffer.concat([head, Buffer.alloc(190 * 1024 - head.length, 7)]);
		await run(kontext, { items: [item(edge)] });
		expect(at.sandbox.billed()).toBe(1);
		expect(requestsFor(at.sandbox, 'upload')).toEqual([]);
		await run(kontext, { items: [item(Buffer.concat([edge, Buffer.alloc(1)]))] });
		expect(at.sandbox.billed()).toBe(2);
		expect(requestsFor(at.sandbox, 'upload')).toHaveLength(1);
	});

	it('may be one of so many that the answer, which repeats them, is larger than others', async () => {
		const head = await photo();
		const edge = Buffer.concat([head, Buffer.alloc(190 * 1024 - head.length, 7)]);
		const names = Array.from({ length: 10 }, (_, index) => `image${index}`);
		const file = { data: edge.toString('base64'), mimeType: 'image/png' };
		const binary = Object.fromEntries(names.map((name) => [name, file]));
		const flex = { operation: 'edit', model: model('black-forest-labs/flux-2-flex') };
		const done = await run({ ...flex, referenceImages: names }, { items: [{ json: {}, binary }] });
		expect(done.error === undefined ? '' : errorText(done)).toBe('');
		await expectImage(done);
	});

	it('is uploaded again after an outage, and then billed once', async () => {
		at.sandbox.fault({ on: 'upload', times: 2, do: { kind: 'status', status: 503 } });
		const done = await run(edit, { items: [item(await large())] });
		expect(done.error).toBeUndefined();
		expect(at.sandbox.billed()).toBe(1);
	});

	it('that is large is refused at a proxy without uploads, before anything is billed', async () => {
		const done = await run(edit, { items: [item(await large())] }, '/crazyrouter');
		expect(fluxError(done)).toMatchObject({ code: 'invalid-input' });
		expect(done.error?.message).toContain('no uploads');
		expect(at.sandbox.billed()).toBe(0);
	});
});

describe('Without waiting', () => {
	it('the job comes back at once, even if it is finished already, and is collected later', async () => {
		at.sandbox.secondsPerImage = 0;
		const first = options({ waitForCompletion: false });
		const get = job('={{ $json.jobId }}', { authentication: 'replicate' });
		const done = await runWorkflow({
			...first,
			others: [{ name: 'Get', node: first.node, parameters: get }],
		}).result;

		expect(done.items[0].json).toMatchObject({ status: 'submitted', url: null, pollingUrl: null });
		expect(done.items[0].binary).toBeUndefined();
		const [sent] = requestsFor(at.sandbox, 'submit');
		expect(sent.headers).not.toHaveProperty('prefer');
		expect(sent.headers).not.toHaveProperty('cancel-after');
		const [collected] = done.output('Get');
		expect(collected.json).toMatchObject({
			...{ status: 'completed', jobId: at.sandbox.jobs[0].id, model: 'black-forest-labs/flux-2-pro' },
		});
		expect(await done.binary(collected)).toHaveLength(collected.json.fileSize as number);
	});
});

describe('Job: Cancel', () => {
	const cancel = (jobId: string) => run(job(jobId, { authentication: 'replicate', operation: 'cancel' }));

	it('ends a running job', async () => {
		at.sandbox.secondsPerImage = 60;
		const { items } = await run({ waitForCompletion: false });
		const jobId = items[0].json.jobId as string;
		const done = await cancel(jobId);

		expect(done.items[0].json).toEqual({ api: 'replicate', jobId, status: 'cancelled' });
		expect(at.sandbox.jobs[0].state).toBe('cancelled');
		const got = await run(job(jobId, { authentication: 'replicate' }));
		expect(fluxError(got)).toMatchObject({ code: 'job-cancelled', jobId });
	});

	it('does not call a finished or unknown job cancelled', async () => {
		const { items } = await run();
		const done = await cancel(items[0].json.jobId as string);
		expect(fluxError(done)).toMatchObject({ code: 'invalid-input', jobId: items[0].json.jobId });
		expect(done.error?.message).toContain('finished');
		expect(fluxError(await cancel('nobody'))).toMatchObject({ code: 'job-not-found', jobId: 'nobody' });
	});

	it.each([
		{ status: 'failed', error: 'out of memory' },
		{ status: 'failed', error: 'NSFW content detected' },
		{ status: 'succeeded', output: null, data_removed: true },
	])('does not call a job cancelled whose answer is %j', async (end) => {
		at.sandbox.fault({ on: 'cancel', do: { kind: 'json', body: { id: 'ended', ...end } } });
		const done = await cancel('ended');
		expect(fluxError(done)).toMatchObject({ code: 'invalid-input', jobId: 'ended' });
		expect(done.error?.message).toContain('finished');
	});
});

describe('Stop', () => {
	it.each([
		['while the submit is held', 'submit'],
		['while the job is asked for', 'poll'],
	] as const)('cancels the job %s', async (_name, action) => {
		at.sandbox.secondsPerImage = 60;
		const running = runWorkflow(options());
		while (requestsFor(at.sandbox, action).length === 0 || at.sandbox.billed() === 0) await wait(10);
		const pressed = Date.now();
		running.stop();
		const done = await running.result;

		expect(Date.now() - pressed).toBeLessThan(1000);
		expect(done.status).toBe('canceled');
		while (at.sandbox.jobs[0].running) await wait(10);
		expect(at.sandbox.jobs[0].state).toBe('cancelled');
		expect(at.sandbox.billed()).toBe(1);
	});
});

it('waits although a webhook is told, too', async () => {
	const calls: IncomingMessage[] = [];
	const receiver = await listen((request, response) => {
		calls.push(request);
		response.end();
	});
	const done = await run({ settings: { webhookUrl: `${receiver.url}/hook` } });

	await expectImage(done);
	expect(submitted(at.sandbox)).toEqual([
		{
			input: { prompt: 'A red fox' },
			webhook: `${receiver.url}/hook`,
			webhook_events_filter: ['completed'],
		},
	]);
	while (calls.length === 0) await wait(10);
	receiver.close();
});

describe('When something fails', () => {
	it('says at the deadline that Replicate was told to cancel the job, and names it', async () => {
		at.sandbox.secondsPerImage = 60;
		const failed = await run({ settings: { timeout: 1 } });

		expect(fluxError(failed)).toMatchObject({ code: 'timeout', jobId: at.sandbox.jobs[0].id });
		expect(errorText(failed)).toContain('was told to cancel the job at this time');
	});

	const failed = (details: string) =>
		at.sandbox.fault({ on: 'submit', do: { kind: 'state', status: 'failed', details } });

	it.each([
		['The input or output was flagged as sensitive. (E005)', 'image-moderated'],
		['Your prompt was flagged as sensitive', 'prompt-moderated'],
		['CUDA out of memory', 'job-failed'],
	])('"%s" is %s', async (words, code) => {
		failed(words);
		const done = await run();
		expect(fluxError(done)).toMatchObject({ code, jobId: at.sandbox.jobs[0].id });
		expect(done.error?.message).toContain(words);
	});

	it('waits as long as the words of a 429 say, and is billed once', async () => {
		const body = { detail: 'Request was throttled. Your rate limit resets in ~1s.' };
		at.sandbox.fault({ on: 'submit', times: 1, do: { kind: 'status', status: 429, body } });
		const done = await run();

		const [first, second] = requestsFor(at.sandbox, 'submit');
		expect(second.at - first.at).toBeGreaterThanOrEqual(990);
		expect(done.status).toBe('success');
		expect(at.sandbox.billed()).toBe(1);
	});

	it('says what refused it: key, credit, model', async () => {
		const wrong = await runWorkflow(workflowOf(style, { ...at.sandbox, key: 'wrong-key-123' })).result;
		expect(fluxError(wrong)).toMatchObject({ code: 'authentication' });
		expect(wrong.everything()).not.toContain('wrong-key-123');
		at.sandbox.credits = 0;
		expect(fluxError(await run())).toMatchObject({ code: 'insufficient-credits' });
		const unknown = await run({ model: model('some/model', 'id') });
		expect(fluxError(unknown)).toMatchObject({ code: 'invalid-input' });
		expect(unknown.error?.message).toContain('owner/name:version');
	});

	it('names the field that the model refuses', async () => {
		const done = await run({ options: { additionalBody: '{"safety_tolerance": 9}' } });
		expect(fluxError(done)).toMatchObject({ code: 'invalid-input' });
		expect(done.error?.message).toMatch(/safety_tolerance: .*less than or equal to 5/);
		expect(at.sandbox.violations.splice(0)).toEqual([expect.stringContaining('safety_tolerance')]);
	});

	it('finds that the images of a job were deleted', async () => {
		const { items } = await run();
		at.sandbox.jobs[0].expiresAt = Date.now() - 1;
		const done = await run(job(items[0].json.jobId as string, { authentication: 'replicate' }));
		expect(fluxError(done)).toMatchObject({ code: 'expired', jobId: items[0].json.jobId });
	});

	it('does not submit again when the answer to the submit is lost', async () => {
		at.sandbox.fault({ on: 'submit', do: { kind: 'acceptThenReset' } });
		const done = await run();
		expect(fluxError(done)).toMatchObject({ code: 'provider-unavailable' });
		expect(at.sandbox.billed()).toBe(1);
	});
});

describe('The credential test', () => {
	const test = async (path: string, key: string) => await testCredential(style, { ...at.sandbox, key }, path);

	it.each([
		['a right key', '/replicate/v1', undefined, 'success'],
		['a wrong key', '/replicate/v1', 'wrong-key', 'error'],
		['a proxy without accounts', '/crazyrouter/replicate/v1', undefined, 'error'],
	])('of %s at %s', async (_, server, key, status) => {
		const done = await test(server, key ?? at.sandbox.key);
		expect(done.status).toBe(status);
		expect(at.sandbox.requests[0].url).toBe(`${server}/account`);
		expect(at.sandbox.billed()).toBe(0);
	});

	it.each([302, 403, 500])('fails on HTTP %d', async (status) => {
		at.sandbox.fault({ on: 'account', do: { kind: 'status', status, headers: { location: '/x' } } });
		expect((await test('/replicate/v1', at.sandbox.key)).status).toBe('error');
	});
});
