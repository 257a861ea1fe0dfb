import { imageSize } from 'image-size';
import { CREDENTIAL_TYPES, example, exampleFiles, FLUX, withCredential } from './examples.mts';
import { LAB_WITHIN_MS, openLab, type Lab } from './lab.mts';
import { itemsOf, type Item, type Workflow, type WorkflowNode } from './rest.mts';

const type = CREDENTIAL_TYPES.blackForestLabs;
let lab: Lab;
let credential: { id: string; name: string };

beforeAll(async () => {
	lab = await openLab();
	const name = 'Sandbox';
	credential = { id: await lab.n8n.rest.saveCredential({ name, type, data: lab.credentialData }), name };
}, LAB_WITHIN_MS);
afterAll(() => lab?.close());
beforeEach(() => lab.sandbox.reset());

describe('the credential in the real n8n', () => {
	it('passes its test with the right key', async () => {
		const result = await lab.n8n.rest.testCredential({ ...credential, type, data: lab.credentialData });
		expect(result).toMatchObject({ status: 'OK' });
		expect(lab.sandbox.purchases()).toBe(0);
	});

	it('fails its test with a wrong key, in words that hold no key', async () => {
		const data = { ...lab.credentialData, apiKey: 'wrong-key-1234' };
		const result = await lab.n8n.rest.testCredential({ ...credential, type, data });
		expect(result.status).toBe('Error');
		expect(result.message).toMatch(/key|auth|forbidden|credential/i);
		expect(JSON.stringify(result)).not.toContain('wrong-key-1234');
	});
});

describe('the examples in the real n8n', () => {
	it.each(exampleFiles())('%s runs, and its pictures are what their items say', async (file) => {
		const { rest } = lab.n8n;
		const execution = await rest.saveAndRun(example(file, credential));
		expect(execution.status).toBe('success');
		const items = itemsOf(execution, 'Flux');
		expect(items.length).toBeGreaterThan(0);
		expect(lab.sandbox.purchases()).toBe(items.length);
		for (const item of items) await expectPicture(item, { width: 1024, height: 1024, type: 'png' });
	});

	it('five prompts give five pictures, each linked to its prompt and in its order', async () => {
		const execution = await lab.n8n.rest.saveAndRun(example('five-prompts-five-pictures.json', credential));
		const prompts = itemsOf(execution, 'One item per prompt').map(({ json }) => json.prompt);
		const pictures = itemsOf(execution, 'Flux');
		expect(prompts).toHaveLength(5);
		expect(pictures.map(({ json }) => json.prompt)).toEqual(prompts);
		expect(pictures.map(pairedItem)).toEqual([0, 1, 2, 3, 4]);
		expect(lab.sandbox.peakConcurrency()).toBe(5);
	});
});

describe('the node in the real n8n', () => {
	it('gives an error item with code and link for a bad input, and buys nothing for it', async () => {
		const flux = { parameters: { width: '={{ $json.width }}' }, onError: 'continueRegularOutput' };
		const execution = await lab.n8n.rest.saveAndRun(over('width', [512, 1000, 768], flux));
		expect(execution.status).toBe('success');
		const [first, bad, last] = itemsOf(execution, 'Flux');
		await expectPicture(first, { width: 512, height: 512, type: 'png' });
		await expectPicture(last, { width: 768, height: 512, type: 'png' });
		expect(bad.json.error).toMatchObject({ code: 'invalid-input', jobId: null });
		expect(bad.json.error).toMatchObject({ message: expect.stringContaining('1000') });
		expect([first, bad, last].map(pairedItem)).toEqual([0, 1, 2]);
		expect(lab.sandbox.purchases()).toBe(2);
	});

	it('ends a running execution within about a second of Stop, and asks for the job no more', async () => {
		const { n8n, sandbox } = lab;
		sandbox.secondsPerImage = 60;
		const { rest } = n8n;
		const id = await rest.run(await rest.saveWorkflow(over('prompt', ['A slow picture'])));
		await until(() => sandbox.purchases() === 1 && sandbox.requests.length > 1);
		const stopped = Date.now();
		await rest.stop(id);
		const execution = await rest.finished(id);
		expect(execution.status).toBe('canceled');
		expect(Date.now() - stopped).toBeLessThan(1500);

		const polls = () => sandbox.requests.filter(({ action }) => action === 'poll');
		const before = polls().length;
		sandbox.secondsPerImage = 1;
		const next = await rest.saveAndRun(over('prompt', ['A quick picture']));
		const [{ json }] = itemsOf(next, 'Flux');
		expect(json.status).toBe('completed');
		const others = polls().slice(before);
		expect(others.length).toBeGreaterThan(0);
		expect(others.every(({ url }) => url.includes(String(json.jobId)))).toBe(true);
	});

	it('answers a production webhook with the picture itself', async () => {
		const { rest } = lab.n8n;
		await rest.activate(await rest.saveWorkflow(pictureWebhook()));
		const response = await rest.webhook('picture', { prompt: 'A picture for a caller' });
		expect(response.headers.get('content-type')).toBe('image/png');
		const bytes = new Uint8Array(await response.arrayBuffer());
		expect(imageSize(bytes)).toMatchObject({ width: 512, height: 512, type: 'png' });
	});

	it('lets no key reach the log or the data of an execution', async () => {
		const { n8n, sandbox, log } = lab;
		const execution = await n8n.rest.saveAndRun(over('prompt', ['A picture']));
		for (const text of [log.join('\n'), JSON.stringify(execution)]) {
			expect(text).not.toContain(sandbox.key);
			expect(text).not.toContain('wrong-key-1234');
		}
	});
});

