import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import { jest } from '@jest/globals';
import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import type { Action } from '../sandbox/exchange.mts';
import type { Fault } from '../sandbox/sandbox.mts';
import { flux, fluxError, hurry, promptOfItem, prompts, requestsFor, useSandbox } from '../support/flux.mts';
import { runWorkflow, type Options } from '../support/harness.mts';
import { withLargeFile } from '../support/services.mts';
import {
	crazyrouterReplicate,
	eachStyle,
	openAiCompatible,
	runStyle,
	workflowOf,
	type Style,
} from '../support/styles.mts';

// A machine that is busy elsewhere may be late once.
jest.retryTimes(2);

const at = useSandbox();
let accounts = 0;
const retry = { retryOnFail: { maxTries: 5, waitBetweenTries: 1 } };
/** Without this Replicate would hold the submit, and there would be no polls to look at. */
const short = { settings: { timeout: 4 } };

async function until(happened: () => boolean): Promise<void> {
	while (!happened()) await wait(10);
}

/** Starts the workflow, presses Stop once `ready`, and tells how long it then took. */
async function stopWhen(ready: () => boolean, workflow: Options) {
	const running = runWorkflow(workflow);
	await until(ready);
	const pressed = Date.now();
	running.stop();
	const run = await running.result;
	return { run, pressed, took: Date.now() - pressed };
}

const submits = () => requestsFor(at.sandbox, 'submit');
const cancelled = () => at.sandbox.jobs.filter(({ state }) => state === 'cancelled').length;
const many = (count: number): INodeExecutionData[] =>
	prompts(...Array.from({ length: count }, (_, index) => `number ${index}`));

/** A sandbox of the same address with another key, and so another account. */
const otherAccount = () => ({ url: at.sandbox.url, key: `${at.sandbox.key}-${++accounts}` });

