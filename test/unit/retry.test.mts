import fc from 'fast-check';

import { statusFailure } from '../../nodes/Flux/http/answer.ts';
import {
	mayRepeat,
	pauseMs,
	retryAfterIn,
	retryAfterMs,
	type AttemptFailure,
	type Purpose,
} from '../../nodes/Flux/http/retry.ts';

const status = (code: number, retryAfter?: string): AttemptFailure => ({
	kind: 'status',
	status: code,
	retryAfter,
});
const lost: AttemptFailure = { kind: 'lost', words: 'the connection was cut' };
const notSent: AttemptFailure = { kind: 'notSent', words: 'it refuses the connection' };
const unreadable: AttemptFailure = { kind: 'unreadable' };

describe('The retry law', () => {
	const purposes: Purpose[] = ['submit', 'idempotentSubmit', 'read'];
	/** Whether a submit, a submit with an idempotency key, and a poll or download is sent again. */
	const law: Array<[string, AttemptFailure, boolean, boolean, boolean]> = [
		['the request never left', notSent, true, true, true],
		['the connection broke', lost, false, true, true],
		['the answer makes no sense', unreadable, false, false, true],
		['HTTP 400', status(400), false, false, false],
		['HTTP 401', status(401), false, false, false],
		['HTTP 402', status(402), false, false, false],
		['HTTP 403', status(403), false, false, false],
		['HTTP 404', status(404), false, false, false],
		['HTTP 408', status(408), false, true, true],
		['HTTP 409', status(409), false, false, false],
		['HTTP 410', status(410), false, false, false],
		['HTTP 413', status(413), false, false, false],
		['HTTP 422', status(422), false, false, false],
		['HTTP 425', status(425), false, true, true],
		['HTTP 429', status(429), true, true, true],
		['HTTP 429 with Retry-After', status(429, '7'), true, true, true],
		['HTTP 451', status(451), false, false, false],
		['HTTP 500', status(500), false, true, true],
		['HTTP 500 with Retry-After', status(500, '7'), false, true, true],
		['HTTP 502', status(502), false, true, true],
		['HTTP 502 with Retry-After', status(502, '7'), false, true, true],
		['HTTP 503', status(503), false, true, true],
		['HTTP 503 with Retry-After', status(503, '7'), true, true, true],
		['HTTP 504', status(504), false, true, true],
		['HTTP 504 with Retry-After', status(504, '7'), false, true, true],
		['HTTP 524', status(524), false, true, true],
	];

	it.each(law)('after "%s"', (_, fault, ...expected) => {
		expect(purposes.map((purpose) => mayRepeat(purpose, fault))).toEqual(expected);
	});
});

describe('Retry-After', () => {
	const now = Date.parse('2026-11-20T20:00:00Z');
	it.each([
		['seconds', '3', 3_000],
		['parts of a second', '1.5', 1_500],
		['no wait', '0', 0],
		['a long time', '3600', 3_600_000],
		['spaces around it', ' 12 ', 12_000],
		['a date to come', 'Fri, 20 Nov 2026 20:00:30 GMT', 30_000],
		['a date that is past', 'Fri, 20 Nov 2026 19:59:00 GMT', 0],
		['words', 'in a while', undefined],
		['infinity', 'Infinity', undefined],
		['nothing', '', undefined],
		['only spaces', '  ', undefined],
		['no header at all', undefined, undefined],
	])('may be %s: %j', (_, header, expected) => {
		expect(retryAfterMs(header, now)).toBe(expected);
	});

	it('is waited for however long it is, and whatever time is left', () => {
		expect(pauseMs(1, status(429, '120'), 60_000, now, 0)).toBe(120_000);
	});

	it('never makes the pause shorter than the floor', () => {
		expect(pauseMs(5, status(429, '0'), 60_000, now, 0.5)).toBe(250);
	});

	it.each(['soon', undefined])('%j means the usual backoff', (header) => {
		expect(pauseMs(3, status(503, header), 1_000_000, now, 0)).toBe(1_000);
	});
});

describe('The pause before the next attempt', () => {
	it.each([
		[1, 0, 250],
		[1, 0.5, 375],
		[2, 0, 500],
		[3, 0, 1_000],
		[4, 0, 2_000],
		[6, 0.5, 12_000],
		[7, 0, 15_000],
		[50, 0, 15_000],
		[2_000, 0, 15_000],
	])('after attempt %i with chance %d is %i ms', (attempt, random, expected) => {
		expect(pauseMs(attempt, lost, 10_000_000, 0, random)).toBe(expected);
	});

	it('lies between half of the step and the whole, and never takes more than half of what is left', () => {
		const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
		fc.assert(
			fc.property(fc.nat(60), fc.nat(600_000), chance, (before, remaining, random) => {
				const pause = pauseMs(before + 1, lost, remaining, 0, random);
				expect(pause).toBeGreaterThanOrEqual(250);
				expect(pause).toBeLessThanOrEqual(30_000);
				expect(pause).toBeLessThanOrEqual(Math.max(250, remaining / 2));
			}),
			{ seed: 1 },
		);
	});

	it('never becomes shorter from one attempt to the next with the same chance', () => {
		fc.assert(
			fc.property(fc.nat(30), fc.double({ min: 0, max: 0.999, noNaN: true }), (before, random) => {
				const [one, next] = [1, 2].map((more) => pauseMs(before + more, lost, 1e9, 0, random));
				expect(next).toBeGreaterThanOrEqual(one);
			}),
			{ seed: 2 },
		);
	});
});

