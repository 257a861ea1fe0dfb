import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { paintEdit, paintReferences, type Edit } from './edits.mts';
import { inter } from './fonts.mts';
import { paintPlate } from './plate.mts';

export type ImageFormat = 'jpeg' | 'png' | 'webp';

/** What an image shows; sizes in pixels. */
export interface Drawing {
	prompt: string;
	model: string;
	seed: number;
	width: number;
	height: number;
	format: ImageFormat;
	/** 0 to 100, for JPEG and WebP. */
	quality?: number;
	/** The input images, and what becomes of them. */
	edit?: Edit;
	/** More lines for the caption. */
	lines?: readonly string[];
}

/** Draws the image and encodes it: exactly its size, exactly its format. */
export async function drawImage(drawing: Drawing): Promise<Buffer> {
	// Lossless WebP is encoded more than twice as fast.
	const { prompt, seed, width, height, format, quality = format === 'webp' ? 100 : 90, edit } = drawing;
	const canvas = createCanvas(width, height);
	const context = canvas.getContext('2d');
	paintPlate(context, width, height, prompt, seed);
	if (edit) {
		try {
			await paintEdit(context, width, height, edit);
			await paintReferences(context, width, height, edit.references);
		} catch {
			// an input that canvas cannot decode leaves the plate as it is
		}
	}
	paintCaption(context, drawing);
	if (format === 'png') return await canvas.encode('png');
	return await canvas.encode(format, quality);
}

/** Breaks text into at most `most` lines of at most `width` pixels, between any two signs if need be. */
function wrap(context: SKRSContext2D, text: string, width: number, most: number): string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text.match(/\S+\s*/g) ?? []) {
		for (const piece of context.measureText(word).width > width ? [...word] : [word]) {
			if (line && context.measureText((line + piece).trimEnd()).width > width) {
				lines.push(line.trimEnd());
				line = '';
			}
			line += piece;
		}
		if (lines.length > most) break;
	}
	if (line.trim()) lines.push(line.trimEnd());
	if (lines.length <= most) return lines;
	return [...lines.slice(0, most - 1), `${lines[most - 1].slice(0, -1)}…`];
}

function paintCaption(context: SKRSContext2D, drawing: Drawing) {
	const { prompt, model, seed, width, height, edit, lines = [] } = drawing;
	const unit = Math.min(width, height);
	if (unit < 160) return;
	const [margin, size] = [Math.round(unit * 0.035), Math.max(10, Math.round(unit * 0.026))];
	const padding = Math.round(size * 1.1);
	const most = width - margin * 2 - padding * 2;
	context.font = inter(size, 600);
	const title = wrap(context, prompt || model, Math.min(most, size * 30), height > unit * 1.2 ? 6 : 4);
	const small = Math.max(9, Math.round(size * 0.72));
	const widest = Math.max(...title.map((line) => context.measureText(line).width));
	context.font = inter(small);
	const notes = [`${model}   ·   seed ${seed}   ·   ${width} × ${height}`, ...lines];
	const noted = notes.flatMap((line) => wrap(context, line, most, 2));
	const inner = Math.max(widest, ...noted.map((line) => context.measureText(line).width));
	const tall = padding * 1.7 + title.length * size * 1.35 + noted.length * small * 1.5;
	const top = height - margin - tall;
	// over an input, the caption may lie on the caption that the input has
	context.fillStyle = `rgba(14, 16, 28, ${edit ? 0.92 : 0.62})`;
	context.beginPath();
	context.roundRect(margin, top, inner + padding * 2, tall, size * 0.8);
	context.fill();
	context.textBaseline = 'top';
	context.fillStyle = '#ffffff';
	context.font = inter(size, 600);
	title.forEach((line, i) => context.fillText(line, margin + padding, top + padding * 0.8 + i * size * 1.35));
	context.fillStyle = 'rgba(255, 255, 255, 0.74)';
	context.font = inter(small);
	const below = top + padding + title.length * size * 1.35;
	noted.forEach((line, i) => context.fillText(line, margin + padding, below + i * small * 1.5));
}
