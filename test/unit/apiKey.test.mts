import fc from 'fast-check';

import { FluxError } from '../../nodes/Flux/errors/fluxError.ts';
import { keyOf } from '../../nodes/Flux/http/apiKey.ts';

const key = 'r8_Secret-key.0123456789+/=';

/** What copying leaves around a key. */
export const leftovers: Array<[string, string]> = [
	['spaces', `  ${key} `],
	['a tab', `\t${key}\t`],
	['a line end', `${key}\n`],
	['a line end of Windows', `${key}\r\n`],
	['a no-break space', `\u00a0${key}\u00a0`],
	['a narrow no-break space', `\u202f${key}\u202f`],
	['an ideographic space', `\u3000${key}`],
	['a zero-width space', `\u200b${key}\u200b`],
	['a byte order mark', `\ufeff${key}`],
	['a word joiner', `${key}\u2060`],
	['marks of direction', `\u200e${key}\u202c`],
	['a soft hyphen', `${key}\u00ad`],
	['a control character', `\u0000${key}\u0007`],
	['quotes', `"${key}"`],
	['single quotes', `'${key}'`],
	['backticks', `\`${key}\``],
	['typographic quotes', `“${key}”`],
	['typographic single quotes', `‘${key}’`],
	['German quotes', `„${key}“`],
	['guillemets', `«\u00a0${key}\u00a0»`],
	['Bearer in front', `Bearer ${key}`],
	['BEARER in front', `BEARER  ${key}`],
	['Key in front', `Key ${key}`],
	['token in front', `token\u00a0${key}`],
	['Bearer in front, in quotes', ` "Bearer ${key}"\n`],
	['quotes after Bearer', `Bearer "${key}"`],
	['Bearer twice', `Bearer Bearer ${key}`],
	['a colon after Key', `Key: ${key}`],
];

it.each(leftovers)('takes %s off a key', (_, typed) => {
	expect(keyOf({ apiKey: typed })).toBe(key);
});

it.each(['Keystone-123', 'token', 'bearer-of-news', 'key:secret', "o'clock-1", 'tokenizer=='])(
	'leaves the key %s as it is',
	(one) => expect(keyOf({ apiKey: one })).toBe(one),
);

it('reads the same key from what it has cleaned', () => {
	const piece = fc.constantFrom(
		'Bearer ',
		'key ',
		'Token\t',
		'"',
		'“',
		'”',
		"'",
		' ',
		'\u00a0',
		'\u200b',
		'\n',
	);
	const pieces = fc.array(piece, { maxLength: 8 }).map((all) => all.join(''));
	const trailing = fc
		.array(fc.constantFrom('"', '”', ' ', '\u200b', '\r\n'), { maxLength: 5 })
		.map((all) => all.join(''));
	fc.assert(
		fc.property(pieces, trailing, (before, after) => {
			expect(keyOf({ apiKey: `${before}${key}${after}` })).toBe(key);
		}),
		{ numRuns: 500, seed: 8 },
	);
});

it.each([
	['a space', 'two words', 'a space after 3 characters'],
	['a space near its start', 'a word', 'a space after 1 character'],
	['a line break', 'first\nsecond', 'a line break after 5 characters'],
	['a tab', 'first\tsecond', 'a tab after 5 characters'],
	['a no-break space', 'first\u00a0second', '(U+00A0) after 5 characters'],
	['a zero-width space', 'first\u200bsecond', '(U+200B) after 5 characters'],
	['the dots of a shortened key', 'r8_abc…xyz', '(U+2026) after 6 characters'],
	['the dots of a hidden key', 'r8_••••', '(U+2022) after 3 characters'],
	['a letter that no header can carry', 'ключ-123', '(U+043A) after 0 characters'],
	['half a character', 'abc\ud83d', '(U+D83D) after 3 characters'],
	['a character of two units', 'abc\u{1f511}def', '(U+1F511) after 3 characters'],
])('refuses a key that holds %s, and says where', (_, typed, words) => {
	const refusal = keyOf({ apiKey: `Bearer ${typed}` }) as FluxError;
	expect(refusal).toBeInstanceOf(FluxError);
	expect(refusal.code).toBe('authentication');
	expect(refusal.message.slice(-words.length)).toBe(words);
	expect(refusal.advice).toContain('Copy the key again');
	for (const part of typed.split(/[^\w-]+/).filter((word) => word.length > 3)) {
		expect(`${refusal.message} ${refusal.advice}`).not.toContain(part);
	}
});

it.each(['', ' ', '\u200b\n', '""', undefined])(
	'refuses %j, unless a server may ask for no key',
	(apiKey) => {
		expect(keyOf({ apiKey: apiKey as string })).toMatchObject({
			code: 'authentication',
			message: 'The credential holds no API key',
		});
		expect(keyOf({ apiKey: apiKey as string }, true)).toBe('');
	},
);
