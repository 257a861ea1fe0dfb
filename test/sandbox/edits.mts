import { createCanvas, loadImage, type Canvas, type Image, type SKRSContext2D } from '@napi-rs/canvas';
import type { InputImage } from './inputs.mts';

/** What becomes of an input image in the image. */
export type How =
	| /** the plate washes over it */ 'edit'
	| /** the plate shows where the mask says so, or where it is transparent */ 'fill'
	| /** the same with a blur in place of the plate */ 'erase'
	| /** it lies on the plate at `x`, `y`, as large as it is */ 'place'
	| /** as it came */ 'restore';

/** The input images of an image. */
export interface Edit {
	how: How;
	source: Buffer;
	mask?: Buffer;
	/** The part of the mask that is repainted; Black Forest Labs' way is `white`, OpenAI's `transparent`. */
	repaint?: 'white' | 'transparent';
	x?: number;
	y?: number;
	/** More images, shown small. */
	references: Buffer[];
}

const hows: [model: RegExp, how: How][] = [
	[/expand|outpaint/, 'place'],
	[/erase/, 'erase'],
	[/deblur/, 'restore'],
	[/fill/, 'fill'],
];

/** The edit that a model makes of these images, named by their fields; undefined when no bytes came. */
export function editOf(
	model: string,
	images: Record<string, InputImage>,
	more: Partial<Edit> = {},
): Edit | undefined {
	const { mask, ...others } = images;
	const [source, ...references] = Object.values(others).flatMap(({ bytes }) => bytes ?? []);
	const how = hows.find(([name]) => name.test(model))?.[1] ?? (mask ? 'fill' : 'edit');
	return source && { how, source, mask: mask?.bytes, references, ...more };
}

/** Paints the input image over the plate that is there. */
export async function paintEdit(
	context: SKRSContext2D,
	width: number,
	height: number,
	edit: Edit,
): Promise<void> {
	const { how, mask, repaint = 'white', x = 0, y = 0 } = edit;
	const source = await loadImage(edit.source);
	if (how === 'place') return void context.drawImage(source, x, y);
	if (how === 'edit') {
		const plate = createCanvas(width, height);
		plate.getContext('2d').drawImage(context.canvas, 0, 0);
		cover(context, source, width, height);
		context.globalAlpha = 0.62;
		context.globalCompositeOperation = 'hard-light';
		context.drawImage(plate, 0, 0);
		context.globalAlpha = 1;
		context.globalCompositeOperation = 'source-over';
		return;
	}
	if (how === 'erase') blur(context, source, width, height);
	const kept = createCanvas(width, height);
	const layer = kept.getContext('2d');
	layer.drawImage(source, 0, 0, width, height);
	if (mask) {
		layer.globalCompositeOperation = 'destination-in';
		layer.drawImage(keptPart(await loadImage(mask), width, height, repaint), 0, 0);
	}
	context.drawImage(kept, 0, 0);
}

/** Paints images small and in a row that ends at the lower right corner. */
export async function paintReferences(
	context: SKRSContext2D,
	width: number,
	height: number,
	images: Buffer[],
) {
	const unit = Math.min(width, height);
	const [side, gap] = [unit * 0.11, unit * 0.02];
	for (const [i, bytes] of images.slice(0, 6).reverse().entries()) {
		const image = await loadImage(bytes);
		context.save();
		context.translate(width - unit * 0.035 - side - i * (side + gap), unit * 0.035);
		context.beginPath();
		context.roundRect(0, 0, side, side, side * 0.12);
		context.clip();
		cover(context, image, side, side);
		context.strokeStyle = 'rgba(255, 255, 255, 0.85)';
		context.lineWidth = unit * 0.008;
		context.stroke();
		context.restore();
	}
}

function cover(context: SKRSContext2D, image: Image, width: number, height: number) {
	const scale = Math.max(width / image.width, height / image.height);
	const [w, h] = [image.width * scale, image.height * scale];
	context.drawImage(image, (width - w) / 2, (height - h) / 2, w, h);
}

function blur(context: SKRSContext2D, image: Image, width: number, height: number) {
	const small = createCanvas(12, Math.max(1, Math.round((12 * height) / width)));
	small.getContext('2d').drawImage(image, 0, 0, small.width, small.height);
	context.imageSmoothingQuality = 'high';
	context.drawImage(small, 0, 0, width, height);
}

/** A canvas that is opaque where the mask keeps the image. */
function keptPart(mask: Image, width: number, height: number, repaint: 'white' | 'transparent'): Canvas {
	const canvas = createCanvas(width, height);
	const context = canvas.getContext('2d');
	context.drawImage(mask, 0, 0, width, height);
	if (repaint === 'transparent') return canvas;
	const pixels = context.getImageData(0, 0, width, height);
	const { data } = pixels;
	for (let i = 0; i < data.length; i += 4) data[i + 3] = 255 - data[i];
	context.putImageData(pixels, 0, 0);
	return canvas;
}
