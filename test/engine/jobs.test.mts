import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

import {
	flux,
	fluxError,
	imageKeys,
	job,
	promptOfItem,
	prompts,
	requestsFor,
	runFlux,
	useSandbox,
} from '../support/flux.mts';
import { runWorkflow } from '../support/harness.mts';
import { listen } from '../support/probe.mts';
import { runStyle, styles } from '../support/styles.mts';

const at = useSandbox();

const submittedKeys = [...imageKeys, 'pollingUrl'].sort();

it('returns the job at once with Wait for Completion off', async () => {
	at.sandbox.secondsPerImage = 30;
	const run = await runFlux(
		at.sandbox,
		{ waitForCompletion: false, prompt: promptOfItem, options: { seed: 4 } },
		{ items: prompts('a', 'b') },
	);

	expect(run.seconds).toBeLessThan(2);
	expect(requestsFor(at.sandbox, 'poll')).toEqual([]);
	for (const [item, { json, binary, pairedItem }] of run.items.entries()) {
		const [id] = at.sandbox.jobs.filter(({ body }) => body.prompt === json.prompt).map((made) => made.id);
		expect(Object.keys(json).sort()).toEqual(submittedKeys);
		expect(json).toMatchObject({
			api: 'blackForestLabs',
			model: 'flux-2-pro',
			jobId: id,
			pollingUrl: `${at.sandbox.url}/v1/get_result?id=${id}`,
			status: 'submitted',
			prompt: ['a', 'b'][item],
			seed: 4,
			url: null,
			fileName: null,
			cost: { amount: 3, unit: 'credit' },
		});
		expect(binary).toBeUndefined();
		expect(pairedItem).toEqual({ item });
	}
});

it.each([
	['its ID', {}],
	['its polling URL too', { pollingUrl: '={{ $json.pollingUrl }}' }],
	['both as an error writes them', { jobId: '={{ $json.jobId }}.', pollingUrl: '={{ $json.pollingUrl }}.' }],
	[
		'both in quotes, at the end of a sentence',
		{ jobId: '="{{ $json.jobId }}".', pollingUrl: "='{{ $json.pollingUrl }}'." },
	],
	['both in quotes', { jobId: '="{{ $json.jobId }}"', pollingUrl: "='{{ $json.pollingUrl }}'" }],
])('collects a job that an earlier node has submitted by %s', async (_name, more) => {
	const first = flux(at.sandbox, { waitForCompletion: false, options: { seed: 4 } });
	const run = await runWorkflow({
		...first,
		others: [{ name: 'Get', node: first.node, parameters: { ...job('={{ $json.jobId }}', more) } }],
	}).result;

	expect(run.error).toBeUndefined();
	const [item] = run.output('Get');
	expect(Object.keys(item.json).sort()).toEqual(imageKeys);
	expect(item.json).toMatchObject({
		status: 'completed',
		model: null,
		prompt: 'A red fox',
		seed: 4,
		jobId: run.items[0].json.jobId,
	});
	expect(await run.binary(item)).toHaveLength(item.json.fileSize as number);
	expect(at.sandbox.billed()).toBe(1);
});

it('tells the state of a job that still runs, if it shall not wait', async () => {
	at.sandbox.secondsPerImage = 30;
	const { items } = await runFlux(at.sandbox, { waitForCompletion: false });
	const { jobId } = items[0].json;
	const state = await runFlux(at.sandbox, job(jobId as string, { waitForCompletion: false }));

	expect(state.error).toBeUndefined();
	expect(Object.keys(state.items[0].json).sort()).toEqual(submittedKeys);
	expect(state.items[0].json).toMatchObject({ status: 'submitted', jobId });
	expect(state.items[0].binary).toBeUndefined();
	expect(requestsFor(at.sandbox, 'poll')).toHaveLength(1);
});

it('says at once that it does not find a job', async () => {
	const run = await runFlux(at.sandbox, job('never-submitted'));

	expect(fluxError(run)).toMatchObject({ code: 'job-not-found', jobId: 'never-submitted', model: null });
	expect(run.error?.description).toContain('Enter its Polling URL, too');
	expect(run.seconds).toBeLessThan(2);
	const pollingUrl = `${at.sandbox.url}/v1/get_result?id=never-submitted`;
	const again = await runFlux(at.sandbox, job('never-submitted', { pollingUrl }));
	expect(again.error?.description).not.toContain('Enter its Polling URL');
});

