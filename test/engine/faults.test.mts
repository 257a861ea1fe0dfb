import { errorText, fluxError, hurry, requestsFor, runFlux, useSandbox } from '../support/flux.mts';
import type { Run } from '../support/harness.mts';

hurry(0.25);
const at = useSandbox();

/** The error carries the job that was billed, and says how to collect it. */
function expectTrace(run: Run) {
	const [{ id }] = at.sandbox.jobs;
	expect(fluxError(run)).toMatchObject({
		jobId: id,
		pollingUrl: `${at.sandbox.url}/v1/get_result?id=${id}`,
		api: 'blackForestLabs',
		model: 'flux-2-pro',
	});
	expect(errorText(run)).toContain(id);
}

describe('a job that ends without an image', () => {
	it.each([
		[
			'Request Moderated',
			200,
			'prompt-moderated',
			{ 'Moderation Reasons': ['Derivative Works Filter'] },
			'Derivative Works Filter',
		],
		[
			'Request Moderated',
			422,
			'prompt-moderated',
			{ 'Moderation Reasons': ['Violence', 'Hate'] },
			'Violence, Hate',
		],
		['Content Moderated', 200, 'image-moderated', { 'Moderation Reasons': ['Nudity'] }, 'Nudity'],
		['Content Moderated', 404, 'image-moderated', null, 'withheld'],
		['Error', 200, 'job-failed', { error: 'GPU on fire' }, 'GPU on fire'],
		['Failed', 503, 'job-failed', null, 'could not make'],
	])('says so for %s with HTTP %d', async (status, httpStatus, code, details, words) => {
		at.sandbox.fault({ on: 'submit', do: { kind: 'state', status, httpStatus, details } });
		const run = await runFlux(at.sandbox);

		expect(fluxError(run)).toMatchObject({ code });
		expect(run.error?.message).toContain(words);
		expectTrace(run);
		expect(at.sandbox.billed()).toBe(1);
		expect(requestsFor(at.sandbox, 'poll').length).toBeLessThan(4);
	});

	it('keeps markup of a provider out of the description, which n8n shows as HTML', async () => {
		const details = { 'Moderation Reasons': ['<img src=x onerror=alert(1)>'] };
		at.sandbox.fault({ on: 'submit', do: { kind: 'state', status: 'Request Moderated', details } });
		const run = await runFlux(at.sandbox);

		expect(run.error?.description).not.toContain('<img');
	});

	it('has patience with a job that is not known right after the submit', async () => {
		at.sandbox.fault({
			on: 'poll',
			times: 2,
			do: { kind: 'state', status: 'Task not found', httpStatus: 404 },
		});
		const run = await runFlux(at.sandbox);

		expect(run.items[0].json.status).toBe('completed');
		expect(at.sandbox.billed()).toBe(1);
	});

	it('waits on while the state is a word that nobody knows', async () => {
		at.sandbox.fault({ on: 'poll', times: 2, do: { kind: 'state', status: 'Contemplating' } });
		const run = await runFlux(at.sandbox);

		expect(run.items[0].json.status).toBe('completed');
		expect(requestsFor(at.sandbox, 'poll').length).toBeGreaterThanOrEqual(3);
	});
});

describe('a poll', () => {
	it.each([
		['HTTP 500', { kind: 'status' as const, status: 500 }],
		['HTTP 429', { kind: 'status' as const, status: 429, headers: { 'retry-after': '0' } }],
		['a reset', { kind: 'reset' as const }],
		['half an answer', { kind: 'truncate' as const }],
		['a web page', { kind: 'html' as const }],
	])('survives %s twice', async (_name, fault) => {
		at.sandbox.fault({ on: 'poll', times: 2, do: fault });
		const run = await runFlux(at.sandbox);

		expect(run.error).toBeUndefined();
		expect(run.items[0].json.status).toBe('completed');
		expect(at.sandbox.billed()).toBe(1);
	});

	it('keeps the job when answers go on making no sense', async () => {
		at.sandbox.fault({ on: 'poll', do: { kind: 'html' } });
		const run = await runFlux(at.sandbox, { settings: { timeout: 20 } });

		expect(fluxError(run)).toMatchObject({ code: 'bad-response' });
		expect(run.error?.message).toContain('Just a moment');
		expectTrace(run);
	});

	it('keeps the job when one is Ready without an image', async () => {
		at.sandbox.fault({ on: 'poll', do: { kind: 'json', body: { id: 'x', status: 'Ready', result: {} } } });
		const run = await runFlux(at.sandbox, { settings: { timeout: 20 } });

		expect(fluxError(run)).toMatchObject({ code: 'bad-response' });
		expect(run.error?.message).toContain('result.sample');
		expectTrace(run);
	});

	it('stops at the deadline and says how to collect the job', async () => {
		at.sandbox.secondsPerImage = 60;
		const run = await runFlux(at.sandbox, { settings: { timeout: 4 } });

		expect(fluxError(run)).toMatchObject({ code: 'timeout' });
		expectTrace(run);
		expect(errorText(run)).toContain('Resource "Job"');
		expect(run.seconds).toBeGreaterThan(0.9);
		expect(run.seconds).toBeLessThan(1.6);
		expect(at.sandbox.billed()).toBe(1);
	});

	it('stops at the deadline also while the server never answers', async () => {
		at.sandbox.fault({ on: 'poll', do: { kind: 'hang' } });
		const run = await runFlux(at.sandbox, { settings: { timeout: 4 } });

		expect(fluxError(run)).toMatchObject({ code: 'timeout' });
		expectTrace(run);
		expect(run.seconds).toBeLessThan(1.6);
	});
});
