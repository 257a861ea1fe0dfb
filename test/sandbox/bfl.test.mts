import { ask, bflClient } from './client.mts';
import { loadFacts } from './facts.mts';
import { drawImage } from './images.mts';
import { startSandbox, type Sandbox } from './sandbox.mts';

let sandbox: Sandbox;
let client: ReturnType<typeof bflClient>;
let png: string;

beforeAll(async () => {
	sandbox = await startSandbox({ secondsPerImage: 3600, isAskedWrong: true });
	client = bflClient(sandbox);
	const drawing = { prompt: 'a hill', model: 'm', seed: 1, width: 320, height: 208, format: 'png' } as const;
	png = (await drawImage(drawing)).toString('base64');
});
afterAll(() => sandbox.close());
beforeEach(() => sandbox.reset());

describe('the key', () => {
	it.each(['/v1/credits', '/v1/get_result?id=x', '/v1/my_finetunes'])('is needed for %s', async (path) => {
		for (const headers of [{}, { 'x-key': 'wrong' }, { authorization: `Bearer ${sandbox.key}` }] as Record<
			string,
			string
		>[]) {
			const { status, json } = await ask(sandbox.url + path, { headers });
			expect([status, json]).toEqual([403, { detail: 'Not authenticated - Invalid Authentication' }]);
		}
	});

	it('is needed for a submit, before its body is looked at, and nothing is billed', async () => {
		expect((await ask(`${sandbox.url}/v1/flux-2-pro`, { body: {} })).status).toBe(403);
		expect(sandbox.billed()).toBe(0);
	});

	it('is not what an unknown path is about', async () => {
		expect((await client.submit('flux-9', { prompt: 'x' })).json).toEqual({ detail: 'Not Found' });
		expect((await client.get('/v1/flux-2-pro')).status).toBe(405);
	});
});

