const { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { build } = require('esbuild');

/** What n8n provides to a community node; anything else that a file imports is bundled into it. */
const provided = /^(n8n-workflow|zod)(\/|$)|^(node:)?crypto$/;

const files = (folder) =>
	readdirSync(folder, { recursive: true })
		.map((name) => join(folder, name))
		.filter((name) => name.endsWith('.js'));

const importsOf = (file) =>
	[...readFileSync(file, 'utf8').matchAll(/require\("([^".][^"]*)"\)/g)].map(([, name]) => name);

/** Leaves our own files and what n8n provides as imports. */
const keepOwnAndProvided = {
	name: 'keep-own-and-provided',
	setup: ({ onResolve }) =>
		onResolve({ filter: /.*/ }, ({ path, importer, kind }) => {
			const own = path.startsWith('.') && !importer.includes('node_modules');
			return kind !== 'entry-point' && (own || provided.test(path)) ? { path, external: true } : undefined;
		}),
};

/** The package has no runtime dependencies: development dependencies are bundled into the very files that import them. */
async function bundle() {
	const wanting = files('dist').filter((file) => importsOf(file).some((name) => !provided.test(name)));
	for (const file of wanting) {
		await build({
			entryPoints: [file],
			outfile: file,
			allowOverwrite: true,
			bundle: true,
			platform: 'neutral',
			mainFields: ['module', 'main'],
			conditions: ['import', 'default'],
			format: 'cjs',
			target: 'es2022',
			minifySyntax: true,
			plugins: [keepOwnAndProvided],
			logLevel: 'error',
		});
	}
}

/** n8n-node copies every picture of the project, and TypeScript leaves what only it needs: types are for who imports a package. */
async function clean() {
	const types = readdirSync('dist', { recursive: true }).filter((name) => name.endsWith('.d.ts'));
	for (const name of types) rmSync(join('dist', name));
	for (const name of readdirSync('dist').filter((entry) => !['credentials', 'nodes'].includes(entry))) {
		rmSync(join('dist', name), { recursive: true });
	}
}

/** n8n takes the fields of a node that has not run from files of these names. */
function writePreviews() {
	const { outputPreviews } = require('./dist/nodes/Flux/editor/outputPreviews.js');
	for (const [path, preview] of Object.entries(outputPreviews)) {
		const file = join('dist/nodes/Flux/__schema__/v1.0.0', `${path}.json`);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, JSON.stringify(preview));
	}
}

exports.default = async () => {
	await bundle();
	writePreviews();
	await clean();
};
