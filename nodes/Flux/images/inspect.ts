/** What the first bytes of an image tell. */
export interface ImageFacts {
	mimeType: string;
	extension: string;
	/** Pixels. */
	width: number;
	height: number;
}

type Size = Pick<ImageFacts, 'width' | 'height'>;

/** A reader of a size throws `RangeError` where the bytes end too early, so that a part never tells anything but the whole does. */
interface Format {
	mimeType: string;
	extension: string;
	/** The first bytes in hexadecimal. */
	starts: RegExp;
	size(bytes: Buffer): Size | undefined;
	/** Whether a file of so many bytes is there to its end, by its first bytes and its last. Other things may follow an image. */
	isWhole(head: Buffer, tail: Buffer, length: number): boolean;
}

const formats: Format[] = [
	{
		...{ mimeType: 'image/png', extension: 'png', starts: /^89504e470d0a1a0a/, size: pngSize },
		isWhole: (_, tail) => tail.includes('IEND'),
	},
	{
		...{ mimeType: 'image/jpeg', extension: 'jpg', starts: /^ffd8ff/, size: jpegSize },
		// A preview in the metadata, before the frame, has an end of its own.
		isWhole: (head, tail, length) =>
			tail.includes(Buffer.of(0xff, 0xd9), Math.max(0, tail.length - length + (jpegFrame(head) ?? 0))),
	},
	{
		...{ mimeType: 'image/webp', extension: 'webp', starts: /^52494646.{8}57454250/, size: webpSize },
		// Some leave out the byte that fills up the last part.
		isWhole: (head, _, length) => head.readUInt32LE(4) + 7 <= length,
	},
	{
		...{ mimeType: 'image/gif', extension: 'gif', starts: /^47494638(37|39)61/ },
		size: (bytes) => ({ width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }),
		isWhole: (_, tail) => tail.subarray(-4).includes(0x3b),
	},
	{
		...{ mimeType: 'image/avif', extension: 'avif', starts: /^.{8}66747970/, size: avifSize },
		isWhole: (head, _, length) => [...boxes(head, 0, head.length)].every(({ to }) => to <= length),
	},
];

const formatOf = (bytes: Buffer): Format | undefined => {
	const start = bytes.toString('hex', 0, 12);
	return formats.find(({ starts }) => starts.test(start));
};

/** Type and size of an image by its bytes; undefined if they are no image, or too few to tell. */
export function inspectImage(bytes: Uint8Array): ImageFacts | undefined {
	const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
	const format = formatOf(view);
	if (format === undefined) return undefined;
	try {
		const { width, height } = format.size(view) ?? { width: 0, height: 0 };
		const { mimeType, extension } = format;
		return width > 0 && height > 0 ? { mimeType, extension, width, height } : undefined;
	} catch {
		return undefined;
	}
}

/** Whether a file is no image, or one that is there to its end: a connection may end before without an error. */
export function isWhole(head: Buffer, tail = head, length = head.length): boolean {
	try {
		return formatOf(head)?.isWhole(head, tail, length) ?? true;
	} catch {
		return true;
	}
}

/** What is said of one that is not. */
export const incomplete = (length: number) => `it ends after ${length} bytes, in the middle`;

const ascii = (bytes: Buffer, at: number) => bytes.toString('latin1', at, at + 4);

function pngSize(bytes: Buffer): Size | undefined {
	// Apple's tools put a chunk of their own before the header.
	const at = ascii(bytes, 12) === 'CgBI' ? 28 : 12;
	if (ascii(bytes, at) !== 'IHDR') return undefined;
	return { width: bytes.readUInt32BE(at + 4), height: bytes.readUInt32BE(at + 8) };
}

function webpSize(bytes: Buffer): Size | undefined {
	switch (ascii(bytes, 12)) {
		case 'VP8X':
			return { width: 1 + bytes.readUIntLE(24, 3), height: 1 + bytes.readUIntLE(27, 3) };
		case 'VP8L': {
			const bits = bytes.readUInt32LE(21);
			return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
		}
		case 'VP8 ':
			return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
		default:
			return undefined;
	}
}

/** C0 to CF begin the image, but for those that hold tables. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
/** Three bytes for each component: what has another length is a damaged marker in front of something else. */
const isFrameLong = (bytes: Buffer, at: number) => bytes.readUInt16BE(at) === 8 + 3 * bytes.readUInt8(at + 7);
const hasNoLength = (marker: number) => marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/** Goes from segment to segment: metadata may hold small previews, whose sizes are not the image's. */
function jpegSize(bytes: Buffer): Size | undefined {
	const at = jpegFrame(bytes);
	if (at === undefined) return undefined;
	return { width: bytes.readUInt16BE(at + 5), height: bytes.readUInt16BE(at + 3) };
}

function jpegFrame(bytes: Buffer): number | undefined {
	for (let at = 2; ; ) {
		at = bytes.indexOf(0xff, at);
		if (at < 0) return undefined;
		// Any number of FF may stand before a marker.
		while (bytes.readUInt8(at) === 0xff) at++;
		const marker = bytes.readUInt8(at++);
		if (isFrame(marker) && isFrameLong(bytes, at)) return at;
		if (marker === 0xd9 || marker === 0xda) return undefined;
		if (!hasNoLength(marker)) at += bytes.readUInt16BE(at);
	}
}

/** The boxes of the ISO file format, one behind the other: where the content of each begins, and where it ends. */
function* boxes(bytes: Buffer, from: number, to: number) {
	for (let at = from; at + 8 <= to; ) {
		const short = bytes.readUInt32BE(at);
		const size = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short;
		const header = short === 1 ? 16 : 8;
		// 0 means up to the end of the file, where nothing follows.
		if (size < header) return;
		yield { type: ascii(bytes, at + 4), from: at + header, to: at + size };
		at += size;
	}
}

/** Previews and tiles are smaller than the image, so the largest size is the image's. */
function avifSize(bytes: Buffer): Size | undefined {
	const top = [...boxes(bytes, 0, bytes.length)];
	const brands = top.find(({ type }) => type === 'ftyp');
	const meta = top.find(({ type }) => type === 'meta');
	if (brands === undefined || meta === undefined || meta.to > bytes.length) return undefined;
	// Other kinds of images have the same boxes; the second four bytes are the version of the first brand.
	const others = bytes.toString('latin1', brands.from + 8, brands.to);
	if (!/^(?:.{4})*avi[fs]/s.test(`${ascii(bytes, brands.from)}${others}`)) return undefined;
	const sizes = within(bytes, meta.from + 4, meta.to, 'iprp')
		.flatMap(({ from, to }) => within(bytes, from, to, 'ipco'))
		.flatMap(({ from, to }) => within(bytes, from, to, 'ispe'))
		.map(({ from }) => ({ width: bytes.readUInt32BE(from + 4), height: bytes.readUInt32BE(from + 8) }));
	const area = ({ width, height }: Size) => width * height;
	return sizes.sort((one, other) => area(other) - area(one)).at(0);
}

const within = (bytes: Buffer, from: number, to: number, wanted: string) =>
	[...boxes(bytes, from, to)].filter(({ type }) => type === wanted);
