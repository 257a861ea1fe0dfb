/** What one attempt came to when it brought no usable answer. */
export type AttemptFailure =
	/** The request surely did not arrive: connection refused, unknown host, bad certificate. */
	| { kind: 'notSent'; words: string }
	/** It may have arrived: reset, cut off, no answer in time. */
	| { kind: 'lost'; words: string }
	/** An answer came that makes no sense. */
	| { kind: 'unreadable' }
	| { kind: 'status'; status: number; retryAfter: string | undefined; mayBeRepeated?: boolean };

/**
 * `submit` is billed, so it is sent again only if it surely was not accepted; `idempotentSubmit` carries a key by which the provider
 * knows it again; `read` (uploads, input images, questions) can be repeated freely; so can `poll`, which asks for a job that is paid, and
 * `result`, a finished image, which is there even if its host does not know it yet or refuses it for a moment.
 */
export type Purpose = 'submit' | 'idempotentSubmit' | 'read' | 'poll' | 'result';

/** Whether a status says that there is nothing at a URL, or nothing for us. */
export const isGone = (status: number) => [401, 403, 404, 410].includes(status);

/** What a failure says of the request. */
type Meaning = Exclude<AttemptFailure['kind'], 'status'> | 'refused' | 'transient' | 'gone' | 'final';

function meaningOf(failure: AttemptFailure): Meaning {
	if (failure.kind !== 'status') return failure.kind;
	const { status, retryAfter, mayBeRepeated } = failure;
	if (mayBeRepeated === false) return 'final';
	if (status === 429 || (status === 503 && retryAfterMs(retryAfter, 0) !== undefined)) return 'refused';
	if (status === 408 || status === 425 || status >= 500) return 'transient';
	return isGone(status) ? 'gone' : 'final';
}

/** After what a request is sent again. */
const repeated: Record<Purpose, readonly Meaning[]> = {
	submit: ['notSent', 'refused'],
	idempotentSubmit: ['notSent', 'refused', 'lost', 'transient'],
	read: ['notSent', 'refused', 'lost', 'transient', 'unreadable'],
	poll: ['notSent', 'refused', 'lost', 'transient', 'unreadable'],
	result: ['notSent', 'refused', 'lost', 'transient', 'gone'],
};

export const mayRepeat = (purpose: Purpose, failure: AttemptFailure): boolean =>
	repeated[purpose].includes(meaningOf(failure));

const manyFailures = 4;
/** So long a gateway may answer with a page about its maintenance while a paid job runs. */
const longNonsenseMs = 60_000;

/**
 * Whether to give up after so many failures of a kind, in so many milliseconds: when answers make no sense again and again, which a
 * proxy may garble once, and when a service cannot be reached of which nothing is bought yet, as its URL may be wrong.
 */
export const isHopeless = (
	purpose: Purpose,
	{ kind }: AttemptFailure,
	failures: number,
	sinceMs: number,
): boolean =>
	failures >= manyFailures &&
	(kind === 'unreadable'
		? purpose !== 'poll' || sinceMs >= longNonsenseMs
		: kind === 'notSent' && !['poll', 'result'].includes(purpose));

/** Whether an attempt that failed may have been done all the same. */
export const mayHaveArrived = (failure: AttemptFailure): boolean =>
	['lost', 'transient'].includes(meaningOf(failure));

const shortestPauseMs = 250;
const firstPauseMs = 500;
const longestPauseMs = 30_000;

/**
 * Milliseconds to wait before attempt `attempt + 1`: what `Retry-After` says, however long; else exponential with jitter between
 * half and the whole step, at most half of the time that is left. `random` is in [0, 1).
 */
export function pauseMs(
	attempt: number,
	failure: AttemptFailure,
	remainingMs: number,
	now: number,
	random: number,
): number {
	const asked = failure.kind === 'status' ? retryAfterMs(failure.retryAfter, now) : undefined;
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

/** When a quota begins anew: seconds from now, or the time in seconds or milliseconds since the epoch. */
const resets = [
	'ratelimit-reset',
	'x-ratelimit-retry-after',
	'x-ratelimit-reset-after',
	'x-ratelimit-reset',
	'x-rate-limit-reset',
];

const numberIn = (value: unknown) =>
	['string', 'number'].includes(typeof value) && /^\d+(\.\d+)?$/.test(String(value).trim())
		? Number(value)
		: undefined;

const longestToldSeconds = 86_400;

/** Seconds that the body of a refusal asks to wait: as a number of its own or of its error, or in its words. */
function secondsIn(body: unknown): number | undefined {
	if (typeof body !== 'object' || body === null) return undefined;
	const { retry_after, error } = body as { retry_after?: unknown; error?: { retry_after?: unknown } };
	const words = Object.values(body).filter((value) => typeof value === 'string');
	const [, count, unit] = /resets? in ~?(\d+(?:\.\d+)?) ?(s|m(?!s))/i.exec(words.join(' ')) ?? [];
	const inWords = count === undefined ? undefined : Number(count) * (/m/i.test(unit) ? 60 : 1);
	const told = numberIn(retry_after) ?? numberIn(error?.retry_after);
	// Others write a date there, or nothing that says how long.
	return told !== undefined && told > 0 && told <= longestToldSeconds ? told : inWords;
}

/** Seconds that a refusal asks to wait, in whichever header it stands, or in the body; `now` by the clock of who asks. */
export function retryAfterIn(
	status: number,
	headers: Record<string, unknown>,
	now: number,
	body?: unknown,
): string | undefined {
	const textOf = (name: string) => String(headers[name] ?? '').trim();
	const numberOf = (name: string) => numberIn(headers[name]);
	const exact = numberOf('retry-after-ms');
	if (exact !== undefined) return String(exact / 1000);
	const asked = retryAfterMs(textOf('retry-after'), now);
	if (asked !== undefined) return String(asked / 1000);
	// Many servers send the others with every answer: with a 503 they say nothing of whether a submit was accepted.
	if (status !== 429) return undefined;
	const told = secondsIn(body);
	if (told !== undefined) return String(told);
	const reset = resets.map(numberOf).find((one) => one !== undefined);
	if (reset === undefined) return undefined;
	const at = reset > 1e12 ? reset : reset * 1000;
	return String(reset > 1e9 ? Math.max(0, at - now) / 1000 : reset);
}
