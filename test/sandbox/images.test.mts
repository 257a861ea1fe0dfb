import { imageSize } from 'image-size';
import { bflClient } from './client.mts';
import { drawImage } from './images.mts';
import { startSandbox, type Sandbox } from './sandbox.mts';

let sandbox: Sandbox;
let client: ReturnType<typeof bflClient>;
let input: string;

beforeAll(async () => {
	sandbox = await startSandbox({ secondsPerImage: 3600 });
	client = bflClient(sandbox);
	const picture = { prompt: 'x', model: 'm', seed: 1, width: 328, height: 204, format: 'webp' } as const;
	input = (await drawImage(picture)).toString('base64');
});
afterAll(() => sandbox.close());

const sizes: [model: string, body: Record<string, unknown>, type: string, width: number, height: number][] = [
	['flux-2-pro', { prompt: 'x' }, 'jpg', 1024, 1024],
	['flux-2-pro', { prompt: 'x', width: 480, height: 640, output_format: 'png' }, 'png', 480, 640],
	['flux-2-pro', { prompt: 'x', input_image: 'INPUT', output_format: 'webp' }, 'webp', 320, 192],
	['flux-pro-1.1', {}, 'jpg', 1024, 768],
	['flux-pro-1.1-ultra', {}, 'jpg', 2736, 1536],
	['flux-kontext-pro', { prompt: 'x', aspect_ratio: '3:2' }, 'png', 1248, 832],
	['flux-pro-1.0-fill', { image: 'INPUT' }, 'jpg', 328, 204],
	['flux-pro-1.0-expand', { image: 'INPUT', left: 100, top: 7 }, 'jpg', 428, 211],
	['flux-tools/outpainting-v1', { input_image: 'INPUT', width: 500, height: 300 }, 'png', 500, 300],
	['flux-tools/vto-v2', { prompt: 'x', person: 'INPUT', garment: 'INPUT' }, 'jpg', 328, 204],
	['flux-3-image', { prompt: 'x', resolution: '768sq' }, 'jpg', 768, 768],
	['flux-3-image', { prompt: 'x', aspect_ratio: '16:9' }, 'jpg', 1360, 768],
	['flux-3-image', { prompt: 'x', resolution: '4k' }, 'jpg', 4096, 4096],
];

it.each(sizes)('%s with %j makes a %s of %d × %d', async (model, body, type, width, height) => {
	const sent = JSON.parse(JSON.stringify(body).replaceAll('INPUT', input));
	const { bytes } = await client.image(sandbox, model, sent);
	expect(imageSize(bytes)).toMatchObject({ type, width, height });
});

it('draws the same picture for the same prompt and seed, another one for another', async () => {
	const draw = async (prompt: string, seed: number) =>
		(await drawImage({ prompt, seed, model: 'm', width: 128, height: 128, format: 'png' })).toString(
			'base64',
		);
	expect(await draw('a fox', 1)).toBe(await draw('a fox', 1));
	expect(await draw('a fox', 2)).not.toBe(await draw('a fox', 1));
	expect(await draw('a cat', 1)).not.toBe(await draw('a fox', 1));
});

it.each([
	'',
	'Ein Fuchs – schön, Привет, 富士山の朝焼け 🌅',
	'a'.repeat(500),
	'many words '.repeat(300),
	'\u0000\n\t',
])('draws any prompt: %j', async (prompt) => {
	for (const [width, height] of [
		[64, 64],
		[160, 1000],
		[1000, 200],
	]) {
		const picture = { prompt, seed: 1, model: 'm', width, height, format: 'jpeg', lines: ['more'] } as const;
		expect(imageSize(await drawImage(picture))).toMatchObject({ type: 'jpg', width, height });
	}
});
