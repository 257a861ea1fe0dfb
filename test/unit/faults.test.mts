import { NodeApiError } from 'n8n-workflow';

import { networkErrorOf } from '../../nodes/Flux/http/networkErrors.ts';

/** An error of the network as Node makes it. */
const coded = (code: string, message = `connect ${code}`) => Object.assign(new Error(message), { code });

/** What n8n's request helper makes of it: an AxiosError around it, and one of n8n's own around that. */
const wrapped = (cause: Error & { code?: string }) => {
	const axios = Object.assign(new Error(cause.message, { cause }), {
		name: 'AxiosError',
		isAxiosError: true,
		code: cause.code,
	});
	return new NodeApiError({ name: 'Flux', type: 'flux', typeVersion: 1 } as never, axios as never);
};

describe('What the network says', () => {
	it.each([
		['ECONNREFUSED', 'notSent', 'it refuses the connection'],
		['ENOTFOUND', 'notSent', 'the host name is unknown'],
		['EAI_AGAIN', 'notSent', 'the host name could not be looked up'],
		['EAI_FAIL', 'notSent', 'the host name could not be looked up'],
		['EHOSTUNREACH', 'notSent', 'the host cannot be reached'],
		['ENETUNREACH', 'notSent', 'the network cannot be reached'],
		['ECONNRESET', 'lost', 'the connection was cut'],
		['EPIPE', 'lost', 'the connection was cut'],
		['ETIMEDOUT', 'lost', 'the connection timed out'],
		['ECONNABORTED', 'lost', 'there was no answer in time'],
		['ERR_STREAM_PREMATURE_CLOSE', 'lost', 'the connection was cut'],
		['DEPTH_ZERO_SELF_SIGNED_CERT', 'blocked', 'its certificate is not trusted'],
		['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'blocked', 'its certificate is not trusted'],
		['ERR_TLS_CERT_ALTNAME_INVALID', 'blocked', 'its certificate is not trusted'],
		['CERT_HAS_EXPIRED', 'blocked', 'its certificate is not trusted'],
	])('%s, bare and as n8n hands it over', (code, kind, words) => {
		expect(networkErrorOf(coded(code))).toEqual({ kind, words });
		expect(networkErrorOf(wrapped(coded(code)))).toEqual({ kind, words });
	});
});

it.each([
	'wrong version number',
	'tlsv1 alert protocol version: unsupported protocol',
	'sslv3 alert handshake failure',
])('takes a handshake that ended with "%s" for a request that was not sent', (words) => {
	const error = coded('EPROTO', `write EPROTO 80:error:0A:SSL routines:${words}:record.c:350:`);
	expect(networkErrorOf(wrapped(error))).toMatchObject({
		kind: 'notSent',
		words: expect.stringContaining('https'),
	});
});

it.each(['EHOSTUNREACH', 'ENETUNREACH'])(
	'takes %s on a connection that is there for a request that may have arrived',
	(code) => {
		for (const error of [
			coded(code, `read ${code}`),
			Object.assign(coded(code, 'x'), { syscall: 'write' }),
		]) {
			expect(networkErrorOf(error).kind).toBe('lost');
			expect(networkErrorOf(wrapped(error)).kind).toBe('lost');
		}
		const toAll = Object.assign(new AggregateError([coded(code), coded(code)]), { code });
		expect(networkErrorOf(wrapped(toAll)).kind).toBe('notSent');
	},
);

it('takes a proxy that ends before it is connected for a request that was not sent', () => {
	const error = new Error('Proxy connection ended before receiving CONNECT response');
	expect(networkErrorOf(wrapped(error))).toEqual({ kind: 'notSent', words: 'the proxy cut the connection' });
});

it('finds the reason several causes deep', () => {
	const deep = [1, 2, 3, 4].reduce<Error>(
		(cause, level) => new Error(`level ${level}`, { cause }),
		coded('ECONNREFUSED'),
	);
	expect(networkErrorOf(deep)).toEqual({ kind: 'notSent', words: 'it refuses the connection' });
});

it('finds the reason when every address of a host refused', () => {
	const every = Object.assign(new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]), {
		code: 'ECONNREFUSED',
	});
	expect(networkErrorOf(wrapped(every)).kind).toBe('notSent');
});

it('ends with causes that go in a circle', () => {
	const one = new Error('one');
	one.cause = new Error('two', { cause: one });
	expect(networkErrorOf(one)).toEqual({ kind: 'lost', words: 'one' });
});

it.each([
	['The request was blocked because it resolves to a restricted IP address'],
	['Domain not allowed: This credential is restricted from accessing https://example.com'],
])('says that n8n does not allow it: %s', (message) => {
	expect(networkErrorOf(new Error('wrapper', { cause: new Error(message) }))).toEqual({
		kind: 'blocked',
		words: `n8n does not allow it: ${message}`,
	});
});

describe('What is not known may have arrived', () => {
	it.each([
		['another code', coded('EWHATEVER', 'what a day'), 'what a day'],
		['a code that is a word of every object', coded('constructor', 'odd'), 'odd'],
		['a code that is a number', Object.assign(new Error('odd'), { code: 7 }), 'odd'],
		['an empty message over one that tells', new Error('', { cause: new Error('inner') }), 'inner'],
		['an error without a message', new Error(''), 'the connection broke'],
		['a text', 'boom', 'the connection broke'],
		['nothing', undefined, 'the connection broke'],
	])('%s', (_, error, words) => {
		expect(networkErrorOf(error)).toEqual({ kind: 'lost', words });
	});
});
