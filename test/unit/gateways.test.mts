import { once } from '../../nodes/Flux/errors/once.ts';
import { excerpt } from '../../nodes/Flux/http/redact.ts';
import { apiframe } from '../../nodes/Flux/providers/apiframe/index.ts';
import { blackForestLabs } from '../../nodes/Flux/providers/blackForestLabs/index.ts';
import { providers } from '../../nodes/Flux/providers/index.ts';
import { openAiCompatible } from '../../nodes/Flux/providers/openAiCompatible/index.ts';
import { replicate } from '../../nodes/Flux/providers/replicate/index.ts';
import { imagesIn } from '../../nodes/Flux/providers/common/imagesIn.ts';
import { timeOf } from '../../nodes/Flux/providers/common/readers.ts';
import { refusalIn } from '../../nodes/Flux/providers/common/refusals.ts';

const answer = (body: unknown, status = 200) => ({ status, body, excerpt: 'first words' });
const at = (name: string) => `https://cdn.example.com/${name}`;
const out = at('out.png');
const bytes = (head: Buffer) => Buffer.concat([head, Buffer.alloc(60)]).toString('base64');

describe('A result', () => {
	const png = bytes(Buffer.from('89504e470d0a1a0a', 'hex'));
	const avif = bytes(Buffer.concat([Buffer.from([0, 0, 0, 32]), Buffer.from('ftypavif')]));
	it.each<[string, unknown, object[]]>([
		[
			'a mask and an input beside the image',
			{ image: out, mask: at('m.png'), input_image: at('i.png') },
			[{ url: out }],
		],
		['an input in an object of its own', { result: out, input: { image: at('i.png') } }, [{ url: out }]],
		['a preview beside the image', { thumbnail: at('t.png'), image: out }, [{ url: out }]],
		['nothing but a preview', { preview: out }, [{ url: out }]],
		[
			'where it lies on the disk of the server beside it (SGLang)',
			{ data: [{ b64_json: png, url: null, revised_prompt: null, file_path: '/outputs/a.jpg' }] },
			[{ base64: png }],
		],
		['a preview beside where it lies', { image_path: out, thumbnail: at('t.png') }, [{ url: out }]],
		['nothing but where it lies', { image_path: '/outputs/a.jpg' }, [{ url: '/outputs/a.jpg' }]],
		['the same image under two names', { image: out, images: [out] }, [{ url: out }]],
		['the same image twice in a list', [out, out], [{ url: out }, { url: out }]],
		[
			'links to pages',
			{ image: out, license: at('license'), logs: at('logs'), website: at('w') },
			[{ url: out }],
		],
		['a link without a file type in a place of images', { output_url: at('x') }, [{ url: at('x') }]],
		['a link without a file type elsewhere', { whatever: at('x') }, []],
		['an image under a name of its own', { final: out }, [{ url: out }]],
		['one image in two ways', { url: out, b64_json: png }, [{ base64: png }]],
		['a seed beside its only image', { images: [{ url: out }], seed: 7 }, [{ url: out, seed: 7 }]],
		['a seed beside several', { images: [out, at('b.png')], seed: 7 }, [{ url: out }, { url: at('b.png') }]],
		['JSON in a text', JSON.stringify({ image: out }), [{ url: out }]],
		['a sentence with links', `See ${out}, of ${at('page')}.`, [{ url: out }]],
		['an image in Markdown', `![fox](${out})`, [{ url: out }]],
		['base64 of a PNG in a list', [png], [{ base64: png }]],
		['base64 of an AVIF in a list', [avif], [{ base64: avif }]],
		['a data URI of something else', 'data:text/plain;base64,AAAA', []],
		['a video', at('v.mp4'), []],
		['words', ['A', 'red', 'fox'], []],
		['nothing but a mask', { mask: out }, []],
	])('with %s', (_, value, images) => {
		expect(imagesIn(value)).toEqual(images);
	});

	it('repeats no image of the request', () => {
		const input = { image: at('i.png'), images: [at('j.png'), `data:image/png;base64,${png}`] };
		expect(imagesIn([at('i.png'), out, at('j.png'), png], input)).toEqual([{ url: out }]);
		const job = { id: 'p', status: 'succeeded', output: [at('i.png'), out], input };
		expect(replicate.jobs!.readPoll(answer(job))).toMatchObject({ images: [{ url: out }] });
	});

	it.each([
		['white space after the head of a PNG', `iVBORw0KGgo${' '.repeat(400_000)}!`],
		['links without an end', ` ${'https://a'.repeat(50_000)}`],
		['brackets', '![x]('.repeat(100_000)],
		['a data URI without an end', 'data:image/'.repeat(50_000)],
	])('of %s is read at once', (_, text) => {
		const startedAt = performance.now();
		expect(imagesIn(text)).toEqual([]);
		expect(performance.now() - startedAt).toBeLessThan(500);
	});
});

