import { imageSize } from 'image-size';
import { ask } from './client.mts';
import { loadFacts } from './facts.mts';
import { drawImage } from './images.mts';
import { startSandbox, type Sandbox } from './sandbox.mts';

let sandbox: Sandbox;
let base: string;

const headers = () => ({ 'x-api-key': sandbox.key });
const get = (path: string) => ask(base + path, { headers: headers() });
const post = (path: string, body: unknown, more: Record<string, string> = {}) =>
	ask(base + path, { headers: { ...headers(), ...more }, body });
const generate = (body: object, more = {}) =>
	post('/v2/images/generate', { model: 'flux-2-pro', prompt: 'x', ...body }, more);
const upload = async () => {
	const drawing = { prompt: 'x', model: 'm', seed: 1, width: 320, height: 208, format: 'png' } as const;
	const form = new FormData();
	form.set('file', new Blob([new Uint8Array(await drawImage(drawing))], { type: 'image/png' }), 'a.png');
	return await ask(`${base}/v2/uploads`, { headers: headers(), body: form });
};

beforeAll(async () => {
	sandbox = await startSandbox({ secondsPerImage: 3600, isAskedWrong: true });
	base = `${sandbox.url}/apiframe`;
});
afterAll(() => sandbox.close());
beforeEach(() => sandbox.reset());

it('needs the key, except for its list of models', async () => {
	expect(await ask(`${base}/v2/me`)).toMatchObject({ status: 401, json: { error: expect.any(String) } });
	expect((await get('/v2/me')).json.team.credits).toBe(10_000);
	const { models } = (await ask(`${base}/v2/models?modality=image`)).json;
	expect(models.map(({ id }: { id: string }) => id)).toEqual(Object.keys(loadFacts('apiframe').models));
});

const url = 'https://example.com/a.png';
const bad: [path: string, body: object, at: string][] = [
	['generate', { model: 'flux-9', prompt: 'x' }, 'model'],
	['generate', { model: 'flux-fill-pro' }, 'model'],
	['edit', { model: 'flux-2-pro', prompt: 'x' }, 'model'],
	['generate', { model: 'flux-2-pro', prompt: '' }, 'prompt'],
	['generate', { model: 'flux-2-pro', prompt: 'x'.repeat(2001) }, 'prompt'],
	['generate', { model: 'flux-2-pro', prompt: 'x', seed: 1 }, 'seed'],
	[
		'generate',
		{ model: 'flux-2-pro', prompt: 'x', fluxParams: { safety_tolerance: 1 } },
		'fluxParams.safety_tolerance',
	],
	[
		'generate',
		{ model: 'flux-2-pro', prompt: 'x', fluxParams: { aspect_ratio: 'custom' } },
		'fluxParams.aspect_ratio',
	],
	['generate', { model: 'flux-2-pro', prompt: 'x', fluxParams: { width: 128 } }, 'fluxParams.width'],
	[
		'generate',
		{ model: 'flux-2-pro', prompt: 'x', fluxParams: { output_format: 'jpeg' } },
		'fluxParams.output_format',
	],
	[
		'generate',
		{ model: 'flux-1.1-pro', prompt: 'x', fluxParams: { image_prompt: 'data:image/png;base64,AAAA' } },
		'fluxParams.image_prompt',
	],
	['generate', { model: 'flux-lora', prompt: 'x' }, 'fluxLoraParams'],
	['generate', { model: 'flux-lora', prompt: 'x', fluxLoraParams: { loraId: 'x' } }, 'fluxLoraParams.loraId'],
	[
		'edit',
		{ model: 'flux-fill-pro', prompt: 'x', fluxFillParams: { image: url, mode: 'inpaint', prompt: 'x' } },
		'prompt',
	],
	[
		'edit',
		{ model: 'flux-fill-pro', fluxFillParams: { image: url, mode: 'inpaint' } },
		'fluxFillParams.prompt',
	],
];
it.each(bad)('refuses at images/%s the body %j for its %s', async (path, body, at) => {
	const { status, json } = await post(`/v2/images/${path}`, body);
	expect([status, json]).toMatchObject([
		400,
		{ error: 'Validation failed', details: { [at]: [expect.any(String)] } },
	]);
	expect(sandbox.billed()).toBe(0);
});

