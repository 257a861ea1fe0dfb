import fc from 'fast-check';

import { gif, imageOf, type Format } from '../support/images.mts';

/** An image in one of its encodings, and what is to be read from it. */
export interface Encoded {
	name: string;
	bytes: Buffer;
	facts: { mimeType: string; extension: string; width: number; height: number };
}

const names: Record<Format, [string, string]> = {
	png: ['image/png', 'png'],
	jpeg: ['image/jpeg', 'jpg'],
	webp: ['image/webp', 'webp'],
	avif: ['image/avif', 'avif'],
};

const encoded = (
	name: string,
	type: [string, string],
	bytes: Buffer,
	width: number,
	height: number,
): Encoded => ({
	name,
	bytes,
	facts: { mimeType: type[0], extension: type[1], width, height },
});

/** A segment of a JPEG, which says its own length. */
export function segment(marker: number, content: Buffer): Buffer {
	const head = Buffer.of(0xff, marker, 0, 0);
	head.writeUInt16BE(content.length + 2, 2);
	return Buffer.concat([head, content]);
}

/** Puts segments behind the first two bytes of a JPEG, as cameras do with their metadata. */
export const withSegments = (jpeg: Buffer, ...segments: Buffer[]) =>
	Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);

/** The same JPEG as a progressive one says its size: its frame has another marker. */
function withFrame(jpeg: Buffer, marker: number): Buffer {
	const other = Buffer.from(jpeg);
	for (let at = 2; ; at += 2 + other.readUInt16BE(at + 2)) {
		if (other[at + 1] === 0xc0 || other[at + 1] === 0xc2) {
			other[at + 1] = marker;
			return other;
		}
	}
}

const chunk = (name: string, content: Buffer) => {
	const head = Buffer.alloc(8);
	head.write(name, 'latin1');
	head.writeUInt32LE(content.length, 4);
	return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
};
const riff = (...chunks: Buffer[]) => chunk('RIFF', Buffer.concat([Buffer.from('WEBP'), ...chunks]));

/** A WebP whose first chunk names the size of the canvas; metadata may stand before the image. */
export function extendedWebp(
	webp: Buffer,
	width: number,
	height: number,
	metadata = Buffer.alloc(0),
): Buffer {
	const canvas = Buffer.alloc(10);
	canvas.writeUIntLE(width - 1, 4, 3);
	canvas.writeUIntLE(height - 1, 7, 3);
	return riff(chunk('VP8X', canvas), chunk('ICCP', metadata), webp.subarray(12));
}

/** The head of a lossless WebP, all of it that tells the size, and some content. */
export function losslessWebp(width: number, height: number, content = 40): Buffer {
	const bits = Buffer.alloc(5 + content, 0xa5);
	bits[0] = 0x2f;
	bits.writeUInt32LE(((width - 1) | ((height - 1) << 14)) >>> 0, 1);
	return riff(chunk('VP8L', bits));
}

/** The smallest lossless WebP there is, whose chunk ends soon after the size. */
const smallestLossless = Buffer.from('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==', 'base64');

function gifOf(width: number, height: number): Buffer {
	const bytes = Buffer.from(gif);
	bytes.writeUInt16LE(width, 6);
	bytes.writeUInt16LE(height, 8);
	return bytes;
}

const box = (type: string, ...content: Buffer[]) => {
	const all = Buffer.concat(content);
	const head = Buffer.alloc(8);
	head.writeUInt32BE(all.length + 8);
	head.write(type, 4, 'latin1');
	return Buffer.concat([head, all]);
};

/** The same AVIF as other encoders order it: another main brand, the image before the boxes that tell of it, a long box. */
function reorderedAvif(avif: Buffer): Buffer {
	const parts: Record<string, Buffer> = {};
	for (let at = 0; at < avif.length; at += avif.readUInt32BE(at)) {
		parts[avif.toString('latin1', at + 4, at + 8)] = avif.subarray(at, at + avif.readUInt32BE(at));
	}
	const long = Buffer.alloc(16);
	long.writeUInt32BE(1);
	long.write('mdat', 4);
	long.writeBigUInt64BE(BigInt(parts.mdat.length + 8), 8);
	return Buffer.concat([
		box('ftyp', Buffer.from('mif1\0\0\0\0mif1avifmiaf', 'latin1')),
		Buffer.concat([long, parts.mdat.subarray(8)]),
		box('free', Buffer.alloc(9)),
		parts.meta,
	]);
}

/** A small preview that stands in the metadata of another image, with a size of its own. */
const exif = async () =>
	segment(
		0xe1,
		Buffer.concat([Buffer.from('Exif\0\0MM\0*\0\0\0\b\0\0', 'latin1'), await imageOf('jpeg', 16, 12)]),
	);

/** Images of this size in every format and encoding. */
export async function everyEncoding(width: number, height: number): Promise<Encoded[]> {
	const [png, jpeg, webp, avif] = await Promise.all(
		(['png', 'jpeg', 'webp', 'avif'] as const).map(async (format) => await imageOf(format, width, height)),
	);
	const preview = await exif();
	const large = Array.from({ length: 3 }, () => segment(0xe2, Buffer.alloc(40_000, 0xff)));
	return [
		encoded('PNG', names.png, png, width, height),
		encoded('JPEG', names.jpeg, jpeg, width, height),
		encoded('JPEG with a preview', names.jpeg, withSegments(jpeg, preview), width, height),
		encoded('JPEG with large metadata', names.jpeg, withSegments(jpeg, preview, ...large), width, height),
		encoded(
			'JPEG with padding between its segments',
			names.jpeg,
			withSegments(jpeg, Buffer.from('ffffff', 'hex'), preview, Buffer.from('ffff', 'hex')),
			...([width, height] as const),
		),
		encoded('progressive JPEG', names.jpeg, withFrame(withSegments(jpeg, preview), 0xc2), width, height),
		encoded('arithmetic JPEG', names.jpeg, withFrame(jpeg, 0xc9), width, height),
		encoded('lossy WebP', names.webp, webp, width, height),
		encoded('lossless WebP', names.webp, losslessWebp(width, height), width, height),
		encoded('smallest WebP', names.webp, smallestLossless, 1, 1),
		encoded('extended WebP', names.webp, extendedWebp(webp, width, height), width, height),
		encoded(
			'extended WebP with metadata',
			names.webp,
			extendedWebp(webp, width, height, Buffer.alloc(5_000, 0x56)),
			...([width, height] as const),
		),
		encoded('GIF', ['image/gif', 'gif'], gifOf(width, height), width, height),
		encoded('AVIF', names.avif, avif, width, height),
		encoded('AVIF in another order', names.avif, reorderedAvif(avif), width, height),
	];
}

/** Ways of cutting so many bytes: where chunks end. */
export const cuts = (length: number) =>
	fc
		.oneof(
			fc.array(fc.nat({ max: length }), { maxLength: 12 }),
			// Where heads end.
			fc.array(fc.nat({ max: Math.min(64, length) }), { maxLength: 20 }),
			fc.integer({ min: 1, max: 200 }).map((step) => every(step, Math.min(length, 2_000))),
		)
		.map((ends) => [...new Set([0, ...ends, length])].sort((one, other) => one - other));

const every = (step: number, length: number) =>
	Array.from({ length: Math.floor(length / step) }, (_, index) => (index + 1) * step);
