/** What one attempt came to when it brought no usable answer. */
export type AttemptFailure =
	/** The request surely did not arrive: connection refused, unknown host, bad certificate. */
	| { kind: 'notSent'; words: string }
	/** It may have arrived: reset, cut off, no answer in time. */
	| { kind: 'lost'; words: string }
	/** An answer came that makes no sense. */
	| { kind: 'unreadable' }
	| { kind: 'status'; status: number; retryAfter: string | undefined };

/**
 * `submit` buys, so it is sent again only if it surely was not accepted; `idempotentSubmit` carries a key by which the provider
 * knows it again; `read` (polls, uploads, input images) can be repeated freely; so can `result`, a finished image, which is there even
 * if its host does not know it yet or refuses it for a moment.
 */
export type Purpose = 'submit' | 'idempotentSubmit' | 'read' | 'result';

const transientStatus = (status: number) =>
	status === 408 || status === 425 || status === 429 || status >= 500;

/** Whether a status says that there is nothing at a URL, or nothing for us. */
export const isGone = (status: number) => [401, 403, 404, 410].includes(status);

/** Statuses that say that an order was not accepted. */
const isRefusal = (fault: AttemptFailure) =>
	fault.kind === 'status' &&
	(fault.status === 429 || (fault.status === 503 && retryAfterMs(fault.retryAfter, 0) !== undefined));

/** The retry law. */
export function mayRepeat(purpose: Purpose, fault: AttemptFailure): boolean {
	if (fault.kind === 'notSent') return true;
	if (purpose === 'submit') return isRefusal(fault);
	if (fault.kind === 'unreadable') return purpose === 'read';
	if (fault.kind === 'lost' || transientStatus(fault.status)) return true;
	return purpose === 'result' && isGone(fault.status);
}

const shortestPauseMs = 250;
const firstPauseMs = 500;
const longestPauseMs = 30_000;

/**
 * Milliseconds to wait before attempt `attempt + 1`: what `Retry-After` says, however long; else exponential with jitter between
 * half and the whole step, at most half of the time that is left. `random` is in [0, 1).
 */
export function pauseMs(
	attempt: number,
	fault: AttemptFailure,
	remainingMs: number,
	now: number,
	random: number,
): number {
	const asked = fault.kind === 'status' ? retryAfterMs(fault.retryAfter, now) : undefined;
	if (asked !== undefined) return Math.max(asked, shortestPauseMs);
	const step = Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs);
	return Math.max(Math.min(step * (0.5 + random / 2), remainingMs / 2), shortestPauseMs);
}

const isDate = /^([A-Z][a-z]{2,8},? .*\d\d:\d\d:\d\d( .+)?|\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*)$/;

/** `Retry-After` in milliseconds from now, or undefined if there is none that can be read. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
	const text = header?.trim();
	if (text === undefined || text === '') return undefined;
	if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
	// Date.parse makes a date of any text that holds a number.
	const date = isDate.test(text) ? Date.parse(text) : Number.NaN;
	return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/**
 * When to come again by the headers of an answer, written as `Retry-After` is. The time at which a limit is reset counts only with 429,
 * because some servers tell it with every answer.
 */
export function retryAfterIn(headers: Record<string, unknown>, status: number): string | undefined {
	const text = (name: string) => {
		const value = headers[name];
		return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
	};
	const ms = Number(text('retry-after-ms') ?? Number.NaN);
	if (ms >= 0) return String(ms / 1000);
	const asked = text('retry-after');
	if (asked !== undefined || status !== 429) return asked;
	const resets = resetHeaders.map(text).find((value) => value !== undefined);
	const seconds = Number(resets ?? Number.NaN);
	// A number of that size is a date, in seconds since the epoch.
	return seconds > 1e9 ? new Date(seconds * 1000).toISOString() : resets;
}

const resetHeaders = [
	'x-ratelimit-retry-after',
	'x-ratelimit-reset-after',
	'ratelimit-reset',
	'x-ratelimit-reset',
	'x-rate-limit-reset',
];