it('queues, processes and completes a job', async () => {
	const submitted = await generate({
		fluxParams: { seed: 5, width: 512, height: 256, output_format: 'webp' },
	});
	const { jobId } = submitted.json;
	expect([submitted.status, submitted.json]).toEqual([202, { jobId: expect.any(String), status: 'QUEUED' }]);
	expect((await get(`/v2/jobs/${jobId}`)).json).toMatchObject({ id: jobId, status: 'QUEUED', result: null });
	sandbox.jobs[0].submittedAt -= 3600_000;
	expect((await get(`/v2/jobs/${jobId}`)).json).toMatchObject({
		status: 'PROCESSING',
		progress: 50,
		completedAt: null,
	});
	sandbox.finish();
	const { json } = await get(`/v2/jobs/${jobId}`);
	expect(json).toMatchObject({
		status: 'COMPLETED',
		progress: 100,
		creditCost: 5,
		error: null,
		expired: false,
	});
	expect(imageSize((await ask(json.result.images[0])).bytes)).toMatchObject({
		type: 'webp',
		width: 512,
		height: 256,
	});
	expect((await get('/v2/jobs/0f8fad5b-d9cb-469f-a165-70867728950e')).status).toBe(404);
	expect((await get('/v2/jobs/nobody')).status).toBe(400);
});

it('answers the first job to the same idempotency key, and is billed once', async () => {
	const key = { 'idempotency-key': 'run-1-item-0' };
	const [first, second] = [await generate({}, key), await generate({}, key)];
	expect(second.json).toEqual(first.json);
	expect(sandbox.billed()).toBe(1);
	expect((await generate({ prompt: 'y' }, key)).status).toBe(409);
	expect((await generate({}, { 'idempotency-key': 'x'.repeat(256) })).status).toBe(400);
	await generate({}, { 'idempotency-key': 'run-1-item-1' });
	expect(sandbox.billed()).toBe(2);
});

it('edits an upload, in the size that its outpainting says', async () => {
	const { json } = await upload();
	expect(Date.parse(json.expiresAt)).toBeGreaterThan(Date.now());
	const fluxFillParams = { image: json.url, mode: 'outpaint', outpaint: 'Zoom out 1.5x', prompt: 'x' };
	const { jobId } = (await post('/v2/images/edit', { model: 'flux-fill-pro', fluxFillParams })).json;
	sandbox.finish();
	const [image] = (await get(`/v2/jobs/${jobId}`)).json.result.images;
	expect(imageSize((await ask(image)).bytes)).toMatchObject({ type: 'jpg', width: 480, height: 312 });
});

it('takes only images for upload', async () => {
	const form = new FormData();
	form.set('file', new Blob(['text'], { type: 'image/png' }), 'a.png');
	expect((await ask(`${base}/v2/uploads`, { headers: headers(), body: form })).status).toBe(400);
	form.delete('file');
	expect((await ask(`${base}/v2/uploads`, { headers: headers(), body: form })).status).toBe(400);
});

it('makes several images of a LoRA, and says what is missing when credits are', async () => {
	const loraId = '0f8fad5b-d9cb-469f-a165-70867728950e';
	const body = { model: 'flux-lora', prompt: 'x', fluxLoraParams: { loraId, num_outputs: 3 } };
	const { jobId } = (await post('/v2/images/generate', body)).json;
	sandbox.finish();
	expect((await get(`/v2/jobs/${jobId}`)).json.result.images).toHaveLength(3);
	sandbox.credits = 1;
	const { status, json } = await generate({});
	expect([status, json]).toMatchObject([402, { creditsRequired: 5, creditsAvailable: 1 }]);
});

it('meets the same faults as the others', async () => {
	sandbox.fault({ on: 'submit', times: 1, do: { kind: 'status', status: 503 } });
	expect(await generate({})).toMatchObject({ status: 503, json: { error: 'Service Unavailable' } });
	sandbox.fault({ on: 'poll', do: { kind: 'state', status: 'CANCELLED' } });
	const { jobId } = (await generate({})).json;
	expect((await get(`/v2/jobs/${jobId}`)).json).toMatchObject({ status: 'CANCELLED', result: null });
});
