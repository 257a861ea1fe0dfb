import { readFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { imageSize } from 'image-size';
import { imageOf } from '../../support/images.mts';
import { startS3 } from '../../support/s3.mts';
import { ChatModel } from '../chatModel.mts';
import { example, exampleFiles, withCredentials, type ApiName } from '../examples.mts';
import { expectImage, pairedItem } from '../expect.mts';
import { McpClient } from '../mcp.mts';
import { itemsOf, type Item, type SavedWorkflow, type Workflow, type WorkflowNode } from '../rest.mts';
import { credentials, lab } from './labOfFile.mts';

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
	'fal-four-drafts.json': { Flux: Array<typeof square>(4).fill({ width: 768, height: 1024, type: 'png' }) },
	'apiframe-aspect-ratio-webp.json': { Flux: [{ width: 1360, height: 768, type: 'webp' }] },
	'collect-a-job-later.json': { Fetch: [square] },
	'errors-go-another-way.json': { Images: [square] },
	'one-prompt-several-models.json': { Pro: [square], Flex: [square], Max: [square] },
	'lora.json': { Flux: [square] },
};
/** Those that begin with a call, a form, a schedule or a table, and have a test of their own. */
const runByOthers = [
	'webhook-answers-with-an-image.json',
	'mcp-server-that-makes-images.json',
	'schedule-to-file.json',
	'data-table-rows-to-images.json',
	'form-upload-edit-to-s3.json',
	'product-image-with-mask.json',
	'agent-then-the-image.json',
	'wait-without-a-worker.json',
	'collect-by-webhook.json',
];

