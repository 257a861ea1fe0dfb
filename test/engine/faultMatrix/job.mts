import { ifTold, jobs, json, outcome, question, status, words, type Row } from './row.mts';
import type { Style } from '../../support/styles.mts';
import { state } from '../../support/styles/style.mts';

const onceOnly = '– the answer to the submit comes once';
const refused = '– a refused submit is billed to nobody: see Submit';
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
	question('not known at first', words('unknownJob'), jobs('success 1', onceOnly), twice),
	question('never known', words('unknownJob'), jobs('job-not-found 1 job', refused), {
		says: /does not know the job/,
	}),
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
	question('answer of wrong types', words('wrongPoll'), jobs('bad-response 1 job', 'bad-response 1')),
	question(
		'redirect to a foreign host',
		({ foreign }) => ({ kind: 'redirect', to: foreign }),
		jobs('untrusted-host 1 job', '– a submit that is redirected was not taken: see Submit'),
	),
	{
		...outcome(
			'URL to ask at is on a foreign host',
			({ foreign }) => ({ kind: 'pollingUrl', to: foreign }),
			({ foreignPollingUrl }) => foreignPollingUrl ?? '– no such URL is named',
		),
		isAsked: true,
	},
	question('unknown word twice', state('Contemplating'), jobs('success 1', noStates), twice),
	question('unknown word for ever', state('Contemplating'), jobs('timeout 1 job', noStates), { timeout: 5 }),
	outcome('fails', words('fails'), jobs('job-failed 1 job', '– a submit that fails is refused: see Submit'), {
		says: told('could not make the image', 'GPU on fire'),
	}),
	outcome('prompt refused', words('promptRefused'), jobs('prompt-moderated 1 job', 'prompt-moderated 0'), {
		says: told(
			'refused the input',
			'Violence|Your prompt was flagged as sensitive|The prompt was flagged|Rejected',
		),
	}),
	outcome('image withheld', words('imageWithheld'), jobs('image-moderated 1 job', 'image-moderated 0'), {
		says: told('withheld the finished image', 'Nudity|NSFW content detected|The generated image was flagged'),
	}),
	outcome(
		'cancelled elsewhere',
		words('cancelled'),
		ifTold('cancelled', 'job-cancelled 1 job', '– no job is cancelled there'),
		{ says: /cancelled at the provider/ },
	),
	question(
		'image deleted before it was asked for',
		words('deleted'),
		ifTold('deleted', 'expired 1 job', '– it is not told: see Image'),
	),
	question('finished without an image', words('noImage'), jobs('bad-response 1 job', 'bad-response 1')),
	question('image is of wrong types', words('wrongImage'), jobs('bad-response 1 job', 'bad-response 1')),
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
