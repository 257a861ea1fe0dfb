import { imageSize } from 'image-size';
import { ask } from './client.mts';
import { drawImage } from './images.mts';
import { startSandbox, type AnswerVariant, type Sandbox } from './sandbox.mts';

let sandbox: Sandbox;

const headers = () => ({ authorization: `Bearer ${sandbox.key}` });
const post = (path: string, body: unknown) => ask(sandbox.url + path, { headers: headers(), body });
const generate = (service: string, body: object) =>
	post(`/${service}/v1/images/generations`, { prompt: 'x', ...body });
const flux = (body: object) =>
	post('/monica/v1/image/gen/flux', { model: 'flux_schnell', prompt: 'x', ...body });

beforeAll(async () => {
	sandbox = await startSandbox({ secondsPerImage: 0 });
});
afterAll(() => sandbox.close());
beforeEach(() => {
	sandbox.reset();
	sandbox.secondsPerImage = 0;
});

it('needs the key as a bearer token, plain or not at all, as the service has it', async () => {
	const status = async (service: string, authorization?: string) => {
		const url = `${sandbox.url}/${service}/v1/images/generations`;
		return (await ask(url, { headers: authorization ? { authorization } : {}, body: {} })).status;
	};
	for (const service of ['openai', 'crazyrouter', 'onerouter']) {
		expect(await status(service)).toBe(401);
		expect(await status(service, 'Bearer wrong')).toBe(401);
		expect(await status(service, `Bearer ${sandbox.key}`)).not.toBe(401);
	}
	expect(await status('openai', sandbox.key)).toBe(401);
	expect(await status('onerouter', sandbox.key)).not.toBe(401);
	expect(await status('selfhosted')).not.toBe(401);
});

it.each([
	['openai', 200],
	['crazyrouter', 200],
	['selfhosted', 200],
	['onerouter', 404],
	['monica', 404],
])('has a list of models at %s or not: %d', async (service, status) => {
	expect((await ask(`${sandbox.url}/${service}/v1/models`, { headers: headers() })).status).toBe(status);
});

it.each([
	['openai', {}],
	['openai', { prompt: 'x', n: 11 }],
	['openai', { prompt: 'x', n: '2' }],
	['openai', { prompt: 'x', size: '16:9' }],
	['openai', { prompt: 'x', response_format: 'base64' }],
	['crazyrouter', { model: 'flux-dev' }],
	['crazyrouter', { model: 'flux-dev', prompt: 'x', size: '512x512' }],
	['onerouter', { model: 'flux-pro-v1.1-ultra-text-to-image', prompt: 'x', size: '1024x1024' }],
	['onerouter', { model: 'flux-pro-v1.1-ultra-text-to-image', prompt: 'x', safety_tolerance: 2 }],
	['onerouter', { model: 'flux-pro-v1.1-ultra-text-to-image', prompt: 'x', image_url: 'iVBORw0KGgo=' }],
])('refuses at %s the body %j', async (service, body) => {
	const { status, json } = await post(`/${service}/v1/images/generations`, body);
	expect([status, json.error.type]).toEqual([400, 'invalid_request_error']);
	expect(sandbox.billed()).toBe(0);
});

it('refuses a model that the service does not have', async () => {
	const { status, json } = await generate('crazyrouter', { model: 'flux_dev' });
	expect([status, json.error.code]).toEqual([404, 'model_not_found']);
});

it('answers a URL or base64, one image or several, after the time that it takes', async () => {
	sandbox.secondsPerImage = 0.05;
	const begun = Date.now();
	const { json } = await generate('openai', { model: 'flux-1-dev', n: 2, size: '512x256' });
	expect(Date.now() - begun).toBeGreaterThanOrEqual(50);
	expect(json).toEqual({
		created: expect.any(Number),
		data: [{ url: expect.any(String) }, { url: expect.any(String) }],
	});
	expect(imageSize((await ask(json.data[1].url)).bytes)).toMatchObject({
		type: 'png',
		width: 512,
		height: 256,
	});
	const other = await generate('openai', {
		response_format: 'b64_json',
		size: '256x256',
		output_format: 'webp',
	});
	const image = Buffer.from(other.json.data[0].b64_json, 'base64');
	expect(imageSize(image)).toMatchObject({ type: 'webp', width: 256, height: 256 });
	expect(sandbox.billed()).toBe(2);
});

