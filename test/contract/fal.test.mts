import type { Model } from '../../nodes/Flux/provider.ts';
import { fal } from '../../nodes/Flux/providers/fal/index.ts';

const { readPoll, readResult, poll, cancel } = fal.jobs!;
const answer = (body: unknown, status = 200, more = {}) => ({
	status,
	body,
	excerpt: 'first words',
	...more,
});
const image = (name: string) => ({ url: `https://v3.fal.media/${name}.png` });

it.each([
	['flux-2-pro', 'fal-ai/flux-2-pro'],
	['fal-ai/flux-2-pro/edit', 'fal-ai/flux-2-pro'],
	['fal-ai/flux/dev/image-to-image', 'fal-ai/flux/dev'],
	['fal-ai/flux-pro/kontext/multi', 'fal-ai/flux-pro/kontext/multi'],
	['https://fal.ai/models/fal-ai/flux-2/turbo/edit/api', 'fal-ai/flux-2/turbo'],
	['https://fal.ai/models/fal-ai/flux-9', 'fal-ai/flux-9'],
	['blackforestlabs/flux-3-image', 'blackforestlabs/flux-3-image'],
	['https://fal.ai/models/blackforestlabs/flux-3/edit-image', 'blackforestlabs/flux-3/text-to-image'],
])('%s means the model %s', (text, id) => {
	expect(fal.modelId!(text)).toBe(id);
});

it('asks for a job on the base URL, whatever host a URL names', () => {
	const pollingUrl = 'https://evil.example/fal-ai/flux-2/requests/abc/status?x=1';
	expect(poll({ id: 'abc', pollingUrl }).url).toBe('/fal-ai/flux-2/requests/abc/status');
	expect(cancel!({ id: 'fal-ai/flux-2/edit/abc' })).toEqual({
		...{ method: 'PUT', url: '/fal-ai/flux-2/requests/abc/cancel' },
	});
	for (const id of ['abc', 'fal-ai/..', '../../x', 'fal-ai/flux/..'])
		expect(() => poll({ id })).toThrow(/finds no job/);
});

