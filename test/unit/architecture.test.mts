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

/** The floors of the house, from the top; what stands on one may use its own and those below. */
const floors: Array<[string, RegExp]> = [
	['the face', /^nodes\/Flux\/(Flux\.node|operations|search)\.ts$|^credentials\//],
	['the engine', /^nodes\/Flux\/job\//],
	['the providers', /^nodes\/Flux\/apis\//],
	['parameters, images and http', /^nodes\/Flux\/(parameters|images|http)\//],
	['errors', /^nodes\/Flux\/errors\.ts$/],
];
const floorOf = (path: string) => floors.findIndex(([, pattern]) => pattern.test(path));
const inside = imports.filter(({ to }) => /^(nodes|credentials)\//.test(to));

it('finds what it looks at', () => {
	expect(sources.length).toBeGreaterThan(40);
	expect(imports.filter(({ from }) => from === 'nodes/Flux/job/runJob.ts').length).toBeGreaterThan(8);
	expect(sources.filter((path) => floorOf(path) < 0)).toEqual([]);
	expect(inside.filter(({ to }) => floorOf(to) < 0)).toEqual([]);
});

it('calls only what stands below', () => {
	const upwards = inside.filter(({ from, to, isType }) => !isType && floorOf(to) < floorOf(from));
	expect(upwards.map(({ from, to }) => `${from} uses ${to}`)).toEqual([]);
});

it('names from above only the words of the provider interface, and what the client is handed', () => {
	const upwards = inside.filter(({ from, to, isType }) => isType && floorOf(to) < floorOf(from));
	expect([...new Set(upwards.map(({ to }) => to))].sort()).toEqual([
		'nodes/Flux/apis/api.ts',
		'nodes/Flux/job/deadline.ts',
		'nodes/Flux/job/gate.ts',
	]);
});

it('keeps the providers a pure translation: no engine, no sending, no clock', () => {
	const apis = sources.filter((path) => path.startsWith('nodes/Flux/apis/'));
	const reaching = inside.filter(({ from, to }) => /\/apis\//.test(from) && /\/(job|http)\//.test(to));
	expect(reaching.map(({ from, to }) => `${from} uses ${to}`)).toEqual([]);
	expect(
		apis.filter((path) => /helpers\.|Date\.now|new Date\(|setTimeout|\bsleep\(/.test(read(path))),
	).toEqual([]);
});

it('has no circle of calls', () => {
	const calls = new Map<string, string[]>();
	for (const { from, to, isType } of inside) {
		if (!isType) calls.set(from, [...(calls.get(from) ?? []), to]);
	}
	const circles: string[] = [];
	const done = new Set<string>();
	const walk = (path: string, way: string[]) => {
		if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(' > '));
		if (done.has(path) || way.includes(path)) return;
		for (const next of calls.get(path) ?? []) walk(next, [...way, path]);
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
	const knowing = sources.filter((path) => !/\/apis\/|^credentials\//.test(path) && names.test(code(path)));
	const allowed: Record<string, string> = {
		'nodes/Flux/Flux.node.ts': 'the API that is chosen at first, and whose models these are',
		'nodes/Flux/errors.ts': 'advice on the region of the key',
		'nodes/Flux/http/trust.ts': 'the clusters of one provider are one host for its key',
		'nodes/Flux/parameters/own.ts': 'the polling URL is a parameter of one provider',
	};
	expect(knowing.sort()).toEqual(Object.keys(allowed));
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
