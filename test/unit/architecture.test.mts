import { docsPage, picture } from './architecturePicture.mts';
import { imports, inside, read, roomOf, sources, testFiles, type Import } from './rooms.mts';

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

it('has no file of more than 300 lines', () => {
	expect(sources.filter((path) => read(path).split('\n').length > 301)).toEqual([]);
});

it('imports nothing but what n8n provides', () => {
	const packages = imports.filter(({ to }) => !/^(nodes|credentials)\//.test(to)).map(({ to }) => to);
	expect([...new Set(packages)].sort()).toEqual(['crypto', 'n8n-workflow', 'zod/v4']);
});

it('knows providers by name only where they live', () => {
	const names =
		/blackForestLabs|Black Forest Labs|bfl\.ai|[Rr]eplicate\b|[Aa]piframe|[Cc]razyrouter|[Oo]neRouter|[Mm]onica\b|\bfal\b|x-fal-/;
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

it('is drawn in docs/architecture.md, as `npm run architecture` writes it', () => {
	expect(read(docsPage)).toContain(picture());
});

it('exports nothing that only its own file uses', () => {
	const texts = new Map([...sources, ...testFiles].map((path) => [path, read(path)]));
	const isUsed = (name: string, here: string) =>
		[...texts].some(([path, text]) => path !== here && new RegExp(`\\b${name}\\b`).test(text));
	const exported = /^export (?:async )?(const|function\*?|class|type|interface|enum) (\w+)/gm;
	const needless = [...texts].flatMap(([path, text]) =>
		[...text.matchAll(exported)]
			// Tests may give a type a name for those who read them.
			.filter(([, kind]) => path.startsWith('nodes/') || !/type|interface/.test(kind))
			.filter(([, , name]) => !isUsed(name, path))
			.map(([, , name]) => `${path}: ${name}`),
	);
	expect(needless).toEqual([]);
});
