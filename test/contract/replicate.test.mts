import { replicate } from '../../nodes/Flux/providers/replicate/index.ts';
import { models } from '../../nodes/Flux/providers/replicate/models.ts';
import { baseOf } from '../../nodes/Flux/http/baseUrl.ts';
import { modelParameters } from '../../nodes/Flux/catalogue/modelParameters.ts';
import { displayedFor } from './displayed.mts';

type Order = Parameters<typeof replicate.submit>[0];
const submit = (model: Order['model'], order: Partial<Order> = {}) =>
	replicate.submit({
		...{ model, operation: model.operations[0], body: {}, envelope: {}, service: 'replicate' },
		...{ remainingSeconds: 60, idempotencyKey: 'key', ...order },
	});
const modelOf = (name: string) => models.find(({ id }) => id === `black-forest-labs/${name}`)!;

describe.each(models.map((model) => [model.id, model] as const))('%s', (_, model) => {
	it('takes a webhook beside its input', () => {
		const envelope = { webhook: 'https://example.com/hook' };
		const { body } = submit(model, { body: { prompt: 'x' }, envelope });
		const webhook_events_filter = ['completed'];
		expect(body).toEqual({ input: { prompt: 'x' }, ...envelope, webhook_events_filter });
		expect(submit(model).body).toEqual({ input: {} });
	});
});

it('has a host of its own where one is typed', () => {
	const custom = { service: 'custom', baseUrl: ' https://x.example/v1/ ' };
	expect(baseOf(replicate.hosts, custom)).toEqual({ baseUrl: 'https://x.example/v1' });
});

describe('Pixels', () => {
	const model = modelOf('flux-2-pro');
	it('go with the aspect ratio custom, which they mean', () => {
		expect(submit(model, { body: { width: 512, height: 256 } }).body).toEqual({
			input: { aspect_ratio: 'custom', width: 512, height: 256 },
		});
		expect(submit(modelOf('flux-schnell'), { body: { width: 512 } }).body).toEqual({ input: { width: 512 } });
	});

	it('are refused beside another one', () => {
		const takes = (aspect_ratio: string) =>
			model.body.safeParse({ prompt: 'x', width: 512, height: 256, aspect_ratio }).success;
		expect([takes('custom'), takes('1:1')]).toEqual([true, false]);
	});
});

describe('The time that is left', () => {
	const headers = (order: Partial<Order>) => submit(modelOf('flux-2-pro'), order).headers;
	it.each([
		[300, { prefer: 'wait=2', 'cancel-after': '300s' }],
		[59.2, { prefer: 'wait=2', 'cancel-after': '60s' }],
		[1.5, { 'cancel-after': '5s' }],
	])('of %d seconds gives %j', (remainingSeconds, wanted) => {
		expect(headers({ remainingSeconds })).toEqual(wanted);
	});

	it('ends no job that somebody else waits for', () => {
		expect(headers({ isAwaited: false })).toEqual({});
		expect(headers({ envelope: { webhook: 'https://example.com' } })).toEqual({ prefer: 'wait=2' });
	});
});

describe('An id that is in no list', () => {
	const version = 'a'.repeat(64);
	it.each([
		[`some/model:${version}`, '/predictions', { version, input: {} }],
		[version, '/predictions', { version, input: {} }],
		['some/model', '/models/some/model/predictions', { input: {} }],
		['deployments/acme/flux', '/deployments/acme/flux/predictions', { input: {} }],
		['deployments/flux', '/models/deployments/flux/predictions', { input: {} }],
		['some/mo?del#1', '/models/some/mo%3Fdel%231/predictions', { input: {} }],
	])('%s goes to %s', (id, url, body) => {
		expect(submit(replicate.unlistedModel(id, 'generate'))).toMatchObject({ method: 'POST', url, body });
	});

	it('has all fields, under every name that the models have for them', () => {
		const { fields, options } = displayedFor('replicate', 'edit', 'some/model');
		const names = [...fields, ...options].map(({ name }) => name);
		expect(names).toEqual(expect.arrayContaining(['image', 'referenceImages', 'loraStrength', 'guidance']));
		const wire = Object.keys(replicate.unlistedModel('some/model', 'edit').body.shape);
		const ofModels = models.filter(({ operations }) => operations.includes('edit'));
		expect(wire).toEqual(expect.arrayContaining(ofModels.flatMap(({ body }) => Object.keys(body.shape))));
	});

	it('names a LoRA and its images as any model of Replicate does', () => {
		const { shape } = replicate.unlistedModel('some/model', 'edit').body;
		expect(Object.keys(shape)).toEqual(
			expect.arrayContaining([
				...['lora_weights', 'hf_lora', 'lora_scale', 'lora_strength'],
				...['input_images', 'images', 'image', 'input_image', 'img_cond_path'],
			]),
		);
	});

	it('needs one of the images to edit, but not both', () => {
		const needed = modelParameters(replicate.unlistedModel('some/model', 'edit'), 'edit').filter(
			({ required }) => required,
		);
		expect(needed).toEqual([]);
	});

	it('has the names of a listed model if it is a version of it', () => {
		const id = `black-forest-labs/flux-dev:${version}`;
		const { shape } = replicate.unlistedModel(id, 'generate').body;
		expect(shape).toHaveProperty('num_inference_steps');
		expect(shape).not.toHaveProperty('steps');
	});
});

