import { imageSize } from 'image-size';
import { ask } from './client.mts';
import { loadFacts } from './facts.mts';
import { drawImage } from './images.mts';
import { startSandbox, type Sandbox } from './sandbox.mts';

let sandbox: Sandbox;
let base: string;
let photo: string;

const headers = () => ({ authorization: `Bearer ${sandbox.key}` });
const get = (path: string) => ask(base + path, { headers: headers() });
const create = (model: string, input: unknown, more: Record<string, string> = {}) =>
	ask(`${base}/models/${model.includes('/') ? model : `black-forest-labs/${model}`}/predictions`, {
		headers: { ...headers(), ...more },
		body: { input },
	});

beforeAll(async () => {
	sandbox = await startSandbox({ secondsPerImage: 3600, isAskedWrong: true });
	const drawing = { prompt: 'x', model: 'm', seed: 1, width: 320, height: 208, format: 'jpeg' } as const;
	photo = `data:image/jpeg;base64,${(await drawImage(drawing)).toString('base64')}`;
});
afterAll(() => sandbox.close());
beforeEach(() => {
	sandbox.reset();
	sandbox.secondsPerImage = 3600;
	base = `${sandbox.url}/replicate/v1`;
});

it('needs the key as a bearer token', async () => {
	for (const wrong of [{}, { authorization: 'Bearer x' }, { 'x-key': sandbox.key }] as Record<
		string,
		string
	>[]) {
		const { status, json } = await ask(`${base}/account`, { headers: wrong });
		expect([status, json]).toMatchObject([401, { title: 'Unauthenticated', status: 401 }]);
	}
	expect((await get('/account')).json.username).toBe('sandbox');
});

const bad: [model: string, input: unknown, type: string, field: string][] = [
	['flux-2-pro', {}, 'required', 'input'],
	['flux-2-pro', { prompt: 5 }, 'invalid_type', 'input.prompt'],
	['flux-2-pro', { prompt: 'x', safety_tolerance: 0 }, 'number_gte', 'input.safety_tolerance'],
	['flux-2-pro', { prompt: 'x', width: 4096 }, 'number_lte', 'input.width'],
	['flux-2-pro', { prompt: 'x', output_format: 'jpeg' }, 'enum', 'input.output_format'],
	['flux-2-pro', { prompt: 'x', resolution: '1k' }, 'enum', 'input.resolution'],
	['flux-2-pro', { prompt: 'x', input_images: ['photo.png'] }, 'format', 'input.input_images.0'],
	[
		'flux-2-pro',
		{ prompt: 'x', input_images: Array(9).fill('https://example.com/a.png') },
		'array_max_items',
		'input.input_images',
	],
	[
		'flux-fill-pro',
		{ prompt: 'x', image: `data:image/png;base64,${'A'.repeat(300_000)}` },
		'format',
		'input.image',
	],
	['flux-schnell', { prompt: 'x', num_outputs: '2' }, 'invalid_type', 'input.num_outputs'],
	['flux-schnell', { prompt: 'x', megapixels: '2' }, 'enum', 'input.megapixels'],
];
it.each(bad)('refuses for %s the input %j: %s at %s', async (model, input, type, field) => {
	const { status, json } = await create(model, input);
	expect([status, json.title]).toEqual([422, 'Input validation failed']);
	expect(json.invalid_fields).toContainEqual({ type, field, description: expect.any(String) });
	expect(sandbox.billed()).toBe(0);
});

it.each(Object.keys(loadFacts('replicate').models))('answers for %s in its form', async (id) => {
	const { fields, output } = loadFacts('replicate').models[id];
	const required = Object.keys(fields).filter((name) => fields[name].required);
	const input = Object.fromEntries(
		required.map((name) => [name, fields[name].format === 'uri' ? photo : 'text']),
	);
	const created = await create(id, input);
	expect([created.status, created.json]).toMatchObject([
		202,
		{ status: 'starting', output: null, error: null },
	]);
	sandbox.finish();
	const { json } = await get(`/predictions/${created.json.id}`);
	expect(json).toMatchObject({ status: 'succeeded', metrics: { predict_time: expect.any(Number) } });
	expect(Array.isArray(json.output)).toBe(output === 'array');
});

