import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openEditor, type Editor } from './editor.mts';
import { API_LABELS, API_NAMES, example } from './examples.mts';
import { Lab } from './lab.mts';
import { ROOT } from './paths.mts';

// `npm run screenshots` makes the images of the README in `examples/`, and one of each state of the editor in `screenshots/`.
const EXAMPLES = join(ROOT, 'examples');
const STATES = join(ROOT, 'screenshots');
const CANVAS = { width: 1280, height: 680 };
const TALL = { width: 1440, height: 1100 };

/** The images of the README. */
async function shootExamples(editor: Editor, workflow: string) {
	await editor.openWorkflow(workflow);
	await editor.executeWorkflow();
	await editor.openNode('Flux');
	await editor.showInputAs('table');
	await editor.preview();
	await editor.shoot(join(EXAMPLES, 'editor.png'));

	await editor.closeNode();
	await editor.page.setViewportSize(CANVAS);
	await editor.fitCanvas();
	await editor.shoot(join(EXAMPLES, 'canvas.png'));
}

/** What a newcomer meets, from the fresh node to the first error. */
async function shootStates(editor: Editor, lab: Lab) {
	const shoot = async (name: string) => await editor.shoot(join(STATES, `${name}.png`));
	await editor.page.setViewportSize(TALL);
	await editor.addFreshNode();
	await shoot('fresh node');
	for (const api of API_NAMES) {
		await editor.choose('authentication', API_LABELS[api]);
		await shoot(`panel of ${API_LABELS[api]}`);
	}
	await editor.choose('authentication', API_LABELS.blackForestLabs);
	await editor.openModels();
	await shoot('model list');
	await editor.chooseListed('FLUX.2 [pro]');
	await editor.parameter('prompt').locator('textarea').fill('A lighthouse in a storm');
	await editor.execute();
	await editor.preview();
	await editor.showOutputAs('table');
	await shoot('output as a table');
	await editor.choose('operation', 'Edit');
	await shoot('edit with an image');
	await editor.execute();
	await editor.outputError();
	await shoot('error');
	await lab.n8n.rest.deleteCredentials();
	await editor.addFreshNode();
	for (const api of API_NAMES) {
		await editor.choose('authentication', API_LABELS[api]);
		await editor.openNewCredential();
		await shoot(`credential of ${API_LABELS[api]}`);
		await editor.closeCredential();
	}
}

const lab = await Lab.open();
try {
	const editor = await openEditor(lab.n8n, { scale: 1.5 });
	try {
		await mkdir(STATES, { recursive: true });
		const workflow = example('five-prompts-five-images.json', await lab.saveCredentials());
		const { id } = await lab.n8n.rest.saveWorkflow(workflow);
		await editor.logIn();
		await shootExamples(editor, id);
		await shootStates(editor, lab);
	} finally {
		await editor.close();
	}
} finally {
	await lab.close();
}
