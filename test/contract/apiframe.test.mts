import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { apiframe } from '../../nodes/Flux/providers/apiframe/index.ts';
import { models } from '../../nodes/Flux/providers/apiframe/models.ts';
import { baseOf } from '../../nodes/Flux/http/baseUrl.ts';
import { loadFacts } from '../sandbox/facts.mts';
import { blockOf } from './compare.mts';
import { displayedFor } from './displayed.mts';

const facts = loadFacts('apiframe');
type Order = Parameters<typeof apiframe.submit>[0];
const submit = (model: Order['model'], order: Partial<Order> = {}) =>
	apiframe.submit({
		...{ model, operation: model.operations[0], body: {}, envelope: {}, service: undefined },
		...{ remainingSeconds: 60, idempotencyKey: 'key', ...order },
	});
const modelOf = (name: string) => models.find(({ id }) => id === name)!;
const bodyOf = (...args: Parameters<typeof submit>) => submit(...args).body as Record<string, unknown>;

describe.each(models.map((model) => [model.id, model] as const))('%s', (id, model) => {
	it('is asked for with its own block and a key', () => {
		const { headers, body } = submit(model, { body: { seed: 7 }, envelope: { prompt: 'x' } });
		expect(headers).toEqual({ 'Idempotency-Key': 'key' });
		const [block] = blockOf(facts.models[id])!;
		expect(body).toEqual({ model: id, prompt: 'x', [block]: expect.objectContaining({ seed: 7 }) });
	});

	it('tells a webhook of its end, good or bad', () => {
		const envelope = { webhookUrl: 'https://example.com/hook' };
		const { webhookUrl, webhookEvents } = bodyOf(model, { envelope });
		expect({ webhookUrl, webhookEvents }).toEqual({ ...envelope, webhookEvents: ['completed', 'failed'] });
		expect(bodyOf(model)).not.toHaveProperty('webhookEvents');
	});
});

it('sends no empty block', () => {
	const envelope = { prompt: 'x' };
	expect(bodyOf(modelOf('flux-2-pro'), { envelope })).toEqual({ model: 'flux-2-pro', prompt: 'x' });
});

it.each([
	[{ aspect_ratio: '16:9' }, { fluxParams: { aspect_ratio: '16:9' } }],
	[{ nanoBananaParams: { image_input: [] } }, { nanoBananaParams: { image_input: [] } }],
	[
		{ aspect_ratio: '16:9', seed: 1, seedreamParams: { seed: 2 } },
		{ seedreamParams: { aspect_ratio: '16:9', seed: 2 } },
	],
	[{ seed: 1, fluxParams: { raw: true } }, { fluxParams: { seed: 1, raw: true } }],
	[{ nanoBananaParams: 'x' }, { fluxParams: { nanoBananaParams: 'x' } }],
])('puts %j into the block that it names, or that of FLUX', (body, block) => {
	const model = apiframe.unlistedModel('nano-banana-2', 'generate');
	expect(bodyOf(model, { body, envelope: { prompt: 'x' } })).toEqual({
		model: model.id,
		prompt: 'x',
		...block,
	});
});

it.each([
	[{}, 'inpaint'],
	[{ outpaint: 'Make square' }, 'outpaint'],
	[{ mode: 'outpaint' }, 'outpaint'],
	[{ mode: 'inpaint', outpaint: 'Make square' }, 'inpaint'],
])('fills with %j in the mode %s', (body, mode) => {
	expect(bodyOf(modelOf('flux-fill-pro'), { body }).fluxFillParams).toEqual({ ...body, mode });
});

it('has the host of the document where none is typed, or another one', () => {
	const base = (data: ICredentialDataDecryptedObject) => baseOf(apiframe.hosts, data);
	expect(base({ baseUrl: ' ' })).toEqual({ baseUrl: 'https://api.apiframe.ai' });
	expect(base({ baseUrl: ' https://x.example/api// ' })).toEqual({ baseUrl: 'https://x.example/api' });
});

describe('An id that is in no list', () => {
	it.each([
		['generate', '/v2/images/generate', 'fluxParams'],
		['edit', '/v2/images/generate', 'fluxParams'],
		['fill', '/v2/images/edit', 'fluxFillParams'],
	] as const)('goes in %s to %s with %s', (operation, url, block) => {
		const request = submit(apiframe.unlistedModel('flux-9', operation), { body: { seed: 1 } });
		expect(request).toMatchObject({ url, body: { model: 'flux-9', [block]: { seed: 1 } } });
	});

	it.each(['generate', 'edit', 'fill'] as const)(
		'has every parameter that a model has in %s',
		(operation) => {
			const shown = (id: string) => {
				const { fields, options, settings } = displayedFor('apiframe', operation, id);
				return [...fields, ...options, ...settings].map(({ name }) => name);
			};
			const ofModels = models.filter((model) => model.operations.includes(operation));
			expect(shown('flux-9')).toEqual(expect.arrayContaining(ofModels.flatMap(({ id }) => shown(id))));
		},
	);
});

const answer = (body: unknown, status = 200) => ({ status, body, excerpt: 'first words' });
const job = (more: object) => answer({ id: 'j1', status: 'COMPLETED', result: null, error: null, ...more });
const url = 'https://cdn.apiframe.ai/a.png';