it('says that a job may still be running when the time is up, and not that it was submitted now', async () => {
	at.sandbox.secondsPerImage = 30;
	const { items } = await runFlux(at.sandbox, { waitForCompletion: false });
	const jobId = items[0].json.jobId as string;
	const run = await runFlux(at.sandbox, job(jobId, { settings: { timeout: 1 } }));

	expect(fluxError(run)).toMatchObject({ code: 'timeout', jobId });
	expect(run.error?.description).toBe(
		`Raise Timeout in Advanced Settings. Job ID: ${jobId}. The job may still be running: run the node again. (timeout)`,
	);
});

it.each([
	['openAiCompatible', 'job', 'get', 'has no jobs', 'Choose the resource Image, or the API'],
	['openAiCompatible', 'job', 'cancel', 'has no jobs', 'Choose the resource Image, or the API'],
	['blackForestLabs', 'job', 'cancel', 'cannot cancel jobs', 'Job: Get fetches the image'],
	['replicate', 'account', 'getCredits', 'does not have this operation', 'Choose another operation'],
	['apiframe', 'account', 'getFinetunes', 'does not have this operation', 'Choose another operation'],
] as const)(
	'%s: says of %s %s that the API %s, and asks nobody',
	async (name, resource, operation, words, advice) => {
		const run = await runStyle(styles[name], at.sandbox, { resource, operation, jobId: 'job-1' });

		expect(fluxError(run)).toMatchObject({ code: 'invalid-input' });
		expect(run.error?.message).toMatch(new RegExp(`^${styles[name].label} ${words}$`, 'i'));
		expect(run.error?.description).toContain(advice);
		expect(at.sandbox.requests).toEqual([]);
	},
);

it.each([
	{ resource: 'image', operation: '__CUSTOM_API_CALL__' },
	{ resource: 'account', operation: '__CUSTOM_API_CALL__' },
	{ resource: '__CUSTOM_API_CALL__' },
])("says of n8n's custom API call, %j, that another node makes it, and asks nobody", async (chosen) => {
	const run = await runFlux(at.sandbox, chosen);

	expect(fluxError(run)).toMatchObject({ code: 'invalid-input' });
	expect(run.error?.message).toBe('This node makes no custom API calls');
	expect(run.error?.description).toContain("Use n8n's HTTP Request node");
	expect(at.sandbox.requests).toEqual([]);
});

it('does not send the key to a polling URL on another host', async () => {
	const run = await runFlux(
		at.sandbox,
		job('some-job', { pollingUrl: 'https://evil.example/v1/get_result' }),
	);

	expect(fluxError(run)).toMatchObject({ code: 'untrusted-host', jobId: 'some-job' });
	expect(run.error?.message).toContain('evil.example');
	expect(at.sandbox.requests).toEqual([]);
});

it.each(['some-job', 'api.bfl.ai/v1/get_result?id=some-job', 'ftp://api.bfl.ai/v1'])(
	'refuses %s as polling URL, and says what to do',
	async (pollingUrl) => {
		const run = await runFlux(at.sandbox, job('some-job', { pollingUrl }));

		expect(fluxError(run)).toMatchObject({ code: 'invalid-input' });
		expect(run.error?.message).toBe(`'Polling URL' is "${pollingUrl}", which is no URL`);
		expect(run.error?.description).toMatch(/^Empty it, or copy all of it /);
		expect(at.sandbox.requests).toEqual([]);
	},
);

it('collects one job after another, each item with its own', async () => {
	const first = flux(at.sandbox, { waitForCompletion: false, prompt: promptOfItem });
	const run = await runWorkflow({
		...first,
		items: prompts('a', 'b', 'c'),
		others: [{ name: 'Get', node: first.node, parameters: job('={{ $json.jobId }}') }],
	}).result;

	const billed = run.items.map(({ json }) => json.jobId);
	expect(run.output('Get').map(({ json }) => json.jobId)).toEqual(billed);
	expect(run.output('Get').map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2].map((item) => ({ item })));
});

it('does not wait for a job that reports to a webhook', async () => {
	const calls: IncomingMessage[] = [];
	const receiver = await listen((request, response) => {
		calls.push(request);
		response.end();
	});
	const run = await runFlux(at.sandbox, {
		settings: { webhookUrl: `${receiver.url}/hook`, webhookSecret: 'told to the provider' },
	});

	expect(run.items[0].json).toMatchObject({ status: 'submitted', pollingUrl: null, fileName: null });
	expect(requestsFor(at.sandbox, 'poll')).toEqual([]);
	while (calls.length === 0) await wait(10);
	expect(calls[0].headers['x-webhook-secret']).toBe('told to the provider');
	expect(run.everything()).not.toContain('told to the provider');
	receiver.close();

	const { jobId } = run.items[0].json;
	const collected = await runFlux(at.sandbox, job(jobId as string));
	expect(collected.items[0].json).toMatchObject({ status: 'completed', jobId });
});