it('every example is run, and says in a note what it does', () => {
	expect([...Object.keys(runByHand), ...runByOthers].sort()).toEqual(exampleFiles().sort());
	for (const file of exampleFiles()) {
		const [note] = example(file, {}).nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote');
		expect(note.parameters.content).toMatch(/^## .+\n./);
	}
});

describe('an example in the real n8n', () => {
	it.each(Object.keys(runByHand))('%s runs, and its images are what their items say', async (file) => {
		const execution = await lab.n8n.rest.saveAndRun(example(file, credentials));
		expect(execution).toMatchObject({ status: 'success' });
		for (const [node, drawings] of Object.entries(runByHand[file])) {
			const items = itemsOf(execution, node);
			expect(items).toHaveLength(drawings.length);
			for (const [i, item] of items.entries()) await expectImage(lab, item, drawings[i]);
		}
		const charged = lab.sandbox.jobs.flatMap(({ drawings }) => drawings);
		expect(charged).toHaveLength(Object.values(runByHand[file]).flat().length);
		expect(lab.sandbox.jobs.flatMap(({ ignoredFields }) => ignoredFields)).toEqual([]);
	});

	it('makes five images of five prompts, each linked to its prompt and in its order', async () => {
		const execution = await lab.n8n.rest.saveAndRun(example('five-prompts-five-images.json', credentials));
		const prompts = itemsOf(execution, 'One item per prompt').map(({ json }) => json.prompt);
		const drawings = itemsOf(execution, 'Flux');
		expect(drawings.map(({ json }) => json.prompt)).toEqual(prompts);
		expect(drawings.map(pairedItem)).toEqual([0, 1, 2, 3, 4]);
		expect(lab.sandbox.peakConcurrency()).toBe(5);
	});

	it('tells a submit that fails by its code, beside the image of the other', async () => {
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
		const drawing = await rest.webhook('flux-image', { prompt: 'An image for a caller' });
		expect(drawing.headers.get('content-type')).toBe('image/png');
		expect(imageSize(new Uint8Array(await drawing.arrayBuffer()))).toMatchObject(square);

		const none = rest.webhook('flux-image', { prompt: '' });
		await expect(none).rejects.toMatchObject({
			status: 422,
			message: expect.stringMatching(/"invalid-input"/),
		});
		expect(lab.sandbox.billed()).toBe(1);
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

describe('a recipe in the real n8n', () => {
	it('saves an image to disk on a schedule', async () => {
		const folder = join(lab.userFolder, 'images');
		await mkdir(folder);
		const workflow = changed('schedule-to-file.json', 'Save the image', {
			fileName: `=${folder}/{{ $json.fileName }}`,
		});
		const execution = await lab.n8n.rest.saveAndRun(workflow);
		expect(execution.status).toBe('success');
		const [{ json }] = itemsOf(execution, 'Flux');
		expect(json.prompt).toMatch(/^A postcard for [A-Z]\w+day, /);
		expect(imageSize(await readFile(join(folder, json.fileName as string)))).toMatchObject(square);
	});

	it('makes an image for each row of a data table that has none, and writes down what became of it', async () => {
		const rows = await lab.n8n.rest.saveDataTable(
			'Images',
			['prompt', 'status', 'job', 'note'],
			[
				{ prompt: 'A fox' },
				{ prompt: 'A hare', status: 'done' },
				{ prompt: ' ' },
				{ prompt: 'Something forbidden' },
				{ prompt: 'An owl' },
			],
		);
		const match = ({ body }: { body?: unknown }) => /forbidden/.test(JSON.stringify(body));
		lab.sandbox.fault({ on: 'submit', match, do: { kind: 'state', status: 'Request Moderated' } });
		const execution = await lab.n8n.rest.saveAndRun(example('data-table-rows-to-images.json', credentials));
		expect(execution.status).toBe('success');
		const table = await rows();
		expect(table).toMatchObject([
			{ prompt: 'A fox', status: 'done', note: expect.stringMatching(/\.png$/) },
			{ prompt: 'A hare', status: 'done', job: null },
			{ status: 'invalid-input' },
			{ status: 'prompt-moderated' },
			{ prompt: 'An owl', status: 'done' },
		]);
		const promptOf = (id: unknown) => (lab.sandbox.jobs.find((job) => job.id === id)?.body as any)?.prompt;
		for (const { prompt, status, job } of table)
			if (status === 'done' && prompt !== 'A hare') expect(promptOf(job)).toBe(prompt);
		// The table is worked off: a second run has only what was not made.
		expect(itemsOf(execution, 'Rows to do')).toHaveLength(4);
	});

	it('edits the photo of a form and uploads it to S3', async () => {
		const s3 = await startS3('images');
		try {
			const { url: endpoint, region, accessKeyId, secretAccessKey } = s3;
			const data = {
				...{ endpoint, region, accessKeyId, secretAccessKey },
				...{ forcePathStyle: true, ignoreSSLIssues: false },
			};
			const id = await lab.n8n.rest.saveCredential({ name: 'S3', type: 's3', data });
			const workflow = changed('form-upload-edit-to-s3.json', 'S3', {}, { s3: { id, name: 'S3' } });
			const execution = await byForm(workflow, 'edit-a-photo', [await photo(), 'Make it snow']);
			const [{ json }] = itemsOf(execution, 'Flux');
			expect(lab.sandbox.jobs).toMatchObject([{ body: { prompt: 'Make it snow' } }]);
			const file = await s3.file(json.fileName as string);
			expect(file).toMatchObject({ type: 'image/png' });
			expect(file?.bytes.equals(await drawn())).toBe(true);
		} finally {
			await s3.close();
		}
	});

	it('gives a product a new background by a mask', async () => {
		const workflow = example('product-image-with-mask.json', credentials);
		const [product, mask] = [await photo('product.png'), await photo('mask.png')];
		const execution = await byForm(workflow, 'new-background', [product, mask, 'a marble table']);
		await expectImage(lab, itemsOf(execution, 'Flux')[0], { ...sizeOfPhoto, type: 'png' });
		const [{ body }] = lab.sandbox.jobs;
		expect(body).toMatchObject({ image: await base64(product), mask: await base64(mask) });
	});

	it('puts the images of three models side by side', async () => {
		const execution = await lab.n8n.rest.saveAndRun(example('one-prompt-several-models.json', credentials));
		const [{ binary = {} }, ...none] = itemsOf(execution, 'Side by side');
		expect([Object.keys(binary).sort(), none]).toEqual([['flex', 'max', 'pro'], []]);
		for (const [field, file] of Object.entries(binary)) {
			const job = lab.sandbox.jobs.find(({ model }) => model === `flux-2-${field}`);
			expect((await lab.n8n.rest.download(file)).equals((await job?.drawn.get(0)) as Buffer)).toBe(true);
		}
	});

	it('sends the LoRA and its strength', async () => {
		await lab.n8n.rest.saveAndRun(example('lora.json', credentials));
		expect(lab.sandbox.jobs).toMatchObject([{ body: { input: { lora_scale: 0.9 } } }]);
	});

	it('fetches the images that an agent has made, and none a second time', async () => {
		const model = await ChatModel.start();
		try {
			const { rest } = lab.n8n;
			const data = { apiKey: 'sk-scripted', url: model.url, organizationId: '' };
			const id = await rest.saveCredential({ name: 'Chat', type: 'openAiApi', data });
			const chat = { openAiApi: { id, name: 'Chat' } };
			const workflow = changed('agent-then-the-image.json', 'Chat model', {}, chat);
			const call = (prompt: string) => [{ tool: 'make_image', args: { prompt } }];
			model.follow([call(''), call('A fox'), call('A hare'), 'Here they are.']);
			const trigger = { name: 'Chat', json: { chatInput: 'A fox and a hare, please' } };
			const execution = await rest.finished(await rest.run(await rest.saveWorkflow(workflow), trigger));
			expect(execution.status).toBe('success');
			const images = itemsOf(execution, 'The image');
			expect(images.map(({ json }) => json.jobId)).toEqual(lab.sandbox.jobs.map((job) => job.id));
			for (const image of images) await expectImage(lab, image, square);
			expect(lab.sandbox.billed()).toBe(2);
		} finally {
			await model.close();
		}
	});

	describe.each<[ApiName, string, string?]>([
		['blackForestLabs', 'flux-2-pro'],
		['replicate', 'black-forest-labs/flux-schnell'],
		['apiframe', 'flux-2-pro'],
		['fal', 'fal-ai/flux-2-pro', '=fal-ai/flux-2-pro/{{ $json.body.request_id }}'],
	])('with a webhook of %s', (authentication, model, jobId) => {
		it('waits for the image without holding a worker', async () => {
			const { rest } = lab.n8n;
			const workflow = at('wait-without-a-worker.json', authentication, model);
			lab.sandbox.secondsPerImage = 3;
			const id = await rest.run(await rest.saveWorkflow(workflow));
			await rest.putAside(id);
			const execution = await rest.finished(id);
			expect(execution.status).toBe('success');
			expect(lab.sandbox.webhooks).toMatchObject([{ status: 200, url: expect.stringContaining(`/${id}?`) }]);
			await expectCollected(itemsOf(execution, 'The image'));
		});

		it('collects the image in another execution, and nothing for a stranger', async () => {
			const { rest } = lab.n8n;
			const path = `flux-finished-${authentication}`;
			const example = at('collect-by-webhook.json', authentication, model, path, jobId);
			const workflow = await rest.saveWorkflow(example);
			await rest.activate(workflow);
			const id = '00000000-0000-4000-8000-000000000000';
			await rest.webhook(path, { id, request_id: id });
			expect((await rest.newestOf(workflow)).status).toBe('error');

			await rest.finished(await rest.run(workflow));
			const execution = await rest.newestOf(workflow, 3);
			await expectCollected(itemsOf(execution, 'The image'));
		});
	});
});

const sizeOfPhoto = { width: 512, height: 384 };

const saved = async (file: string): Promise<SavedWorkflow> =>
	await lab.n8n.rest.saveWorkflow(example(file, credentials));

/** An example with one node changed. */
function changed(
	file: string,
	name: string,
	parameters: Record<string, unknown>,
	more?: WorkflowNode['credentials'],
): Workflow {
	const workflow = example(file, credentials);
	const nodes = workflow.nodes.map((node) =>
		node.name !== name
			? node
			: { ...node, parameters: { ...node.parameters, ...parameters }, ...(more && { credentials: more }) },
	);
	return { ...workflow, nodes };
}

/** An example of the webhooks with another API, model, path and way to name the job that the call is about. */
function at(
	file: string,
	authentication: ApiName,
	model: string,
	path = 'flux-finished',
	jobId = '={{ $json.body.id }}',
): Workflow {
	const workflow = example(file, {});
	const nodes = workflow.nodes.map((node) => {
		const parameters = {
			...node.parameters,
			...('authentication' in node.parameters && { authentication }),
			...('model' in node.parameters && { model: { __rl: true, mode: 'id', value: model } }),
		};
		return { ...node, parameters };
	});
	const text = JSON.stringify({ ...workflow, nodes })
		.replaceAll('flux-finished', path)
		.replaceAll('={{ $json.body.id }}', jobId);
	return withCredentials(JSON.parse(text) as Workflow, credentials);
}

/** That a workflow has fetched the image of the one job that was submitted. */
async function expectCollected([item, ...others]: Item[]) {
	const [{ id, drawings }] = lab.sandbox.jobs;
	expect(others).toEqual([]);
	expect(item.json).toMatchObject({ jobId: expect.stringMatching(`(^|/)${id}$`), status: 'completed' });
	const [{ width, height }] = drawings;
	await expectImage(lab, item, { width, height, type: 'png' });
	expect(lab.sandbox.billed()).toBe(1);
}

/** Publishes a workflow with a form, sends it in and gives what came of it. */
async function byForm(workflow: Workflow, path: string, fields: Array<string | File>) {
	const { rest } = lab.n8n;
	const published = await rest.saveWorkflow(workflow);
	await rest.activate(published);
	await rest.form(path, fields);
	return await rest.newestOf(published);
}

async function photo(name = 'photo.png') {
	const { width, height } = sizeOfPhoto;
	const bytes = await imageOf('png', width, height);
	return new File([new Uint8Array(bytes)], name, { type: 'image/png' });
}

const base64 = async (file: File) => Buffer.from(await file.arrayBuffer()).toString('base64');

/** The image of the only job. */
const drawn = async () => (await lab.sandbox.jobs[0].drawn.get(0)) as Buffer;
