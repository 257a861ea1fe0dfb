import { once } from '../errors/once';

// A shorter text is no key, and replacing it would garble ordinary words.
const shortestSecret = 6;

/** To make a pattern takes longer than to look for it, and each item brings the secrets of one of a few accounts again. */
const patterns = new Map<string, RegExp>();
const maxPatterns = 50;

/** The text with every occurrence of a secret replaced: plain, URL-encoded as a whole or in part, or escaped as in JSON. */
export function redact(text: string, secrets: readonly string[]): string {
	const key = JSON.stringify(secrets);
	const known = patterns.get(key);
	if (known !== undefined) return text.replace(known, '***');
	const pattern = patternOf(secrets);
	if (patterns.size >= maxPatterns) patterns.clear();
	patterns.set(key, pattern);
	return text.replace(pattern, '***');
}

function patternOf(secrets: readonly string[]): RegExp {
	const all = secrets
		.filter((secret) => secret.length >= shortestSecret)
		.sort((one, other) => other.length - one.length)
		.map((secret) => [...secret].map(spellings).join(''));
	// Without a secret it matches nothing.
	return all.length === 0 ? /(?!)/g : new RegExp(all.join('|'), 'g');
}

const hex = (code: number, digits: number) =>
	[...code.toString(16).padStart(digits, '0')].map((digit) => `[${digit}${digit.toUpperCase()}]`).join('');

/** A pattern for all ways to write a character. */
function spellings(character: string): string {
	const percent = [...Buffer.from(character)].map((byte) => `%${hex(byte, 2)}`).join('');
	const unicode = character
		.split('')
		.map((unit) => `\\\\u${hex(unit.charCodeAt(0), 4)}`)
		.join('');
	const plain = character.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
	const escaped = /[/"\\]/.test(character) ? `\\\\${plain}|` : '';
	// The longer ones first, or `%` would leave the rest of `%25`.
	return `(?:${percent}|${unicode}|${escaped}${plain})`;
}

// Answers may be huge, and their first words are near the start.
const maxExcerpted = 100_000;

/** The first words of an answer, on one line and without markup, for an error text. */
export function excerpt(text: string): string {
	const words = text
		.slice(0, maxExcerpted)
		// Neither may look to the end of the text from many places in it.
		.replace(/<(script|style)\b[\s\S]*?(?:<\/\1>|$)/gi, ' ')
		.replace(/<[^<>]*>/g, ' ')
		.replace(/\s+/g, ' ')
		.trim();
	const said = once(words);
	return said.length > 200 ? `${said.slice(0, 200)}…` : said;
}
