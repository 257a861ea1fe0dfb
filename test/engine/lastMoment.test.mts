import { promptOfItem, prompts, runFlux, useSandbox } from '../support/flux.mts';

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
