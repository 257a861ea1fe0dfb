import { openAiCompatible } from '../../nodes/Flux/providers/openAiCompatible/index.ts';
import { models } from '../../nodes/Flux/providers/openAiCompatible/models.ts';
import { baseOf } from '../../nodes/Flux/http/baseUrl.ts';
import { loadFacts } from '../sandbox/facts.mts';
import { displayedFor } from './displayed.mts';

const facts = loadFacts('openai-compatible');
const { services } = facts as unknown as { services: { monica: { concurrent: number } } };

const submit = (model: (typeof models)[number], operation = model.operations[0], body = {}) =>
	openAiCompatible.submit({
		model,
		operation,
		body,
		envelope: {},
		service: model.service,
		remainingSeconds: 60,
		idempotencyKey: 'key',
	});

it.each(models.map((model) => [model.id, model] as const))('names %s in the body', (id, model) => {
	expect(submit(model, 'generate').body).toEqual({ model: id });
});

it('stays within what Monica allows at once', () => {
	expect(openAiCompatible.maxConcurrency).toBeLessThanOrEqual(services.monica.concurrent);
});

it.each([
	['https://images.example.com/v1/', 'https://images.example.com/v1'],
	['  http://localhost:8080/v1  ', 'http://localhost:8080/v1'],
])('takes the base URL %j of an own server for %s', (baseUrl, wanted) => {
	expect(baseOf(openAiCompatible.hosts, { service: 'custom', baseUrl })).toEqual({ baseUrl: wanted });
});

describe('An id that is in no list', () => {
	it('shows the fields of OpenAI, and those that many servers have beside them', () => {
		const { fields, options } = displayedFor('openAiCompatible', 'edit', 'some-model');
		const names = [...fields, ...options].map(({ name }) => name);
		const wanted = [
			...['prompt', 'referenceImages', 'mask', 'size', 'seed', 'steps', 'guidance'],
			...['numberOfImages', 'outputFormat', 'outputQuality', 'user', 'additionalBody'],
		];
		expect(names).toEqual(expect.arrayContaining(wanted));
		expect(fields.find(({ name }) => name === 'mask')?.description).toMatch(/Transparent/);
	});

	it.each(['generate', 'edit'])(
		'may be the id of a service that has a list: in %s the fields of any server are shown with it',
		(operation) => {
			const namesFor = (id: string) => {
				const { fields, options } = displayedFor('openAiCompatible', operation, id);
				return [...fields, ...options].map(({ name }) => name);
			};
			for (const { id } of models) {
				expect(namesFor(id)).toEqual(expect.arrayContaining(namesFor('some-model')));
				expect(namesFor(id)).not.toContain('wrongModel');
			}
			const { fields } = displayedFor('openAiCompatible', 'generate', 'flux-dev');
			expect(fields.find(({ name }) => name === 'size')).toMatchObject({ type: 'string' });
		},
	);

	it('is edited with a form: one file as image, several as image[], other values as text', () => {
		const model = openAiCompatible.unlistedModel('some-model', 'edit');
		const file = new File(['x'], 'image.png', { type: 'image/png' });
		const names = (image: File[]) => {
			const { url, body } = submit(model, 'edit', { prompt: 'blue', n: 2, image, extra: { a: [1] } });
			expect(url).toBe('/images/edits');
			return [...(body as FormData)].map(([name, value]) =>
				typeof value === 'string' ? `${name}=${value}` : name,
			);
		};
		const fields = ['model=some-model', 'prompt=blue', 'n=2'];
		expect(names([file])).toEqual([...fields, 'image', 'extra={"a":[1]}']);
		expect(names([file, file])).toEqual([...fields, 'image[]', 'image[]', 'extra={"a":[1]}']);
	});
});