describe('An OpenAI-compatible answer', () => {
	const read = (body: unknown, status = 200) =>
		openAiCompatible.readSubmit(answer(body, status), { body: {} } as never);
	it.each<[object, object[]]>([
		[{ choices: [{ message: { images: [{ image_url: { url: out } }] } }] }, [{ url: out }]],
		[{ artifacts: [{ base64: 'AAAA', seed: 3 }] }, [{ base64: 'AAAA', seed: 3 }]],
		[{ predictions: [{ bytesBase64Encoded: 'AAAA' }] }, [{ base64: 'AAAA' }]],
		[
			{ data: { images: [{ url: out, revised_prompt: 'x', seed: 3 }] } },
			[{ url: out, prompt: 'x', seed: 3 }],
		],
		[{ data: [{ url: out }], images: [{ url: at('again.png') }] }, [{ url: out }]],
		[{ error: '', data: { url: out } }, [{ url: out }]],
		[{ id: 'r1', status: 'created', data: [{ b64_json: 'AAAA' }] }, [{ base64: 'AAAA' }]],
		[{ id: 'r1', status: 'processed', url: at('r1'), output: [{ b64_json: 'AAAA' }] }, [{ base64: 'AAAA' }]],
	])('%j holds images', (body, images) => {
		expect(read(body)).toEqual({ state: { is: 'ready', images } });
	});

	it.each<[object, string]>([
		[{ request_id: 'r1', status: 'IN_QUEUE', response_url: at('r1'), status_url: at('r1/status') }, 'r1'],
		[{ code: 200, data: [{ task_id: 'r1', status: 'submitted' }] }, 'r1'],
		[{ output: { task_id: 'r1', task_status: 'PENDING' }, request_id: 'q' }, 'r1'],
		[{ id: 'r1', polling_url: at('r1'), status: 'Pending' }, 'r1'],
	])('%j is a job', (body, id) => {
		expect(read(body)).toMatchObject({ unreadable: expect.stringContaining(`a job (${id})`) });
		expect(refusalIn(openAiCompatible, answer(body))).toBeUndefined();
	});
});

const refusals: Array<[unknown, string, string]> = [
	[{ status: 'error', message: 'Invalid API key' }, 'authentication', 'Invalid API key'],
	[{ error: true, message: 'Invalid API key' }, 'authentication', 'Invalid API key'],
	[{ message: 'Invalid API key' }, 'authentication', 'Invalid API key'],
	['Unauthorized', 'authentication', 'Unauthorized'],
	[[{ error: { message: 'Who?', code: 401 } }], 'authentication', 'Who?'],
	[{ error: { code: 'invalid_api_key' } }, 'authentication', 'invalid_api_key'],
	[{ data: { error: 'Insufficient balance' } }, 'insufficient-credits', 'Insufficient balance'],
	[{ code: 30_001, message: 'No balance left', data: null }, 'insufficient-credits', 'No balance left'],
	[
		{ base_resp: { status_code: 1008, status_msg: 'insufficient balance' } },
		'insufficient-credits',
		'insufficient balance',
	],
	[
		{ detail: 'Request was throttled, with less than $5.0 in credit.' },
		'rate-limited',
		'Request was throttled',
	],
	[{ error: 'The prompt violates the content policy' }, 'prompt-moderated', 'violates'],
	[{ error: { message: 'The generated image was flagged', code: 400 } }, 'image-moderated', 'flagged'],
	[{ success: false, error: 'server error' }, 'provider-unavailable', 'server error'],
	[{ detail: [{ loc: ['body', 'size'], msg: 'Too large' }] }, 'invalid-input', 'size: Too large'],
	[{ error: { message: 'Failed', code: 'internal_server_error' } }, 'provider-unavailable', 'Failed'],
	[{ error: { message: 'Failed', type: 'internal_error' } }, 'provider-unavailable', 'Failed'],
	[{ error: 'An unknown error occurred' }, 'provider-unavailable', 'unknown error'],
];