it('holds a request that prefers to wait, but not longer than it prefers', async () => {
	sandbox.secondsPerImage = 0.05;
	const done = await create('flux-2-pro', { prompt: 'x' }, { prefer: 'wait' });
	expect([done.status, done.json.status]).toEqual([201, 'succeeded']);
	sandbox.secondsPerImage = 3600;
	const begun = Date.now();
	const running = await create('flux-2-pro', { prompt: 'x' }, { prefer: 'wait=1' });
	expect(running.status).toBe(202);
	expect(Date.now() - begun).toBeGreaterThanOrEqual(1000);
	for (const prefer of ['wait=0', 'wait=61', 'wait=x', 'respond-async']) {
		expect((await create('flux-2-pro', { prompt: 'x' }, { prefer })).status).toBe(422);
	}
});

it('aborts what is not done by Cancel-After', async () => {
	for (const wrong of ['4', '4s', 'soon']) {
		expect((await create('flux-2-pro', { prompt: 'x' }, { 'cancel-after': wrong })).status).toBe(422);
	}
	const { json } = await create('flux-2-pro', { prompt: 'x' }, { 'cancel-after': '1h' });
	expect(sandbox.jobs[0].forced).toBeUndefined();
	const { json: short } = await create('flux-2-pro', { prompt: 'x' }, { 'cancel-after': '1m30s' });
	expect(sandbox.jobs[1].dueAt - sandbox.jobs[1].submittedAt).toBe(90_000);
	sandbox.finish();
	expect((await get(`/predictions/${json.id}`)).json.status).toBe('succeeded');
	expect((await get(`/predictions/${short.id}`)).json).toMatchObject({ status: 'aborted', output: null });
});

it('cancels a running prediction, and leaves a finished one as it is', async () => {
	const { json } = await create('flux-2-pro', { prompt: 'x' });
	const cancel = () => ask(`${base}/predictions/${json.id}/cancel`, { method: 'POST', headers: headers() });
	expect((await cancel()).json.status).toBe('canceled');
	expect(sandbox.jobs[0]).toMatchObject({ state: 'cancelled', running: false });
	const { json: done } = await create('flux-2-pro', { prompt: 'x' });
	sandbox.finish();
	const again = await ask(`${base}/predictions/${done.id}/cancel`, { method: 'POST', headers: headers() });
	expect(again.json.status).toBe('succeeded');
});

it('takes an upload, by its URL, as the image of a prediction, which has the size of it', async () => {
	const form = new FormData();
	const bytes = Buffer.from(photo.split(',')[1], 'base64');
	form.set('content', new Blob([bytes], { type: 'image/jpeg' }), 'photo.jpg');
	const { status, json } = await ask(`${base}/files`, { headers: headers(), body: form });
	expect([status, json]).toMatchObject([201, { content_type: 'image/jpeg', size: bytes.length }]);
	await create('flux-kontext-pro', { prompt: 'x', input_image: json.urls.get });
	sandbox.finish();
	const made = await get(`/predictions/${sandbox.jobs[0].id}`);
	expect(imageSize((await ask(made.json.output)).bytes)).toMatchObject({
		type: 'png',
		width: 320,
		height: 208,
	});
});

const sizes: [model: string, input: Record<string, unknown>, type: string, width: number, height: number][] =
	[
		['flux-2-pro', { aspect_ratio: 'custom', width: 500, height: 700 }, 'webp', 512, 704],
		['flux-2-pro', { aspect_ratio: '16:9', resolution: '0.5 MP', output_format: 'png' }, 'png', 960, 544],
		[
			'flux-1.1-pro',
			{ aspect_ratio: 'custom', width: 500, height: 700, output_format: 'jpg' },
			'jpg',
			512,
			704,
		],
		['flux-schnell', { megapixels: '0.25' }, 'webp', 512, 512],
	];
it.each(sizes)('%s with %j makes a %s of %d × %d', async (model, input, type, width, height) => {
	await create(model, { prompt: 'x', ...input });
	sandbox.finish();
	const { output } = (await get(`/predictions/${sandbox.jobs[0].id}`)).json;
	expect(imageSize((await ask([output].flat()[0])).bytes)).toMatchObject({ type, width, height });
});

