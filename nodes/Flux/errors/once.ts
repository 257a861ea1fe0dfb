const plainOf = (word: string) => word.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
// No error shows more.
const maxCompared = 1_000;

/**
 * A text without what it says twice in a row, such as "Method Not Allowed: Method Not Allowed" of a title and a detail. Numbers and
 * short words may stand there twice with reason.
 */
export function once(text: string): string {
	const kept: string[] = [];
	const plain: string[] = [];
	for (const word of text.slice(0, maxCompared).split(/(?<=\s)(?=\S)/)) {
		kept.push(word);
		plain.push(plainOf(word));
		const repeated = repeatedAtEnd(plain);
		// The first one goes, because it ends with what divides the two.
		kept.splice(-2 * repeated, repeated);
		plain.splice(-2 * repeated, repeated);
	}
	return kept.join('') + text.slice(maxCompared);
}

/** How many words at the end are those before them. */
function repeatedAtEnd(words: string[]): number {
	const end = words.length;
	for (let length = end >> 1; length > 0; length--) {
		const last = words.slice(end - length);
		if (
			last.every((word, index) => word === words[end - 2 * length + index]) &&
			/\p{L}{4}/u.test(last.join(' '))
		)
			return length;
	}
	return 0;
}
