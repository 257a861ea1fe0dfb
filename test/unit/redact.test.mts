import { excerpt, redact } from '../../nodes/Flux/http/redact.ts';

const key = 'bfl-0123456789abcdef';

describe('A key disappears', () => {
	it.each([
		['in the middle', `the key ${key} is wrong`, [key], 'the key *** is wrong'],
		['wherever it stands', `${key}, ${key}, ${key}`, [key], '***, ***, ***'],
		['stuck to other letters', `x${key}y`, [key], 'x***y'],
		['URL-encoded', 'https://a.b/?k=a%2Bb%2Fc%3D%3D', ['a+b/c=='], 'https://a.b/?k=***'],
		['plain although it could be encoded', 'k: a+b/c==', ['a+b/c=='], 'k: ***'],
		['in which the engine of patterns would see more', 'k: a.b*c$1', ['a.b*c$1'], 'k: ***'],
		['beside another one', 'one-key and two-key', ['one-key', 'two-key'], '*** and ***'],
	])('%s', (_, text, secrets, expected) => {
		expect(redact(text, secrets)).toBe(expected);
	});
});

describe('A text stays as it is', () => {
	it.each([
		['without secrets', 'nothing to hide', []],
		['if the key is empty', 'nothing to hide', ['']],
		['if the key is too short to be one', 'nothing to hide', ['to']],
		['if it only holds a part of the key', 'bfl-0123', [key]],
	])('%s', (_, text, secrets) => {
		expect(redact(text, secrets)).toBe(text);
	});
});

describe('The first words of an answer', () => {
	it.each([
		['come without markup', '<html><body><h1>502</h1><p>Bad gateway</p></body></html>', '502 Bad gateway'],
		[
			'come without scripts and styles',
			'<style>b{}</style>Hi<script src="x">let a = 1 < 2</script> you',
			'Hi you',
		],
		['come without attributes', '<a href="https://evil.example">click</a>', 'click'],
		['stand on one line', 'one\r\n\ttwo\n\n three ', 'one two three'],
		['are nothing if nothing came', '', ''],
		['keep JSON', '{"detail":"no"}', '{"detail":"no"}'],
		['keep what is no tag', '1 < 2 and so on', '1 < 2 and so on'],
	])('%s', (_, text, expected) => {
		expect(excerpt(text)).toBe(expected);
	});

	it('are cut after 200 characters', () => {
		expect(excerpt('a'.repeat(200))).toBe('a'.repeat(200));
		expect(excerpt('a'.repeat(201))).toBe(`${'a'.repeat(200)}…`);
	});
});
