import { createBlackForestLabs } from '@ai-sdk/black-forest-labs';
import { createFalClient } from '@fal-ai/client';
import { generateImage } from 'ai';
import { imageSize } from 'image-size';
import OpenAI, { toFile } from 'openai';
import Replicate from 'replicate';

import { startSandbox, type Sandbox } from './sandbox.mts';

/** Clients that nobody here wrote: if they work against the sandbox, it speaks as the services do. */
let sandbox: Sandbox;

beforeAll(async () => {
	sandbox = await startSandbox({ secondsPerImage: 0.1 });
});
afterAll(async () => await sandbox.close());
beforeEach(() => sandbox.reset());

const fetched = async (url: string) => imageSize(new Uint8Array(await (await fetch(url)).arrayBuffer()));

describe("Vercel's @ai-sdk/black-forest-labs", () => {
	const labs = (apiKey = sandbox.key) =>
		createBlackForestLabs({ apiKey, baseURL: `${sandbox.url}/v1`, pollIntervalMillis: 50 });

	it('makes an image of the size that it asks for', async () => {
		const { image } = await generateImage({
			model: labs().image('flux-2-pro'),
			prompt: 'a fox in a forest',
			seed: 5,
			providerOptions: { blackForestLabs: { width: 512, height: 768, outputFormat: 'png' } },
		});
		expect(imageSize(image.uint8Array)).toMatchObject({ type: 'png', width: 512, height: 768 });
		expect(sandbox.billed()).toBe(1);
	});

	it('edits an image', async () => {
		const { image } = await generateImage({ model: labs().image('flux-2-pro'), prompt: 'a fox' });
		const edited = await generateImage({
			model: labs().image('flux-kontext-pro'),
			prompt: { images: [image.uint8Array], text: 'make it blue' },
		});
		expect(imageSize(edited.image.uint8Array).type).toBe('png');
	});

	it('understands that its key is refused', async () => {
		const asked = generateImage({ model: labs('wrong').image('flux-2-pro'), prompt: 'a fox', maxRetries: 0 });
		await expect(asked).rejects.toThrow(/Not authenticated/);
	});
});

describe("Replicate's own client", () => {
	const replicate = (auth = sandbox.key) => new Replicate({ auth, baseUrl: `${sandbox.url}/replicate/v1` });

	it('makes an image whose output is one URL', async () => {
		const output = await replicate().run('black-forest-labs/flux-2-pro', {
			input: { prompt: 'a fox', aspect_ratio: '3:2' },
		});
		const { width, height } = await fetched(String(output));
		expect(width / height).toBeCloseTo(1.5, 1);
	});

	it('makes several images whose output is a list', async () => {
		const output = await replicate().run('black-forest-labs/flux-schnell', {
			input: { prompt: 'a fox', num_outputs: 2, output_format: 'jpg' },
		});
		expect(output).toHaveLength(2);
		expect(await fetched(String((output as unknown[])[1]))).toMatchObject({ type: 'jpg' });
	});

	it('cancels a prediction', async () => {
		sandbox.secondsPerImage = 30;
		const started = await replicate().predictions.create({
			model: 'black-forest-labs/flux-2-pro',
			input: { prompt: 'x' },
		});
		expect(await replicate().predictions.cancel(started.id)).toMatchObject({ status: 'canceled' });
		sandbox.secondsPerImage = 0.1;
	});

	it('understands that its key is refused', async () => {
		const asked = replicate('wrong').run('black-forest-labs/flux-2-pro', { input: { prompt: 'x' } });
		await expect(asked).rejects.toThrow(/401/);
	});
});

describe("OpenAI's own client", () => {
	const openai = (service: string, apiKey = sandbox.key) =>
		new OpenAI({ apiKey, baseURL: `${sandbox.url}/${service}/v1`, maxRetries: 0 });

	it.each([
		['openai', 'any-flux', { size: '1024x768' as never }],
		['crazyrouter', 'flux-1.1-pro', { size: '1024x768' as never }],
		['onerouter', 'flux-pro-v1.1-ultra-text-to-image', {}],
		['selfhosted', 'flux-1-dev', {}],
	])('makes two images at %s', async (service, model, more) => {
		const { data } = await openai(service).images.generate({ model, prompt: 'a fox', n: 2, ...more });
		expect(data).toHaveLength(2);
		expect((await fetched(new URL(data![1].url!, sandbox.url).href)).width).toBeGreaterThan(0);
	});

	it('edits an image with a mask and takes the answer as base64', async () => {
		const { data } = await openai('openai').images.generate({
			model: 'any-flux',
			prompt: 'a fox',
			response_format: 'b64_json',
		});
		const png = Buffer.from(data![0].b64_json!, 'base64');
		const file = async () => await toFile(png, 'image.png', { type: 'image/png' });
		const edited = await openai('openai').images.edit({
			model: 'any-flux',
			prompt: 'blue',
			image: await file(),
			mask: await file(),
		});
		expect((await fetched(edited.data![0].url!)).width).toBe(imageSize(png).width);
	});

	it('understands that its key is refused', async () => {
		await expect(openai('openai', 'wrong').models.list()).rejects.toThrow(/401/);
	});
});

describe("fal's own client", () => {
	/** It has no base URL, so its requests are led to the sandbox. */
	const fal = (credentials = sandbox.key) =>
		createFalClient({
			credentials,
			fetch: async (url, init) =>
				await fetch(String(url).replace('https://queue.fal.run', `${sandbox.url}/fal`), init),
		});

	it('makes a job, follows it and gets its image', async () => {
		const seen: string[] = [];
		const { data, requestId } = await fal().subscribe('fal-ai/flux/dev', {
			input: { prompt: 'a fox', image_size: { width: 512, height: 256 } },
			pollInterval: 20,
			onQueueUpdate: ({ status }) => seen.push(status),
		});
		expect(await fetched(data.images[0].url)).toMatchObject({ width: 512, height: 256 });
		expect([seen.at(-1), requestId]).toEqual(['COMPLETED', sandbox.jobs[0].id]);
	});

	it('cancels a job', async () => {
		sandbox.secondsPerImage = 30;
		const { request_id: requestId } = await fal().queue.submit('fal-ai/flux-2-pro', {
			input: { prompt: 'x' },
		});
		await fal().queue.cancel('fal-ai/flux-2-pro', { requestId });
		expect(sandbox.jobs[0].state).toBe('cancelled');
		sandbox.secondsPerImage = 0.1;
	});

	it('understands that its key is refused', async () => {
		const asked = fal('wrong').queue.submit('fal-ai/flux-2-pro', { input: { prompt: 'x' } });
		await expect(asked).rejects.toMatchObject({ status: 401 });
	});
});
