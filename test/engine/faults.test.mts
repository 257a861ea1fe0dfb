import { model, fluxError, promptOfItem, prompts, requestsFor, runFlux, useSandbox } from './flux.mts';
import type { Run } from './harness.mts';

const at = useSandbox();

/** The error as a user sees it on the node. */
const text = ({ error }: Run) => `${error?.message} ${error?.description}`;

/** The error carries the job that was bought, and says how to collect it. */
function expectTrace(run: Run) {
	const [{ id }] = at.sandbox.jobs;
	expect(fluxError(run)).toMatchObject({
		jobId: id,
		pollingUrl: `${at.sandbox.url}/v1/get_result?id=${id}`,
		api: 'blackForestLabs',
		model: 'flux-2-pro',
	});
	expect(text(run)).toContain(id);
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
		expect(at.sandbox.purchases()).toBe(1);
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
		expect(at.sandbox.purchases()).toBe(1);
	});

	it('waits on while the state is a word that nobody knows', async () => {
		at.sandbox.fault({ on: 'poll', times: 2, do: { kind: 'state', status: 'Contemplating' } });
		const run = await runFlux(at.sandbox);

		expect(run.items[0].json.status).toBe('completed');
		expect(requestsFor(at.sandbox, 'poll').length).toBeGreaterThanOrEqual(3);
	});
});

describe('a submit', () => {
	const submits = () => requestsFor(at.sandbox, 'submit');
	/** A date in whole seconds, at least one second ahead. */
	const soon = () => new Date(Math.ceil((Date.now() + 1000) / 1000) * 1000).toUTCString();

	it.each([
		['429', 'seconds', () => ({ kind: 'status' as const, status: 429, headers: { 'retry-after': '1' } })],
		['429', 'a date', () => ({ kind: 'status' as const, status: 429, headers: { 'retry-after': soon() } })],
		['503', 'seconds', () => ({ kind: 'status' as const, status: 503, headers: { 'retry-after': '1' } })],
	])('that is refused with %s waits as long as Retry-After says in %s', async (_status, _how, fault) => {
		at.sandbox.fault({ on: 'submit', times: 1, do: fault() });
		const run = await runFlux(at.sandbox);

		expect(run.items[0].json.status).toBe('completed');
		expect(at.sandbox.purchases()).toBe(1);
		const [refused, accepted] = submits();
		expect(accepted.at - refused.at).toBeGreaterThanOrEqual(990);
		expect(accepted.at - refused.at).toBeLessThan(3500);
	});

	it('waits a little after a 429 that does not say how long', async () => {
		at.sandbox.fault({ on: 'submit', times: 2, do: { kind: 'status', status: 429 } });
		const run = await runFlux(at.sandbox);

		expect(run.items[0].json.status).toBe('completed');
		expect(submits()).toHaveLength(3);
		expect(submits()[1].at - submits()[0].at).toBeGreaterThanOrEqual(240);
	});

	it('gives up a 429 that asks for more time than there is', async () => {
		at.sandbox.fault({
			on: 'submit',
			do: { kind: 'status', status: 429, headers: { 'retry-after': '3600' } },
		});
		const run = await runFlux(at.sandbox, { settings: { timeout: 5 } });

		expect(fluxError(run)).toMatchObject({ code: 'rate-limited', jobId: null });
		expect(run.seconds).toBeLessThan(2);
	});

	it.each([
		[402, 'insufficient-credits'],
		[403, 'authentication'],
		[422, 'invalid-input'],
	])('that is refused with %d gives %s with the words of the provider', async (status, code) => {
		const body = { detail: 'Told by the provider' };
		at.sandbox.fault({ on: 'submit', do: { kind: 'status', status, body } });
		const run = await runFlux(at.sandbox);

		expect(fluxError(run)).toMatchObject({ code, jobId: null });
		expect(run.error?.message).toContain('Told by the provider');
		expect(submits()).toHaveLength(1);
	});

	it.each([500, 502, 503, 504])('that is answered with %d is not sent again', async (status) => {
		at.sandbox.fault({ on: 'submit', do: { kind: 'status', status } });
		const run = await runFlux(at.sandbox);

		expect(fluxError(run)).toMatchObject({ code: 'provider-unavailable' });
		expect(submits()).toHaveLength(1);
	});

	it.each([
		['reset before the answer', { kind: 'acceptThenReset' as const }],
		['answered with half a text', { kind: 'truncate' as const, how: 'connection' as const }],
	])('that is accepted and then %s is not bought again, and the error warns', async (_name, fault) => {
		at.sandbox.fault({ on: 'submit', do: fault });
		const run = await runFlux(at.sandbox);

		expect(fluxError(run)).toMatchObject({ code: 'provider-unavailable' });
		expect(text(run)).toMatch(/may have accepted the job.* may charge/);
		expect(submits()).toHaveLength(1);
		expect(at.sandbox.purchases()).toBe(1);
	});

	it('warns too when time runs out while it is under way', async () => {
		at.sandbox.fault({ on: 'submit', do: { kind: 'hang', accepted: true } });
		const run = await runFlux(at.sandbox, { settings: { timeout: 1 } });

		expect(fluxError(run)).toMatchObject({ code: 'timeout' });
		expect(text(run)).toMatch(/may have accepted the job.* may charge/);
		expect(run.seconds).toBeLessThan(2);
		expect(submits()).toHaveLength(1);
	});

	it('is tried again when the server cannot be reached, and then given up', async () => {
		const run = await runFlux({ ...at.sandbox, url: 'http://127.0.0.1:9' }, { settings: { timeout: 20 } });

		expect(fluxError(run)).toMatchObject({ code: 'provider-unavailable', jobId: null });
		expect(run.error?.message).toContain('127.0.0.1:9');
		expect(run.seconds).toBeLessThan(10);
	});

	it.each([
		['a web page', { kind: 'html' as const }, 'Just a moment'],
		['JSON without an id', { kind: 'json' as const, body: { ok: true } }, 'job id'],
		['a list', { kind: 'json' as const, body: [1, 2] }, 'job id'],
	])('that is answered with %s gives bad-response', async (_name, fault, words) => {
		at.sandbox.fault({ on: 'submit', do: fault });
		const run = await runFlux(at.sandbox);

		expect(fluxError(run)).toMatchObject({ code: 'bad-response' });
		expect(run.error?.message).toContain(words);
		expect(submits()).toHaveLength(1);
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
		expect(at.sandbox.purchases()).toBe(1);
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
		const run = await runFlux(at.sandbox, { settings: { timeout: 1 } });

		expect(fluxError(run)).toMatchObject({ code: 'timeout' });
		expectTrace(run);
		expect(text(run)).toContain('Resource "Job"');
		expect(run.seconds).toBeGreaterThan(0.9);
		expect(run.seconds).toBeLessThan(1.6);
		expect(at.sandbox.purchases()).toBe(1);
	});

	it('stops at the deadline also while the server never answers', async () => {
		at.sandbox.fault({ on: 'poll', do: { kind: 'hang' } });
		const run = await runFlux(at.sandbox, { settings: { timeout: 1 } });

		expect(fluxError(run)).toMatchObject({ code: 'timeout' });
		expectTrace(run);
		expect(run.seconds).toBeLessThan(1.6);
	});
});

