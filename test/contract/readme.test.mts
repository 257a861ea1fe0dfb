import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { imageOperationTexts } from '../../nodes/Flux/catalogue/operations.ts';
import { API_LABELS } from '../n8n/examples.mts';
import { pageWithTable, tables } from './modelTable.mts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = [
	'README.md',
	'CONTRIBUTING.md',
	'SECURITY.md',
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
	expect(readFileSync(join(root, 'README.md')).length).toBeLessThan(10 * 1024);
});

const read = (path: string) => readFileSync(join(root, path), 'utf8');

it.each(Object.values(imageOperationTexts))(
	'has the operation $name in the table of the README',
	({ name }) => {
		const rows = [...read('README.md').matchAll(/^\| Image: ([^|]+?) \|/gm)].map(([, names]) => names);
		expect(rows.flatMap((names) => names.split(', '))).toContain(name);
	},
);

it('says in the CHANGELOG what is new in the version of package.json, each list in one piece', () => {
	const { version } = JSON.parse(read('package.json')) as { version: string };
	const changes = read('CHANGELOG.md');
	expect(changes).toMatch(new RegExp(`^## \\[${version}\\] - \\d{4}-\\d\\d-\\d\\d$`, 'm'));
	expect(changes).not.toMatch(/^- .*\n\n- /m);
	for (const part of changes.split(/^## /m)) {
		const headings = [...part.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
		expect(headings).toEqual([...new Set(headings)]);
	}
});

it.each(Object.values(API_LABELS))('asks for the API %s in the issue forms', (label) => {
	for (const form of ['bug', 'model'])
		expect(read(`.github/ISSUE_TEMPLATE/${form}.yml`).toLowerCase()).toContain(label.toLowerCase());
});

it('says in CONTRIBUTING why each dependency is there', () => {
	const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: object };
	const section = read('CONTRIBUTING.md').split('## Dependencies')[1].split('## ')[0];
	const rows = section.split('\n').filter((line) => line.startsWith('| `'));
	const listed = rows.flatMap((row) => [...row.split('|')[1].matchAll(/`([^`]+)`/g)].map(([, name]) => name));
	expect(listed.sort()).toEqual(Object.keys(devDependencies).sort());
});

it('names in CONTRIBUTING only files and scripts that exist', () => {
	const text = read('CONTRIBUTING.md');
	const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
	const called = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name);
	expect(called.filter((name) => !(name in scripts))).toEqual([]);
	const paths = [...text.matchAll(/`((?:nodes|test|credentials|docs)\/[\w/.]+)`/g)].map(([, path]) => path);
	expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
