import { errorText, fluxError, requestsFor, runFlux, useSandbox } from './flux.mts';

const at = useSandbox();

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
		expect(errorText(run)).toMatch(/may have accepted the job.* may charge/);
		expect(submits()).toHaveLength(1);
		expect(at.sandbox.purchases()).toBe(1);
	});

	it('warns too when time runs out while it is under way', async () => {
		at.sandbox.fault({ on: 'submit', do: { kind: 'hang', accepted: true } });
		const run = await runFlux(at.sandbox, { settings: { timeout: 1 } });

		expect(fluxError(run)).toMatchObject({ code: 'timeout' });
		expect(errorText(run)).toMatch(/may have accepted the job.* may charge/);
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
