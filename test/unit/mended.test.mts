import { PassThrough, type Readable } from 'node:stream';
import { isPrivateHost } from '../../nodes/Flux/http/trust.ts';
import { redact } from '../../nodes/Flux/http/redact.ts';
import { peek, readText } from '../../nodes/Flux/http/body.ts';
import { inspectImage } from '../../nodes/Flux/images/inspect.ts';
import { fileName } from '../../nodes/Flux/images/fileName.ts';
import { Concurrency } from '../../nodes/Flux/limits/concurrency.ts';
import { Deadline } from '../../nodes/Flux/limits/deadline.ts';
import { imageOf } from '../support/images.mts';
import { bodyOf } from './build.mts';
/** Each of these went wrong once. */
it.each(['[::7f00:1]', '[64:ff9b::7f00:1]', '[2002:7f00:1::]', '[fec0::1]'])(
	'takes %s, another spelling of a private address, for private',
	(h) => expect(isPrivateHost(h)).toBe(true),
);
it('leaves no rest of a key that begins like another one', () => {
	expect(redact('x abcdefghi y', ['abcdef', 'abcdefghi'])).toBe('x *** y');
});
it('does not read a body whose time is already up', async () => {
	const s = new PassThrough();
	s.write('x');
	await expect(
		Promise.race([readText(s, 10, AbortSignal.abort()), new Promise((r) => setTimeout(r, 300, 'hung'))]),
	).rejects.toThrow('stopped');
});
it('closes the source when the reader of an image stops early', async () => {
	const s = new PassThrough();
	s.write('0123456');
	const { stream } = await peek(s, {
		enough: () => true,
		maxHead: 10,
		limit: 100,
		tooLarge: () => new Error(),
	});
	(stream as Readable).on('error', () => {});
	await stream[Symbol.asyncIterator]().next();
	(stream as Readable).destroy();
	await new Promise((r) => setTimeout(r, 50));
	expect(s.destroyed).toBe(true);
});
it('does not read past the end of the first bytes of a PNG', async () => {
	const png = await imageOf('png', 40, 30);
	expect(inspectImage(png.subarray(0, 16))).toBeUndefined();
});
it.each(['jpeg', 'webp', 'avif'] as const)(
	'does not read past the end of the first bytes of a %s',
	async (f) => {
		const b = await imageOf(f, 40, 30);
		const bad: number[] = [];
		for (let n = 1; n < b.length; n++) {
			const exact = inspectImage(Uint8Array.from(b).slice(0, n));
			const view = inspectImage(b.subarray(0, n));
			if (JSON.stringify(exact) !== JSON.stringify(view)) bad.push(n);
		}
		expect(bad).toEqual([]);
	},
);
it('does not cut a character of a file name in half', () => {
	const n = fileName(
		'x' + '😀'.repeat(100),
		{ model: null, seed: 1, job: {}, imageIndex: 0, imageCount: 1, itemIndex: 0 },
		'png',
	);
	expect((n as string & { isWellFormed(): boolean }).isWellFormed()).toBe(true);
});
it('lets those behind in when the first one in the queue gives up', async () => {
	const g = new Concurrency();
	const p = () => new Deadline(undefined, 3_600);
	await g.enter({ run: 'a', runLimit: 5, accountLimit: 5 }, p());
	const b = g.enter({ run: 'a', runLimit: 1, accountLimit: 5 }, new Deadline(undefined, 0.05));
	let c = 'waits';
	void g.enter({ run: 'a', runLimit: 5, accountLimit: 5 }, p()).then(() => (c = 'in'));
	await b.catch(() => {});
	await new Promise((r) => setTimeout(r, 20));
	expect(c).toBe('in');
});
it('says how many images a model takes at most', async () => {
	await expect(
		bodyOf('flux-3-image', 'edit', { prompt: 'a', referenceImages: [...'abcdefghijk'] }),
	).rejects.toThrow("'Reference Images' holds 11 images, but FLUX.3 Image takes at most 10");
});
it('names no nearest multiple that is out of range itself', async () => {
	await expect(bodyOf('flux-pro-1.1', 'generate', { prompt: 'a', width: 1450 })).rejects.toMatchObject({
		message: "'Width' is 1450, but FLUX 1.1 [pro] takes a whole number from 256 to 1440 in steps of 32",
	});
});
it('takes no webhook but http and https', async () => {
	await expect(
		bodyOf('flux-2-pro', 'generate', { prompt: 'a', webhookUrl: 'ftp://x.y/z' }),
	).rejects.toThrow();
});
