import type { SKRSContext2D } from '@napi-rs/canvas';
import { createHash } from 'node:crypto';
import { inter } from './fonts.mts';

/**
 * Paints a plate in colours of its own for each prompt and seed, with the word SANDBOX: nobody shall take it for a model's work. Flat
 * shapes, because they are encoded ten times as fast as gradients.
 */
export function paintPlate(
	context: SKRSContext2D,
	width: number,
	height: number,
	prompt: string,
	seed: number,
): void {
	const digits = createHash('sha256').update(`${seed} ${prompt}`).digest();
	const hue = Math.round((digits[0] / 255) * 360);
	const unit = Math.max(width, height);
	context.fillStyle = `hsl(${hue}, 42%, 34%)`;
	context.fillRect(0, 0, width, height);
	for (let index = 1; index <= 3; index++) {
		const [x, y, radius] = digits.subarray(index * 3, index * 3 + 3);
		context.fillStyle = `hsl(${(hue + index * 22) % 360}, ${40 + index * 6}%, ${36 + index * 9}%)`;
		context.beginPath();
		context.arc((x / 255) * width, (y / 255) * height, unit * (0.1 + (radius / 255) * 0.28), 0, Math.PI * 2);
		context.fill();
	}
	const size = Math.floor(Math.min(width * 0.16, height * 0.4));
	if (size < 8) return;
	context.font = inter(size, 600);
	context.textBaseline = 'middle';
	context.fillStyle = 'rgba(255, 255, 255, 0.9)';
	const { width: wide } = context.measureText('SANDBOX');
	context.fillText('SANDBOX', (width - wide) / 2, height * 0.42);
}
