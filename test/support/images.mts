export type Format = 'png' | 'jpeg' | 'webp' | 'avif';

/** A real image of so many pixels. */
export async function imageOf(format: Format, width = 4, height = 3): Promise<Buffer> {
	// Whoever wants no image need not wait for the library.
	const { createCanvas } = await import('@napi-rs/canvas');
	const canvas = createCanvas(width, height);
	const context = canvas.getContext('2d');
	context.fillStyle = 'teal';
	context.fillRect(0, 0, width, height);
	return await canvas.encode(format as 'png');
}

/** The smallest of all GIFs: one pixel. */
export const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