describe.each(providers.map((provider) => [provider.label, provider] as const))('%s', (_, provider) => {
	it.each(refusals)('takes %j with HTTP 200 for a refusal', (body, code, words) => {
		expect(refusalIn(provider, answer(body))).toMatchObject({ code, words: expect.stringContaining(words) });
	});

	it.each([
		{ ok: true },
		{ error: null, data: [] },
		{ error: 'none', errors: [], detail: '', success: true },
		{ error: { code: 0, message: '' } },
		{ error: false, message: 'queued' },
		{ message: 'Your image is being drawn. The free plan draws 2 images per minute.' },
		{ code: 200, msg: 'success', data: {} },
		{ code: 0, message: 'SUCCEED', data: { task_id: 'x' } },
		{ message: 'A red fox' },
		'A red fox',
		[1, 2],
		null,
		undefined,
	])('takes %j with HTTP 200 for none', (body) => {
		expect(refusalIn(provider, answer(body))).toBeUndefined();
	});

	it('tells a fault once', () => {
		const twice = { title: 'Method Not Allowed', detail: 'Method not allowed', error: 'Method not allowed' };
		expect(refusalIn(provider, answer(twice, 405))!.words).toMatch(/^method not allowed$/i);
	});
});

it.each([
	['Method Not Allowed: Method Not Allowed', 'Method Not Allowed'],
	['Just a moment... Just a moment... Checking your browser', 'Just a moment... Checking your browser'],
	['Error: Error: bad size', 'Error: bad size'],
	['Unauthorized. Unauthorized. Unauthorized.', 'Unauthorized.'],
	['please contact contact@example.com', 'please contact contact@example.com'],
	['10 10', '10 10'],
	['a b a b', 'a b a b'],
	['', ''],
])('%j is told as %j', (text, told) => {
	expect(once(text)).toBe(told);
});

it('tells a page once that has its title as its heading', () => {
	expect(excerpt('<title>502 Bad Gateway</title><h2>502 Bad Gateway</h2><hr>nginx')).toBe(
		'502 Bad Gateway nginx',
	);
});

it.each([
	['white space', () => once(`abc${' '.repeat(500_000)}x`)],
	['pairs of words', () => once('a b '.repeat(100_000))],
	['titles', () => excerpt('<title></title>'.repeat(20_000))],
])('a long text of %s is compared at once', (_, compare) => {
	const startedAt = performance.now();
	compare();
	expect(performance.now() - startedAt).toBeLessThan(500);
});

describe('A job that is asked for', () => {
	const input = { prompt: 'A red fox', seed: 7 };
	it.each<[string, object]>([
		['processing', { model: 'owner/name', version: 'hidden' }],
		['succeeded', { model: 'owner/name', version: 'a'.repeat(64) }],
		['succeeded', { version: 'owner/name' }],
	])('of Replicate that is %s with %j tells its model, prompt and seed', (status, more) => {
		const job = { id: 'p', status, output: out, input, ...more };
		expect(replicate.jobs!.readPoll(answer(job))).toMatchObject({
			about: { model: 'owner/name', prompt: 'A red fox', seed: 7 },
		});
	});

	it('of Apiframe that still runs tells them, too', () => {
		const job = {
			status: 'PROCESSING',
			model: 'flux-2-pro',
			input: { prompt: 'A red fox', fluxParams: { seed: 7 } },
		};
		expect(apiframe.jobs!.readPoll(answer(job))).toMatchObject({
			about: { model: 'flux-2-pro', prompt: 'A red fox', seed: 7 },
		});
	});

	it('says nothing where the answer has only white space', () => {
		const job = {
			id: 'p',
			status: 'succeeded',
			output: out,
			model: ' ',
			version: 'hidden',
			input: { prompt: ' \n' },
		};
		expect(replicate.jobs!.readPoll(answer(job))).toEqual({ is: 'ready', images: [{ url: out }] });
	});

	it.each([blackForestLabs, apiframe])(
		'has no state where a gateway answers with an error in its place',
		({ jobs }) => {
			const body = { status: 'error', message: 'Invalid API key' };
			expect(jobs!.readPoll(answer(body))).toEqual({ unreadable: 'a job status' });
			expect(jobs!.readPoll(answer({ id: 'a', status: 'a word from next year' }))).toEqual({ is: 'running' });
		},
	);

	it('of Black Forest Labs tells when it was finished', () => {
		const result = { sample: out, end_time: 1_790_000_000.5 };
		expect(blackForestLabs.jobs!.readPoll(answer({ status: 'Ready', result }))).toMatchObject({
			finishedAt: 1_790_000_000_500,
		});
	});
});

it.each([
	['2026-11-25T10:00:00Z', Date.UTC(2026, 10, 25, 10)],
	['2026-11-25T10:00:00.123456', Date.UTC(2026, 10, 25, 10, 0, 0, 123)],
	['2026-11-25 12:00:00+02:00', Date.UTC(2026, 10, 25, 10)],
	[1_790_000_000, 1_790_000_000_000],
	[12.5, undefined],
	['image 7', undefined],
	['', undefined],
	[null, undefined],
])('%j is the moment %s', (given, moment) => {
	expect(timeOf(given)).toBe(moment);
});
