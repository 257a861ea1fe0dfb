import { existsSync, readFileSync } from 'node:fs';

const place = (path: string) => new URL(`../../${path}`, import.meta.url);
const read = (path: string) => readFileSync(place(path), 'utf8');
const section = read('docs/guarantees.md');
const sentences = [...section.matchAll(/^(\d+)\. (.+)$/gm)].map(([, number, text]) => ({ number, text }));
const rows = new Map(
	[...section.matchAll(/^\| (\d+) \| (.+) \|$/gm)].map(([, number, cell]) => [number, cell]),
);

/** The tests that a row names: "`folder/file`: *name*, *name*; `folder/file`: *name*". */
const testsIn = (row: string) =>
	row.split('; `').flatMap((part) => {
		const [, file] = /([\w/]+)`:/.exec(part) ?? [];
		return [...part.matchAll(/\*(.+?)\*(?=,|$| \|)/g)].map(([, name]) => ({ file, name }));
	});

it('numbers what is promised about charges and the key from 1', () => {
	expect(sentences.length).toBeGreaterThan(15);
	expect(sentences.map(({ number }) => Number(number))).toEqual(sentences.map((_, index) => index + 1));
	expect([...rows.keys()]).toEqual(sentences.map(({ number }) => number));
});

it.each(sentences)('backs promise $number by tests that exist', ({ number }) => {
	const tests = testsIn(rows.get(number) ?? '');
	expect(tests.length).toBeGreaterThan(0);
	for (const { file, name } of tests) {
		const [whole, part] = [`test/${file}.test.mts`, `test/${file}.mts`];
		expect(read(existsSync(place(whole)) ? whole : part)).toContain(name);
	}
});
