import { each, json, order, status, type Cell, type Cells, type Row } from './row.mts';

/** In whole seconds, at least one ahead. */
const soon = () => new Date(Math.ceil((Date.now() + 1000) / 1000) * 1000).toUTCString();
/** Only an order that its provider knows again by its key is sent again. */
const onlyApiframe = (cell: Cell): Cells => [cell, cell, 'success 1', cell];
const once = { times: 1 };

/** The request that buys. */
export const orderRows: Row[] = [
	order('400', status(400), 'invalid-input 0'),
	order('401', status(401), 'authentication 0'),
	order('402', status(402), 'insufficient-credits 0'),
	order('403', status(403), 'authentication 0'),
	// Apiframe knows models by a field: its 404 says that the base URL is wrong.
	order('404', status(404), ['invalid-input 0', 'invalid-input 0', 'bad-response 0', 'invalid-input 0']),
	order('409', status(409), 'bad-response 0'),
	order('413', status(413), 'invalid-input 0'),
	order('422', status(422), 'invalid-input 0'),
	order(
		'403 that repeats the key',
		({ sandbox: { key } }) => ({
			kind: 'status',
			status: 403,
			body: { detail: `No ${key} ${encodeURIComponent(key)}`, error: { message: `No ${key}` } },
			headers: { 'x-told': key },
		}),
		'authentication 0',
	),
	order('429 twice', status(429), 'success 1', { times: 2 }),
	order('429, Retry-After in seconds', status(429, '1'), 'success 1', once),
	order('429, Retry-After as a date', () => status(429, soon()), 'success 1', once),
	order('429, Retry-After beyond Timeout', status(429, '3600'), 'rate-limited 0'),
	order('429 for ever', status(429), 'rate-limited 0', { timeout: 3 }),
	order('500', status(500), onlyApiframe('provider-unavailable 0'), once),
	order('500 for ever', status(500), 'provider-unavailable 0', { timeout: 3 }),
	order(
		'500 after buying',
		{ kind: 'status', status: 500, accepted: true },
		onlyApiframe('provider-unavailable 1'),
		once,
	),
	order(
		'500 after buying, for ever',
		{ kind: 'status', status: 500, accepted: true },
		'provider-unavailable 1',
		{ timeout: 3 },
	),
	order('503', status(503), onlyApiframe('provider-unavailable 0'), once),
	order('503 with Retry-After', status(503, '1'), 'success 1', once),
	order('503 with Retry-After for ever', status(503, '1'), 'provider-unavailable 0', { timeout: 3 }),
	order('connection reset', { kind: 'reset' }, onlyApiframe('provider-unavailable 0'), once),
	order('reset after buying', { kind: 'acceptThenReset' }, onlyApiframe('provider-unavailable 1'), once),
	order('reset after buying, for ever', { kind: 'acceptThenReset' }, 'provider-unavailable 1', {
		timeout: 3,
	}),
	order(
		'cut off in the answer',
		{ kind: 'truncate', how: 'connection' },
		onlyApiframe('provider-unavailable 1'),
		once,
	),
	order('no answer', { kind: 'hang' }, 'timeout 0', { timeout: 2 }),
	order('no answer after buying', { kind: 'hang', accepted: true }, 'timeout 1', { timeout: 2 }),
	order('answer drips for ever', { kind: 'drip' }, 'timeout 1', { timeout: 2 }),
	order('answer is a web page', { kind: 'html' }, 'bad-response 0'),
	order('502 with a web page', { kind: 'html', status: 502 }, 'provider-unavailable 0', { timeout: 3 }),
	order('answer is half a JSON', { kind: 'truncate', how: 'body' }, 'bad-response 1'),
	order('answer without an end', { kind: 'tooLarge', endless: true }, 'bad-response 1'),
	order('empty answer', json({}), 'bad-response 1'),
	order('answer is null', json(null), 'bad-response 1'),
	order(
		'answer without ID or image',
		each(
			json({ polling_url: 'https://api.bfl.ai/v1/get_result?id=1' }),
			json({ status: 'starting', output: null }),
			json({ status: 'QUEUED' }),
			json({ created: 1, data: [] }),
		),
		'bad-response 1',
	),
	order(
		'answer of wrong types',
		each(
			json({ id: 7, polling_url: [] }),
			json({ id: {}, status: 1 }),
			json({ jobId: ['a'] }),
			json({ data: 7, images: 'none' }),
		),
		'bad-response 1',
	),
	order(
		'redirect to a foreign host',
		({ foreign }) => ({ kind: 'redirect', to: foreign }),
		'untrusted-host 0',
	),
	order(
		'redirect (307) to a foreign host',
		({ foreign }) => ({ kind: 'redirect', to: foreign, status: 307 }),
		'untrusted-host 0',
	),
	order('redirect to nowhere', { kind: 'redirect', to: '' }, 'untrusted-host 0'),
];
