/** Width and height in pixels. */
export interface Size {
	width: number;
	height: number;
}

/** Pixels in a megapixel as the providers count: 1024 × 1024. */
export const MEGAPIXEL = 1024 * 1024;

const toMultiple = (pixels: number, multiple: number) =>
	Math.max(multiple, Math.round(pixels / multiple) * multiple);

/** The number behind `16:9`, undefined when it is no ratio. */
export function ratioOf(text: unknown): number | undefined {
	const [, width, height] = /^(\d+):(\d+)$/.exec(String(text)) ?? [];
	return Number(width) > 0 && Number(height) > 0 ? Number(width) / Number(height) : undefined;
}

/** The size of an image with this ratio (width / height) and area (megapixels), in multiples of `multiple`. */
export function sizeFor(ratio: number, megapixels: number, multiple = 16): Size {
	const height = Math.sqrt((megapixels * MEGAPIXEL) / ratio);
	return { width: toMultiple(height * ratio, multiple), height: toMultiple(height, multiple) };
}

/** The size of an edit: that of its input, in multiples of 16, never above `megapixels`. */
export function sizeLike({ width, height }: Size, megapixels = 4): Size {
	if (width * height > megapixels * MEGAPIXEL) return sizeFor(width / height, megapixels);
	return { width: Math.max(64, width - (width % 16)), height: Math.max(64, height - (height % 16)) };
}
