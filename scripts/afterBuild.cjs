const {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} = require('node:fs');
const { dirname, join, relative } = require('node:path');

const root = join(__dirname, '..');
const dist = join(root, 'dist');
const editor = join(dist, 'nodes/Flux/editor');

/** n8n takes the fields of a node that has not run from files of these names. */
function writePreviews() {
	const { outputPreviews } = require(join(editor, 'outputPreviews.js'));
	for (const [path, preview] of Object.entries(outputPreviews)) {
		const file = join(dist, 'nodes/Flux/__schema__/v1.0.0', `${path}.json`);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, JSON.stringify(preview));
	}
}

/** n8n makes the node whenever it starts, and making its description takes longer than all the rest. */
function writeDescription() {
	const { describe } = require(join(editor, 'description.js'));
	writeFileSync(join(editor, 'description.json'), JSON.stringify(describe()));
	writeFileSync(
		join(editor, 'description.js'),
		`"use strict";\nexports.describe = () => structuredClone(require("./description.json"));\n`,
	);
}

/** The files that n8n may come to load, from those that package.json names. */
function loaded(files, found = new Set()) {
	for (const file of files.filter((one) => !found.has(one))) {
		found.add(file);
		const wanted = [...readFileSync(file, 'utf8').matchAll(/require\(["'](\.[^"']+)["']\)/g)].map(
			([, path]) => join(dirname(file), path),
		);
		loaded(
			wanted.map(fileOf).filter((one) => one.endsWith('.js')),
			found,
		);
	}
	return found;
}
const fileOf = (path) =>
	[path, `${path}.js`, join(path, 'index.js')].find((one) => existsSync(one) && statSync(one).isFile());

/** n8n-node copies every image of the project, and what only the build needs is no use to anybody. */
function clean() {
	for (const name of readdirSync(dist).filter((entry) => !['credentials', 'nodes'].includes(entry)))
		rmSync(join(dist, name), { recursive: true });
	const { n8n } = require(join(root, 'package.json'));
	const used = loaded([...n8n.nodes, ...n8n.credentials].map((file) => join(root, file)));
	for (const name of readdirSync(dist, { recursive: true }).filter((entry) => entry.endsWith('.js')))
		if (!used.has(join(dist, name))) rmSync(join(dist, name));
}

const zodOfN8n = `"use strict";
function find(name) {
	for (const paths of [require.main?.paths ?? [], [require.resolve("n8n-workflow")]])
		try {
			return require.resolve(name, { paths });
		} catch {}
	return name;
}
module.exports = require(find("zod/v4"));
`;

/** An older zod that another package has left in n8n's folder for nodes must not be taken for n8n's own. */
function useZodOfN8n() {
	const zod = join(dist, 'nodes/Flux/zod.js');
	for (const name of readdirSync(dist, { recursive: true }).filter((entry) => entry.endsWith('.js'))) {
		const file = join(dist, name);
		const path = relative(dirname(file), zod).replaceAll('\\', '/');
		const text = readFileSync(file, 'utf8');
		const found = text.replaceAll(
			'require("zod/v4")',
			`require("${path.startsWith('.') ? path : `./${path}`}")`,
		);
		if (found !== text) writeFileSync(file, found);
	}
	writeFileSync(zod, zodOfN8n);
}

writePreviews();
writeDescription();
clean();
useZodOfN8n();
