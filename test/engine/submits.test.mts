import { jest } from '@jest/globals';

import { errorText, fluxError, requestsFor, useSandbox } from '../support/flux.mts';
import { openAiCompatible, runStyle, eachStyle } from '../support/styles.mts';

// A machine that is busy elsewhere may be late once.
jest.retryTimes(2);

const at = useSandbox();
const submits = () => requestsFor(at.sandbox, 'submit');
/** A date in whole seconds, at least one second after the run has started. */
const soon = () => new Date(Math.ceil((Date.now() + 1500) / 1000) * 1000).toUTCString();
const status = (code: number, headers?: Record<string, string>, body?: unknown) => ({
	kind: 'status' as const,
	status: code,
	headers,
	body,
});
const warning = /may have accepted the job.* may bill/;

describe.each(eachStyle)('A submit to %s', (_name, style) => {
	const run = async (parameters = {}) => await runStyle(style, at.sandbox, parameters);

	it.each([
		['429', 'seconds', () => status(429, { 'retry-after': '1' })],
		['429', 'a date', () => status(429, { 'retry-after': soon() })],
		['503', 'seconds', () => status(503, { 'retry-after': '1' })],
		['503', 'a date', () => status(503, { 'retry-after': soon() })],
	])('that is refused with %s waits as long as Retry-After says in %s', async (_status, _how, fault) => {
		const refusal = fault();
		at.sandbox.fault({ on: 'submit', times: 1, do: refusal });
		const done = await run();

		expect(done.items[0].json.status).toBe('completed');
		expect(at.sandbox.purchases()).toBe(1);
		const [refused, accepted] = submits();
		const asked = refusal.headers?.['retry-after'] ?? '';
		const allowedAt = /^\d+$/.test(asked) ? refused.at + Number(asked) * 1000 : Date.parse(asked);
		expect(accepted.at).toBeGreaterThanOrEqual(allowedAt - 10);
		expect(accepted.at - refused.at).toBeLessThan(3500);
	});

	it('waits longer and longer after each 429 that does not say how long', async () => {
		at.sandbox.fault({ on: 'submit', times: 3, do: status(429) });
		const done = await run();

		expect(done.items[0].json.status).toBe('completed');
		const [first, second, third, fourth] = submits().map(({ at }) => at);
		const waits = [second - first, third - second, fourth - third];
		// 500 ms, then twice as long each time, of which chance takes away up to half.
		for (const [index, waited] of waits.entries()) {
			expect(waited).toBeGreaterThanOrEqual(250 * 2 ** index - 10);
			expect(waited).toBeLessThan(500 * 2 ** index + 400);
		}
		expect(submits()).toHaveLength(4);
	});

	it.each([
		['seconds', () => '3600'],
		['a date', () => new Date(Date.now() + 3_600_000).toUTCString()],
	])('gives up a 429 that asks in %s for more time than there is', async (_how, retryAfter) => {
		at.sandbox.fault({ on: 'submit', do: status(429, { 'retry-after': retryAfter() }) });
		const done = await run({ settings: { timeout: 5 } });

		expect(fluxError(done)).toMatchObject({ code: 'rate-limited', jobId: null });
		expect(errorText(done)).toMatch(/Max Concurrency.*Nothing was billed/);
		expect(done.seconds).toBeLessThan(2);
	});

	it('keeps the deadline while it is refused with 429 again and again', async () => {
		at.sandbox.fault({ on: 'submit', do: status(429) });
		const done = await run({ settings: { timeout: 2 } });

		expect(fluxError(done)?.code).toMatch(/^(rate-limited|timeout)$/);
		expect(done.seconds).toBeLessThan(2.8);
		expect(at.sandbox.purchases()).toBe(0);
	});

	it.each([
		[401, 'authentication'],
		[402, 'insufficient-credits'],
		[403, 'authentication'],
		[422, 'invalid-input'],
	])('that is refused with %d gives %s with the words of the provider', async (code, meaning) => {
		const words = 'Told by the provider';
		at.sandbox.fault({ on: 'submit', do: status(code, {}, { detail: words, error: words }) });
		const done = await run();

		expect(fluxError(done)).toMatchObject({ code: meaning, jobId: null });
		expect(done.error?.message).toContain('Told by the provider');
		expect(errorText(done)).toContain('Nothing was billed');
		expect(submits()).toHaveLength(1);
	});

	it('that an empty account cannot pay is not repeated', async () => {
		at.sandbox.credits = 0;
		const done = await run();

		expect(fluxError(done)).toMatchObject({ code: 'insufficient-credits' });
		expect(submits()).toHaveLength(1);
	});

	it.each([500, 502, 503, 504])('that is answered with %d is bought at most once', async (code) => {
		at.sandbox.fault({ on: 'submit', times: 1, do: { ...status(code), accepted: true } });
		const done = await run();

		expect(at.sandbox.purchases()).toBe(1);
		expect(submits()).toHaveLength(style.isIdempotent ? 2 : 1);
		if (style.isIdempotent) {
			expect(done.items[0].json.jobId).toBe(at.sandbox.jobs[0].id);
		} else {
			expect(fluxError(done)).toMatchObject({ code: 'provider-unavailable' });
			expect(done.error?.message).toContain(`HTTP ${code}`);
			expect(errorText(done)).toMatch(warning);
		}
	});

	it.each([
		['reset before the answer', { kind: 'acceptThenReset' as const }],
		['answered with half a text', { kind: 'truncate' as const, how: 'connection' as const }],
	])('that is accepted and then %s is bought once', async (_how, fault) => {
		at.sandbox.fault({ on: 'submit', times: 1, do: fault });
		const done = await run();

		expect(at.sandbox.purchases()).toBe(1);
		expect(submits()).toHaveLength(style.isIdempotent ? 2 : 1);
		if (style.isIdempotent) {
			expect(done.items[0].json.jobId).toBe(at.sandbox.jobs[0].id);
		} else {
			expect(fluxError(done)).toMatchObject({ code: 'provider-unavailable' });
			expect(errorText(done)).toMatch(warning);
		}
	});

	it('warns when time runs out while it is under way', async () => {
		at.sandbox.fault({ on: 'submit', do: { kind: 'hang', accepted: true } });
		const done = await run({ settings: { timeout: 1 } });

		expect(fluxError(done)).toMatchObject({ code: 'timeout' });
		expect(done.error?.message).toContain('while the job was being submitted');
		if (!style.isIdempotent) expect(errorText(done)).toMatch(warning);
		expect(done.seconds).toBeLessThan(2);
		expect(submits()).toHaveLength(1);
	});

	it('is tried again when the server cannot be reached, and then given up', async () => {
		const nowhere = { url: 'http://127.0.0.1:9', key: at.sandbox.key };
		const done = await runStyle(style, nowhere, { settings: { timeout: 20 } });

		expect(fluxError(done)).toMatchObject({ code: 'provider-unavailable', jobId: null });
		expect(done.error?.message).toContain('127.0.0.1:9');
		expect(errorText(done)).not.toMatch(warning);
		expect(done.seconds).toBeLessThan(10);
	});

	it.each([
		['a web page', { kind: 'html' as const }, 'Just a moment'],
		['JSON of another kind', { kind: 'json' as const, body: { ok: true } }, '{"ok":true}'],
		['a list', { kind: 'json' as const, body: [1, 2] }, '[1,2]'],
		['nothing', { kind: 'json' as const, body: null }, 'null'],
	])('that is answered with %s gives bad-response', async (_what, fault, words) => {
		at.sandbox.fault({ on: 'submit', do: fault });
		const done = await run();

		expect(fluxError(done)).toMatchObject({ code: 'bad-response' });
		expect(done.error?.message).toMatch(/answered the submit without (a|an) /);
		expect(done.error?.message).toContain(words);
		expect(errorText(done)).toContain('may have been accepted and charged');
		expect(submits()).toHaveLength(1);
	});
});

it.each([
	['Insufficient balance', 'insufficient-credits', 1],
	['You exceeded your current quota, please check your plan and billing details', 'insufficient-credits', 1],
	['Rate limit reached for images per minute', 'rate-limited', 3],
	['Too many requests', 'rate-limited', 3],
])('A 429 of an OpenAI-compatible server that says "%s" is %s', async (message, code, sent) => {
	const refused = status(429, undefined, { error: { message } });
	at.sandbox.fault({ on: 'submit', times: 2, do: refused });
	at.sandbox.fault({ on: 'submit', do: status(429, { 'retry-after': '3600' }, { error: { message } }) });
	const done = await runStyle(openAiCompatible, at.sandbox);

	expect(fluxError(done)).toMatchObject({ code });
	expect(done.error?.message).toContain(message);
	expect(submits()).toHaveLength(sent);
});
