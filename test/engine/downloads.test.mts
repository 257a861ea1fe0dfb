import { fluxError, requestsFor, runFlux, useSandbox } from '../support/flux.mts';
import type { Run } from '../support/harness.mts';

const at = useSandbox();

function expectTrace(run: Run) {
	const [{ id }] = at.sandbox.jobs;
	expect(fluxError(run)).toMatchObject({ jobId: id, url: expect.stringContaining(`/delivery/${id}/`) });
	expect(run.error?.description).toContain(id);
	expect(run.error?.description).toContain('/delivery/');
	expect(at.sandbox.purchases()).toBe(1);
}

it.each([
	['HTTP 500', { kind: 'status' as const, status: 500 }],
	['HTTP 429', { kind: 'status' as const, status: 429, headers: { 'retry-after': '0' } }],
	['a reset', { kind: 'reset' as const }],
	['a connection that breaks', { kind: 'truncate' as const }],
	['a body shorter than announced', { kind: 'wrongLength' as const, by: 100 }],
])('fetches the image again after %s', async (_name, fault) => {
	at.sandbox.fault({ on: 'download', times: 2, do: fault });
	const run = await runFlux(at.sandbox, { options: { outputFormat: 'png' } });

	expect(run.error).toBeUndefined();
	expect(await run.binary(run.items[0])).toEqual(await at.sandbox.jobs[0].drawn.get(0));
	expect(at.sandbox.purchases()).toBe(1);
	expect(requestsFor(at.sandbox, 'download')).toHaveLength(3);
});

it.each([
	['no image', { kind: 'notAnImage' as const }, 'bad-response', 'not the image you are looking for'],
	['a web page', { kind: 'html' as const }, 'bad-response', 'Just a moment'],
	['HTTP 400', { kind: 'status' as const, status: 400 }, 'download-failed', '400'],
	['too large', { kind: 'tooLarge' as const }, 'bad-response', 'larger than'],
	['endless', { kind: 'tooLarge' as const, endless: true }, 'bad-response', 'larger than'],
])('keeps job and URL when what comes is %s', async (_name, fault, code, words) => {
	at.sandbox.fault({ on: 'download', do: fault });
	const run = await runFlux(at.sandbox);

	expect(fluxError(run)).toMatchObject({ code });
	expect(run.error?.message).toContain(words);
	expectTrace(run);
});

it.each([
	['errors', { kind: 'status' as const, status: 500 }],
	['refusals', { kind: 'expired' as const }],
	['silence', { kind: 'hang' as const }],
	['drops', { kind: 'drip' as const }],
])('gives up %s of the delivery host at the deadline', async (_name, fault) => {
	at.sandbox.fault({ on: 'download', do: fault });
	const run = await runFlux(at.sandbox, { settings: { timeout: 2 } });

	expect(['timeout', 'download-failed']).toContain(fluxError(run)?.code);
	expectTrace(run);
	expect(run.seconds).toBeLessThan(2.7);
});

it('leaves no half image in the output', async () => {
	at.sandbox.fault({ on: 'download', do: { kind: 'truncate' } });
	const run = await runFlux(at.sandbox, { settings: { timeout: 2 } }, { onError: 'continueRegularOutput' });

	expect(run.items[0].binary).toBeUndefined();
	expect(run.items[0].json.error).toMatchObject({ jobId: at.sandbox.jobs[0].id });
});
