import { imageSize } from 'image-size';
import { example, exampleFiles, type Credentials } from './examples.mts';
import { expectPicture, pairedItem } from './expect.mts';
import { Lab, LAB_WITHIN_MS } from './lab.mts';
import { McpClient } from './mcp.mts';
import { itemsOf, type SavedWorkflow } from './rest.mts';

let lab: Lab;
let credentials: Credentials;

beforeAll(async () => {
	lab = await Lab.open();
	credentials = await lab.saveCredentials();
}, LAB_WITHIN_MS);
afterAll(() => lab?.close());
beforeEach(() => lab.sandbox.reset());

const square = { width: 1024, height: 1024, type: 'png' };

/** The images that each node of an example makes when a person runs it. */
const runByHand: Record<string, Record<string, Array<typeof square>>> = {
	'one-prompt-one-image.json': { Flux: [square] },
	'five-prompts-five-images.json': { Flux: Array<typeof square>(5).fill(square) },
	'replicate-kontext-edit.json': {
		'Make an image': [{ width: 1248, height: 832, type: 'png' }],
		'Change it': [{ width: 1248, height: 832, type: 'png' }],
	},
	'openai-compatible-self-hosted.json': { Flux: [square] },
	'apiframe-aspect-ratio-webp.json': { Flux: [{ width: 1360, height: 768, type: 'webp' }] },
	'collect-a-job-later.json': { Collect: [square] },
	'errors-go-another-way.json': { Images: [square] },
};
const runByCallers = ['webhook-answers-with-an-image.json', 'mcp-server-that-makes-images.json'];

it('every example is run', () => {
	expect([...Object.keys(runByHand), ...runByCallers].sort()).toEqual(exampleFiles().sort());
});

describe('an example in the real n8n', () => {
	it.each(Object.keys(runByHand))('%s runs, and its images are what their items say', async (file) => {
		const execution = await lab.n8n.rest.saveAndRun(example(file, credentials));
		expect(execution).toMatchObject({ status: 'success' });
		for (const [node, pictures] of Object.entries(runByHand[file])) {
			const items = itemsOf(execution, node);
			expect(items).toHaveLength(pictures.length);
			for (const [i, item] of items.entries()) await expectPicture(lab, item, pictures[i]);
		}
		expect(lab.sandbox.purchases()).toBe(Object.values(runByHand[file]).flat().length);
		expect(lab.sandbox.jobs.flatMap(({ ignoredFields }) => ignoredFields)).toEqual([]);
	});

	it('makes five images of five prompts, each linked to its prompt and in its order', async () => {
		const execution = await lab.n8n.rest.saveAndRun(example('five-prompts-five-images.json', credentials));
		const prompts = itemsOf(execution, 'One item per prompt').map(({ json }) => json.prompt);
		const pictures = itemsOf(execution, 'Flux');
		expect(pictures.map(({ json }) => json.prompt)).toEqual(prompts);
		expect(pictures.map(pairedItem)).toEqual([0, 1, 2, 3, 4]);
		expect(lab.sandbox.peakConcurrency()).toBe(5);
	});

	it('tells an order that fails by its code, beside the image of the other', async () => {
		const execution = await lab.n8n.rest.saveAndRun(example('errors-go-another-way.json', credentials));
		expect(itemsOf(execution, 'What to do')).toMatchObject([
			{ json: { code: 'invalid-input', text: expect.stringMatching(/1000.*Nothing was billed/s) } },
		]);
		expect(itemsOf(execution, 'Flux', 1).map(pairedItem)).toEqual([1]);
	});

	it('hands the image of one Flux node to the next, which edits it', async () => {
		await lab.n8n.rest.saveAndRun(example('replicate-kontext-edit.json', credentials));
		const [made, changed] = lab.sandbox.jobs;
		expect(made.model).toContain('flux-schnell');
		expect(changed.model).toContain('flux-kontext-pro');
		expect(changed.body).toMatchObject({
			input: { input_image: expect.stringMatching(/^(http.*\/files\/|data:image\/png;base64,)/) },
		});
	});

	it('answers a webhook with the image, or with the reason why there is none', async () => {
		const { rest } = lab.n8n;
		await rest.activate(await saved('webhook-answers-with-an-image.json'));
		const picture = await rest.webhook('flux-image', { prompt: 'An image for a caller' });
		expect(picture.headers.get('content-type')).toBe('image/png');
		expect(imageSize(new Uint8Array(await picture.arrayBuffer()))).toMatchObject(square);

		const none = rest.webhook('flux-image', { prompt: '' });
		await expect(none).rejects.toMatchObject({
			status: 422,
			message: expect.stringMatching(/"invalid-input"/),
		});
		expect(lab.sandbox.purchases()).toBe(1);
	});

	it('gives an assistant a tool by MCP that makes the image it describes', async () => {
		await lab.n8n.rest.activate(await saved('mcp-server-that-makes-images.json'));
		const client = await McpClient.connect(`${lab.n8n.url}/mcp/flux-images`);
		expect(await client.tools()).toMatchObject([
			{ name: 'make_image', inputSchema: { required: ['prompt'] } },
		]);
		const answer = await client.call('make_image', { prompt: 'A red fox' });
		expect(lab.sandbox.jobs).toMatchObject([{ body: { prompt: 'A red fox' } }]);
		expect(answer).toContain(`${lab.sandbox.url}/delivery/${lab.sandbox.jobs[0].id}`);
	});
});

const saved = async (file: string): Promise<SavedWorkflow> =>
	await lab.n8n.rest.saveWorkflow(example(file, credentials));
