import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import fc from 'fast-check';
import { imageSize } from 'image-size';

import { peek, type Body } from '../../nodes/Flux/http/body.ts';
import { inspectImage, isWhole } from '../../nodes/Flux/images/inspect.ts';
import { cuts, everyEncoding, extendedWebp, losslessWebp, segment, withSegments } from './encoded.mts';
import { runs } from './fuzzRuns.mts';
import { gif, imageOf, type Format } from '../support/images.mts';

describe('An image is recognised by its bytes', () => {
	it.each<[Format, string, string]>([
		['png', 'image/png', 'png'],
		['jpeg', 'image/jpeg', 'jpg'],
		['webp', 'image/webp', 'webp'],
		['avif', 'image/avif', 'avif'],
	])('%s', async (format, mimeType, extension) => {
		const bytes = await imageOf(format, 40, 30);
		expect(inspectImage(bytes)).toEqual({ mimeType, extension, width: 40, height: 30 });
	});

	it('gif', () => {
		expect(inspectImage(gif)).toEqual({ mimeType: 'image/gif', extension: 'gif', width: 1, height: 1 });
	});

	it('jpeg, although what stands before its frame has the marker of one', async () => {
		const bytes = await imageOf('jpeg', 40, 30);
		bytes[3] = 0xc0;
		expect(inspectImage(bytes)).toMatchObject({ width: 40, height: 30 });
		expect(imageSize(bytes)).toMatchObject({ width: 40, height: 30 });
	});

	it('although only its head is there', async () => {
		const head = (await imageOf('png', 40, 30)).subarray(0, 64);
		expect(inspectImage(head)).toMatchObject({ extension: 'png', width: 40, height: 30 });
	});

	it('although it is a bare view of bytes', async () => {
		expect(inspectImage(Uint8Array.from(await imageOf('png')))).toMatchObject({ width: 4, height: 3 });
	});
});

describe('Nothing is taken for an image that is', () => {
	it.each<[string, Buffer]>([
		['empty', Buffer.alloc(0)],
		['one byte', Buffer.of(0x89)],
		['a page', Buffer.from('<!doctype html><html><body>Sign in</body></html>')],
		['JSON', Buffer.from('{"detail":"Not found"}')],
		['zeros', Buffer.alloc(5000)],
		[
			'a drawing that may hold scripts',
			Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
		],
		['a bitmap', Buffer.from('424d1e000000000000001a0000000c00000001000100010018000000ff00', 'hex')],
		['a PDF', Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj')],
	])('%s', (_, bytes) => {
		expect(inspectImage(bytes)).toBeUndefined();
	});

	it('cut before it tells its size', async () => {
		expect(inspectImage(Uint8Array.from(await imageOf('png')).slice(0, 16))).toBeUndefined();
		expect(inspectImage(Uint8Array.from(await imageOf('jpeg')).slice(0, 20))).toBeUndefined();
	});

	it('of no width', async () => {
		const bytes = Buffer.from(await imageOf('png'));
		bytes.writeUInt32BE(0, 16);
		expect(inspectImage(bytes)).toBeUndefined();
	});
});

const sizes: Array<[number, number]> = [
	[40, 30],
	[257, 640],
];
const encodings = (await Promise.all(sizes.map(async (size) => await everyEncoding(...size)))).flat();
const named = encodings.map((one) => [one.name, one.facts.width, one.facts.height, one] as const);

describe.each(named)('Of a %s of %i × %i', (_name, _width, _height, { bytes, facts }) => {
	it('type and size are read as others read them', () => {
		expect(inspectImage(bytes)).toEqual(facts);
		const { width, height } = facts;
		// image-size knows neither arithmetic coding nor padding, and no AVIF under another main brand.
		if (!/arithmetic|padding|another/.test(_name)) expect(imageSize(bytes)).toMatchObject({ width, height });
	});

	it('no part tells anything else than the whole', () => {
		const wrong: unknown[] = [];
		for (let end = 0; end <= bytes.length; end += end < 2_000 ? 1 : 97) {
			const told = inspectImage(bytes.subarray(0, end));
			if (told !== undefined && JSON.stringify(told) !== JSON.stringify(facts)) wrong.push([end, told]);
		}
		expect(wrong).toEqual([]);
	});

	it('the end is found, also with something else behind it, and missed where it was cut off', () => {
		expect(isWhole(bytes)).toBe(true);
		if (facts.extension !== 'gif') expect(isWhole(Buffer.concat([bytes, Buffer.alloc(9_000)]))).toBe(true);
		// Before its size is there, a file is no image yet.
		const ends = [bytes.length >> 1, bytes.length - 9].filter(
			(end) => inspectImage(bytes.subarray(0, end)) !== undefined,
		);
		expect(ends.filter((end) => isWhole(bytes.subarray(0, end)))).toEqual([]);
	});

	it('type and size are those of the whole, however the stream is cut', async () => {
		await fc.assert(
			fc.asyncProperty(cuts(bytes.length), async (ends) => {
				const chunks = ends.slice(1).map((end, index) => bytes.subarray(ends[index], end));
				const { head, stream } = await peek(Readable.from(chunks) as Body, {
					enough: (one) => inspectImage(one) !== undefined,
					maxHead: 8 * 1024 * 1024,
					limit: 10 * 1024 * 1024,
					tooLarge: () => new Error('too large'),
				});
				expect(inspectImage(head)).toEqual(facts);
				expect((await buffer(stream as Readable)).equals(bytes)).toBe(true);
			}),
			{ ...runs, numRuns: Math.ceil(runs.numRuns / 60) },
		);
	});
});

describe('The size of an image is found', () => {
	it('behind megabytes of metadata', async () => {
		const metadata = Array.from({ length: 70 }, (_, index) => segment(0xe1, Buffer.alloc(65_000, index)));
		const jpeg = withSegments(await imageOf('jpeg', 40, 30), ...metadata);
		const chunks = Array.from({ length: Math.ceil(jpeg.length / 16_384) }, (_, index) =>
			jpeg.subarray(index * 16_384, (index + 1) * 16_384),
		);
		const { head } = await peek(Readable.from(chunks) as Body, {
			enough: (one) => inspectImage(one) !== undefined,
			maxHead: 8 * 1024 * 1024,
			limit: 10 * 1024 * 1024,
			tooLarge: () => new Error('too large'),
		});
		expect(inspectImage(head)).toMatchObject({ extension: 'jpg', width: 40, height: 30 });
	});

	it('although it is the largest that the format knows', async () => {
		expect(inspectImage(losslessWebp(16_384, 16_384))).toMatchObject({ width: 16_384, height: 16_384 });
		const extended = extendedWebp(await imageOf('webp'), 16_777_216, 1);
		expect(inspectImage(extended)).toMatchObject({ width: 16_777_216, height: 1 });
	});
});

it('does not take a HEIC photo for an AVIF', async () => {
	const heic = Buffer.from((await imageOf('avif')).toString('latin1').replaceAll('avif', 'heic'), 'latin1');
	expect(inspectImage(heic)).toBeUndefined();
});
