import { imageSize } from 'image-size';

/** What the first bytes of an image tell. */
export interface ImageFacts {
	mimeType: string;
	extension: string;
	/** Pixels. */
	width: number;
	height: number;
}

const types: Record<string, { mimeType: string; extension: string }> = {
	png: { mimeType: 'image/png', extension: 'png' },
	jpg: { mimeType: 'image/jpeg', extension: 'jpg' },
	webp: { mimeType: 'image/webp', extension: 'webp' },
	gif: { mimeType: 'image/gif', extension: 'gif' },
	avif: { mimeType: 'image/avif', extension: 'avif' },
};

/** Type and size of an image by its bytes; undefined if they are no image, or too few to tell. */
export function inspectImage(bytes: Uint8Array): ImageFacts | undefined {
	try {
		// image-size reads past the end of a view into the memory behind it, so it gets a copy.
		const { type, width, height } = imageSize(new Uint8Array(bytes));
		const known = types[type ?? ''];
		return known !== undefined && width > 0 && height > 0 ? { ...known, width, height } : undefined;
	} catch {
		return undefined;
	}
}
