import { once } from 'node:events';
import { createServer, request as send, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { imageSize } from 'image-size';
import { withCredentials } from '../examples.mts';
import { expectImage, pairedItem, until } from '../expect.mts';
import { itemsOf, type Binary, type Item, type Workflow, type WorkflowNode } from '../rest.mts';
import { credentials, lab } from './labOfFile.mts';
import { program } from '../stores.mts';
import { chain, fluxNode, node, start, values } from '../workflows.mts';

const PROMPTS = ['A fox', 'A hare', 'An owl'];
const flux = (more: Partial<WorkflowNode> = {}) => fluxNode({ prompt: '={{ $json.prompt }}' }, more);

const runIt = async (workflow: Workflow) => {
	const execution = await lab.n8n.rest.saveAndRun(withCredentials(workflow, credentials));
	expect(execution.data.resultData.error?.message).toBeUndefined();
	return execution;
};

/** The image that was drawn for a prompt. */
async function drawn(prompt: unknown): Promise<Buffer> {
	const [job] = lab.sandbox.jobs.filter(({ body }) => (body as { prompt: string }).prompt === prompt);
	return (await job.drawn.get(0)) as Buffer;
}

/** That each item has the image of its prompt, in the order of the prompts. */
async function expectImages(items: Item[], prompts = PROMPTS) {
	expect(items.map(({ json }) => json.prompt)).toEqual(prompts);
	for (const { json, binary } of items) {
		const bytes = await lab.n8n.rest.download(binary?.data as Binary);
		expect(bytes.equals(await drawn(json.prompt))).toBe(true);
	}
	expect(lab.sandbox.billed()).toBe(prompts.length);
}

describe('an image goes on to', () => {
	(program('gm') ? it : it.skip)('Edit Image, which needs GraphicsMagick', async () => {
		const size = { width: 64, height: 48, resizeOption: 'ignoreAspectRatio' };
		const edit = node('Edit', 'n8n-nodes-base.editImage', 1, {
			...{ operation: 'resize', dataPropertyName: 'data', options: {} },
			...size,
		});
		const execution = await runIt(chain('Edit', [start, ...values('prompt', PROMPTS), flux(), edit]));
		const items = itemsOf(execution, 'Edit');
		expect(items.map(pairedItem)).toEqual([0, 1, 2]);
		for (const { binary } of items) {
			const bytes = await lab.n8n.rest.download(binary?.data as Binary);
			expect(imageSize(bytes)).toMatchObject({ width: 64, height: 48, type: 'png' });
		}
	});

	it('Extract from File', async () => {
		const options = { operation: 'binaryToPropery', binaryPropertyName: 'data', destinationKey: 'file' };
		const extract = node('Extract', 'n8n-nodes-base.extractFromFile', 1, { ...options, options: {} });
		const execution = await runIt(chain('Extract', [start, ...values('prompt', PROMPTS), flux(), extract]));
		const texts = itemsOf(execution, 'Extract').map(({ json }) => json.file);
		const all = await Promise.all(PROMPTS.map(async (prompt) => (await drawn(prompt)).toString('base64')));
		expect(texts).toEqual(all);
	});

	it('HTTP Request, as a form with a file', async () => {
		const received: FormData[] = [];
		const server = await listen(async (request, response) => {
			const body = new Uint8Array(await buffer(request));
			const headers = { 'content-type': request.headers['content-type'] as string };
			received.push(await new Response(body, { headers }).formData());
			response.setHeader('content-type', 'application/json');
			response.end('{"ok":true}');
		});
		const file = { parameterType: 'formBinaryData', name: 'file', inputDataFieldName: 'data' };
		const title = { parameterType: 'formData', name: 'title', value: '={{ $json.prompt }}' };
		const upload = node('Upload', 'n8n-nodes-base.httpRequest', 4.2, {
			...{ method: 'POST', url: server.url, sendBody: true, contentType: 'multipart-form-data' },
			...{ bodyParameters: { parameters: [title, file] }, options: {} },
		});
		try {
			await runIt(chain('Upload', [start, ...values('prompt', PROMPTS), flux(), upload]));
			expect(received.map((form) => form.get('title')).sort()).toEqual(PROMPTS);
			for (const form of received) {
				const sent = form.get('file') as File;
				expect([sent.type, sent.name]).toEqual(['image/png', expect.stringMatching(/^flux-2-pro-\d+\.png$/)]);
				expect(Buffer.from(await sent.arrayBuffer()).equals(await drawn(form.get('title')))).toBe(true);
			}
		} finally {
			await server.close();
		}
	});

	it('Loop Over Items and comes back, batch by batch', async () => {
		const loop = node('Loop', 'n8n-nodes-base.splitInBatches', 3, { batchSize: 2, options: {} });
		const workflow = chain('Loop', [start, ...values('prompt', PROMPTS), loop]);
		const to = (name: string) => [{ node: name, type: 'main', index: 0 }];
		const done = node('Done', 'n8n-nodes-base.noOp', 1, {});
		const execution = await runIt({
			...workflow,
			nodes: [...workflow.nodes, flux(), done],
			connections: {
				...workflow.connections,
				Loop: { main: [to('Done'), to('Flux')] },
				Flux: { main: [to('Loop')] },
			},
		});
		await expectImages(itemsOf(execution, 'Done'));
	});

	it('Execute Sub-workflow and back', async () => {
		const trigger = node('Called', 'n8n-nodes-base.executeWorkflowTrigger', 1.1, {
			inputSource: 'passthrough',
		});
		const sub = withCredentials(chain('Sub-workflow', [trigger, flux()]), credentials);
		const saved = await lab.n8n.rest.saveWorkflow(sub);
		await lab.n8n.rest.activate(saved);
		const call = node('Call', 'n8n-nodes-base.executeWorkflow', 1.2, {
			...{ workflowId: { __rl: true, mode: 'id', value: saved.id }, mode: 'once' },
			...{ workflowInputs: { mappingMode: 'defineBelow', value: {} }, options: {} },
		});
		await expectImages(
			itemsOf(await runIt(chain('Caller', [start, ...values('prompt', PROMPTS), call])), 'Call'),
		);
	});

	it('Merge, by position beside what it was made of', async () => {
		const merge = node('Merge', 'n8n-nodes-base.merge', 3, {
			...{ mode: 'combine', combineBy: 'combineByPosition', options: {} },
		});
		const workflow = chain('Merge', [start, ...values('prompt', PROMPTS), flux(), merge]);
		const to = (name: string, index = 0) => ({ node: name, type: 'main', index });
		const execution = await runIt({
			...workflow,
			connections: { ...workflow.connections, Split: { main: [[to('Flux'), to('Merge', 1)]] } },
		});
		await expectImages(itemsOf(execution, 'Merge'));
	});

	it('another Flux node in a workflow that keeps its files in JSON', async () => {
		const edit = fluxNode({ operation: 'edit', prompt: 'Make it snow', referenceImages: ['data'] });
		const nodes = [start, ...values('prompt', ['A fox']), flux(), { ...edit, id: 'Edit', name: 'Edit' }];
		const execution = await runIt({ ...chain('Combined', nodes), settings: { binaryMode: 'combined' } });
		const [{ json, binary }] = itemsOf(execution, 'Edit');
		expect(binary).toBeUndefined();
		const { data } = json._files as Record<string, Binary>;
		expect((await lab.n8n.rest.download(data)).equals(await drawn('Make it snow'))).toBe(true);
		expect(lab.sandbox.jobs[1].body).toMatchObject({
			input_image: (await drawn('A fox')).toString('base64'),
		});
	});
});

it("ends with the workflow's own timeout, names its job in the log and leaves it to be collected", async () => {
	const { rest } = lab.n8n;
	lab.sandbox.secondsPerImage = 60;
	const workflow = chain('Timeout', [start, ...values('prompt', ['A fox']), flux()]);
	const settings = { executionTimeout: 2 };
	const id = await rest.run(await rest.saveWorkflow(withCredentials({ ...workflow, settings }, credentials)));
	expect((await rest.finished(id)).status).toBe('canceled');
	const [job] = lab.sandbox.jobs;
	await until(() => lab.log.some((line) => line.includes(`Flux: job ${job.id} accepted`)));
	lab.sandbox.finish();
	const collect = fluxNode({ resource: 'job', operation: 'get', jobId: job.id, pollingUrl: '' });
	const [item] = itemsOf(await runIt(chain('Collect', [start, collect])), 'Flux');
	await expectImage(lab, item, { width: 512, height: 512, type: 'png' });
	expect(lab.sandbox.billed()).toBe(1);
});

it('comes by a proxy into an n8n that keeps its files in memory', async () => {
	const passed: string[] = [];
	const proxy = await listen((request, response) => {
		passed.push(`${request.method} ${request.url}`);
		const { method, headers } = request;
		const onward = send(request.url as string, { method, headers }, (answer) => {
			response.writeHead(answer.statusCode as number, answer.headers);
			answer.pipe(response);
		});
		onward.on('error', () => response.destroy());
		request.pipe(onward);
	});
	await lab.n8n.stop();
	await lab.start({ N8N_DEFAULT_BINARY_DATA_MODE: 'default', HTTP_PROXY: proxy.url, NO_PROXY: '' });
	try {
		const workflow = chain('Proxy', [start, ...values('prompt', ['A fox']), flux()]);
		const [{ binary }] = itemsOf(await runIt(workflow), 'Flux');
		const { data } = binary?.data as unknown as { data: string };
		expect(Buffer.from(data, 'base64').equals(await drawn('A fox'))).toBe(true);
		const [{ id }] = lab.sandbox.jobs;
		expect(passed).toContain(`POST ${lab.sandbox.url}/v1/flux-2-pro`);
		expect(passed.filter((line) => line.includes(`/delivery/${id}`))).toHaveLength(1);
	} finally {
		await lab.n8n.stop();
		await proxy.close();
	}
}, 120_000);

it('does not start with files in S3 unless n8n has a licence for it, and n8n says so', async () => {
	await lab.n8n.stop();
	const started = lab.start({ N8N_DEFAULT_BINARY_DATA_MODE: 's3' });
	await expect(started).rejects.toThrow('S3 binary data storage requires a valid license');
}, 120_000);

/** A server on loopback. */
async function listen(handler: NonNullable<Parameters<typeof createServer>[1]>) {
	const server: Server = createServer(handler);
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const close = async () => {
		server.closeAllConnections();
		server.close();
		await once(server, 'close');
	};
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
