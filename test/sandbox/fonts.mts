import { createRequire } from 'node:module';
import { GlobalFonts } from '@napi-rs/canvas';

const SUBSETS = ['latin', 'latin-ext', 'cyrillic', 'greek', 'vietnamese'];
const WEIGHTS = [400, 600];

let ready = false;

/** A CSS font of Inter from the npm package, whose files hold one script each; no system font is needed. */
export function inter(size: number, weight: 400 | 600 = 400): string {
	if (!ready) {
		const { resolve } = createRequire(import.meta.url);
		for (const subset of SUBSETS) {
			for (const each of WEIGHTS) {
				const file = resolve(`@fontsource/inter/files/inter-${subset}-${each}-normal.woff2`);
				GlobalFonts.registerFromPath(file, `Inter ${subset}`);
			}
		}
		ready = true;
	}
	return `${weight} ${size}px ${SUBSETS.map((subset) => `"Inter ${subset}"`).join(', ')}`;
}
