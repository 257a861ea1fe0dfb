import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEditor, type Editor } from './editor.mts';
import { realStyles } from '../support/styles/index.mts';
import { API_LABELS, API_NAMES, CREDENTIAL_TYPES, UNTESTABLE } from './examples.mts';
import { Lab, LAB_WITHIN_MS } from './lab.mts';

let lab: Lab;
let editor: Editor;

beforeAll(async () => {
	lab = await Lab.open();
	editor = await openEditor(lab.n8n);
	await editor.logIn();
}, LAB_WITHIN_MS);
afterAll(async () => {
	await editor?.close();
	await lab?.close();
});

const APIS = API_NAMES.map((api) => ({ api, ...realStyles[api].shown }));

const PROMPT = 'A lighthouse in a storm';
let broken = false;

/** A step goes on where the one before has left the editor, as a person does. */
function step(name: string, work: () => Promise<void>) {
	it(name, async () => {
		if (broken) throw new Error('A step before this one has failed.');
		broken = true;
		await work().catch(async (error: unknown) => {
			const path = join(tmpdir(), 'n8n-nodes-flux-editor.png');
			await editor.page.screenshot({ path });
			throw new Error(`The editor then: ${path}`, { cause: error });
		});
		broken = false;
	});
}

const MOST_CLICKS = 4;

describe('in the editor, a person who has no credential', () => {
	step('finds the node by its maker and adds it by a click on what it is to do', async () => {
		await editor.newWorkflow();
		await editor.searchNodes('black forest labs');
		await editor.creatorItem('Flux').waitFor();
		await editor.addFreshNode();
		expect((await editor.shownParameters()).slice(0, 4)).toEqual([
			'authentication',
			'resource',
			'operation',
			'model',
		]);
	});

	for (const { api, operations, models, search } of APIS) {
		const label = API_LABELS[api];
		step(`chooses ${label} first, and is told that a key is wrong without seeing it again`, async () => {
			await editor.addFreshNode();
			if (api !== 'blackForestLabs') await editor.choose('authentication', label);
			await editor.createCredential({ ...lab.credentialData[api], apiKey: 'wrong-key-1234' });
			const words = await editor.refusal();
			expect(words).toContain('does not accept this API key');
			expect(words).not.toContain('wrong-key-1234');
		});

		step(`corrects the key of ${label}, and sees its operations and models`, async () => {
			const before = lab.sandbox.billed();
			await editor.fillCredential('apiKey', lab.sandbox.key);
			await editor.saveCredential();
			if (UNTESTABLE.includes(api)) {
				await editor.page
					.getByText(/did not refuse this API key/)
					.first()
					.waitFor();
				await editor.closeCredential();
			}
			await editor.credentialWindow().waitFor({ state: 'hidden' });
			expect(lab.sandbox.billed()).toBe(before);
			// n8n itself adds the last one, which leads to its HTTP Request node.
			await expect(editor.choices('operation')).resolves.toEqual([...operations, 'Custom API Call']);
			const listed = await editor.models();
			for (const model of models) expect(listed.join('\n')).toContain(model);
		});

		step(`writes a prompt, runs the node and sees an image of ${label}`, async () => {
			if (search !== undefined) await editor.chooseModel(search);
			await editor.parameter('prompt').locator('textarea').fill(PROMPT);
			await editor.execute();
			const { width } = await size(await editor.preview());
			expect(width).toBeGreaterThanOrEqual(256);
		});
	}
});

describe('in the editor, a person who has stored one credential', () => {
	for (const { api, search } of APIS) {
		const label = API_LABELS[api];
		step(`sees the first image of ${label} after ${MOST_CLICKS} clicks on a fresh node at most`, async () => {
			await lab.n8n.rest.deleteCredentials();
			await lab.n8n.rest.saveCredential({
				...{ name: label, type: CREDENTIAL_TYPES[api] },
				data: lab.credentialData[api],
			});
			await editor.addFreshNode();
			const before = lab.sandbox.billed();
			await editor.countClicks();
			if (api !== 'blackForestLabs') await editor.chooseByKeys('authentication', label);
			if (search === undefined) await editor.parameter('prompt').locator('textarea').click();
			else await editor.chooseModelByKeys(search);
			await editor.writePrompt(PROMPT);
			await editor.execute();
			await editor.preview();
			expect(lab.sandbox.billed()).toBe(before + 1);
			await expect(editor.clicks()).resolves.toBeLessThanOrEqual(MOST_CLICKS);
		});
	}

	step('wires the next node before the first run', async () => {
		await editor.addFreshNode();
		await editor.closeNode();
		await editor.searchNodes('edit fields');
		await editor.creatorItem('Edit Fields (Set)').click();
		for (const field of ['prompt', 'url', 'fileName', 'cost'])
			await editor.offeredFields().filter({ hasText: field }).first().waitFor();
	});
});

