import { sidesOf } from '../../nodes/Flux/catalogue/size.ts';
import { withLoras } from '../../nodes/Flux/engine/loras.ts';
import { refusalIn } from '../../nodes/Flux/providers/common/refusals.ts';
import { modelId } from '../../nodes/Flux/providers/replicate/protocol.ts';
import { providers } from '../../nodes/Flux/providers/index.ts';
import { stateWords } from '../../nodes/Flux/providers/common/states.ts';
import { openAiCompatible } from '../../nodes/Flux/providers/openAiCompatible/index.ts';
import { FluxError } from '../../nodes/Flux/errors/fluxError.ts';
import { bare } from '../../nodes/Flux/http/apiKey.ts';
import { excerpt, redact } from '../../nodes/Flux/http/redact.ts';
import { mayRepeat } from '../../nodes/Flux/http/retry.ts';
import { inspectImage } from '../../nodes/Flux/images/inspect.ts';
import { splitValues } from '../../nodes/Flux/images/splitValues.ts';
import { fileName } from '../../nodes/Flux/images/fileName.ts';
import { imageOf } from '../support/images.mts';

/** Each of these was found by the fuzz tests. */
const answer = (body: unknown) => ({ status: 200, body, excerpt: 'first words' });
const order = { body: {} } as never;
const withJobs = providers.filter(({ jobs }) => jobs !== undefined).map((api) => [api.label, api] as const);

describe.each(withJobs)('%s', (_, api) => {
	it.each([
		['half of a character', '\ud800'],
		['a way upwards', '..'],
		['a space', ' '],
		['two lines of a log', 'a\nb'],
	])('takes no id that is %s, which no path or log can hold', (_name, id) => {
		expect(api.readSubmit(answer({ id, jobId: id, status: 'processing' }), order)).toHaveProperty(
			'unreadable',
		);
	});

	it('says nothing of a reason that is nested deeper than can be written', () => {
		const deep: unknown = JSON.parse(`${'['.repeat(50_000)}1${']'.repeat(50_000)}`);
		const [status] = Object.entries(stateWords[api.name]).find(([, is]) => is === 'failed')!;
		const body = { id: 'a', status, error: deep, details: deep };
		expect(api.jobs!.readPoll(answer(body))).toEqual({ is: 'failed', reason: '' });
	});
});

it.each(['javascript:alert(1)', 'file:///etc/passwd', 'http://127.0.0.1:99999/x.png', 'x'.repeat(9_000)])(
	'takes %.40s for no address of an image',
	(url) => {
		const replicate = providers.find(({ name }) => name === 'replicate')!;
		const job = { id: 'a', status: 'succeeded', output: [url] };
		expect(replicate.jobs!.readPoll(answer(job))).toHaveProperty('unreadable');
		expect(openAiCompatible.readSubmit(answer({ data: [{ url }] }), order)).toHaveProperty('unreadable');
	},
);

it('delivers the images beside one whose address is none', () => {
	const data = [{ url: 'javascript:alert(1)' }, 7, { url: 'https://example.com/1.png' }];
	expect(openAiCompatible.readSubmit(answer({ data }), order)).toMatchObject({
		state: { is: 'ready', images: [{ url: 'https://example.com/1.png' }] },
	});
});

describe('A key disappears', () => {
	const key = 'sk/9+key=zz"';
	it.each([
		['escaped as PHP writes JSON', 'sk\\/9+key=zz\\"'],
		['escaped as code points', '\\u0073k\\u002F9\\u002bkey=zz\\u0022'],
		['URL-encoded in small letters', 'sk%2f9%2bkey%3dzz%22'],
		['URL-encoded where it need not be', '%73%6B%2F9%2B%6bey%3Dzz%22'],
		['URL-encoded only in part', 'sk/9%2Bkey=zz%22'],
	])('%s', (_, written) => {
		expect(redact(`<${written}>`, [key])).toBe('<***>');
	});
});

