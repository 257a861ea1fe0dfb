import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const sources = ['nodes', 'credentials'].flatMap((folder) =>
	readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
		.map((path) => join(folder, path))
		.filter((path) => path.endsWith('.ts')),
);

interface Import {
	from: string;
	/** A file, by its path from the root of the repository, or a package. */
	to: string;
	isType: boolean;
}

/** The file that an import names, or the package. */
const target = (from: string, to: string) => {
	if (!to.startsWith('.')) return to;
	const path = join(dirname(from), to);
	return [`${path}.ts`, `${path}/index.ts`].find((file) => sources.includes(file)) ?? path;
};

const imports: Import[] = sources.flatMap((from) =>
	[...read(from).matchAll(/^(?:import|export)\b( type)?(?:[^;'"]*? from)? '([^']+)';/gms)].map(
		([, type, to]) => ({ from, to: target(from, to), isType: type !== undefined }),
	),
);

/** The rooms of the house, from the top: what stands in one may use its own and those below, types included. */
const rooms = [
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
const roomOf = (path: string) => rooms.findIndex(([, pattern]) => pattern.test(path));
const inside = imports.filter(({ to }) => /^(nodes|credentials)\//.test(to));
const asText = ({ from, to }: Import) => `${from} uses ${to}`;

it('has a room for each file, and sees what each imports', () => {
	expect(sources.length).toBeGreaterThan(40);
	expect(imports.filter(({ from }) => from === 'nodes/Flux/engine/run.ts').length).toBeGreaterThan(8);
	expect(sources.filter((path) => roomOf(path) < 0)).toEqual([]);
	expect(inside.filter(({ to }) => roomOf(to) < 0)).toEqual([]);
});

it('uses only what stands below', () => {
	expect(inside.filter(({ from, to }) => roomOf(to) < roomOf(from)).map(asText)).toEqual([]);
});

it('keeps providers to themselves: each knows its own folder and what they share', () => {
	const folder = (path: string) => /providers\/([^/]+)\//.exec(path)?.[1];
	const foreign = inside.filter(({ from, to }) => {
		const [mine, other] = [folder(from), folder(to)];
		return mine !== undefined && other !== undefined && mine !== other && other !== 'common';
	});
	expect(foreign.map(asText)).toEqual([]);
});

it('keeps the providers a pure translation: no sending, no clock', () => {
	const reaching = inside.filter(
		({ from, to }) => /\/providers\//.test(from) && /\/(images|http|limits)\//.test(to),
	);
	expect(reaching.map(asText)).toEqual([]);
	const pure = sources.filter((path) => path.startsWith('nodes/Flux/providers/'));
	expect(
		pure.filter((path) => /helpers\.|Date\.now|new Date\(|setTimeout|\bsleep\(/.test(read(path))),
	).toEqual([]);
});

it('has no circle of imports', () => {
	const uses = new Map<string, string[]>();
	for (const { from, to } of inside) uses.set(from, [...(uses.get(from) ?? []), to]);
	const circles: string[] = [];
	const done = new Set<string>();
	const walk = (path: string, way: string[]) => {
		if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(' > '));
		if (done.has(path) || way.includes(path)) return;
		for (const next of uses.get(path) ?? []) walk(next, [...way, path]);
		done.add(path);
	};
	for (const path of sources) walk(path, []);
	expect(circles).toEqual([]);
});

it('sends from one place only: the client, and for lists of the editor its neighbour', () => {
	const senders = sources.filter((path) =>
		/helpers\s*\.\s*(httpRequest|request)|\bfetch\(|axios|from '(node:)?https?'/.test(read(path)),
	);
	expect(senders).toEqual(['nodes/Flux/http/transport.ts']);
});

it('imports nothing that n8n does not bring or the build does not bundle', () => {
	const packages = imports.filter(({ to }) => !/^(nodes|credentials)\//.test(to)).map(({ to }) => to);
	expect([...new Set(packages)].sort()).toEqual(['crypto', 'n8n-workflow', 'zod/v4']);
});

it('knows providers by name only where they live', () => {
	const names =
		/blackForestLabs|Black Forest Labs|bfl\.ai|[Rr]eplicate\b|[Aa]piframe|[Cc]razyrouter|[Oo]neRouter|[Mm]onica\b/;
	const code = (path: string) => read(path).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
	const knowing = sources.filter(
		(path) => !/\/providers\/|^credentials\//.test(path) && names.test(code(path)),
	);
	expect(knowing).toEqual([]);
});

it('has a face of at most 2 kB without its properties', () => {
	const face = read('nodes/Flux/Flux.node.ts').replace(/^(\t*)properties: \[\n[\s\S]*?\n\1\],\n/m, '');
	expect(face).not.toContain("name: 'resource'");
	expect(Buffer.byteLength(face)).toBeLessThanOrEqual(2048);
});

it('is published without dependencies of its own', () => {
	const { dependencies, overrides, peerDependencies } = JSON.parse(read('package.json')) as Record<
		string,
		object
	>;
	expect({ dependencies, overrides }).toEqual({});
	expect(peerDependencies).toEqual({ 'n8n-workflow': '*' });
});