describe.each(eachStyle)('With %s, Stop', (_name, style) => {
	const workflow = (
		parameters: INodeParameters = {},
		options: Partial<Options> = {},
		server: { url: string; key: string } = at.sandbox,
	) => workflowOf(style, server, { ...style.small, ...parameters }, options);

	it.each([
		['', {}],
		[' with Retry On Fail', retry],
		[' with On Error: Continue', { onError: 'continueRegularOutput' as const }],
	])('ends running jobs at once and submits nothing more%s', async (_how, more) => {
		at.sandbox.secondsPerImage = 60;
		const { run, pressed, took } = await stopWhen(
			() => at.sandbox.billed() === 2,
			workflow({ prompt: promptOfItem, settings: { maxConcurrency: 2 } }, { items: many(5), ...more }),
		);

		expect(took).toBeLessThan(1000);
		expect(run.status).not.toBe('success');
		expect(run.data.finished).not.toBe(true);
		// What lives on would submit later.
		await wait(300);
		expect(at.sandbox.billed()).toBe(2);
		expect(submits().filter(({ at }) => at > pressed)).toEqual([]);
	});

	it('ends 20 running jobs within a second and submits none of those that wait', async () => {
		at.sandbox.secondsPerImage = 60;
		const settings = { maxConcurrency: 20 };
		const { run, pressed, took } = await stopWhen(
			() => at.sandbox.billed() === 20,
			workflow({ prompt: promptOfItem, settings }, { items: many(40) }),
		);

		expect(took).toBeLessThan(1000);
		expect(run.status).toBe('canceled');
		if (style.cancels) await until(() => cancelled() === 20);
		else await wait(300);
		expect(at.sandbox.billed()).toBe(20);
		expect(submits().filter(({ at }) => at > pressed)).toEqual([]);
		// Jobs of earlier tests that were accepted late are unknown by now.
		const cancels = requestsFor(at.sandbox, 'cancel').filter(({ status }) => status !== 404);
		expect(cancels).toHaveLength(style.cancels ? 20 : 0);
	});

	it.each(['30', new Date(Date.now() + 600_000).toUTCString()])(
		'ends the wait that a 429 asks for (%s)',
		async (retryAfter) => {
			const headers = { 'retry-after': retryAfter };
			at.sandbox.fault({ on: 'submit', do: { kind: 'status', status: 429, headers } });
			// Another key is another account, so that the pause does not hold up the next test.
			const { took } = await stopWhen(
				() => submits().length > 0,
				workflow({ prompt: promptOfItem }, { items: many(3) }, otherAccount()),
			);
			// What was on its way at that moment arrives at once.
			await wait(200);
			const sent = submits().length;
			await wait(300);

			expect(took).toBeLessThan(1000);
			expect(submits()).toHaveLength(sent);
			expect(at.sandbox.billed()).toBe(0);
		},
	);

	const underWay: Array<[Action, Fault]> = [
		['submit', { kind: 'hang', accepted: true }],
		['submit', { kind: 'drip' }],
		['download', { kind: 'hang' }],
		['download', { kind: 'drip' }],
		['download', { kind: 'status', status: 500 }],
		...(style.hasJobs
			? ([
					['poll', { kind: 'hang' }],
					['poll', { kind: 'drip' }],
					['poll', { kind: 'status', status: 503 }],
				] as Array<[Action, Fault]>)
			: []),
	];

	it.each(underWay)('ends a %s that gets as answer %j', async (on, fault) => {
		at.sandbox.fault({ on, do: fault });
		const { run, took } = await stopWhen(
			() => requestsFor(at.sandbox, on).length > 0,
			workflow(short, retry),
		);

		expect(took).toBeLessThan(1000);
		expect(run.status).toBe('canceled');
		await wait(200);
		expect(submits()).toHaveLength(1);
		expect(at.sandbox.billed()).toBe(1);
	});

	it.each(underWay)('need not be pressed: at the deadline ends a %s that gets %j', async (on, fault) => {
		at.sandbox.fault({ on, do: fault });
		hurry(0.4);
		const run = await runWorkflow(workflow({ settings: { timeout: 1 } })).result.finally(() => hurry(1));

		expect(fluxError(run)?.code).toMatch(/^(timeout|provider-unavailable|download-failed)$/);
		expect(run.seconds).toBeLessThan(1.2);
		expect(submits()).toHaveLength(1);
	});

	it.each(underWay.slice(0, 3))(
		'is pressed by the timeout of the workflow: ends a %s that gets %j',
		async (on, fault) => {
			at.sandbox.fault({ on, do: fault });
			const run = await runWorkflow(workflow({}, { executionTimeoutSeconds: 0.4, ...retry })).result;

			expect(run.status).toBe('canceled');
			expect(run.seconds).toBeLessThan(2);
			expect(submits()).toHaveLength(1);
		},
	);

	it('gives the places of a stopped execution to the next one', async () => {
		at.sandbox.secondsPerImage = 60;
		const one = { maxConcurrency: 1 };
		await stopWhen(() => at.sandbox.billed() === 1, workflow({ settings: one }));
		at.sandbox.reset();
		at.sandbox.secondsPerImage = 0.05;
		const run = await runStyle(style, at.sandbox, { ...style.small, settings: { ...one, timeout: 5 } });

		expect(run.status).toBe('success');
	});
});

const uploading = eachStyle.filter(([, { uploads }]) => uploads);
it.each(uploading)('Stop ends an upload to %s, and nothing is billed', async (_name, style) => {
	for (const kind of ['hang', 'drip'] as const) {
		at.sandbox.reset();
		at.sandbox.fault({ on: 'upload', do: { kind } });
		const edit = { operation: 'edit', referenceImages: ['data'] };
		const { run, took } = await stopWhen(
			() => requestsFor(at.sandbox, 'upload').length > 0,
			workflowOf(style, at.sandbox, edit, { items: await withLargeFile(), ...retry }),
		);

		expect(took).toBeLessThan(1000);
		expect(run.status).toBe('canceled');
		await wait(200);
		expect(requestsFor(at.sandbox, 'upload')).toHaveLength(1);
		expect(at.sandbox.billed()).toBe(0);
	}
});

