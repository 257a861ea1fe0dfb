import {
	errorText,
	fluxError,
	promptOfItem,
	prompts,
	requestsFor,
	runFlux,
	useSandbox,
} from '../support/flux.mts';

const at = useSandbox(60);

it('submits nothing at the last moment, when places come free because others ran out of time', async () => {
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
