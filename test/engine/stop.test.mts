import { setTimeout as wait } from 'node:timers/promises';

import type { INodeParameters } from 'n8n-workflow';

import { flux, fluxError, promptOfItem, prompts, requestsFor, runFlux, useSandbox } from './flux.mts';
import { runWorkflow, type Options } from './harness.mts';

const at = useSandbox();
let accounts = 0;
const retry = { retryOnFail: { maxTries: 5, waitBetweenTries: 1 } };

async function until(happened: () => boolean): Promise<void> {
	while (!happened()) await wait(10);
}

/** Starts the workflow, presses Stop once `ready`, and tells how long it then took. */
async function stopWhen(
	ready: () => boolean,
	parameters: INodeParameters,
	options: Partial<Options> = {},
	account = at.sandbox,
) {
	const running = runWorkflow(flux(account, parameters, options));
	await until(ready);
	const pressed = Date.now();
	running.stop();
	const run = await running.result;
	return { run, pressed, took: Date.now() - pressed };
}

describe.each([
	['', {}],
	[' with Retry On Fail', retry],
	[' with On Error: Continue', { onError: 'continueRegularOutput' as const }],
])('Stop%s', (_name, more) => {
	const five = { items: prompts('a', 'b', 'c', 'd', 'e'), ...more };

	it('ends running jobs at once and buys nothing more', async () => {
		at.sandbox.secondsPerImage = 60;
		const { run, pressed, took } = await stopWhen(
			() => at.sandbox.purchases() === 2,
			{ prompt: promptOfItem, settings: { maxConcurrency: 2 } },
			five,
		);

		expect(took).toBeLessThan(1000);
		expect(run.status).not.toBe('success');
		expect(run.data.finished).not.toBe(true);
		// What lives on would buy later.
		await wait(300);
		expect(at.sandbox.purchases()).toBe(2);
		expect(requestsFor(at.sandbox, 'submit').filter(({ at }) => at > pressed)).toEqual([]);
	});

	it('ends the wait that a 429 asks for', async () => {
		const headers = { 'retry-after': '30' };
		at.sandbox.fault({ on: 'unknown', do: { kind: 'status', status: 429, headers } });
		// Another base URL is another account, so that the pause does not hold up the next test.
		const other = { ...at.sandbox, url: `${at.sandbox.url}/account-${++accounts}` };
		const { took } = await stopWhen(() => at.sandbox.requests.length > 0, {}, more, other);

		expect(took).toBeLessThan(1000);
		expect(at.sandbox.requests).toHaveLength(1);
	});

	it('ends a submit that gets no answer, and does not send it again', async () => {
		at.sandbox.fault({ on: 'submit', do: { kind: 'hang', accepted: true } });
		const { took } = await stopWhen(() => at.sandbox.purchases() === 1, {}, more);

		expect(took).toBeLessThan(1000);
		expect(requestsFor(at.sandbox, 'submit')).toHaveLength(1);
	});

	it.each(['hang', 'drip'] as const)('ends a download (%s)', async (kind) => {
		at.sandbox.fault({ on: 'download', do: { kind } });
		const { took } = await stopWhen(() => requestsFor(at.sandbox, 'download').length > 0, {}, more);

		expect(took).toBeLessThan(1000);
		expect(at.sandbox.purchases()).toBe(1);
	});
});

it('is recorded as canceled, with the jobs that were bought', async () => {
	at.sandbox.secondsPerImage = 60;
	const { run } = await stopWhen(() => requestsFor(at.sandbox, 'poll').length > 0, {});

	expect(run.status).toBe('canceled');
	expect(fluxError(run)).toMatchObject({ code: 'cancelled', jobId: at.sandbox.jobs[0].id });
});

it('gives the places of a stopped execution to the next one', async () => {
	at.sandbox.secondsPerImage = 60;
	await stopWhen(() => at.sandbox.purchases() === 1, { settings: { maxConcurrency: 1 } });
	at.sandbox.reset();
	at.sandbox.secondsPerImage = 0.05;
	const run = await runFlux(at.sandbox, { settings: { maxConcurrency: 1, timeout: 5 } });

	expect(run.status).toBe('success');
});

it('ends with the execution timeout of the workflow', async () => {
	at.sandbox.secondsPerImage = 60;
	const run = await runFlux(at.sandbox, {}, { executionTimeoutSeconds: 1 });

	expect(run.status).toBe('canceled');
	expect(run.seconds).toBeLessThan(2);
	expect(at.sandbox.purchases()).toBe(1);
});