describe('a body', () => {
	const bad: [model: string, body: unknown, type: string, field: string][] = [
		['flux-2-pro', {}, 'missing', 'prompt'],
		['flux-2-pro', { prompt: 123 }, 'string_type', 'prompt'],
		['flux-2-pro', { prompt: null }, 'string_type', 'prompt'],
		['flux-2-pro', { prompt: 'x', width: '1024' }, 'int_type', 'width'],
		['flux-2-pro', { prompt: 'x', width: 1024.5 }, 'int_from_float', 'width'],
		['flux-2-pro', { prompt: 'x', width: 0 }, 'greater_than_equal', 'width'],
		['flux-2-pro', { prompt: 'x', width: 1000 }, 'multiple_of', 'width'],
		['flux-2-pro', { prompt: 'x', width: 2064, height: 2048 }, 'value_error', 'width'],
		['flux-2-pro', { prompt: 'x', width: 8192 }, 'value_error', 'width'],
		['flux-2-pro', { prompt: 'x', seed: '7' }, 'int_type', 'seed'],
		['flux-2-pro', { prompt: 'x', safety_tolerance: 6 }, 'less_than_equal', 'safety_tolerance'],
		['flux-2-pro', { prompt: 'x', output_format: 'jpg' }, 'enum', 'output_format'],
		['flux-2-pro', { prompt: 'x', disable_pup: 'true' }, 'bool_type', 'disable_pup'],
		['flux-2-pro', { prompt: 'x', user: '' }, 'string_too_short', 'user'],
		['flux-2-pro', { prompt: 'x', user: 'x'.repeat(257) }, 'string_too_long', 'user'],
		['flux-2-pro', { prompt: 'x', webhook_url: 'example.com' }, 'url_parsing', 'webhook_url'],
		['flux-2-pro', { prompt: 'x', input_image: 'photo.png' }, 'value_error', 'input_image'],
		['flux-2-flex', { prompt: 'x', guidance: 11 }, 'less_than_equal', 'guidance'],
		['flux-pro-1.1', { width: 1024, height: 1000 }, 'multiple_of', 'height'],
		['flux-pro-1.1', { width: 1472 }, 'less_than_equal', 'width'],
		['flux-pro-1.1-ultra', { aspect_ratio: 'wide' }, 'value_error', 'aspect_ratio'],
		['flux-pro-1.1-ultra', { aspect_ratio: '22:9' }, 'value_error', 'aspect_ratio'],
		['flux-pro-1.1-ultra', { aspect_ratio: '1:3' }, 'value_error', 'aspect_ratio'],
		['flux-pro-1.0-fill', { prompt: 'x' }, 'missing', 'image'],
		['flux-pro-1.0-fill', { image: 'https://example.com/a.png' }, 'value_error', 'image'],
		['flux-pro-1.0-fill', { image: Buffer.from('not an image').toString('base64') }, 'value_error', 'image'],
		['flux-pro-1.0-fill-finetuned', { image: 'x' }, 'missing', 'finetune_id'],
		['flux-tools/erase-v1', { image: 'x' }, 'missing', 'mask'],
		[
			'flux-tools/outpainting-v1',
			{ input_image: 'x', width: 64, height: 64, seed: 1 },
			'extra_forbidden',
			'seed',
		],
		['flux-3-image', { prompt: '' }, 'string_too_short', 'prompt'],
		['flux-3-image', { prompt: 'x', seed: 1 }, 'extra_forbidden', 'seed'],
		['flux-3-image', { prompt: 'x', aspect_ratio: '17:9' }, 'enum', 'aspect_ratio'],
		['flux-3-image', { prompt: 'x', version: 'v1' }, 'literal_error', 'version'],
		['flux-3-image', { prompt: 'x', images: [] }, 'too_short', 'images'],
		['flux-3-image', { prompt: 'x', images: Array(11).fill('x') }, 'too_long', 'images'],
	];

	it.each(bad)('for %s like %j is refused: %s at %s', async (model, body, type, field) => {
		const { status, json } = await client.submit(model, body);
		expect(status).toBe(422);
		const found = json.detail.filter((each: any) => each.loc[1] === field).map((each: any) => each.type);
		expect(found).toContain(type);
		expect(json.detail[0]).toEqual(
			expect.objectContaining({ loc: expect.any(Array), msg: expect.any(String) }),
		);
		expect(sandbox.billed()).toBe(0);
	});

	it('with a data: URL is refused where base64 is wanted', async () => {
		const image = `data:image/png;base64,${png}`;
		expect((await client.submit('flux-pro-1.0-fill', { image })).status).toBe(422);
		expect((await client.submit('flux-2-pro', { prompt: 'x', input_image: image })).status).toBe(422);
	});

	it('that is no JSON, no object or not called JSON is refused', async () => {
		const headers = { 'x-key': sandbox.key, 'content-type': 'application/json' };
		const url = `${sandbox.url}/v1/flux-2-pro`;
		expect((await ask(url, { headers, body: '{"prompt":' })).json.detail[0].type).toBe('json_invalid');
		expect((await ask(url, { headers, body: '["x"]' })).json.detail[0].type).toBe('model_attributes_type');
		const text = { ...headers, 'content-type': 'text/plain' };
		expect((await ask(url, { headers: text, body: '{"prompt":"x"}' })).status).toBe(422);
	});

	it('may hold null where the schema says so, and unknown fields, which are noted', async () => {
		const { status } = await client.submit('flux-2-pro', { prompt: 'x', seed: null, aspectRatio: '1:1' });
		expect(status).toBe(200);
		expect(sandbox.jobs[0].ignoredFields).toEqual(['aspectRatio']);
	});

	it.each(Object.entries(loadFacts('bfl').models))(
		'with only what is required is accepted: %s',
		async (model, { fields }) => {
			const images = /^(image|mask|input_image|person|garment)$/;
			const value = (name: string) =>
				images.test(name) ? png : fields[name].type === 'integer' ? 512 : 'some text';
			const required = Object.keys(fields).filter((name) => fields[name].required);
			const { status, json } = await client.submit(
				model,
				Object.fromEntries(required.map((name) => [name, value(name)])),
			);
			expect([status, json]).toEqual([200, expect.objectContaining({ id: expect.any(String) })]);
		},
	);
});

