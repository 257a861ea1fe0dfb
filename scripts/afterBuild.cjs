const { mkdirSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

const dist = join(__dirname, '../dist');

/** n8n takes the fields of a node that has not run from files of these names. */
function writePreviews() {
	const { outputPreviews } = require(join(dist, 'nodes/Flux/editor/outputPreviews.js'));
	for (const [path, preview] of Object.entries(outputPreviews)) {
		const file = join(dist, 'nodes/Flux/__schema__/v1.0.0', `${path}.json`);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, JSON.stringify(preview));
	}
}

/** n8n-node copies every image of the project, and TypeScript leaves what only it needs. */
function clean() {
	for (const name of readdirSync(dist).filter((entry) => !['credentials', 'nodes'].includes(entry)))
		rmSync(join(dist, name), { recursive: true });
}

writePreviews();
clean();