const answer = (body: unknown, status = 200) => ({ status, body, excerpt: 'first words' });
const prediction = (more: object) => answer({ id: 'p1', status: 'succeeded', ...more });
const url = 'https://replicate.delivery/a.png';

describe('A prediction', () => {
	it.each([
		[{ output: url }, { is: 'ready', images: [{ url }] }],
		[{ output: [url, url] }, { is: 'ready', images: [{ url }, { url }] }],
		[
			{ output: [url], data_removed: true },
			{ is: 'ready', images: [{ url }] },
		],
		[{ output: 'data:image/png;base64,AAAA' }, { is: 'ready', images: [{ base64: 'AAAA' }] }],
		[{ output: null, data_removed: true }, { is: 'expired' }],
		[{ output: null }, { unreadable: expect.stringContaining('output') }],
		[{ output: [] }, { unreadable: expect.stringContaining('output') }],
		[{ output: [{ x: 1 }] }, { unreadable: expect.stringContaining('output') }],
		[{ status: 'starting', output: null }, { is: 'running' }],
		[{ status: 'processing', output: [url] }, { is: 'running' }],
		[{ status: 'SUCCEEDED', output: url }, { is: 'running' }],
		[{ status: 'canceled' }, { is: 'cancelled' }],
		[{ status: 'aborted' }, { is: 'cancelled' }],
		[
			{ status: 'failed', error: 'CUDA out of memory' },
			{ is: 'failed', reason: 'CUDA out of memory' },
		],
		[
			{ status: 'failed', error: null, data_removed: true },
			{ is: 'failed', reason: '' },
		],
		[
			{ status: 'failed', error: { code: 1 } },
			{ is: 'failed', reason: '{"code":1}' },
		],
	])('with %j is %j', (more, state) => {
		expect(replicate.jobs!.readPoll(prediction(more))).toEqual(state);
	});

	it.each([
		['NSFW content detected. Try running it again, or try a different prompt.', 'imageModerated'],
		['The input or output was flagged as sensitive. Please try again. (E005)', 'imageModerated'],
		['Generated image was flagged', 'imageModerated'],
		['All generated images contained NSFW content', 'imageModerated'],
		['Prediction failed: E005', 'imageModerated'],
		['The input was flagged as sensitive', 'promptModerated'],
		['Your prompt was flagged by the safety filter', 'promptModerated'],
		['Request Moderated', 'promptModerated'],
		['Content Moderated', 'imageModerated'],
	])('that failed with "%s" is %s', (error, is) => {
		expect(replicate.jobs!.readPoll(prediction({ status: 'failed', error }))).toEqual({
			is,
			reasons: [error],
		});
	});

	it('that nobody knows, or that is none, is so', () => {
		expect(replicate.jobs!.readPoll(answer({ detail: 'not found', status: 404 }, 404))).toEqual({
			is: 'unknownJob',
		});
		for (const body of [undefined, [], {}, { status: 'succeeded' }, { id: '', status: 'x' }]) {
			expect(replicate.jobs!.readPoll(answer(body))).toHaveProperty('unreadable');
			expect(replicate.readSubmit(answer(body), undefined as never)).toHaveProperty('unreadable');
		}
		expect(replicate.jobs!.readPoll(answer({ id: 'p1' }))).toHaveProperty('unreadable');
	});

	it.each([{}, { status: 7 }, { status: ['starting'] }])('keeps its id although its state is %j', (state) => {
		expect(replicate.readSubmit(answer({ id: 'p1', ...state }), undefined as never)).toEqual({ id: 'p1' });
	});

	it('keeps its id although its end cannot be read', () => {
		expect(replicate.readSubmit(prediction({ output: 7 }), undefined as never)).toEqual({ id: 'p1' });
	});

	it('is asked for and cancelled by its id on the base URL', () => {
		const { poll: ask, cancel } = replicate.jobs!;
		const job = { id: 'a/../b?', pollingUrl: 'https://api.replicate.com/v1/predictions/x' };
		expect(ask(job)).toEqual({ method: 'GET', url: '/predictions/a%2F..%2Fb%3F' });
		expect(cancel!(job)).toEqual({ method: 'POST', url: '/predictions/a%2F..%2Fb%3F/cancel' });
	});
});

describe('A refusal', () => {
	const invalid_fields = [{ type: 'number_lte', field: 'input.width', description: 'Must be at most 2048' }];
	it.each([
		[401, { title: 'Unauthenticated', detail: 'No token' }, 'authentication', 'Unauthenticated: No token'],
		[
			402,
			{ title: 'Insufficient credit', detail: 'Pay' },
			'insufficient-credits',
			'Insufficient credit: Pay',
		],
		[
			...([422, { title: 'Input validation failed', detail: '-', invalid_fields }, 'invalid-input'] as const),
			'Input validation failed: width: Must be at most 2048',
		],
		[404, { detail: 'Not here.', status: 404 }, 'invalid-input', 'Not here.'],
		[429, { detail: 'Throttled, less than $5.0 in credit' }, 'rate-limited', 'Throttled'],
		[500, undefined, 'provider-unavailable', 'first words'],
		[418, '<html>', 'bad-response', 'first words'],
		[403, { error: 'token invalid' }, 'authentication', 'token invalid'],
	])('of HTTP %d with %j is %s', (status, body, code, words) => {
		const refusal = replicate.refusal(answer(body, status));
		expect(refusal).toEqual({ code, words: expect.stringContaining(words) });
	});
});