describe('a job', () => {
	it('is pending, then ready with the seed that was sent and an image that needs no key', async () => {
		const { json } = await client.submit('flux-2-pro', { prompt: 'a fox', seed: 7 });
		expect(json).toEqual({
			id: expect.stringMatching(/^[\da-f-]{36}$/),
			polling_url: `${sandbox.url}/v1/get_result?id=${json.id}`,
			cost: 3,
			input_mp: 0,
			output_mp: 1.05,
		});
		const pending = await client.get(json.polling_url);
		expect(pending.json).toMatchObject({ id: json.id, status: 'Pending', result: null });
		sandbox.finish();
		const ready = await client.get(json.polling_url);
		expect(ready.json).toMatchObject({ status: 'Ready', result: { prompt: 'a fox', seed: 7 } });
		const image = await ask(ready.json.result.sample);
		expect([image.status, image.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
		expect(sandbox.jobs[0]).toMatchObject({ state: 'ready', polls: 2, downloads: 1, model: 'flux-2-pro' });
	});

	it('of flux-3-image is reasoning and generating on its way', async () => {
		const { json } = await client.submit('flux-3-image', { prompt: 'a fox' });
		const [job] = sandbox.jobs;
		const words: string[] = [];
		for (const part of [0.1, 0.5, 0.9]) {
			job.submittedAt = Date.now() - part * 1e6;
			job.dueAt = job.submittedAt + 1e6;
			words.push((await client.get(json.polling_url)).json.status);
		}
		expect(words).toEqual(['Pending', 'Reasoning', 'Generating']);
	});

	it('that nobody submitted is not found', async () => {
		const { status, json } = await client.get('/v1/get_result?id=nobody');
		expect([status, json]).toMatchObject([404, { id: 'nobody', status: 'Task not found', result: null }]);
		expect((await client.get('/v1/get_result')).status).toBe(422);
	});

	it('loses its image after its time', async () => {
		const { json } = await client.submit('flux-2-pro', { prompt: 'x' });
		sandbox.finish();
		const { result } = (await client.get(json.polling_url)).json;
		const [job] = sandbox.jobs;
		expect(Math.round((job.expiresAt - job.submittedAt) / 1000)).toBe(3600 + 600);
		job.expiresAt = Date.now() - 1;
		expect((await ask(result.sample)).status).toBe(403);
	});
});

describe('the account', () => {
	it('pays for each submit until nothing is left', async () => {
		sandbox.credits = 4;
		expect((await client.submit('flux-2-pro', { prompt: 'x' })).status).toBe(200);
		expect((await client.get('/v1/credits')).json).toEqual({ credits: 1 });
		const { status, json } = await client.submit('flux-2-pro', { prompt: 'x' });
		expect([status, json]).toEqual([402, { detail: 'Insufficient credits' }]);
	});

	it('may have 24 running jobs, 6 of flux-kontext-max', async () => {
		const submit = (model: string, count: number) =>
			Promise.all(
				Array.from({ length: count }, async () => (await client.submit(model, { prompt: 'x' })).status),
			);
		const max = await submit('flux-kontext-max', 7);
		expect(max.filter((status) => status === 200)).toHaveLength(6);
		const others = await submit('flux-2-pro', 19);
		expect(others.filter((status) => status === 200)).toHaveLength(18);
		expect(sandbox.peakConcurrency()).toBe(24);
		sandbox.finish();
		expect((await client.submit('flux-2-pro', { prompt: 'x' })).status).toBe(200);
	});

	it('has a finetune', async () => {
		expect((await client.get('/v1/my_finetunes')).json).toEqual({ finetunes: ['my-brand'] });
	});
});

it('records every request, with what was answered', async () => {
	await client.submit('flux-2-pro', { prompt: 'x' });
	await client.get('/v1/nowhere');
	expect(sandbox.requests).toMatchObject([
		{
			method: 'POST',
			url: '/v1/flux-2-pro',
			body: { prompt: 'x' },
			status: 200,
			dialect: 'bfl',
			action: 'submit',
		},
		{ method: 'GET', url: '/v1/nowhere', body: undefined, status: 404, action: 'unknown' },
	]);
	expect(sandbox.requests[0].headers['x-key']).toBe(sandbox.key);
});
