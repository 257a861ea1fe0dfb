import { errorText, fluxError, hurry, model, requestsFor, runFlux, useSandbox } from '../support/flux.mts';
import type { Run } from '../support/harness.mts';
import { fal, replicate, runStyle, type Style } from '../support/styles.mts';

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

/** Each of these was found by the fuzz tests. */
it('keeps the key out of the error where the server writes it in place of the image', async () => {
	at.sandbox.fault({ on: 'download', do: { kind: 'notAnImage', text: `Not for ${at.sandbox.key}, sorry` } });
	const run = await runFlux(at.sandbox);

	expect(fluxError(run)).toMatchObject({ code: 'bad-response' });
	expect(errorText(run)).toContain('Not for ***, sorry');
	expect(run.everything()).not.toContain(at.sandbox.key);
});

it('keeps the key out of everything where an answer spells it with escapes', async () => {
	const spelled = [...at.sandbox.key].map((one) => `%${one.charCodeAt(0).toString(16)}`).join('');
	at.sandbox.fault({ on: 'submit', do: { kind: 'status', status: 422, body: { detail: `key ${spelled}` } } });
	const run = await runFlux(at.sandbox);

	expect(errorText(run)).toContain('key ***');
	expect(run.everything()).not.toContain(spelled);
});

it('takes an id that no path can hold for none, and submits nothing again', async () => {
	at.sandbox.fault({ on: 'submit', do: { kind: 'json', body: { id: '\ud800', polling_url: null } } });
	const run = await runFlux(at.sandbox);

	expect(fluxError(run)).toMatchObject({ code: 'bad-response', jobId: null });
	expect(errorText(run)).toContain('may have been accepted and charged');
	expect(requestsFor(at.sandbox, 'submit')).toHaveLength(1);
});

const retry = { retryOnFail: { maxTries: 2, waitBetweenTries: 1 } };

/** Answers to polls by which one of three images cannot be delivered. */
const cases: Array<[string, Style, string, string, (urls: string[]) => object]> = [
	[
		'withheld',
		fal,
		'fal-ai/flux/schnell',
		'image-moderated',
		(urls) => ({
			...{ status: 'COMPLETED', images: urls.map((url) => ({ url })), seed: 1, prompt: 'x' },
			has_nsfw_concepts: [false, true, false],
		}),
	],
	[
		'gone',
		replicate,
		'black-forest-labs/flux-schnell',
		'expired',
		([one, , three]) => ({
			...{ id: 'p1', status: 'succeeded', error: null },
			output: [one, `${at.sandbox.url}/delivery/old.png?se=2026-01-01T00:00:00Z`, three],
		}),
	],
];

describe.each(cases)('Of three images of a job one is %s', (_, style, id, code, answer) => {
	const parameters = { model: model(id), prompt: 'x', options: { numberOfImages: 3 } };
	beforeEach(async () => {
		const { items } = await runStyle(style, at.sandbox, parameters);
		const body = answer(items.map(({ json }) => json.url as string));
		at.sandbox.fault({ on: 'poll', do: { kind: 'json', body } });
		if ('id' in body) at.sandbox.fault({ on: 'submit', do: { kind: 'json', body } });
	});

	it('so the error names the job and how to get the others, and a retry submits none again', async () => {
		const billed = at.sandbox.billed();
		const done = await runStyle(style, at.sandbox, parameters, retry);

		expect(fluxError(done)).toMatchObject({ code, jobId: expect.stringMatching(/^p1$|-/) });
		expect(errorText(done)).toContain(
			'2 other images of the job can be delivered: by Job: Get with On Error: Continue',
		);
		expect(errorText(done)).toContain('use Resource "Job", Operation "Get"');
		expect(at.sandbox.billed()).toBe(billed + 1);
	});

	it('and what is left to collect of another one is not lost with it', async () => {
		at.sandbox.fault({ on: 'download', times: 1, do: { kind: 'notAnImage' } });
		const billed = at.sandbox.billed();
		await runStyle(style, at.sandbox, parameters, retry);

		expect(at.sandbox.billed()).toBe(billed + 1);
	});

	it('and with On Error: Continue the others come out', async () => {
		const done = await runStyle(style, at.sandbox, parameters, { onError: 'continueRegularOutput' });

		const ends = done.items.map(({ json }) => json.status ?? (json.error as { code: string }).code);
		expect(ends).toEqual(['completed', code, 'completed']);
		expect(JSON.stringify(done.items[1].json)).not.toContain('other images');
	});
});
