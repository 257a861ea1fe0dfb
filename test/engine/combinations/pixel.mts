import { createHash } from 'node:crypto';
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

function chunk(type: string, data: Buffer): Buffer {
	const content = Buffer.concat([Buffer.from(type), data]);
	const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
	length.writeUInt32BE(data.length);
	sum.writeUInt32BE(crc32(content));
	return Buffer.concat([length, content, sum]);
}

/** A PNG of one pixel, whose colour is the number. */
export function pngOf(number: number): Buffer {
	const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]);
	const row = Buffer.from([0, number >> 16, (number >> 8) & 255, number & 255]);
	// Stored and not packed, so that all have as many bytes.
	const pixels = deflateSync(row, { level: 0 });
	return Buffer.concat([
		signature,
		chunk('IHDR', header),
		chunk('IDAT', pixels),
		chunk('IEND', Buffer.alloc(0)),
	]);
}

/** The number in such a PNG; NaN if it is another image. */
export function numberIn(png: Buffer): number {
	const at = png.indexOf('IDAT');
	if (!png.subarray(0, 8).equals(signature) || at < 0) return Number.NaN;
	const row = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
	return row.length === 4 ? row.readUIntBE(1, 3) : Number.NaN;
}

const firstFile = 0xf00000;

/** The files that are edited; they differ in nothing but their pixel. */
export const fileBytes = (file: number): Buffer => pngOf(firstFile + file);

/** Which file it is; negative or NaN if it is none of them. */
export const fileIn = (png: Buffer): number => numberIn(png) - firstFile;

/** A name for a file that was uploaded. */
export const nameOf = (bytes: Buffer): string =>
	createHash('sha256').update(bytes).digest('hex').slice(0, 16);