it('finds the first words of an answer of nothing but opening brackets at once', () => {
	const startedAt = performance.now();
	excerpt('<'.repeat(100_000));
	excerpt('<script '.repeat(12_000));
	expect(performance.now() - startedAt).toBeLessThan(1_000);
});

/** Texts that an input item or an answer brings: each is long, and was read again from each of its places. */
const long = 100_000;
const said = (error: string) => ({ status: 200, body: { error, code: error }, excerpt: 'first words' });
it.each<[string, () => unknown]>([
	['a job ID with spaces in the middle', () => bare(`a${' '.repeat(long)}b`)],
	['a list of nothing but commas', () => splitValues(`https://a.b/${','.repeat(long)}?`, [])],
	['a list of nothing but commas and spaces', () => splitValues(`https://a.b/${', '.repeat(long)}?`, [])],
	['a size with spaces in the middle', () => sidesOf(`1${' '.repeat(long)}2`)],
	['a strength of digits', () => withLoras({ loraStrength: `${'1'.repeat(long)}!` })],
	['a model ID of colons', () => modelId(`a${':b'.repeat(long)}\u2028c`)],
	['an error of spaces', () => refusalIn(openAiCompatible, said(`${' '.repeat(long)}!`))],
	[
		'an error that says the same again and again',
		() => refusalIn(openAiCompatible, said('invalid_'.repeat(long / 8))),
	],
	[
		'an empty account, again and again',
		() => refusalIn(openAiCompatible, said('insufficient_'.repeat(long / 10))),
	],
])('reads %s at once', (_, read) => {
	// Of the processor: others may be at work on it.
	const before = process.cpuUsage();
	read();
	expect(process.cpuUsage(before).user / 1000).toBeLessThan(3_000);
});

it.each(['-1', 'soon 5', 'after 2 retries', '1, 2', '0x10', '+3'])(
	'does not take Retry-After: %s for a date, by which a submit would be sent again',
	(retryAfter) => {
		expect(mayRepeat('submit', { kind: 'status', status: 503, retryAfter })).toBe(false);
	},
);

describe('A file name', () => {
	const parts = { model: 'm', seed: 1, job: {}, imageIndex: 0, imageCount: 1, itemIndex: 0 };
	it.each(['写', 'я', '😀'])('of many %s fits into the 255 bytes of file systems', (letter) => {
		const name = fileName(letter.repeat(300), parts, 'jpeg');
		expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
		expect(name).toMatch(new RegExp(`^(${letter}){50,}\\.jpeg$`, 'u'));
	});

	it.each(['con', 'NUL', 'com1', 'Aux.v2', 'lpt9'])(
		'is not %s, which Windows keeps for a device',
		(template) => {
			expect(fileName(template, parts, 'png')).toMatch(/^\w+-/);
		},
	);

	it('holds no half of a character of an id that was cut', () => {
		const name = fileName('{job}-x', { ...parts, job: { id: 'abcdefg😀' } }, 'png');
		expect(name).toBe('abcdefg--x.png');
	});

	it('is made at once of a long template', () => {
		const startedAt = performance.now();
		fileName(`a${' '.repeat(200_000)}b`, parts, 'png');
		expect(performance.now() - startedAt).toBeLessThan(500);
	});
});

it('does not take bytes for a JPEG that only begin like one', async () => {
	const bytes = await imageOf('jpeg');
	bytes[2] = 0;
	expect(inspectImage(bytes)).toBeUndefined();
});

describe('The message of an error', () => {
	it('is cut where a provider has much to say', () => {
		expect(new FluxError('job-failed', 'x'.repeat(100_000)).message).toHaveLength(601);
	});

	it('is one line without control characters and halves of characters', () => {
		expect(new FluxError('job-failed', 'one\u0000\r\n\u001btwo\ud800').message).toBe('one two');
	});
});
