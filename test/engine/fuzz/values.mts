import fc from 'fast-check';

import { character } from '../../unit/fuzzRuns.mts';
import { goodImageUrl } from './templates.mts';

export const weighted = <T,>(...arms: Array<[number, fc.Arbitrary<T>]>): fc.Arbitrary<T> =>
	fc.oneof(...arms.map(([weight, arbitrary]) => ({ weight, arbitrary })));
export const often = <T,>(weight: number, usual: T, others: fc.Arbitrary<T>): fc.Arbitrary<T> =>
	weighted([weight, fc.constant(usual)], [100 - weight, others]);

// The addresses that may be asked are the test's own server and closed ports of this machine.
export const urls = [
	goodImageUrl,
	'%BASE%/file/sample.png?k=%KEY%',
	'%BASE%/file/%2e%2e%2f%2e%2e',
	'%BASE%/file/../../../etc/passwd',
	'%BASE%/file/a%00b',
	'%BASE%/file/%zz#fragment',
	'%BASE%/nowhere',
	'%BASE%',
	'%PATH%/file/relative.png',
	'/file/other.png',
	'file/relative.png',
	'../../file/x.png',
	'..',
	'//127.0.0.1:1/x.png',
	'\\\\127.0.0.1\\x.png',
	'http://127.0.0.1:1/refused.png',
	'http://[::1]:1/refused.png',
	'http://user:secret@127.0.0.1:1/x.png',
	'http://0x7f.1:1/x.png',
	'http://127.0.0.1:0/x.png',
	'http://127.0.0.1:99999/x.png',
	'https://127.0.0.1:1/x.png',
	'https://images.example/x.png',
	'http://api.bfl.ai.example/v1/get_result?id=1',
	'https://api.us1.bfl.ai/v1/get_result?id=1',
	'HTTP://127.0.0.1:1/UPPER.PNG',
	'http://',
	'http:///x.png',
	'http://exa mple/x.png',
	'http://[::1/x.png',
	'file:///etc/passwd',
	'ftp://127.0.0.1/x.png',
	'javascript:alert(1)',
	'data:image/png;base64,iVBORw0KGgo=',
	'data:image/png;base64,%KEY%',
	'data:text/html,<h1>x</h1>',
	'blob:http://127.0.0.1/1',
	'about:blank',
	'\thttp://127.0.0.1:1/\n',
	'http://127.0.0.1:1/\ud800',
	`http://127.0.0.1:1/${'long'.repeat(3_000)}`,
];

export const words = [
	...['Pending', 'Reasoning', 'Generating', 'Ready', 'Request Moderated', 'Content Moderated', 'Error'],
	...['Failed', 'Task not found', 'starting', 'processing', 'succeeded', 'failed', 'canceled', 'aborted'],
	...[
		'QUEUED',
		'PROCESSING',
		'COMPLETED',
		'FAILED',
		'CANCELLED',
		'ready',
		'READY',
		' Ready ',
		'Contemplating',
	],
	...['', 'constructor', '__proto__', 'toString', 'hasOwnProperty', 'null', '0', 'Réady', 'Ready\u0000'],
];

export const texts = [
	...['', ' ', '\n', '0', '-1', '1e999', 'null', 'true', '..', '.', '../..', '../cancel'],
	...[
		'a/b',
		'a?b=c',
		'a#b',
		'a%2Fb',
		'%',
		'%00',
		'%KEY%',
		'Bearer %KEY%',
		'\u0000',
		'\u202e',
		'\ufeff',
		'😀',
	],
	...['\ud800', 'abcdefg😀', '\udc00x', 'x'.repeat(200), 'x'.repeat(201), 'y'.repeat(20_000), '<img src=x>'],
	...['insufficient balance', 'content_policy_violation', 'flagged', 'NSFW output', "'; DROP TABLE jobs; --"],
	...['resets in ~1s', 'resets in 99999m', 'http', 'https://', '{{ $json }}', '={{ 1 + 1 }}', '%s%s%n'],
];

// Numbers that JSON can say and JavaScript cannot hold are written in afterwards.
const rawNumber = (digits: string) => `@raw:${digits}`;
export const numbers = [
	...[0, -0, -1, 1, 0.5, 1.5, 7, 1e21, 2 ** 31, 2 ** 53, Number.MAX_VALUE, Number.MIN_VALUE],
	...['1e999', '-1e999', '1E400', '9'.repeat(400), '0.1e-999', '-0.0'].map(rawNumber),
];

export const nested = (depth: number): unknown => {
	let value: unknown = 'deep';
	for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { down: value };
	return value;
};

export const anyValue: fc.Arbitrary<unknown> = weighted<unknown>(
	[3, fc.constantFrom<unknown>(null, true, false, [], {}, [null], [[]], '', 0)],
	[3, fc.constantFrom(...texts)],
	[2, fc.constantFrom<unknown>(...numbers)],
	[2, fc.constantFrom(...urls)],
	[1, fc.constantFrom(...words)],
	[1, fc.jsonValue({ maxDepth: 3 })],
	[1, fc.string({ unit: character, maxLength: 30 })],
	[1, fc.constantFrom(3, 50, 900, 20_000).map((depth) => `@deep:${depth}`)],
);

export const anyUrl = fc.constantFrom(...urls);
export const anyWord = fc.constantFrom<unknown>(...words, ...numbers);
export const anyNumber = fc.constantFrom<unknown>(...numbers);
export const anyText = fc.constantFrom(...texts);

export const statuses = [
	...[
		200, 200, 201, 202, 203, 204, 206, 226, 300, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403, 404, 405,
	],
	...[
		406, 408, 409, 410, 412, 413, 415, 418, 421, 422, 425, 429, 429, 429, 451, 499, 500, 502, 503, 503, 504,
	],
	...[507, 520, 524, 530, 599, 600, 999],
];
export const retryAfters = [
	...[
		'0',
		'1',
		'2',
		'0.2',
		'-1',
		'3600',
		'9'.repeat(400),
		'1e3',
		'soon',
		'soon 5',
		'',
		' 1 ',
		'1, 2',
		'%KEY%',
	],
	...['Fri, 20 Nov 1970 20:00:30 GMT', 'Fri, 20 Nov 2099 20:00:30 GMT', '2020-01-01', '0x10', '١'],
].map((text) => (/^[\x20-\x7e]*$/.test(text) ? text : '?'));
export const types = [
	...[
		'text/html',
		'text/plain; charset=utf-16',
		'image/png',
		'image/svg+xml',
		'application/octet-stream',
		'',
	],
	...['application/json; charset=iso-8859-1', 'text/event-stream', 'multipart/mixed; boundary=x', '%KEY%'],
];
