import type { ProviderAnswer } from '../../nodes/Flux/provider.ts';
import {
	account,
	readPoll,
	readSubmit,
	refusal,
} from '../../nodes/Flux/providers/blackForestLabs/protocol.ts';

const answer = (body: unknown, status = 200): ProviderAnswer => ({ status, body, excerpt: 'first words' });
const noBodies: Array<[string, unknown]> = [
	['no JSON', undefined],
	['null', null],
	['a text', 'Ready'],
	['a number', 7],
	['a list', [{ id: 'abc', status: 'Ready' }]],
	['an empty object', {}],
];

describe('The answer to a submit', () => {
	const url = 'https://api.us1.bfl.ai/v1/get_result?id=abc';
	it.each<[string, unknown, object]>([
		[
			'has id, polling URL and cost',
			{ id: 'abc', polling_url: url, cost: 4.5, input_mp: 1, output_mp: null },
			{ id: 'abc', pollingUrl: url, cost: 4.5, webhookOnly: false },
		],
		['may have no cost', { id: 'abc', polling_url: url }, { id: 'abc', pollingUrl: url, webhookOnly: false }],
		[
			'may have a cost of null',
			{ id: 'abc', polling_url: url, cost: null },
			{ id: 'abc', pollingUrl: url, webhookOnly: false },
		],
		[
			'keeps the job though the cost is a text',
			{ id: 'abc', polling_url: url, cost: '4 credits' },
			{ id: 'abc', pollingUrl: url, webhookOnly: false },
		],
		['may have no polling URL', { id: 'abc', status: 'Pending' }, { id: 'abc', webhookOnly: false }],
		['may have a polling URL of null', { id: 'abc', polling_url: null }, { id: 'abc', webhookOnly: false }],
		[
			'keeps the job though the polling URL is a number',
			{ id: 'abc', polling_url: 5 },
			{ id: 'abc', webhookOnly: false },
		],
		[
			'keeps the job though the polling URL is empty',
			{ id: 'abc', polling_url: '' },
			{ id: 'abc', webhookOnly: false },
		],
	])('%s', (_, body, expected) => {
		expect(readSubmit(answer(body), { body: {} } as never)).toEqual(expected);
	});

	it('is silent without a polling URL where a webhook is told of the image', () => {
		const order = { body: { webhook_url: 'https://example.com/hook' } } as never;
		expect(readSubmit(answer({ id: 'abc' }), order)).toEqual({ id: 'abc', webhookOnly: true });
	});

	it.each([
		...noBodies,
		['no id', { polling_url: url }],
		['an id of null', { id: null, polling_url: url }],
		['an empty id', { id: '', polling_url: url }],
		['an id that is an object', { id: { value: 'abc' }, polling_url: url }],
		['an id too long to be one', { id: 'x'.repeat(201), polling_url: url }],
	])('cannot be read if it is %s', (_, body) => {
		expect(readSubmit(answer(body), { body: {} } as never)).toEqual({ unreadable: 'a job id' });
	});
});

describe('The state of a job', () => {
	const sample = 'https://delivery-eu1.bfl.ai/results/1/sample.jpeg?sig=a%2Fb';
	it.each<[string, object, object]>([
		['Pending', {}, { is: 'running' }],
		['Pending', { progress: null, result: null, details: null, cost: null }, { is: 'running' }],
		// Where it stands still, it would be believed in vain.
		['Generating', { progress: 0.4 }, { is: 'running' }],
		['Generating', { progress: 'half' }, { is: 'running' }],
		['Reasoning', {}, { is: 'running' }],
		['a word from next year', { result: { sample } }, { is: 'running' }],
		['ready', { result: { sample } }, { is: 'running' }],
		['', {}, { is: 'running' }],
		['Ready', { result: { sample } }, { is: 'ready', images: [{ url: sample }] }],
		[
			'Ready',
			{ result: { sample, seed: 42, prompt: 'a cat', duration: 3.5 }, cost: 4 },
			{ is: 'ready', cost: 4, images: [{ url: sample, seed: 42, prompt: 'a cat' }] },
		],
		[
			'Ready',
			{ result: { sample, seed: null, prompt: null }, cost: null, progress: null, details: null },
			{ is: 'ready', images: [{ url: sample }] },
		],
		[
			'Ready',
			{ result: { sample, seed: '42', prompt: 7 }, cost: 'free' },
			{ is: 'ready', images: [{ url: sample }] },
		],
		['Ready', { result: { sample, seed: 0 } }, { is: 'ready', images: [{ url: sample, seed: 0 }] }],
		['Error', { details: 'Out of memory' }, { is: 'failed', reason: 'Out of memory' }],
		['Error', { details: { error: 'busy' } }, { is: 'failed', reason: '{"error":"busy"}' }],
		['Failed', { details: null, result: 'Worker died' }, { is: 'failed', reason: 'Worker died' }],
		['Failed', { details: null, result: null }, { is: 'failed', reason: '' }],
		['Error', { details: {}, detail: 'No image' }, { is: 'failed', reason: 'No image' }],
		[
			'Error',
			{ error: 'content_policy_violation', message: 'The prompt violated content policy' },
			{ is: 'promptModerated', reasons: ['The prompt violated content policy'] },
		],
		['Task not found', { result: null }, { is: 'unknownJob' }],
	])('%j with %j is %j', (status, more, expected) => {
		expect(readPoll(answer({ id: 'abc', status, ...more }))).toEqual(expected);
	});

	it.each([200, 404, 422, 503])('counts although the HTTP code is %i', (code) => {
		expect(readPoll(answer({ status: 'Pending' }, code))).toEqual({ is: 'running' });
		expect(readPoll(answer({ status: 'Error', details: 'x' }, code))).toEqual({ is: 'failed', reason: 'x' });
		expect(readPoll(answer({ status: 'Task not found' }, code))).toEqual({ is: 'unknownJob' });
		expect(readPoll(answer({ status: 'Content Moderated' }, code))).toEqual({
			is: 'imageModerated',
			reasons: [],
		});
	});

	it('is cut short where its details are long', () => {
		const state = readPoll(answer({ status: 'Error', details: { trace: 'x'.repeat(5_000) } }));
		expect(JSON.stringify(state).length).toBeLessThan(400);
	});

	it.each<[string, unknown]>([
		['no result', undefined],
		['a result of null', null],
		['a result that is a text', sample],
		['no sample', { seed: 1 }],
		['a sample of null', { sample: null }],
		['an empty sample', { sample: '' }],
		['a sample that is a list', { sample: [sample] }],
		['a sample that is no URL', { sample: 'sample.jpeg' }],
		['a sample by another protocol', { sample: 'file:///etc/passwd' }],
		['a sample that is a script', { sample: 'javascript:alert(1)' }],
	])('Ready with %s is no success', (_, result) => {
		expect(readPoll(answer({ status: 'Ready', result }))).toEqual({
			unreadable: 'the URL of the image (result.sample) of a job that is Ready',
		});
	});

	it.each([
		...noBodies,
		['a status of null', { status: null }],
		['a status that is a number', { status: 200 }],
		['an error of the framework', { detail: 'Not Found' }],
	])('cannot be read from %s', (_, body) => {
		expect(readPoll(answer(body))).toEqual({ unreadable: 'a job status' });
	});
});

