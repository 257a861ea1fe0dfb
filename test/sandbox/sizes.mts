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

/** What a request says about the size of its image. */
export interface SizeWish {
	/** A ratio like `3:2`; any other word means the input's. */
	aspectRatio?: unknown;
	/** An area like `1`, `0.5 MP` or `2MP`; any other word means the input's. */
	megapixels?: unknown;
	/** The area when nobody said anything, in megapixels. */
	otherwise?: number;
	/** Width and height come out as multiples of this. */
	multiple?: number;
}

/** The size that follows from the wish and the input image, 1 megapixel and square if from nothing. */
export function wishedSize(wish: SizeWish, input?: Partial<Size>): Size {
	const { aspectRatio, megapixels, otherwise = 1, multiple = 16 } = wish;
	const [, area] = /^([\d.]+) ?(?:MP)?$/.exec(String(megapixels ?? '')) ?? [];
	const ratio = ratioOf(aspectRatio);
	if (input?.width && input.height && !ratio) {
		const { width, height } = input;
		return area ? sizeFor(width / height, Number(area), multiple) : sizeLike({ width, height });
	}
	return sizeFor(ratio ?? 1, Number(area) || otherwise, multiple);
}
