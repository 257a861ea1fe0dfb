import { openEditor, type Editor } from '../n8n/editor.mts';
import { Lab } from '../n8n/lab.mts';
import type { WorkflowNode } from '../n8n/rest.mts';
import { chain, fluxNode, node, start } from '../n8n/workflows.mts';

const REPEATS = 6;
const TYPED = 'A lighthouse in a storm, seen from a small fishing boat';

/** n8n's own node that makes an image, at the same task. */
const openAi = node('OpenAI', '@n8n/n8n-nodes-langchain.openAi', 2.1, {
	resource: 'image',
	operation: 'generate',
	prompt: 'An image',
	options: {},
});

const inARow = (nodes: WorkflowNode[]) =>
	nodes.map((one, index) => ({ ...one, position: [300 * index, 0] as [number, number] }));

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Milliseconds that the page was busy with what `work` does, and how long it took until the page was at rest. */
async function measured(editor: Editor, work: () => Promise<void>) {
	const session = await editor.page.context().newCDPSession(editor.page);
	await session.send('Performance.enable');
	const busy = async () => {
		const { metrics } = await session.send('Performance.getMetrics');
		return metrics.find(({ name }) => name === 'TaskDuration')!.value * 1000;
	};
	const before = await busy();
	await work();
	// The page is at rest when it has been idle three times in a row.
	await editor.page.evaluate(async () => {
		for (let idle = 0; idle < 3; ) {
			const spare = await new Promise<number>((resolve) =>
				requestIdleCallback((deadline) => resolve(deadline.timeRemaining())),
			);
			idle = spare > 30 ? idle + 1 : 0;
		}
	});
	const spent = (await busy()) - before;
	await session.detach();
	return spent;
}

async function timesOf(editor: Editor, name: string) {
	const open: number[] = [];
	const type: number[] = [];
	for (let repeat = 0; repeat <= REPEATS; repeat++) {
		const opening = await measured(editor, async () => await editor.openNode(name));
		const prompt = editor.parameter('prompt').locator('textarea');
		await prompt.fill('');
		await prompt.click();
		const typing = await measured(editor, async () => await editor.page.keyboard.type(TYPED, { delay: 20 }));
		await editor.closeNode();
		// The first time loads what later ones find loaded.
		if (repeat > 0) [open, type].forEach((list, index) => list.push([opening, typing][index]));
	}
	return { open: median(open), type: median(type) };
}

/** How long the editor works to open the panel of our node and to type a prompt there, beside n8n's own OpenAI node. */
export async function panel() {
	const lab = await Lab.open();
	const editor = await openEditor(lab.n8n);
	try {
		const { blackForestLabs } = await lab.saveCredentials();
		const flux = fluxNode({}, { credentials: { fluxBlackForestLabsApi: blackForestLabs } });
		const workflow = await lab.n8n.rest.saveWorkflow(chain('Panels', inARow([start, flux, openAi])));
		await editor.logIn();
		await editor.openWorkflow(workflow.id);
		const [ours, theirs] = [await timesOf(editor, 'Flux'), await timesOf(editor, 'OpenAI')];
		const row = (what: string, one: number, other: number) => ({
			...{ what, 'Flux, ms': Math.round(one), 'OpenAI, ms': Math.round(other) },
			ratio: Number((one / other).toFixed(2)),
		});
		return [
			row('opening the panel', ours.open, theirs.open),
			row(`typing ${TYPED.length} characters`, ours.type, theirs.type),
		];
	} finally {
		await editor.close();
		await lab.close();
	}
}

if (import.meta.url === `file://${process.argv[1]}`) console.table(await panel());