describe('The headers that ask to wait', () => {
	const now = Date.parse('2026-11-20T20:00:00Z');
	it.each([
		['Retry-After', { 'retry-after': '3' }, '3'],
		['Retry-After as a date', { 'retry-after': 'Fri, 20 Nov 2026 20:00:05 GMT' }, '5'],
		['retry-after-ms before it', { 'retry-after-ms': '250', 'retry-after': '3' }, '0.25'],
		['Retry-After where retry-after-ms is no number', { 'retry-after-ms': 'soon', 'retry-after': '3' }, '3'],
		['Retry-After before a reset', { 'retry-after': '3', 'ratelimit-reset': '9' }, '3'],
		[
			'RateLimit-Reset where Retry-After cannot be read',
			{ 'retry-after': 'soon', 'ratelimit-reset': '9' },
			'9',
		],
		['X-RateLimit-Retry-After', { 'x-ratelimit-retry-after': '7' }, '7'],
		['X-RateLimit-Reset-After', { 'x-ratelimit-reset-after': '0.5' }, '0.5'],
		['X-RateLimit-Reset in seconds from now', { 'x-ratelimit-reset': '12' }, '12'],
		['X-RateLimit-Reset in seconds since the epoch', { 'x-ratelimit-reset': String(now / 1000 + 6) }, '6'],
		[
			'X-RateLimit-Reset in milliseconds since the epoch',
			{ 'x-ratelimit-reset': String(now + 6_500) },
			'6.5',
		],
		['a reset that is over', { 'x-ratelimit-reset': String(now / 1000 - 60) }, '0'],
		['a reset that is no number', { 'x-ratelimit-reset': '1m30s' }, undefined],
		['none', {}, undefined],
	])('are read: %s', (_, headers, expected) => {
		expect(retryAfterIn(429, headers, now)).toBe(expected);
	});

	it.each([
		[429, { detail: 'Request was throttled. Your rate limit resets in ~30s.' }, '30'],
		[429, { detail: 'Request was throttled. Your rate limit resets in ~2m.' }, '120'],
		[429, { detail: 'Your rate limit resets in ~30s.', retry_after: 9 }, '9'],
		[429, { error: 'rate_limit_exceeded', message: 'Too many concurrent requests', retry_after: 5 }, '5'],
		[429, { error: { message: 'Slow down', retry_after: '1.5' } }, '1.5'],
		[429, { retry_after: 'soon', detail: 'later' }, undefined],
		[429, { retry_after: null, error: null }, undefined],
		[429, { retry_after: -1 }, undefined],
		[429, { retry_after: 0 }, undefined],
		[429, { retry_after: 1_764_189_600 }, undefined],
		[429, { retry_after: { toString: 1 } }, undefined],
		[429, ['Your rate limit resets in 300ms'], undefined],
		[429, undefined, undefined],
		[503, { retry_after: 9 }, undefined],
	])('may be asked for by the body: HTTP %d with %j waits %s seconds', (code, body, seconds) => {
		expect(retryAfterIn(code, {}, now, body)).toBe(seconds);
		expect(retryAfterIn(code, { 'retry-after': '2' }, now, body)).toBe('2');
	});

	it.each([
		['Retry-After', 'Fri, 20 Nov 2026 20:00:05 GMT'],
		['X-RateLimit-Reset', String(now / 1000 + 5)],
	])('mean by a time the clock of the server, not the one here: %s', (name, time) => {
		const headers = { date: new Date(now).toUTCString(), [name.toLowerCase()]: time };
		expect(statusFailure(429, headers)).toMatchObject({ retryAfter: '5' });
	});

	it('are no sign that a submit was not accepted if they come with every answer', () => {
		const headers = { 'ratelimit-reset': '9', 'x-ratelimit-reset': '9' };
		const retryAfter = retryAfterIn(503, headers, now);
		expect(retryAfter).toBeUndefined();
		expect(mayRepeat('submit', { kind: 'status', status: 503, retryAfter })).toBe(false);
		expect(retryAfterIn(503, { ...headers, 'retry-after': '2' }, now)).toBe('2');
		expect(retryAfterIn(503, { ...headers, 'retry-after-ms': '2' }, now)).toBe('0.002');
	});
});