it.each([
	['fal-ai/flux-2-pro', '/fal-ai/flux-2-pro'],
	['acme/my-flux/edit/fast', '/acme/my-flux'],
	['workflows/acme/my-flux', '/workflows/acme/my-flux'],
	['comfy/acme/my-flux/fast', '/comfy/acme/my-flux'],
	['workflows/my-flux', '/workflows/my-flux'],
])('finds the jobs of %s under %s', (id, app) => {
	const model = fal.unlistedModel(id, 'generate');
	const job = fal.readSubmit(answer({ request_id: 'R1' }), { model } as never) as { id: string };
	for (const one of [
		job,
		{ id: 'R1', pollingUrl: `https://queue.fal.run${app}/requests/R1/status` },
		{ id: 'R1', pollingUrl: `http://localhost:8000/fal${app}/requests/R1` },
	])
		expect(poll(one).url).toBe(`${app}/requests/R1/status`);
	expect(app.split('/')).toHaveLength(/^(workflows|comfy).*\/.*\//.test(id) ? 4 : 3);
	if (id !== 'workflows/my-flux') expect(poll({ id: `${id}/R1` }).url).toBe(`${app}/requests/R1/status`);
});

it.each([
	[{ aspect_ratio: '16:9' }, { aspect_ratio: '16:9', image_size: 'landscape_16_9' }],
	[{ image_size: 'portrait_4_3' }, { aspect_ratio: '3:4', image_size: 'portrait_4_3' }],
	[{ aspect_ratio: '21:9' }, { aspect_ratio: '21:9', image_size: '21:9' }],
	[{ image_size: '3:2' }, { image_size: '3:2', aspect_ratio: '3:2' }],
	[{ aspect_ratio: 'constructor' }, { aspect_ratio: 'constructor', image_size: 'constructor' }],
	[{ image_size: { width: 640, height: 480 } }, { image_size: { width: 640, height: 480 } }],
	[
		{ aspect_ratio: '16:9', image_size: 'square_hd' },
		{ aspect_ratio: '16:9', image_size: 'square_hd' },
	],
])('sends %j to an endpoint that is in no list as %j', (body, sent) => {
	const to = (model: Model) => fal.submit({ model, body, envelope: {} } as never).body;
	expect(to(fal.unlistedModel('acme/new', 'generate'))).toEqual(sent);
	expect(to(fal.models[0])).toEqual(body);
});

it('gives the images that the safety checker did not flag, and says which it did', () => {
	const body = {
		images: [image('a'), image('b')],
		seed: 7,
		prompt: 'A fox',
		has_nsfw_concepts: [true, false],
	};
	const about = { seed: 7, prompt: 'A fox' };
	expect(readResult!(answer(body))).toEqual({
		is: 'ready',
		images: [
			{ ...image('a'), ...about, isWithheld: true },
			{ ...image('b'), ...about, isWithheld: false },
		],
		about,
	});
	expect(readResult!(answer({ ...body, has_nsfw_concepts: [true, true] }))).toMatchObject({
		is: 'imageModerated',
	});
});

it.each([
	[
		422,
		{ detail: [{ loc: ['body', 'prompt'], msg: 'Flagged', type: 'content_policy_violation' }] },
		'promptModerated',
	],
	[
		422,
		{ detail: [{ loc: ['body', 'image_url'], msg: 'Flagged', type: 'content_policy_violation' }] },
		'promptModerated',
	],
	[
		422,
		{ detail: [{ loc: ['body', 'images', 0], msg: 'Flagged', type: 'content_policy_violation' }] },
		'imageModerated',
	],
	[
		422,
		{ detail: [{ loc: ['body', 'generated_images'], msg: 'Flagged', type: 'content_policy_violation' }] },
		'imageModerated',
	],
	[
		422,
		{ detail: [{ loc: ['body', 'image_url'], msg: 'Failed to load', type: 'image_load_error' }] },
		'failed',
	],
	[500, { detail: 'GPU on fire' }, 'failed', { mayBeRepeated: false }],
	[500, { detail: [{ loc: ['body'], msg: 'Try later', type: 'downstream_service_error' }] }, 'failed'],
	[504, { detail: 'Request timed out', error_type: 'request_timeout' }, 'failed', { mayBeRepeated: true }],
	[400, { detail: [{ loc: ['body'], msg: 'Try later', type: 'downstream_service_error' }] }, 'failed'],
	[400, { detail: 'Bad timeout' }, 'failed', { mayBeRepeated: false }],
	[400, { detail: 'Could not load the image' }, 'failed'],
	[413, { detail: 'Payload too large' }, 'failed'],
	[424, { detail: 'A dependency failed' }, 'failed'],
	[499, { detail: 'Request was cancelled', error_type: 'client_cancelled' }, 'cancelled'],
	[499, { detail: 'Request was cancelled' }, 'cancelled', { mayBeRepeated: false }],
	[499, { detail: 'Client is gone', error_type: 'client_disconnected' }, 'failed'],
	[404, { detail: 'Request not found' }, 'unknownJob'],
	[400, { detail: 'Request is still in progress' }, 'running'],
])('takes a result of HTTP %d, %j, for %s', (status, body, is, more: object = {}) => {
	expect(readResult!(answer(body, status, more))).toMatchObject({ is });
});

it('asks again for a result that a server error, the key or a proxy kept back', () => {
	expect(readResult!(answer({ detail: 'Bad gateway' }, 502))).toHaveProperty('unreadable');
	for (const status of [401, 402, 403, 405, 408, 425, 429])
		expect(readResult!(answer({ detail: 'Not now' }, status))).toHaveProperty('unreadable');
	expect(readResult!(answer(undefined, 400))).toHaveProperty('unreadable');
});

it('reads both headers in which fal says whether another try may help', () => {
	const told = (headers: Record<string, string>) => fal.mayBeRepeated!(headers);
	for (const name of ['x-fal-retryable', 'x-fal-needs-retry']) {
		expect([told({ [name]: 'true' }), told({ [name]: '1' })]).toEqual([true, true]);
		expect([told({ [name]: 'false' }), told({ [name]: '0' })]).toEqual([false, false]);
	}
});

it('finds images that are written into the result, and those of a model that names them otherwise', () => {
	const about = { seed: 7, prompt: undefined };
	const sync = { images: [{ url: 'data:image/png;base64,AAAA' }], seed: 7, has_nsfw_concepts: [false] };
	expect(readResult!(answer(sync))).toEqual({
		...{ is: 'ready', about, images: [{ base64: 'AAAA', seed: 7, isWithheld: false }] },
	});
	expect(readResult!(answer({ ...sync, has_nsfw_concepts: [true] }))).toMatchObject({
		...{ is: 'imageModerated' },
	});
	expect(readResult!(answer({ image: image('a'), seed: 7 }))).toEqual({
		...{ is: 'ready', about, images: [{ ...image('a'), seed: 7, isWithheld: false }] },
	});
	const place = 'https://queue.fal.run/fal-ai/flux/requests/abc';
	const state = { status: 'IN_PROGRESS', response_url: place, status_url: `${place}/status` };
	for (const body of [state, {}, { seed: 7 }]) expect(readResult!(answer(body))).toHaveProperty('unreadable');
});

it.each([
	[
		{ error: 'Runner died', error_type: 'runner_disconnected' },
		{ is: 'failed', reason: 'Runner died' },
	],
	[{ error_type: 'runner_disconnected' }, { is: 'failed', reason: 'runner_disconnected' }],
	[{ error: 'Cancelled by the client', error_type: 'client_cancelled' }, { is: 'cancelled' }],
	[{ error: 'Invalid status code: 500' }, { is: 'failed', reason: 'Invalid status code: 500' }],
	[
		{ error: 'Invalid status code: 422', error_type: null },
		{ is: 'ready', images: [] },
	],
	[{ error: null }, { is: 'ready', images: [] }],
])('takes the state of a job with %j for %j', (more, state) => {
	expect(readPoll(answer({ status: 'COMPLETED', ...more }))).toEqual(state);
});

it('takes a late cancel for a finished job, and tells the place in the queue', () => {
	expect(readPoll(answer({ status: 'ALREADY_COMPLETED' }, 400))).toMatchObject({ is: 'ready' });
	expect(readPoll(answer({ status: 'IN_QUEUE', queue_position: 3 }, 202))).toEqual({
		...{ is: 'running', note: 'at place 3 of the queue' },
	});
});

it.each([
	[
		403,
		{ detail: 'User is locked. Reason: Exhausted balance. Top up.' },
		'insufficient-credits',
		'Exhausted',
	],
	[403, { detail: 'User is locked. Reason: Admin lock.' }, 'authentication', 'Admin lock. (the key is right'],
	[401, { detail: 'No user found for Key ID and Secret' }, 'authentication', 'No user'],
	[
		...([422, { detail: [{ loc: ['body', 'seed'], msg: 'not a number', type: 'int_type' }] }] as const),
		...(['invalid-input', 'seed: not a number'] as const),
	],
	[
		...([
			422,
			{ detail: [{ loc: ['body', 'prompt'], msg: 'Flagged', type: 'content_policy_violation' }] },
		] as const),
		...(['prompt-moderated', 'Flagged'] as const),
	],
	[
		...([
			422,
			{ detail: [{ loc: ['body', 'image_url'], msg: 'Flagged', type: 'content_policy_violation' }] },
		] as const),
		...(['prompt-moderated', 'image_url: Flagged'] as const),
	],
	[429, { detail: 'Too many requests' }, 'rate-limited', 'Too many'],
])('takes a refusal of HTTP %d with %j for %s', (status, body, code, words) => {
	expect(fal.refusal(answer(body, status))).toEqual({ code, words: expect.stringContaining(words) });
});
