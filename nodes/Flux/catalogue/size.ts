import { choicesText } from './limits';
import type { Side } from './modelFields';

type Sides = Partial<Record<Side, string>>;

/** Smaller than any image: `16x9` is a ratio. */
const leastPixels = 32;
const two = /^(\d+)[x×*](\d+)$/i;
const ratio = /^(\d+(?:\.\d+)?)[:/：∶](\d+(?:\.\d+)?)$/;

/** What a size says: pixels (`1024x768`), or a ratio (`16:9`, `auto`), a class (`2K`, `512`), or both of them; undefined if it is no size. */
export function sidesOf(size: unknown): Sides | undefined {
	const words = String(size)
		.trim()
		.replace(/\s+/g, ' ')
		.replace(/ ?([x×*:/：∶]) ?/gi, '$1')
		.split(/[ ,]+/);
	const parts = words.map(partsOf);
	const names = parts.flatMap((part) => Object.keys(part ?? {}));
	if (parts.includes(undefined) || new Set(names).size < names.length) return undefined;
	return Object.assign({}, ...parts) as Sides;
}

function partsOf(word: string): Sides | undefined {
	const [, first, second] = two.exec(word) ?? ratio.exec(word) ?? [];
	const isRatio = !two.test(word) || Math.max(Number(first), Number(second)) < leastPixels;
	if (first !== undefined) {
		return isRatio
			? { ratio: `${first}:${second}` }
			: { width: first, height: second, pixels: `${first}x${second}` };
	}
	if (/^auto$/i.test(word)) return { ratio: 'auto' };
	return /^\d+(\.\d+)?k?$/i.test(word) ? { class: word.toUpperCase() } : undefined;
}

const inWords: Array<[sides: Side[], words: string]> = [
	[['width', 'height', 'pixels'], 'width and height in pixels (such as 1024x768)'],
	[['ratio'], 'a ratio (such as 16:9)'],
	[['class'], 'a size class (such as 2K)'],
];

/** What is wrong with a size for who takes these parts: what it takes, and what to write instead if that is clear. */
export function wrongSize(
	size: unknown,
	taken: readonly Side[],
): { takes: string; instead?: string } | undefined {
	const sides = sidesOf(size);
	const groups = inWords.filter(([group]) => group.some((side) => taken.includes(side)));
	const said = inWords.filter(([[side]]) => sides !== undefined && side in sides);
	const pixelsBeside = said.length > 1 && sides?.pixels !== undefined;
	if (sides !== undefined && !pixelsBeside && said.every((one) => groups.includes(one))) return undefined;
	const takes = choicesText(groups.map(([, words]) => words));
	const [, width, height] = two.exec(sides?.pixels ?? '') ?? [];
	if (width === undefined || !taken.includes('ratio') || said.length > 1) return { takes };
	const divisor = common(Number(width), Number(height));
	return { takes, instead: `Write ${Number(width) / divisor}:${Number(height) / divisor}.` };
}

const common = (one: number, other: number): number => (other === 0 ? one : common(other, one % other));
