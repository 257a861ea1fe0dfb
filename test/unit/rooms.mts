import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A file of the repository as text. */
export const read = (path: string) => readFileSync(join(root, path), 'utf8');

const under = (folder: string, ending: RegExp) =>
	readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
		.map((path) => join(folder, path))
		.filter((path) => ending.test(path));

/** All files of the node, by their paths from the root of the repository. */
export const sources = ['nodes', 'credentials'].flatMap((folder) => under(folder, /\.ts$/));

/** The files of the tests and their tools. */
export const testFiles = under('test', /\.mts$/);

/** That one file uses another one. */
export interface Import {
	from: string;
	/** A file, by its path from the root of the repository, or a package. */
	to: string;
}

/** The file that an import names, or the package. */
const target = (from: string, to: string) => {
	if (!to.startsWith('.')) return to;
	const path = join(dirname(from), to);
	return [`${path}.ts`, `${path}/index.ts`].find((file) => sources.includes(file)) ?? path;
};

/** What each file of the node imports, types included. */
export const imports: Import[] = sources.flatMap((from) =>
	[...read(from).matchAll(/^(?:import|export)\b(?:[^;'"]*? from)? '([^']+)';|\bimport\('([^']+)'\)/gms)].map(
		([, to, later]) => ({ from, to: target(from, to ?? later) }),
	),
);

/** The imports of our own files. */
export const inside = imports.filter(({ to }) => /^(nodes|credentials)\//.test(to));

/** The rooms of the house, from the top: what stands in one may use its own and those below, types included. */
export const rooms = [
	['the face', /^nodes\/Flux\/Flux\.node\.ts$|^credentials\//],
	['editor', /^nodes\/Flux\/editor\//],
	['engine', /^nodes\/Flux\/engine\//],
	['providers', /^nodes\/Flux\/providers\//],
	['images', /^nodes\/Flux\/images\//],
	['http', /^nodes\/Flux\/http\//],
	['catalogue', /^nodes\/Flux\/catalogue\//],
	['limits', /^nodes\/Flux\/limits\//],
	['the contract', /^nodes\/Flux\/(provider|url)\.ts$/],
	['errors', /^nodes\/Flux\/errors\//],
] as Array<[string, RegExp]>;

/** The room of a file, by its place from the top; -1 when it has none. */
export const roomOf = (path: string) => rooms.findIndex(([, pattern]) => pattern.test(path));
