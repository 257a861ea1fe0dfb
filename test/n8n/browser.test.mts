import { openEditor, type Editor } from './editor.mts';
import { API_LABELS, type ApiName } from './examples.mts';
import { Lab, LAB_WITHIN_MS } from './lab.mts';

let lab: Lab;
let editor: Editor;

beforeAll(async () => {
	lab = await Lab.open();
	editor = await openEditor(lab.n8n);
}, LAB_WITHIN_MS);
afterAll(async () => {
	await editor?.close();
	await lab?.close();
});

/** The APIs beside the one that is chosen at first, and what they have. */
const OTHERS: Array<{ api: ApiName; operations: string[]; models: string[] }> = [
	{
		api: 'replicate',
		operations: ['Generate', 'Edit', 'Fill', 'Control', 'Remix'],
		models: ['FLUX.1 [schnell]', 'FLUX.2 [pro]'],
	},
	{
		api: 'openAiCompatible',
		operations: ['Generate', 'Edit'],
		// The sandbox lists these itself.
		models: ['flux-1-dev', 'flux-1-schnell'],
	},
	{
		api: 'apiframe',
		operations: ['Generate', 'Edit', 'Fill'],
		models: ['FLUX.2 [pro]', 'FLUX LoRA'],
	},
];

let broken = false;

/** A step goes on where the one before has left the editor, as a person does. */
function step(name: string, work: () => Promise<void>) {
	it(name, async () => {
		if (broken) throw new Error('A step before this one has failed.');
		broken = true;
		await work();
		broken = false;
	});
}

describe('in the editor, a person', () => {
	step('logs in and finds the node by its maker and by its name', async () => {
		await editor.logIn();
		await editor.newWorkflow();
		await editor.searchNodes('black forest labs');
		await editor.creatorItem('Flux').waitFor();
		await editor.searchNodes('flux');
		await editor.creatorItem('Flux').click();
	});

	step('adds it by a click on what it is to do', async () => {
		await editor.creatorItem('Generate an image').click();
		await editor.parameter('prompt').waitFor();
		expect(await editor.shownParameters()).toEqual(
			expect.arrayContaining(['resource', 'operation', 'model', 'prompt']),
		);
	});

	step('is told in the credential window that a key is wrong, without seeing it again', async () => {
		await editor.createCredential({ ...lab.credentialData.blackForestLabs, apiKey: 'wrong-key-1234' });
		const words = await editor.refusal();
		expect(words).toContain('Black Forest Labs does not accept this API key');
		expect(words).not.toContain('wrong-key-1234');
	});

	step('corrects the key, and the window closes as its test passes', async () => {
		await editor.fillCredential('apiKey', lab.sandbox.key);
		await editor.saveCredential();
		await editor.credentialWindow().waitFor({ state: 'hidden' });
		expect(lab.sandbox.requests.at(-1)).toMatchObject({ action: 'credits', status: 200 });
		expect(lab.sandbox.purchases()).toBe(0);
	});

	step('sees the fields follow the model', async () => {
		await editor.chooseModel('FLUX 1.1 [pro] Ultra');
		expect(await editor.shownParameters()).toContain('aspectRatio');
		expect(await editor.shownParameters()).not.toContain('width');
		await editor.chooseModel('FLUX.2 [pro]');
		expect(await editor.shownParameters()).toEqual(expect.arrayContaining(['width', 'height']));
		expect(await editor.shownParameters()).not.toContain('aspectRatio');
	});

	step('writes a prompt, runs the node and sees the image', async () => {
		await editor.parameter('prompt').locator('textarea').fill('A lighthouse in a storm');
		await editor.parameter('width').locator('input').fill('512');
		await editor.parameter('height').locator('input').fill('256');
		await editor.execute();
		const picture = await editor.preview();
		await expect(size(picture)).resolves.toEqual({ width: 512, height: 256 });
		expect(lab.sandbox.purchases()).toBe(1);
	});

	step('sees the operations follow the resource', async () => {
		await editor.choose('operation', 'Expand');
		await editor.page.getByText('Choose a model that has this operation').waitFor();
		await editor.chooseModel('FLUX.1 Expand [pro]');
		expect(await editor.shownParameters()).toContain('image');
		await editor.choose('resource', 'Job');
		await expect(editor.choice('operation')).resolves.toBe('Get');
		expect(await editor.shownParameters()).toContain('jobId');
		await editor.choose('resource', 'Image');
	});

	for (const { api, operations, models } of OTHERS) {
		step(`connects ${API_LABELS[api]}, and sees its operations and models`, async () => {
			const { apiKey, ...rest } = lab.credentialData[api];
			await editor.createCredential({ apiKey: 'wrong-key-1234', ...rest }, API_LABELS[api]);
			await expect(editor.refusal()).resolves.toContain('does not accept this API key');
			await editor.fillCredential('apiKey', apiKey);
			await editor.saveCredential();
			await editor.credentialWindow().waitFor({ state: 'hidden' });
			// n8n itself adds the last one, which leads to its HTTP Request node.
			await expect(editor.choices('operation')).resolves.toEqual([...operations, 'Custom API Call']);
			await editor.choose('operation', 'Generate');
			await expect(editor.models()).resolves.toEqual(expect.arrayContaining(models));
		});
	}
});

/** The size of an image on the page in its own pixels, once it is loaded. */
async function size(picture: Awaited<ReturnType<Editor['preview']>>) {
	return await picture.evaluate(async (element) => {
		const image = element as HTMLImageElement;
		await image.decode();
		return { width: image.naturalWidth, height: image.naturalHeight };
	});
}