describe('items with errors', () => {
	const keys = ['api', 'code', 'description', 'jobId', 'message', 'model', 'pollingUrl'];
	const mixed = {
		items: prompts('good', 'bad', 'fine'),
		onError: 'continueRegularOutput' as const,
	};
	const refuseBad = () =>
		at.sandbox.fault({
			on: 'submit',
			match: ({ body }) => (body as { prompt: string }).prompt === 'bad',
			do: { kind: 'state', status: 'Request Moderated' },
		});

	it('stand in the place of the picture, linked, with On Error: Continue', async () => {
		refuseBad();
		const run = await runFlux(at.sandbox, { prompt: promptOfItem }, mixed);

		expect(run.status).toBe('success');
		expect(run.items.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2].map((item) => ({ item })));
		expect(run.items.map(({ json }) => json.status)).toEqual(['completed', undefined, 'completed']);
		const error = run.items[1].json.error as object;
		expect(Object.keys(error).sort()).toEqual(keys);
		const [{ id }] = at.sandbox.jobs.filter(({ body }) => body.prompt === 'bad');
		expect(error).toMatchObject({ code: 'prompt-moderated', jobId: id, model: 'flux-2-pro' });
	});

	it('go to the error output with their input', async () => {
		refuseBad();
		const run = await runFlux(
			at.sandbox,
			{ prompt: promptOfItem },
			{ ...mixed, onError: 'continueErrorOutput' },
		);

		expect(run.items.map(({ json }) => json.prompt)).toEqual(['good', 'fine']);
		expect(run.errors).toHaveLength(1);
		expect(run.errors[0]).toMatchObject({
			json: { prompt: 'bad', error: { code: 'prompt-moderated' } },
			pairedItem: { item: 1 },
		});
	});

	it('stand beside the pictures that the same item did get', async () => {
		at.sandbox.fault({ on: 'submit', after: 1, times: 1, do: { kind: 'status', status: 402 } });
		const run = await runFlux(
			at.sandbox,
			{ options: { numberOfImages: 3 } },
			{ onError: 'continueRegularOutput' },
		);

		expect(run.items).toHaveLength(3);
		const errors = run.items.filter(({ json }) => json.error !== undefined);
		expect(errors.map(({ json }) => json.error)).toMatchObject([{ code: 'insufficient-credits' }]);
	});

	it('name the finished pictures of the item when the error is thrown', async () => {
		at.sandbox.fault({ on: 'submit', after: 2, times: 1, do: { kind: 'status', status: 402 } });
		const run = await runFlux(at.sandbox, { options: { numberOfImages: 3 } });

		expect(fluxError(run)).toMatchObject({ code: 'insufficient-credits' });
		for (const { id } of at.sandbox.jobs) expect(text(run)).toContain(id);
	});

	it('name the model that an expression chose', async () => {
		at.sandbox.fault({ on: 'submit', do: { kind: 'status', status: 402 } });
		const run = await runFlux(at.sandbox, { model: model('={{ "flux-2-flex" }}', 'id') });

		expect(fluxError(run)).toMatchObject({ model: 'flux-2-flex' });
	});
});