describe('A refusal', () => {
	it.each([
		[401, { error: { message: 'Incorrect API key' } }, 'authentication', 'Incorrect API key'],
		[403, { error: 'no access' }, 'authentication', 'no access'],
		[402, {}, 'insufficient-credits', 'first words'],
		[429, { error: { message: 'Too many requests' } }, 'rate-limited', 'Too many requests'],
		[429, { message: 'Insufficient balance' }, 'insufficient-credits', 'Insufficient balance'],
		[429, { error: { message: 'Sorry', code: 'insufficient_quota' } }, 'insufficient-credits', 'Sorry'],
		[403, { error: { message: 'user quota is not enough' } }, 'insufficient-credits', 'not enough'],
		[400, { error: { message: 'No', code: 'content_policy_violation' } }, 'prompt-moderated', 'No'],
		[
			400,
			{ error: { message: 'litellm.BadRequestError: Image generation failed: Content Moderated' } },
			'image-moderated',
			'Content Moderated',
		],
		[
			400,
			{ error: { message: 'litellm.BadRequestError: Image generation failed: Request Moderated' } },
			'prompt-moderated',
			'Request Moderated',
		],
		[400, { error: { message: 'safety_tolerance is wrong' } }, 'invalid-input', 'safety_tolerance'],
		[404, { error: { message: 'no such model' } }, 'invalid-input', 'base URL'],
		[413, undefined, 'invalid-input', 'first words (its images are too large'],
		[422, { detail: [{ loc: ['body', 'size'], msg: 'bad' }] }, 'invalid-input', 'size: bad'],
		[401, 'Invalid token', 'authentication', 'Invalid token'],
		[
			401,
			{ error: { message: 'This token quota is exhausted TokenStatusExhausted[sk-abc***xyz]' } },
			'insufficient-credits',
			'exhausted',
		],
		[
			401,
			{ error: { message: 'Key quota exhausted !token.UnlimitedQuota && token.RemainQuota = 0' } },
			'insufficient-credits',
			'exhausted',
		],
		[401, { error: { message: '该令牌额度已用尽' } }, 'insufficient-credits', '额度'],
		[403, { error: { message: '令牌额度不足' } }, 'insufficient-credits', '额度'],
		[401, { error: { message: 'Wrong key. Buy credits at /billing' } }, 'authentication', 'Wrong key'],
		[
			403,
			{ code: 30_001, message: 'Sorry, your account balance is insufficient' },
			'insufficient-credits',
			'balance',
		],
		[400, { code: 20_012, message: 'Model does not exist', data: null }, 'invalid-input', 'does not exist'],
		[422, { detail: { error: 'No such size' } }, 'invalid-input', 'No such size'],
		[500, { error: 'server_error', message: 'out of VRAM' }, 'provider-unavailable', 'out of VRAM'],
		[500, { detail: 'CUDA out of memory' }, 'provider-unavailable', 'CUDA'],
		[418, undefined, 'bad-response', 'first words'],
	])('of HTTP %d with %j is %s', (status, body, code, words) => {
		const refusal = openAiCompatible.refusal({ status, body, excerpt: 'first words' });
		expect(refusal).toEqual({ code, words: expect.stringContaining(words) });
	});

	it.each([
		['You have been rate limited: 60 queries per minute. See /settings/billing', 'rate-limited'],
		[
			'Limit reached: 5 images. Please try again in 12s. Add a payment method: /account/billing',
			'rate-limited',
		],
		['You exceeded your current quota, check your billing details. Please retry in 35.5s.', 'rate-limited'],
		['RateLimitError: You exceeded your current quota, check your billing details', 'insufficient-credits'],
		['Too many requests: out of credits', 'insufficient-credits'],
		['Look at /account/billing', 'insufficient-credits'],
	])('of HTTP 429 with "%s" is %s', (message, code) => {
		const refusal = openAiCompatible.refusal({ status: 429, body: { error: { message } }, excerpt: '' });
		expect(refusal.code).toBe(code);
	});
});

describe('An answer', () => {
	const read = (body: unknown) =>
		openAiCompatible.readSubmit({ status: 200, body, excerpt: '' }, {} as never);
	const url = 'https://cdn.example.com/a.png';
	it.each([
		[{ data: [{ url, b64_json: '', revised_prompt: '' }] }, [{ url }]],
		[{ data: [{ url: '/a.png' }, { url: null, b64_json: 'AAAA' }] }, [{ url: '/a.png' }, { base64: 'AAAA' }]],
		[{ data: [{ b64_json: 'data:image/png;base64,AAAA' }] }, [{ base64: 'AAAA' }]],
		[{ data: [{ url: 'data:image/png;base64,AAAA' }] }, [{ base64: 'AAAA' }]],
		[{ data: [url, url] }, [{ url }, { url }]],
		[{ images: [{ url }], seed: 7, timings: {} }, [{ url, seed: 7 }]],
		[{ data: [{ url, revised_prompt: 'A fox', seed: 3 }] }, [{ url, prompt: 'A fox', seed: 3 }]],
		[{ images: [{ url }], data: null }, [{ url }]],
	])('%j holds images', (body, images) => {
		expect(read(body)).toEqual({ state: { is: 'ready', images } });
	});

	it.each([[{}], [undefined], [[]], [{ data: [] }], [{ data: [{ url: '' }, ''] }], [{ data: 'x' }]])(
		'%j holds none',
		(body) => {
			expect(read(body)).toEqual({ unreadable: expect.stringContaining('image') });
		},
	);
});
