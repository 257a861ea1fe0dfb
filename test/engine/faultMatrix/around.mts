import type { ErrorCode } from '../../../nodes/Flux/errors/fluxError.ts';
import { download, jobs, submit, question, status, upload, type Cell, type Cells, type Row } from './row.mts';

const connection = (fault: string, cells: Cell, server: NonNullable<Row['server']>): Row => ({
	...{ phase: 'Connection', fault, rules: () => [], cells, server },
});
const to =
	(url: string): NonNullable<Row['server']> =>
	({ key }) => ({ url, key });

/** The way to the server of the credential. */
export const connectionRows: Row[] = [
	{ ...connection('refused', 'provider-unavailable 0', to('http://127.0.0.1:9')), says: /127\.0\.0\.1:9/ },
	connection('unknown host name', 'provider-unavailable 0', to('https://flux.invalid')),
	connection('https to a server without it', 'provider-unavailable 0', ({ url, key }) => ({
		...{ url: url.replace('http:', 'https:'), key },
	})),
	connection('http to a public host', 'untrusted-host 0', to('http://images.example.com')),
	connection('base URL that is none', 'untrusted-host 0', to('images.example.com')),
	connection('wrong key', 'authentication 0', ({ url, key }) => ({ url, key: `${key}-no-more` })),
];

const inTheSubmit = '– a file goes with the submit';
/** Only some of the APIs take files apart from the submit. */
const uploaded = (fault: string, hit: Parameters<typeof upload>[1], cell: Cell, more: object = {}): Row =>
	upload(fault, hit, ({ uploads }) => (uploads === true ? cell : inTheSubmit), { hasFile: true, ...more });
const none = <C extends ErrorCode>(code: C) => `${code} 0` as const;

/** A file on its way to the provider, before the submit. */
export const uploadRows: Row[] = [
	uploaded('401', status(401), none('authentication')),
	uploaded('413', status(413), none('invalid-input')),
	uploaded('429 twice', status(429, '0'), 'success 1', { times: 2 }),
	uploaded('500 twice', status(500), 'success 1', { times: 2 }),
	uploaded('500 for ever', status(500), none('provider-unavailable'), { timeout: 8 }),
	uploaded('reset twice', { kind: 'reset' }, 'success 1', { times: 2 }),
	uploaded('no answer', { kind: 'hang' }, none('timeout'), { timeout: 3 }),
	uploaded('web page', { kind: 'html' }, none('bad-response')),
	uploaded('redirect', ({ foreign }) => ({ kind: 'redirect', to: foreign }), none('untrusted-host')),
];

const stop = (row: Row, action: 'submit' | 'poll' | 'download'): Row => ({
	...row,
	phase: 'Stop',
	stopAt: ({ hasJobs }) => (action === 'poll' && !hasJobs ? 'submit' : action),
});
const cancelled = (trace: '' | ' job' | ' job url', other: '' | ' url'): Cells =>
	jobs(`cancelled 1${trace}`, `cancelled 1${other}`);

/** The user's Stop. */
export const stopRows: Row[] = [
	stop(submit('in the pause after a 429', status(429, '30'), 'cancelled 0'), 'submit'),
	stop(submit('while the submit has no answer', { kind: 'hang', accepted: true }, 'cancelled 1'), 'submit'),
	stop(question('while the job runs', { kind: 'hang' }, cancelled(' job', '')), 'poll'),
	stop(download('while the image comes', { kind: 'drip' }, cancelled(' job url', ' url')), 'download'),
];
