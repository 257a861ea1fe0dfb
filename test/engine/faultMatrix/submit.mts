import type { ErrorCode } from '../../../nodes/Flux/errors/fluxError.ts';
import { json, submit, status, words, type Cell, type Cells, type Row } from './row.mts';
import type { Style } from '../../support/styles.mts';

/** In whole seconds, at least one ahead. */
const soon = () => new Date(Math.ceil((Date.now() + 1000) / 1000) * 1000).toUTCString();
/** Only a submit that its provider knows again by its key is sent again. */
const lostUnlessKnown =
	(cell: Cell): Cells =>
	({ isIdempotent }) =>
		isIdempotent === true ? 'success 1' : cell;
const sentAgain = ({ isIdempotent }: Style) => (isIdempotent === true ? 2 : 1);
const once = { times: 1 };
const told = 'Told by the provider';
/** A refusal in the provider's words, of which the user reads them. */
const refused = (code: number, meaning: ErrorCode, first = ''): Row =>
	submit(
		String(code),
		{ kind: 'status', status: code, body: { detail: told, error: told } },
		`${meaning} 0`,
		{
			says: new RegExp(`${first} \\(HTTP ${code}\\): ${told}`),
			advises: /Nothing was billed/,
			requests: 1,
		},
	);
/** It may have been billed, and nobody knows. */
const unsure = { advises: /may have accepted the job.* may bill/, requests: sentAgain };
const billedThen = (code: number): Row =>
	submit(
		`${code} after it was accepted`,
		{ kind: 'status', status: code, accepted: true },
		lostUnlessKnown('provider-unavailable 1'),
		{ ...once, ...unsure, says: new RegExp(`HTTP ${code}`) },
	);
const unread = (start: RegExp) => ({
	...{ says: start, advises: /may have been accepted and charged/, requests: 1 },
});

const notFollowed = {
	...{ says: /redirects to .*, which was not followed/, advises: /into the credential if you trust it/ },
};

/** The request that is billed. */
export const submitRows: Row[] = [
	refused(400, 'invalid-input'),
	refused(401, 'authentication', 'does not accept the API key'),
	refused(402, 'insufficient-credits'),
	refused(403, 'authentication', 'refuses this to the API key'),
	submit('404', status(404), ({ submitNotFound }) => `${submitNotFound} 0`),
	submit(
		'402 of an empty account',
		({ sandbox }) => {
			sandbox.credits = 0;
			return { kind: 'slow', seconds: 0 };
		},
		'insufficient-credits 0',
		{ says: /HTTP 40[23]/, advises: /Nothing was billed/, requests: 1 },
	),
	submit('409', status(409), 'bad-response 0'),
	submit('413', status(413), 'invalid-input 0'),
	refused(422, 'invalid-input'),
	submit(
		'403 that repeats the key',
		({ sandbox: { key } }) => ({
			kind: 'status',
			status: 403,
			body: { detail: `No ${key} ${encodeURIComponent(key)}`, error: { message: `No ${key}` } },
			headers: { 'x-told': key },
		}),
		'authentication 0',
	),
	submit('429 twice', status(429), 'success 1', { times: 2 }),
	submit('429, Retry-After in seconds', status(429, '1'), 'success 1', once),
	submit('429, Retry-After as a date', () => status(429, soon()), 'success 1', once),
	submit('429, Retry-After beyond Timeout', status(429, '3600'), 'rate-limited 0', {
		...{ says: /HTTP 429/, advises: /Nothing was billed/ },
	}),
	submit('429 for ever', status(429), 'rate-limited 0', { timeout: 3 }),
	submit('500', status(500), lostUnlessKnown('provider-unavailable 0'), once),
	submit('500 for ever', status(500), 'provider-unavailable 0', {
		...{ timeout: 3, says: /HTTP 500/ },
		advises: ({ isIdempotent }) =>
			isIdempotent === true ? /may have accepted the job.*Retry On Fail finds/ : /may have accepted the job/,
	}),
	...[500, 502, 503, 504].map(billedThen),
	submit(
		'500 after it was accepted, for ever',
		{ kind: 'status', status: 500, accepted: true },
		'provider-unavailable 1',
		{ timeout: 3 },
	),
	submit('503', status(503), lostUnlessKnown('provider-unavailable 0'), once),
	submit('503 with Retry-After', status(503, '1'), 'success 1', once),
	submit('503 with Retry-After for ever', status(503, '1'), 'provider-unavailable 0', { timeout: 3 }),
	submit('connection reset', { kind: 'reset' }, lostUnlessKnown('provider-unavailable 0'), once),
	submit(
		'reset after it was accepted',
		{ kind: 'acceptThenReset' },
		lostUnlessKnown('provider-unavailable 1'),
		{
			...once,
			...unsure,
		},
	),
	submit('reset after it was accepted, for ever', { kind: 'acceptThenReset' }, 'provider-unavailable 1', {
		timeout: 3,
	}),
	submit(
		'cut off in the answer',
		{ kind: 'truncate', how: 'connection' },
		lostUnlessKnown('provider-unavailable 1'),
		{ ...once, ...unsure },
	),
	submit('no answer', { kind: 'hang' }, 'timeout 0', { timeout: 2 }),
	submit('no answer after it was accepted', { kind: 'hang', accepted: true }, 'timeout 1', {
		...{ timeout: 2, says: /while the job was being submitted/, requests: 1 },
		advises: /may have accepted the job.* may bill.*Raise Timeout/,
	}),
	submit('answer drips for ever', { kind: 'drip' }, 'timeout 1', { timeout: 2 }),
	submit(
		'answer is a web page',
		{ kind: 'html' },
		'bad-response 0',
		unread(/answered the submit without an? .*Just a moment/),
	),
	submit('502 with a web page', { kind: 'html', status: 502 }, 'provider-unavailable 0', { timeout: 3 }),
	submit('answer is half a JSON', { kind: 'truncate', how: 'body' }, 'bad-response 1'),
	submit('answer without an end', { kind: 'tooLarge', endless: true }, 'bad-response 1'),
	submit('empty answer', json({}), 'bad-response 1'),
	submit('answer is null', json(null), 'bad-response 1', unread(/answered the submit without an? .*null/)),
	submit(
		'answer is JSON of another kind',
		json({ ok: true }),
		'bad-response 1',
		unread(/answered the submit without an? .*\{"ok":true\}/),
	),
	submit(
		'answer is a list',
		json([1, 2]),
		'bad-response 1',
		unread(/answered the submit without an? .*\[1,2\]/),
	),
	submit('answer without ID or image', words('noIdOrImage'), 'bad-response 1'),
	submit('answer of wrong types', words('wrongSubmit'), 'bad-response 1'),
	submit(
		'redirect to a foreign host',
		({ foreign }) => ({ kind: 'redirect', to: foreign }),
		'untrusted-host 0',
		notFollowed,
	),
	submit(
		'redirect (307) to a foreign host',
		({ foreign }) => ({ kind: 'redirect', to: foreign, status: 307 }),
		'untrusted-host 0',
		notFollowed,
	),
	submit('redirect to nowhere', { kind: 'redirect', to: '' }, 'untrusted-host 0', {
		says: /redirects without saying where to/,
	}),
	submit('407 of a proxy', status(407), 'provider-unavailable 0', {
		...{ says: /The proxy asks for a user name/, advises: /USER:PASSWORD@HOST/, requests: 1 },
	}),
];
