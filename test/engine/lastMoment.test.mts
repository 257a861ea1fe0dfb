import { setTimeout as wait } from 'node:timers/promises';

import { logLines } from '../support/core.mts';
import {
	errorText,
	flux,
	fluxError,
	promptOfItem,
	prompts,
	requestsFor,
	runFlux,
	useSandbox,
} from '../support/flux.mts';
import { runWorkflow } from '../support/harness.mts';

const at = useSandbox();

it('submits nothing at the last moment, when places come free because others ran out of time', async () => {
	at.sandbox.secondsPerImage = 60;
	const run = await runFlux(
		at.sandbox,
		{ prompt: promptOfItem, settings: { maxConcurrency: 1, timeout: 1 } },
		{ items: prompts('a', 'b', 'c'), onError: 'continueRegularOutput' },
	);

	expect(run.items.map(({ json }) => json.error)).toMatchObject([
		{ code: 'timeout', jobId: at.sandbox.jobs[0].id },
		{ code: 'timeout', jobId: null },
		{ code: 'timeout', jobId: null },
	]);
	expect(at.sandbox.billed()).toBe(1);
});

it('submits nothing when the pause that another workflow was told ends at the last moment', async () => {
	at.sandbox.secondsPerImage = 60;
	const headers = { 'retry-after': '1' };
	at.sandbox.fault({ on: 'submit', times: 1, do: { kind: 'status', status: 429, headers } });
	const first = runFlux(at.sandbox, { settings: { timeout: 60 } });
	while (requestsFor(at.sandbox, 'submit').length === 0) await new Promise((next) => setImmediate(next));
	const run = await runFlux(at.sandbox, { settings: { timeout: 1.05 } });

	expect(fluxError(run)).toMatchObject({ code: 'timeout', jobId: null });
	expect(errorText(run)).not.toContain('may bill it');
	at.sandbox.finish();
	await first;
	expect(at.sandbox.billed()).toBe(1);
});

const retry = { retryOnFail: { maxTries: 2, waitBetweenTries: 1 } };

it('a submit that is answered after the timeout is resumed by the next try, and not billed again', async () => {
	at.sandbox.fault({ on: 'submit', times: 1, do: { kind: 'slow', seconds: 1.5 } });
	const run = await runFlux(at.sandbox, { settings: { timeout: 1 } }, retry);

	expect(run.error).toBeUndefined();
	expect(run.items[0].json.jobId).toBe(at.sandbox.jobs[0].id);
	expect(at.sandbox.billed()).toBe(1);
});

it('a job that is accepted after Stop is named in the log', async () => {
	at.sandbox.fault({ on: 'submit', do: { kind: 'slow', seconds: 1 } });
	const running = runWorkflow(flux(at.sandbox));
	while (at.sandbox.billed() === 0) await wait(10);
	running.stop();
	const run = await running.result;

	expect(run.status).toBe('canceled');
	expect(run.seconds).toBeLessThan(0.9);
	const [{ id }] = at.sandbox.jobs;
	await until(() => logLines().some((line) => line.includes(`job ${id} accepted`)));
	expect(requestsFor(at.sandbox, 'poll')).toEqual([]);
});

/** Waits for what is to come; the test's own time limit ends it. */
async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await wait(10);
}
