import { openEditor, type Editor } from '../n8n/editor.mts';
import { Lab } from '../n8n/lab.mts';
import type { WorkflowNode } from '../n8n/rest.mts';
import { chain, fluxNode, node, start } from '../n8n/workflows.mts';
import type { Result } from './part.mts';
import { quantile, rounded } from './table.mts';

const REPEATS = 10;
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

interface Times {
	open: number[];
	type: number[];
}

async function timeOnce(editor: Editor, name: string, { open, type }: Times) {
	open.push(await measured(editor, async () => await editor.openNode(name)));
	const prompt = editor.parameter('prompt').locator('textarea');
	await prompt.fill('');
	await prompt.click();
	type.push(await measured(editor, async () => await editor.page.keyboard.type(TYPED, { delay: 20 })));
	await editor.closeNode();
}

/** The medians for two nodes, in turn: a page becomes faster the longer it runs. */
async function timesOf(editor: Editor, names: string[]) {
	const all = names.map((): Times => ({ open: [], type: [] }));
	for (let repeat = 0; repeat <= REPEATS; repeat++) {
		for (const [index, name] of names.entries()) await timeOnce(editor, name, all[index]);
	}
	// The first time loads what later ones find loaded.
	const median = (list: number[]) => quantile(list.slice(1), 0.5);
	return all.map(({ open, type }) => ({ open: median(open), type: median(type) }));
}

/** How long the editor works to open the panel of our node and to type a prompt there, beside n8n's own OpenAI node. */
export async function panel(): Promise<Pick<Result, 'tables' | 'goals'>> {
	const lab = await Lab.open();
	const editor = await openEditor(lab.n8n);
	try {
		const { blackForestLabs } = await lab.saveCredentials();
		const flux = fluxNode({}, { credentials: { fluxBlackForestLabsApi: blackForestLabs } });
		const workflow = await lab.n8n.rest.saveWorkflow(chain('Panels', inARow([start, flux, openAi])));
		await editor.logIn();
		await editor.openWorkflow(workflow.id);
		const [ours, theirs] = await timesOf(editor, ['Flux', 'OpenAI']);
		const [opening, typing] = ['opening the panel', `typing ${TYPED.length} characters`];
		const row = (what: string, one: number, other: number) => [
			what,
			rounded(one),
			rounded(other),
			rounded(one / other, 2),
		];
		const rows = [row(opening, ours.open, theirs.open), row(typing, ours.type, theirs.type)];
		return {
			tables: [
				{
					title: `How long the page is busy (median of ${REPEATS})`,
					columns: ['with', 'this node (ms)', "n8n's OpenAI node (ms)", 'ratio'],
					rows,
				},
			],
			goals: rows.map(([what, , , ratio]) => ({
				what: `The page is busy with ${what}, × n8n's OpenAI node`,
				value: Number(ratio),
				most: 1.1,
			})),
		};
	} finally {
		await editor.close();
		await lab.close();
	}
}