const variants: [AnswerVariant, (body: any) => unknown][] = [
	['relativeUrl', ({ data }) => expect(data[0].url).toMatch(/^\/delivery\//)],
	['b64Only', ({ data }) => expect(data).toEqual([{ b64_json: expect.stringMatching(/^iVBOR/) }])],
	[
		'emptyUnused',
		({ data }) => expect(data[0]).toMatchObject({ url: expect.stringMatching(/^http/), b64_json: '' }),
	],
	[
		'images',
		({ images, data }) => expect([images[0].url, data]).toEqual([expect.stringMatching(/^http/), undefined]),
	],
	['urlStrings', ({ data }) => expect(data).toEqual([expect.stringMatching(/^http/)])],
];
it.each(variants)('can answer as other servers do: %s', async (variant, check) => {
	sandbox.openAiAnswer = variant;
	check((await generate('openai', { size: '64x64' })).json);
});

it('edits images from a multipart form, under either name, in their size', async () => {
	const drawing = { prompt: 'x', model: 'm', seed: 1, width: 320, height: 208, format: 'png' } as const;
	const file = new Blob([new Uint8Array(await drawImage(drawing))], { type: 'image/png' });
	const edits = `${sandbox.url}/openai/v1/images/edits`;
	for (const name of ['image', 'image[]']) {
		const form = new FormData();
		form.set('prompt', 'blue');
		form.set('model', 'flux-kontext');
		form.set('n', '1');
		form.append(name, file, 'a.png');
		form.set('mask', file, 'm.png');
		const { status, json } = await ask(edits, { headers: headers(), body: form });
		expect(status).toBe(200);
		expect(imageSize((await ask(json.data[0].url)).bytes)).toMatchObject({ width: 320, height: 208 });
	}
	expect(sandbox.requests[0].body).toMatchObject({
		prompt: 'blue',
		image: { name: 'a.png', type: 'image/png' },
	});
	const none = new FormData();
	none.set('prompt', 'blue');
	expect((await ask(edits, { headers: headers(), body: none })).status).toBe(400);
	expect((await ask(edits, { headers: headers(), body: { prompt: 'blue' } })).status).toBe(400);
});

it('at OneRouter takes a ratio for a size and fills unused fields with empty strings', async () => {
	const { json } = await generate('onerouter', { model: 'flux-pro-v1.1-ultra-text-to-image', size: '4:3' });
	expect(json.data[0]).toMatchObject({ b64_json: '', revised_prompt: '' });
	expect(imageSize((await ask(json.data[0].url)).bytes)).toMatchObject({ width: 1184, height: 880 });
});

it('at Monica makes images under its own path, eight at once and ten a minute', async () => {
	expect((await flux({ num_outputs: 2, size: '768x1344' })).json.data).toHaveLength(2);
	expect((await flux({ steps: 5 })).status).toBe(400);
	sandbox.reset();
	sandbox.secondsPerImage = 0.3;
	const all = await Promise.all(Array.from({ length: 9 }, () => flux({})));
	expect(all.map(({ status }) => status).sort()).toEqual([...Array(8).fill(200), 429]);
	sandbox.secondsPerImage = 0;
	expect([await flux({}), await flux({}), await flux({})].map(({ status }) => status)).toEqual([
		200, 200, 429,
	]);
	sandbox.reset();
	sandbox.credits = 0;
	expect((await flux({})).status).toBe(429);
});

it('meets the same faults as the others', async () => {
	sandbox.fault({ on: 'submit', times: 1, do: { kind: 'status', status: 500 } });
	expect((await generate('openai', {})).json.error.type).toBe('server_error');
	sandbox.fault({ on: 'submit', times: 1, do: { kind: 'resultUrl', to: 'http://10.0.0.1/x.png' } });
	expect((await generate('openai', {})).json.data).toEqual([{ url: 'http://10.0.0.1/x.png' }]);
	sandbox.fault({ on: 'submit', do: { kind: 'state', status: 'Rejected by the safety system' } });
	const { status, json } = await generate('openai', {});
	expect([status, json.error.code]).toEqual([400, 'content_policy_violation']);
	expect(sandbox.billed()).toBe(2);
});