describe('in the editor, a person who changes their mind', () => {
	step(
		'keeps the prompt from Generate over Fill and back, and sees the fields follow the model',
		async () => {
			await lab.saveCredentials();
			await editor.addFreshNode();
			await editor.parameter('prompt').locator('textarea').fill(PROMPT);
			await editor.addOption('Seed', 'seed', '7');
			await editor.choose('operation', 'Fill');
			await editor.page.getByText('This model does not have this operation').waitFor();
			await expect(editor.prompt()).resolves.toBe(PROMPT);
			await editor.chooseModel('FLUX.1 Fill [pro]');
			await expect(editor.prompt()).resolves.toBe(PROMPT);
			await expect(editor.parameter('image').locator('input').inputValue()).resolves.toBe('data');
			await editor.choose('operation', 'Generate');
			await editor.chooseModel('FLUX 1.1 [pro] Ultra');
			await expect(editor.prompt()).resolves.toBe(PROMPT);
			await expect(editor.parameter('seed').locator('input').inputValue()).resolves.toBe('7');
			expect(await editor.shownParameters()).toContain('aspectRatio');
			expect(await editor.shownParameters()).not.toContain('width');
			await editor.chooseModel('FLUX.2 [pro]');
			expect(await editor.shownParameters()).toEqual(expect.arrayContaining(['width', 'height']));
			expect(await editor.shownParameters()).not.toContain('aspectRatio');
		},
	);

	step('keeps prompt and seed from API to API, and the model where it exists', async () => {
		for (const api of ['replicate', 'apiframe', 'fal', 'blackForestLabs'] as const) {
			await editor.choose('authentication', API_LABELS[api]);
			await expect(editor.prompt()).resolves.toBe(PROMPT);
			await expect(editor.parameter('seed').locator('input').inputValue()).resolves.toBe('7');
			await expect(editor.modelShown()).resolves.toContain('FLUX.2 [pro]');
		}
		for (const api of ['openAiCompatible', 'blackForestLabs'] as const) {
			await editor.choose('authentication', API_LABELS[api]);
			await expect(editor.prompt()).resolves.toBe(PROMPT);
			await expect(editor.parameter('seed').locator('input').inputValue()).resolves.toBe('7');
		}
	});

	step(
		'is asked for a model where the chosen one is of another API, and sees none of its fields',
		async () => {
			await editor.chooseModel('FLUX.3 Image');
			expect(await editor.shownParameters()).toContain('aspectRatio');
			await editor.choose('authentication', 'Replicate');
			await editor.page
				.getByText('This is not a model of Replicate')
				.or(editor.emptyModel())
				.first()
				.waitFor();
			expect(await editor.shownParameters()).not.toContain('aspectRatio');
			await expect(editor.prompt()).resolves.toBe(PROMPT);
		},
	);

	step('sees the operations follow the resource', async () => {
		await editor.choose('resource', 'Job');
		await expect(editor.choice('operation')).resolves.toBe('Get');
		expect(await editor.shownParameters()).toContain('jobId');
	});
});

describe('in the list of nodes, a person', () => {
	const WORDS = [
		...[
			'flux',
			'black forest labs',
			'bfl',
			'replicate',
			'apiframe',
			'fal',
			'together',
			'deepinfra',
			'siliconflow',
		],
		...['inpaint', 'inpainting', 'outpaint', 'outpainting', 'erase', 'remove object', 'try on'],
		...['edit photo', 'edit image', 'canny', 'depth', 'lora', 'kontext', 'stable diffusion', 'dall-e'],
		...['text to image', 'ai image', 'schnell', 'flux 2', 'midjourney'],
		...['openrouter', 'hugging face', 'azure'],
	];
	step(`finds the node by ${WORDS.length} words`, async () => {
		await editor.newWorkflow();
		const missing: string[] = [];
		for (const word of WORDS) {
			await editor.searchNodes(word);
			const found = editor.creatorItem('Flux');
			await found.waitFor({ timeout: 3_000 }).catch(() => missing.push(word));
		}
		expect(missing).toEqual([]);
	});

	step('sees an action for every operation that any API has', async () => {
		await editor.searchNodes('flux');
		await editor.creatorItem('Flux').click();
		await editor.creatorItem('Generate an image from a prompt').waitFor();
		const all = [
			...['Generate an image from a prompt', 'Edit an image with a prompt'],
			...['Fill part of an image', 'Expand an image'],
			...['Erase an object from an image', 'Deblur an image', 'Put a garment on a person'],
			...[
				'Generate an image from edges or depth',
				'Remix an image',
				'Cancel a job',
				'Get the image of a job',
			],
			...['Get account credits', 'List finetunes'],
		];
		for (const action of all) await editor.creatorItem(action).waitFor();
	});
});

/** The size of an image on the page in its own pixels, once it is loaded. */
async function size(drawing: Awaited<ReturnType<Editor['preview']>>) {
	return await drawing.evaluate(async (element) => {
		const image = element as HTMLImageElement;
		await image.decode();
		return { width: image.naturalWidth, height: image.naturalHeight };
	});
}