const cancelling: Array<readonly [string, Style]> = [
	...eachStyle.filter(([, { cancels }]) => cancels),
	['a proxy', crazyrouterReplicate],
];
describe.each(cancelling)('Stop at %s', (_name, style) => {
	it('cancels all 20 jobs that run, and submits none of those that wait', async () => {
		const settings = { ...short.settings, maxConcurrency: 20 };
		at.sandbox.secondsPerImage = 60;
		const { took } = await stopWhen(
			() => at.sandbox.billed() === 20,
			workflowOf(style, at.sandbox, { prompt: promptOfItem, settings }, { items: many(30) }),
		);

		expect(took).toBeLessThan(1000);
		await until(() => cancelled() === 20);
		expect(submits()).toHaveLength(20);
		expect(requestsFor(at.sandbox, 'cancel').every(({ url }) => url.startsWith(style.path))).toBe(true);
	});

	it('cancels a job that is accepted only afterwards', async () => {
		at.sandbox.secondsPerImage = 60;
		at.sandbox.fault({ on: 'submit', do: { kind: 'slow', seconds: 1 } });
		const { took } = await stopWhen(
			() => at.sandbox.billed() === 1,
			workflowOf(style, at.sandbox, short, retry),
		);

		expect(took).toBeLessThan(1000);
		await until(() => cancelled() === 1);
		expect(submits()).toHaveLength(1);
	});

	it('by the timeout of the workflow cancels, too', async () => {
		at.sandbox.secondsPerImage = 60;
		const items = many(3);
		const options = { items, executionTimeoutSeconds: 1, ...retry };
		const run = await runStyle(style, at.sandbox, { prompt: promptOfItem, ...short }, options);

		expect(run.status).toBe('canceled');
		expect(run.seconds).toBeLessThan(2);
		await until(() => cancelled() === 3);
		expect(submits()).toHaveLength(3);
	});
});

it('is recorded as canceled, with the jobs that were billed', async () => {
	at.sandbox.secondsPerImage = 60;
	const { run } = await stopWhen(() => requestsFor(at.sandbox, 'poll').length > 0, flux(at.sandbox));

	expect(run.status).toBe('canceled');
	expect(fluxError(run)).toMatchObject({ code: 'cancelled', jobId: at.sandbox.jobs[0].id });
});

describe('At a synchronous service', () => {
	let server: Server;
	let arrived: Promise<{ closed: Promise<void> }>;

	/** Never answers; resolves with the arrival of a request to the moment when its connection is closed. */
	beforeEach(async () => {
		arrived = new Promise((resolve) => {
			server = createServer((request, response) => {
				resolve({ closed: new Promise((close) => response.on('close', close)) });
				request.resume();
			});
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	});
	afterEach(() => {
		server.close();
		server.closeAllConnections();
	});

	const at = () => ({
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		key: 'a-key-of-a-test',
	});

	it('Stop cuts off a request to a synchronous service at once, so that a server of your own stops drawing', async () => {
		const running = runWorkflow(workflowOf(openAiCompatible, at()));
		const { closed } = await arrived;
		const before = Date.now();
		running.stop();
		await closed;
		const run = await running.result;

		expect(Date.now() - before).toBeLessThan(1_000);
		expect(run.status).toBe('canceled');
		expect(fluxError(run)).toMatchObject({ code: 'cancelled' });
	});

	it('Stop also cuts off a request whose item has timed out before', async () => {
		const items = [{ json: {} }, { json: {} }];
		const settings = { timeout: '={{ $itemIndex === 0 ? 1 : 60 }}' as unknown as number };
		const options = { items, onError: 'continueRegularOutput' as const };
		const running = runWorkflow(workflowOf(openAiCompatible, at(), { settings }, options));
		const { closed } = await arrived;
		const isOpen = await Promise.race([
			closed.then(() => false),
			new Promise((resolve) => setTimeout(() => resolve(true), 1_600)),
		]);
		running.stop();
		await closed;
		await running.result;

		expect(isOpen).toBe(true);
	});
});