it('fails when the URL of an image gives none', async () => {
	const { json } = await create('flux-kontext-pro', {
		prompt: 'x',
		input_image: `${sandbox.url}/nothing.png`,
	});
	sandbox.finish();
	const failed = (await get(`/predictions/${json.id}`)).json;
	expect(failed).toMatchObject({ status: 'failed', error: expect.stringContaining('cannot identify image') });
});

it('takes a version, lists predictions, and knows nothing of strangers', async () => {
	const { latest_version } = (await get('/models/black-forest-labs/flux-dev')).json;
	const body = { version: latest_version.id, input: { prompt: 'x' } };
	const made = await ask(`${base}/predictions`, { headers: headers(), body });
	expect([made.status, made.json.model]).toEqual([202, 'black-forest-labs/flux-dev']);
	expect((await get('/predictions')).json.results).toMatchObject([{ id: made.json.id }]);
	const other = await ask(`${base}/predictions`, { headers: headers(), body: { ...body, version: 'x' } });
	expect([other.status, other.json.title]).toEqual([422, 'Invalid version or not permitted']);
	expect((await create('flux-9', { prompt: 'x' })).status).toBe(404);
	expect((await get('/predictions/nobody')).status).toBe(404);
});

it("tells a model's own schemas, by its name and by its version", async () => {
	const { latest_version } = (await get('/models/black-forest-labs/flux-dev')).json;
	const { components } = latest_version.openapi_schema;
	expect(components.schemas.Input.properties).toMatchObject({
		num_outputs: { type: 'integer', minimum: 1, maximum: 4 },
		output_format: { allOf: [{ $ref: '#/components/schemas/output_format' }] },
	});
	expect(components.schemas.output_format.enum).toContain('webp');
	expect(JSON.stringify(components)).not.toMatch(/x-closed|additionalProperties/);
	const versions = '/models/black-forest-labs/flux-dev/versions';
	expect((await get(`${versions}/${latest_version.id}`)).json).toEqual(latest_version);
	expect((await get(`${versions}/x`)).status).toBe(404);
});

it('forgets files after an hour, and refuses when there is no credit', async () => {
	const { json } = await create('flux-2-pro', { prompt: 'x' });
	sandbox.finish();
	const { output } = (await get(`/predictions/${json.id}`)).json;
	sandbox.jobs[0].expiresAt = Date.now() - 1;
	expect((await ask(output)).status).toBe(404);
	expect((await get(`/predictions/${json.id}`)).json).toMatchObject({ output: null, data_removed: true });
	sandbox.credits = 0;
	const refused = await create('flux-2-pro', { prompt: 'x' });
	expect([refused.status, refused.json.title]).toEqual([402, 'Insufficient credit']);
});

it('as a proxy always answers a list, and names the host of Replicate', async () => {
	base = `${sandbox.url}/crazyrouter/replicate/v1`;
	const { json } = await create('flux-2-pro', { prompt: 'x' });
	sandbox.finish();
	const done = (await get(`/predictions/${json.id}`)).json;
	expect(done).toMatchObject({ status: 'succeeded', output: [expect.stringContaining('/delivery/')] });
	expect(done.urls.get).toBe(`https://api.replicate.com/v1/predictions/${json.id}`);
	expect(
		(await ask(`${sandbox.url}/replicate/v1/predictions/${json.id}`, { headers: headers() })).status,
	).toBe(404);
	expect((await get('/account')).status).toBe(404);
});

it('meets the same faults as the others', async () => {
	sandbox.fault({ on: 'submit', times: 1, do: { kind: 'status', status: 429 } });
	expect((await create('flux-2-pro', { prompt: 'x' })).json).toMatchObject({
		status: 429,
		detail: 'Too Many Requests',
	});
	const details =
		'The input or output was flagged as sensitive. Please try again with different inputs. (E005)';
	sandbox.fault({ on: 'submit', do: { kind: 'state', status: 'failed', details } });
	const { json } = await create('flux-2-pro', { prompt: 'x' });
	sandbox.finish();
	expect((await get(`/predictions/${json.id}`)).json).toMatchObject({
		status: 'failed',
		error: details,
		output: null,
	});
});