describe('A job', () => {
	it.each([
		[
			{ result: { images: [url, url] }, creditCost: 5 },
			{ is: 'ready', images: [{ url }, { url }], cost: 5 },
		],
		[{ result: { images: [{ url }] } }, { is: 'ready', images: [{ url }] }],
		[
			{ result: url, creditCost: 'free' },
			{ is: 'ready', images: [{ url }] },
		],
		[{ expired: true }, { is: 'expired' }],
		[{ expired: true, result: { images: [url] } }, { is: 'expired' }],
		[{}, { unreadable: expect.stringContaining('result.images') }],
		[{ result: { images: [] } }, { unreadable: expect.stringContaining('result.images') }],
		[{ result: 'soon' }, { unreadable: expect.stringContaining('result.images') }],
		[{ result: { images: ['file:///etc/passwd'] } }, { unreadable: expect.any(String) }],
		[{ status: 'QUEUED', progress: 0 }, { is: 'running' }],
		[{ status: 'PROCESSING', progress: 50, result: { images: [url] } }, { is: 'running' }],
		[{ status: 'PROCESSING', progress: '50%' }, { is: 'running' }],
		[{ status: 'PROCESSING', progress: 900 }, { is: 'running' }],
		[{ status: 'completed', result: { images: [url] } }, { is: 'running' }],
		[{ status: 'CANCELLED' }, { is: 'cancelled' }],
		[
			{ status: 'FAILED', error: ' GPU lost ' },
			{ is: 'failed', reason: 'GPU lost' },
		],
		[
			{ status: 'FAILED', error: { code: 1 } },
			{ is: 'failed', reason: '{"code":1}' },
		],
		[{ status: 'FAILED' }, { is: 'failed', reason: '' }],
		[
			{ status: 'FAILED', error: 'The prompt was flagged' },
			{ is: 'promptModerated', reasons: ['The prompt was flagged'] },
		],
		[
			{ status: 'FAILED', error: 'NSFW content detected' },
			{ is: 'imageModerated', reasons: ['NSFW content detected'] },
		],
	])('with %j is %j', (more, state) => {
		expect(apiframe.jobs!.readPoll(job(more))).toEqual(state);
	});

	it('that nobody knows, or that is none, is so', () => {
		expect(apiframe.jobs!.readPoll(answer({ error: 'Job not found' }, 404))).toEqual({ is: 'unknownJob' });
		for (const body of [undefined, [], {}, { status: 1 }, { jobId: '' }, 'x']) {
			expect(apiframe.jobs!.readPoll(answer(body))).toHaveProperty('unreadable');
			expect(apiframe.readSubmit(answer(body), undefined as never)).toHaveProperty('unreadable');
		}
	});

	it('is named by its submit, and asked for by that name', () => {
		const accepted = answer({ jobId: 'a/../b?', status: 'QUEUED' }, 202);
		expect(apiframe.readSubmit(accepted, undefined as never)).toEqual({ id: 'a/../b?' });
		expect(apiframe.jobs!.poll({ id: 'a/../b?' })).toEqual({
			method: 'GET',
			url: '/v2/jobs/a%2F..%2Fb%3F',
		});
	});
});

it('reads credits and uploads, and nothing else for them', () => {
	const { read } = apiframe.account!.getCredits!;
	expect(read(answer({ team: { credits: 7 } }))).toEqual([{ credits: 7, unit: 'credit' }]);
	expect(apiframe.uploads!.read(answer({ url, expiresAt: 'x' }))).toEqual({ url });
	for (const body of [undefined, {}, { team: { credits: '7' } }, { url: 'no url' }]) {
		expect(read(answer(body))).toHaveProperty('unreadable');
		expect(apiframe.uploads!.read(answer(body))).toHaveProperty('unreadable');
	}
});

describe('A refusal', () => {
	const details = { 'fluxParams.width': ['Too small', 'No'], model: ['Unknown'] };
	it.each([
		[
			...([400, { error: 'Validation failed', details }, 'invalid-input'] as const),
			'Validation failed: fluxParams.width: Too small, No; model: Unknown',
		],
		[401, { error: 'Invalid API key' }, 'authentication', 'Invalid API key'],
		[403, { error: 'No access' }, 'authentication', 'No access'],
		[
			...([402, { error: 'Poor', creditsRequired: 5, creditsAvailable: 1 }, 'insufficient-credits'] as const),
			'Poor (5 credits are needed, 1 are left)',
		],
		[402, { error: 'Poor' }, 'insufficient-credits', 'Poor'],
		[409, { error: 'Key used' }, 'bad-response', 'Key used (the idempotency key of this submit'],
		[413, { error: 'Too large' }, 'invalid-input', 'Too large'],
		[429, { error: 'Slow down' }, 'rate-limited', 'Slow down'],
		[503, { error: 'Overloaded' }, 'provider-unavailable', 'Overloaded'],
		[500, undefined, 'provider-unavailable', 'first words'],
		[404, '<html>', 'bad-response', 'first words'],
		[400, { error: { a: 1 }, details: 7 }, 'invalid-input', 'first words'],
	])('of HTTP %d with %j is %s', (status, body, code, words) => {
		const refusal = apiframe.refusal(answer(body, status));
		expect(refusal).toEqual({ code, words: expect.stringContaining(words) });
	});
});
