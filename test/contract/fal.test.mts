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
		'imageModerated',
	],
	[
		422,
		{ detail: [{ loc: ['body', 'image_url'], msg: 'Failed to load', type: 'image_load_error' }] },
		'failed',
	],
	[500, { detail: 'GPU on fire' }, 'failed', { mayBeRepeated: false }],
	[404, { detail: 'Request not found' }, 'unknownJob'],
	[400, { detail: 'Request is still in progress' }, 'running'],
])('takes a result of HTTP %d, %j, for %s', (status, body, is, more: object = {}) => {
	expect(readResult!(answer(body, status, more))).toMatchObject({ is });
});

it('asks again for a result that a server error kept back', () => {
	expect(readResult!(answer({ detail: 'Bad gateway' }, 502))).toHaveProperty('unreadable');
});

it('takes a state with an error for a failure, and a late cancel for a finished job', () => {
	expect(readPoll(answer({ status: 'COMPLETED', error: 'Runner died' }))).toEqual({
		...{ is: 'failed', reason: 'Runner died' },
	});
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
	[429, { detail: 'Too many requests' }, 'rate-limited', 'Too many'],
])('takes a refusal of HTTP %d with %j for %s', (status, body, code, words) => {
	expect(fal.refusal(answer(body, status))).toEqual({ code, words: expect.stringContaining(words) });
});
