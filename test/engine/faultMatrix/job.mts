import type { Fault } from '../../sandbox/sandbox.mts';
import { but, each, jobs, json, outcome, question, status, type Row } from './row.mts';
import type { Style } from '../../support/styles.mts';

const state = (word: string, details?: unknown, httpStatus?: number): Fault => ({
	...{ kind: 'state', status: word, details, httpStatus },
});
const onceOnly = '– the answer to the order comes once';
const refused = '– a refused order is bought by nobody: see Order';
const noStates = '– there are no states';
const twice = { times: 2 };
/** What became of it, with the provider's reason. */
const told =
	(what: string, reasons: string) =>
	({ label }: Style): RegExp =>
		new RegExp(`${label} ${what}.*: .*(${reasons})`, 'i');

/** The job, asked for until it is over. */
export const jobRows: Row[] = [
	question('401', status(401), jobs('authentication 1 job', refused)),
	question('403', status(403), jobs('authentication 1 job', refused)),
	question('422', status(422), jobs('bad-response 1 job', refused)),
	question(
		'not known at first',
		each({
			blackForestLabs: state('Task not found', undefined, 404),
			replicate: status(404),
			apiframe: status(404),
		}),
		jobs('success 1', onceOnly),
		twice,
	),
	question(
		'never known',
		each({
			blackForestLabs: state('Task not found', undefined, 404),
			replicate: status(404),
			apiframe: status(404),
		}),
		jobs('job-not-found 1 job', refused),
		{ says: /does not know the job/ },
	),
	question('429 twice', status(429, '0'), jobs('success 1', refused), twice),
	question('429, Retry-After in seconds', status(429, '1'), jobs('success 1', refused), { times: 1 }),
	question('429 for ever', status(429), jobs('rate-limited 1 job', refused), { timeout: 6 }),
	question('500 twice', status(500), jobs('success 1', 'provider-unavailable 1'), twice),
	question('500 for ever', status(500), jobs('provider-unavailable 1 job', 'provider-unavailable 1'), {
		timeout: 6,
	}),
	question('503 with Retry-After', status(503, '1'), jobs('success 1', refused), { times: 1 }),
	question('reset twice', { kind: 'reset' }, jobs('success 1', 'provider-unavailable 1'), twice),
	question(
		'reset for ever',
		{ kind: 'reset' },
		jobs('provider-unavailable 1 job', 'provider-unavailable 1'),
		{ timeout: 6 },
	),
	question('no answer', { kind: 'hang' }, jobs('timeout 1 job', 'timeout 1'), { timeout: 5 }),
	question('answer drips for ever', { kind: 'drip' }, jobs('timeout 1 job', 'timeout 1'), { timeout: 5 }),
	question('web page twice', { kind: 'html' }, jobs('success 1', 'bad-response 1'), twice),
	question('web page for ever', { kind: 'html' }, jobs('bad-response 1 job', 'bad-response 1')),
	question(
		'502 with a web page, for ever',
		{ kind: 'html', status: 502 },
		jobs('provider-unavailable 1 job', 'provider-unavailable 1'),
		{ timeout: 6 },
	),
	question(
		'half a JSON twice',
		{ kind: 'truncate', how: 'body' },
		jobs('success 1', 'bad-response 1'),
		twice,
	),
	question(
		'half a JSON for ever',
		{ kind: 'truncate', how: 'body' },
		jobs('bad-response 1 job', 'bad-response 1'),
	),
	question(
		'cut off in the answer twice',
		{ kind: 'truncate', how: 'connection' },
		jobs('success 1', 'provider-unavailable 1'),
		twice,
	),
	question(
		'answer without an end',
		{ kind: 'tooLarge', endless: true },
		jobs('bad-response 1 job', 'bad-response 1'),
	),
	question('empty answer', json({}), jobs('bad-response 1 job', 'bad-response 1')),
	question(
		'answer of wrong types',
		each({
			blackForestLabs: json({ id: 7, status: [] }),
			replicate: json({ id: 7, status: 1 }),
			apiframe: json({ id: 7, status: {} }),
			openAiCompatible: json({ data: [1] }),
		}),
		jobs('bad-response 1 job', 'bad-response 1'),
	),
	question(
		'redirect to a foreign host',
		({ foreign }) => ({ kind: 'redirect', to: foreign }),
		jobs('untrusted-host 1 job', '– an order that is redirected was not taken: see Order'),
	),
	{
		...outcome(
			'URL to ask at is on a foreign host',
			({ foreign }) => ({ kind: 'pollingUrl', to: foreign }),
			but('– no such URL is named', { blackForestLabs: 'untrusted-host 1 job', replicate: 'success 1' }),
		),
		isAsked: true,
	},
	question('unknown word twice', state('Contemplating'), jobs('success 1', noStates), twice),
	question('unknown word for ever', state('Contemplating'), jobs('timeout 1 job', noStates), { timeout: 5 }),
	outcome(
		'fails',
		each({
			blackForestLabs: state('Error', 'GPU on fire'),
			replicate: state('failed', 'GPU on fire'),
			apiframe: state('FAILED', 'GPU on fire'),
		}),
		jobs('job-failed 1 job', '– an order that fails is refused: see Order'),
		{ says: told('could not make the image', 'GPU on fire') },
	),
	outcome(
		'prompt refused',
		each({
			blackForestLabs: state('Request Moderated', { 'Moderation Reasons': ['Violence'] }),
			replicate: state('failed', 'Your prompt was flagged as sensitive'),
			apiframe: state('FAILED', 'The prompt was flagged'),
			openAiCompatible: {
				kind: 'status',
				status: 400,
				body: { error: { message: 'Rejected', code: 'content_policy_violation' } },
			},
		}),
		jobs('prompt-moderated 1 job', 'prompt-moderated 0'),
		{
			says: told(
				'refused the prompt',
				'Violence|Your prompt was flagged as sensitive|The prompt was flagged|Rejected',
			),
		},
	),
	outcome(
		'image withheld',
		each({
			blackForestLabs: state('Content Moderated', { 'Moderation Reasons': ['Nudity'] }),
			replicate: state('failed', 'NSFW content detected in the output (E005)'),
			apiframe: state('FAILED', 'NSFW content detected'),
			openAiCompatible: {
				kind: 'status',
				status: 400,
				body: { error: { message: 'The generated image was flagged' } },
			},
		}),
		jobs('image-moderated 1 job', 'image-moderated 0'),
		{
			says: told(
				'withheld the finished image',
				'Nudity|NSFW content detected|The generated image was flagged',
			),
		},
	),
	outcome(
		'cancelled elsewhere',
		each({ replicate: state('canceled'), apiframe: state('CANCELLED') }),
		but('job-cancelled 1 job', {
			blackForestLabs: '– jobs cannot be cancelled',
			openAiCompatible: '– there are no jobs',
		}),
		{ says: /cancelled at the provider/ },
	),
	question(
		'image deleted before it was asked for',
		each({
			replicate: json({ id: 'a', status: 'succeeded', output: null, data_removed: true }),
			apiframe: json({ id: 'a', status: 'COMPLETED', result: null, expired: true }),
		}),
		but('– it is not told: see Image', { replicate: 'expired 1 job', apiframe: 'expired 1 job' }),
	),
	question(
		'finished without an image',
		each({
			blackForestLabs: json({ id: 'a', status: 'Ready', result: {} }),
			replicate: json({ id: 'a', status: 'succeeded', output: null }),
			apiframe: json({ id: 'a', status: 'COMPLETED', result: { images: [] } }),
			openAiCompatible: json({ data: [{ url: '', b64_json: '' }] }),
		}),
		jobs('bad-response 1 job', 'bad-response 1'),
	),
	question(
		'image is of wrong types',
		each({
			blackForestLabs: json({ id: 'a', status: 'Ready', result: { sample: 7 } }),
			replicate: json({ id: 'a', status: 'succeeded', output: { url: 7 } }),
			apiframe: json({ id: 'a', status: 'COMPLETED', result: { images: [7] } }),
			openAiCompatible: json({ data: [{ url: 7 }] }),
		}),
		jobs('bad-response 1 job', 'bad-response 1'),
	),
	outcome(
		'image is in the private network',
		({ inner }) => ({ kind: 'resultUrl', to: inner }),
		jobs('untrusted-host 1 job url', 'untrusted-host 1 url'),
		{ isPublic: true },
	),
	outcome(
		'image is at file:///',
		{ kind: 'resultUrl', to: 'file:///etc/hostname' },
		jobs('bad-response 1 job', 'bad-response 1'),
	),
	outcome('image is on a foreign host', ({ foreign }) => ({ kind: 'resultUrl', to: foreign }), 'success 1', {
		asksForeign: true,
	}),
];