describe('A moderated job', () => {
	it.each<[string, unknown, string[]]>([
		['as a list', { 'Moderation Reasons': ['Violence', 'Nudity'] }, ['Violence', 'Nudity']],
		['as a text', { 'Moderation Reasons': 'Derivative Works Filter' }, ['Derivative Works Filter']],
		['not at all', {}, []],
		['as nothing', null, []],
		['as a number', { 'Moderation Reasons': 7 }, []],
		['as a mixed list', { 'Moderation Reasons': ['Violence', 7] }, []],
		['elsewhere', 'Violence', []],
	])('tells its reasons %s', (_, details, reasons) => {
		const told = (status: string) => readPoll(answer({ status, details }));
		expect(told('Request Moderated')).toEqual({ is: 'promptModerated', reasons });
		expect(told('Content Moderated')).toEqual({ is: 'imageModerated', reasons });
	});
});

describe('A refusal', () => {
	it.each([
		[400, 'invalid-input'],
		[401, 'authentication'],
		[402, 'insufficient-credits'],
		[403, 'authentication'],
		[404, 'invalid-input'],
		[405, 'bad-response'],
		[413, 'invalid-input'],
		[418, 'bad-response'],
		[422, 'invalid-input'],
		[429, 'rate-limited'],
		[500, 'provider-unavailable'],
		[503, 'provider-unavailable'],
		[524, 'provider-unavailable'],
	])('with HTTP %i has the code %s', (status, code) => {
		expect(refusal(answer({ detail: 'why' }, status))).toEqual({ code, words: 'why' });
	});

	const missing = { loc: ['body', 'prompt'], msg: 'Field required', type: 'missing' };
	it.each<[string, unknown, string]>([
		['a text', { detail: 'Not authenticated' }, 'Not authenticated'],
		['a list', { detail: [missing] }, 'prompt: Field required'],
		[
			'a list of several, with places inside lists',
			{ detail: [missing, { loc: ['body', 'images', 2], msg: 'Not a URL' }] },
			'prompt: Field required; images.2: Not a URL',
		],
		['a list without places', { detail: [{ msg: 'Bad input' }] }, 'Bad input'],
		['a list with a place that is none', { detail: [{ loc: 'body', msg: 'Bad input' }] }, 'Bad input'],
		['an object', { detail: { reason: 'no' } }, 'first words'],
		['null', { detail: null }, 'first words'],
		['that a gateway says elsewhere', { error: 'no' }, 'no'],
		['in no JSON', undefined, 'first words'],
	])('says in words what it has as detail: %s', (_, body, words) => {
		expect(refusal(answer(body, 422)).words).toBe(words);
	});
});

it('reads finetunes that are texts, and those that are more', () => {
	const { read } = account!.getFinetunes!;
	expect(read(answer({ finetunes: ['a', { finetune_id: 'b', steps: 7 }, { name: 'c' }] }))).toEqual([
		...[{ finetuneId: 'a' }, { finetuneId: 'b' }, { finetuneId: '{"name":"c"}' }],
	]);
	expect(read(answer({ detail: 'no' }))).toHaveProperty('unreadable');
});
