import { imageSize } from 'image-size';

/** What the first bytes of an image tell. */
export interface ImageFacts {
	mimeType: string;
	extension: string;
	/** Pixels. */
	width: number;
	height: number;
}

/** `starts` are the first bytes in hexadecimal; image-size is content with fewer of them. */
const types: Partial<Record<string, { mimeType: string; extension: string; starts: RegExp }>> = {
	png: { mimeType: 'image/png', extension: 'png', starts: /^89504e470d0a1a0a/ },
	jpg: { mimeType: 'image/jpeg', extension: 'jpg', starts: /^ffd8ff/ },
	webp: { mimeType: 'image/webp', extension: 'webp', starts: /^52494646.{8}57454250/ },
	gif: { mimeType: 'image/gif', extension: 'gif', starts: /^47494638(37|39)61/ },
	avif: { mimeType: 'image/avif', extension: 'avif', starts: /^.{8}66747970/ },
};

/** Type and size of an image by its bytes; undefined if they are no image, or too few to tell. */
export function inspectImage(bytes: Uint8Array): ImageFacts | undefined {
	try {
		// image-size reads past the end of a view into the memory behind it, so it gets a copy.
		const { type, width, height } = imageSize(new Uint8Array(bytes));
		const known = types[type ?? ''];
		if (known?.starts.test(Buffer.from(bytes.subarray(0, 12)).toString('hex')) !== true) return undefined;
		const { mimeType, extension } = known;
		return width > 0 && height > 0 ? { mimeType, extension, width, height } : undefined;
	} catch {
		return undefined;
	}
}
