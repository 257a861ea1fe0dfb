import { join } from 'node:path';
import { openEditor } from './editor.mts';
import { example } from './examples.mts';
import { Lab } from './lab.mts';
import { ROOT } from './paths.mts';

// Makes the images of the README: `npx tsx test/n8n/screenshot.mts`.
const FOLDER = join(ROOT, 'examples');
const CANVAS = { width: 1280, height: 680 };
const lab = await Lab.open();
try {
	const editor = await openEditor(lab.n8n, { scale: 1.5 });
	try {
		const credentials = await lab.saveCredentials();
		const save = async (file: string) => (await lab.n8n.rest.saveWorkflow(example(file, credentials))).id;
		await editor.logIn();

		await editor.openWorkflow(await save('five-prompts-five-images.json'));
		await editor.executeWorkflow();
		await editor.openNode('Flux');
		await editor.showInputAs('table');
		await editor.preview();
		await editor.shoot(join(FOLDER, 'editor.png'));

		await editor.closeNode();
		await editor.page.setViewportSize(CANVAS);
		await editor.fitCanvas();
		await editor.shoot(join(FOLDER, 'canvas.png'));
	} finally {
		await editor.close();
	}
} finally {
	await lab.close();
}
