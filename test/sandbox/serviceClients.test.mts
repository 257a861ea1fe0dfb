import { InferenceClient } from '@huggingface/inference';
import { OpenRouter } from '@openrouter/sdk';
import { imageSize } from 'image-size';
import Together from 'together-ai';

import { drawImage } from './images.mts';
import { startSandbox, type Sandbox } from './sandbox.mts';

/** The clients of services that speak OpenAI's way or nearly so, none of which was written here. */
let sandbox: Sandbox;
// By this beginning Hugging Face's client knows that the key is one for its router.
const key = 'hf_sandboxkey00000000000000000000';

beforeAll(async () => {
	sandbox = await startSandbox({ secondsPerImage: 0.05, key });
});
afterAll(async () => await sandbox.close());
beforeEach(() => sandbox.reset());

const sizeOf = (base64: string) => imageSize(new Uint8Array(Buffer.from(base64, 'base64')));
const input = await drawImage({
	...{ prompt: 'x', model: 'm', seed: 1, width: 64, height: 48, format: 'png' },
});
const dataUri = `data:image/png;base64,${input.toString('base64')}`;

describe("OpenRouter's own client", () => {
	const openRouter = (apiKey = key) =>
		new OpenRouter({
			...{ apiKey, serverURL: `${sandbox.url}/openrouter/api/v1`, retryConfig: { strategy: 'none' } },
		});
	const model = 'black-forest-labs/flux.2-pro';
	const make = async (more: object, apiKey?: string) => {
		const request = { model, prompt: 'a fox', ...more };
		return await openRouter(apiKey).images.generate({ imageGenerationRequest: request });
	};
	const images = (answer: Awaited<ReturnType<typeof make>>) => ('data' in answer ? answer.data : []);

	it('makes an image of the ratio that it asks for, and learns its type and price', async () => {
		const answer = await make({ aspectRatio: '2:1', resolution: '512', outputFormat: 'jpeg' });
		expect(images(answer)).toMatchObject([{ mediaType: 'image/jpeg' }]);
		expect(sizeOf(images(answer)[0].b64Json)).toMatchObject({ type: 'jpg', width: 720, height: 368 });
		expect(answer).toMatchObject({ usage: { cost: 0.04 } });
	});

	it('edits an image by the same request', async () => {
		const answer = await make({ inputReferences: [{ type: 'image_url', imageUrl: { url: dataUri } }] });
		expect(images(answer)).toHaveLength(1);
		expect(sandbox.jobs[0].drawings[0].edit?.source.equals(input)).toBe(true);
	});

	it('is told which parameters a model takes', async () => {
		const { data } = await openRouter().images.listModels();
		expect(data.find(({ id }) => id === model)?.supportedParameters).toMatchObject({
			input_references: { type: 'range', min: 0, max: 8 },
			output_format: { type: 'enum', values: ['png', 'jpeg'] },
			seed: { type: 'boolean' },
		});
	});

	it('understands that a parameter, or its key, is refused', async () => {
		await expect(make({ model: 'black-forest-labs/flux-3-image', seed: 7 })).rejects.toThrow(/'seed'/);
		await expect(make({}, 'wrong')).rejects.toThrow(/API key/);
		expect(sandbox.billed()).toBe(0);
	});
});

describe("Together's own client", () => {
	const together = (apiKey = key) =>
		new Together({ apiKey, baseURL: `${sandbox.url}/together/v1`, maxRetries: 0 });

	it('makes two images as base64', async () => {
		const { data } = await together().images.generate({
			...{ model: 'black-forest-labs/FLUX.2-dev', prompt: 'a fox', width: 128, height: 64, n: 2, steps: 4 },
			response_format: 'base64',
		});
		expect(data).toHaveLength(2);
		expect(sizeOf(data[1].b64_json)).toMatchObject({ type: 'png', width: 128, height: 64 });
	});

	it('edits an image by its field of Kontext', async () => {
		const { data } = await together().images.generate({
			...{ model: 'black-forest-labs/FLUX.1-kontext-pro', prompt: 'blue', image_url: dataUri },
			response_format: 'url',
		});
		expect(imageSize(new Uint8Array(await (await fetch(data[0].url)).arrayBuffer())).type).toBe('png');
		expect(sandbox.jobs[0].drawings[0].edit?.source.equals(input)).toBe(true);
	});

	it('understands that its key is refused', async () => {
		const asked = together('wrong').images.generate({ model: 'm', prompt: 'x' });
		await expect(asked).rejects.toThrow(/401/);
	});
});

describe("Hugging Face's own client", () => {
	const hubId = 'black-forest-labs/FLUX.1-dev';
	const routes = { together: hubId, nscale: hubId, replicate: 'black-forest-labs/flux-dev' };
	const mapping = (task: string) =>
		Object.fromEntries(
			Object.entries(routes).map(([name, providerId]) => [name, { status: 'live', providerId, task }]),
		);
	/** Its hosts are the sandbox; of the hub, which is no part of the router, no more is played than where a model is. */
	const huggingFace = (task: string) =>
		new InferenceClient(key, {
			fetch: (async (url: string, init: RequestInit) => {
				const { host, pathname } = new URL(url);
				if (host === 'huggingface.co') return Response.json({ inferenceProviderMapping: mapping(task) });
				const base = pathname.startsWith('/replicate/') ? '' : '/huggingface';
				return host === 'router.huggingface.co'
					? await fetch(`${sandbox.url}${base}${pathname}`, init)
					: await fetch(url, init);
			}) as typeof fetch,
		});

	it.each(['together', 'nscale', 'replicate'] as const)(
		'makes an image by the router at %s',
		async (provider) => {
			const image = await huggingFace('text-to-image').textToImage(
				{ provider, model: hubId, inputs: 'a fox' },
				{ outputType: 'dataUrl' },
			);
			expect(sizeOf(image.split(',')[1]).width).toBeGreaterThan(0);
			expect(sandbox.billed()).toBe(1);
		},
	);

	it('edits an image by the router at Together', async () => {
		const image = await huggingFace('image-to-image').imageToImage({
			...{ provider: 'together', model: 'black-forest-labs/FLUX.2-dev' },
			inputs: new Blob([new Uint8Array(input)], { type: 'image/png' }),
			parameters: { prompt: 'blue' },
		});
		expect(imageSize(new Uint8Array(await image.arrayBuffer())).type).toBe('png');
		expect(sandbox.jobs[0].drawings[0].edit?.source.equals(input)).toBe(true);
	});
});
