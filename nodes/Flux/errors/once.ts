const repeated = /(?<![\p{L}\p{N}])([\p{L}\p{N}].{3,200}?)(?:[^\p{L}\p{N}]+\1(?![\p{L}\p{N}@]))+/gisu;
// No error shows more.
const maxCompared = 1_000;

/**
 * A text without what it says twice in a row, such as "Method Not Allowed: Method Not Allowed" of a title and a detail. Numbers and
 * short words may stand there twice with reason.
 */
export const once = (text: string): string =>
	text
		.slice(0, maxCompared)
		.replace(repeated, (all, words: string) => (/\p{L}{4}/u.test(words) ? words : all)) +
	text.slice(maxCompared);
