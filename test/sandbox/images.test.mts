import { createCanvas, loadImage } from '@napi-rs/canvas';
import { imageSize } from 'image-size';

import { drawImage } from './images.mts';
import { ask, bflClient } from './client.mts';
import { startSandbox, type Sandbox } from './sandbox.mts';

let sandbox: Sandbox;
let client: ReturnType<typeof bflClient>;
let input: string;

beforeAll(async () => {
	sandbox = await startSandbox({ secondsPerImage: 3600 });
	client = bflClient(sandbox);
	const drawing = { prompt: 'x', model: 'm', seed: 1, width: 328, height: 204, format: 'webp' } as const;
	input = (await drawImage(drawing)).toString('base64');
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

it('draws the same image for the same prompt and seed, another one for another', async () => {
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
		const drawing = { prompt, seed: 1, model: 'm', width, height, format: 'jpeg', lines: ['more'] } as const;
		expect(imageSize(await drawImage(drawing))).toMatchObject({ type: 'jpg', width, height });
	}
});

/** A PNG of 64 × 64 whose left half has one colour and whose right half another one. */
function halves(left: string, right: string): Buffer {
	const context = createCanvas(64, 64).getContext('2d');
	for (const [x, colour] of [left, right].entries()) {
		context.fillStyle = colour;
		context.fillRect(x * 32, 0, 32, 64);
	}
	return context.canvas.toBuffer('image/png');
}

/** Whether the left and the right half still have the colour of the source. */
async function kept(bytes: Buffer): Promise<boolean[]> {
	const context = createCanvas(64, 64).getContext('2d');
	context.drawImage(await loadImage(bytes), 0, 0);
	return [8, 56].map((x) => [...context.getImageData(x, 8, 1, 1).data].join() === '255,0,0,255');
}

it("repaints where a mask is white, or transparent in a request of OpenAI's style", async () => {
	const image = halves('#ff0000', '#ff0000');
	const body = { prompt: 'the sea', image: image.toString('base64'), output_format: 'png' };
	const white = { ...body, mask: halves('#ffffff', '#000000').toString('base64') };
	expect(await kept((await client.image(sandbox, 'flux-pro-1.0-fill', white)).bytes)).toEqual([false, true]);
	const form = new FormData();
	form.set('prompt', 'the sea');
	form.set('image', new Blob([new Uint8Array(image)]), 'a.png');
	form.set('mask', new Blob([new Uint8Array(halves('rgba(0, 0, 0, 0)', '#ffffff'))]), 'm.png');
	sandbox.secondsPerImage = 0;
	const edits = `${sandbox.url}/selfhosted/v1/images/edits`;
	const { json } = await ask(edits, { body: form });
	expect(await kept((await ask(sandbox.url + json.data[0].url)).bytes)).toEqual([false, true]);
});