/** A workflow that makes an item of each value and hands them to Flux as `field`. */
function over(field: string, values: unknown[], flux: Partial<WorkflowNode> = {}): Workflow {
	const nodes: WorkflowNode[] = [
		node('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
		node('Values', 'n8n-nodes-base.set', 3.4, {
			mode: 'raw',
			jsonOutput: JSON.stringify({ [field]: values }),
		}),
		node('Split', 'n8n-nodes-base.splitOut', 1, { fieldToSplitOut: field }),
		{
			...fluxNode(field === 'prompt' ? '={{ $json.prompt }}' : 'A picture', flux.parameters),
			...without(flux),
		},
	];
	return withCredential(chain('Over values', nodes), credential);
}

function pictureWebhook(): Workflow {
	const parameters = {
		httpMethod: 'POST',
		path: 'picture',
		responseMode: 'lastNode',
		responseData: 'firstEntryBinary',
	};
	const webhook = { ...node('Webhook', 'n8n-nodes-base.webhook', 2, parameters), webhookId: 'picture' };
	return withCredential(chain('Webhook', [webhook, fluxNode('={{ $json.body.prompt }}')]), credential);
}

const without = ({ parameters: _, ...rest }: Partial<WorkflowNode>) => rest;

function fluxNode(prompt: string, more: Record<string, unknown> = {}) {
	return node('Flux', FLUX, 1, {
		...{ authentication: 'blackForestLabs', resource: 'image', operation: 'generate' },
		model: { __rl: true, mode: 'list', value: 'flux-2-pro', cachedResultName: 'FLUX.2 [pro]' },
		...{ prompt, width: 512, height: 512, options: { outputFormat: 'png' }, settings: {} },
		...more,
	});
}

function node(
	name: string,
	nodeType: string,
	typeVersion: number,
	parameters: Record<string, unknown>,
): WorkflowNode {
	return { id: name, name, type: nodeType, typeVersion, position: [0, 0], parameters };
}

function chain(name: string, nodes: WorkflowNode[]): Workflow {
	const links = nodes
		.slice(1)
		.map((next, index) => [nodes[index].name, { main: [[{ node: next.name, type: 'main', index: 0 }]] }]);
	return { name, nodes, connections: Object.fromEntries(links) };
}

async function expectPicture(
	{ json, binary }: Item,
	expected: { width: number; height: number; type: string },
) {
	const [file] = Object.values(binary ?? {});
	expect(file).toBeDefined();
	const bytes = await lab.n8n.rest.download(file);
	expect(imageSize(bytes)).toMatchObject(expected);
	const { width, height } = expected;
	expect(json).toMatchObject({
		width,
		height,
		fileSize: bytes.length,
		mimeType: file.mimeType,
		fileName: file.fileName,
	});
	expect(file).toMatchObject({ mimeType: `image/${expected.type}`, fileExtension: expected.type });
}

function pairedItem({ pairedItem: paired }: Item) {
	const one = Array.isArray(paired) ? paired[0] : paired;
	return typeof one === 'object' ? one.item : one;
}

async function until(condition: () => boolean) {
	const deadline = Date.now() + 20_000;
	while (!condition()) {
		if (Date.now() > deadline) throw new Error('What was waited for did not happen within 20 s.');
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}
