import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { pageWithTable, tables } from './modelTable.mts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = [
	'README.md',
	'CONTRIBUTING.md',
	...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'));

it.each(Object.keys(tables))(
	'lists the %s of the catalogue, as `npm run models` writes them',
	async (name) => {
		const { now, wanted } = await pageWithTable(name);
		expect(now).toBe(wanted);
	},
);

it.each(pages)('links in %s to what is there', (page) => {
	const text = readFileSync(join(root, page), 'utf8');
	const links = [...text.matchAll(/\]\(([^)#:\s]+)\)/g)].map(([, link]) => link);
	expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([]);
});

it('keeps the README to one screen and a bit', () => {
	expect(readFileSync(join(root, 'README.md')).length).toBeLessThan(9 * 1024);
});
