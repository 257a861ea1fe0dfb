import { imageSize } from 'image-size';
import type { Lab } from './lab.mts';
import type { Item } from './rest.mts';

/** That an item carries an image, and says of it what is true. */
export async function expectImage(
	lab: Lab,
	{ json, binary }: Item,
	expected: { width: number; height: number; type: string },
) {
	const [file] = Object.values(binary ?? {});
	expect(file).toBeDefined();
	const bytes = await lab.n8n.rest.download(file);
	expect(imageSize(bytes)).toMatchObject(expected);
	const { width, height } = expected;
	expect(json).toMatchObject({
		width,
		height,
		fileSize: bytes.length,
		mimeType: file.mimeType,
		fileName: file.fileName,
	});
	expect(file).toMatchObject({ mimeType: `image/${expected.type}`, fileExtension: expected.type });
}

/** The number of the item that an item came from. */
export function pairedItem({ pairedItem: paired }: Item) {
	const one = Array.isArray(paired) ? paired[0] : paired;
	return typeof one === 'object' ? one.item : one;
}

/** Waits until something is the case. */
export async function until(condition: () => boolean, withinSeconds = 20) {
	const deadline = Date.now() + withinSeconds * 1000;
	while (!condition()) {
		if (Date.now() > deadline)
			throw new Error(`What was waited for did not happen within ${withinSeconds} s.`);
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}
