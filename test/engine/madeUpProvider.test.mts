import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { Flux } from '../../nodes/Flux/Flux.node.ts';
import { addQueue, queue, QueueCredential } from '../support/madeUpProvider.mts';
import { runWorkflow, type Options, type Run } from '../support/harness.mts';
import { imageOf } from '../support/images.mts';

const { jest } = import.meta;
jest.setTimeout(60_000);

const key = 'queue-key-0123456789';
let server: Server;
let url = '';
let node: Flux;
/** Method and path of each request, and `!` if it carried the key. */
let requests: string[] = [];
let status = 'COMPLETED';
let failure: string | undefined;
let refusals: Array<(response: ServerResponse) => void> = [];

beforeAll(async () => {
	const png = await imageOf('png', 8, 6);
	server = createServer((request, response) => {
		const path = request.url!;
		const isOurs = request.headers.authorization === `Key ${key}`;
		requests.push(`${request.method} ${path}${isOurs ? '!' : ''}`);
		const answer = (body: object, code = 200) =>
			response
				.writeHead(code, {
					'content-type': 'application/json',
					'x-fal-request-id': 'req-7',
					'cf-ray': 'ray-1',
				})
				.end(JSON.stringify(body));
		request.resume().on('end', () => {
			const refuse = request.method === 'POST' ? refusals.shift() : undefined;
			if (refuse !== undefined) return refuse(response);
			if (path.startsWith('/image.png')) return response.end(png);
			if (request.method === 'POST') return answer({ request_id: 'job/1' });
			if (request.method === 'DELETE') {
				status = 'CANCELLED';
				return response.writeHead(204).end();
			}
			if (request.method === 'PUT') return answer({ status: (status = 'CANCELLED') }, 202);
			if (path.endsWith('/status')) return answer({ status }, status === 'COMPLETED' ? 200 : 202);
			if (failure !== undefined) return answer({ detail: failure }, 422);
			return answer({ images: [{ url: `${url}/image.png?signature=secret` }], seed: 5 });
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	addQueue();
	node = new Flux();
});
afterAll(() => void server.close());
beforeEach(() => {
	requests = [];
	status = 'COMPLETED';
	failure = undefined;
	refusals = [];
});

const workflow = (parameters: INodeParameters = {}): Options => ({
	node,
	parameters: {
		...{ authentication: queue.name, resource: 'image', operation: 'generate', prompt: 'A purple walrus' },
		model: { __rl: true, mode: 'list', value: 'made-up/flux' },
		...parameters,
	},
	credentials: { [queue.credential]: { apiKey: key, baseUrl: url } },
	credentialTypes: { [queue.credential]: new QueueCredential() },
});
const run = async (parameters?: INodeParameters) => await runWorkflow(workflow(parameters)).result;
const about = ({ error }: Run) => (error as unknown as { context: { flux: IDataObject } }).context.flux;
const job = (operation: string) => ({ resource: 'job', operation, jobId: 'job/1' });

describe('A queue whose result is a second request', () => {
	it('is submitted to, asked for its state, then for its result, which is downloaded without the key', async () => {
		const done = await run();
		expect(done.error).toBeUndefined();
		expect(requests).toEqual([
			'POST /made-up/flux!',
			'GET /requests/job%2F1/status!',
			'GET /requests/job%2F1!',
			'GET /image.png?signature=secret',
		]);
		expect(done.items).toHaveLength(1);
		const { json } = done.items[0];
		expect(json).toMatchObject({
			...{ api: 'queue', model: 'made-up/flux', jobId: 'job/1', status: 'completed' },
			...{ width: 8, height: 6, mimeType: 'image/png', cost: { amount: 2, unit: 'credit' } },
		});
		expect(await done.binary(done.items[0])).toHaveLength(Number(json.fileSize));
	});

	it('gives the image of an earlier job', async () => {
		const done = await run(job('get'));
		expect(done.items[0].json).toMatchObject({ jobId: 'job/1', status: 'completed', seed: 5, width: 8 });
	});

	it.each([
		['of a new job', {}],
		['of an earlier one', job('get')],
		['of one that is not waited for', { ...job('get'), waitForCompletion: false }],
	])('tells a failure that only the result shows: %s', async (_, parameters) => {
		failure = 'out of memory';
		const failed = await run(parameters);
		expect(failed.error?.message).toBe('Queue could not make the image: out of memory');
		expect(about(failed)).toMatchObject({ code: 'job-failed', jobId: 'job/1', requestId: 'req-7' });
		expect(failed.error?.description).toContain('Request ID of the provider: req-7.');
	});

	it('ends a running job by PUT when the workflow is stopped', async () => {
		status = 'IN_PROGRESS';
		const running = runWorkflow(workflow());
		while (!requests.some((one) => one.includes('/status'))) await new Promise((go) => setTimeout(go, 10));
		running.stop();
		await running.result;
		while (status !== 'CANCELLED') await new Promise((go) => setTimeout(go, 10));
		expect(requests.filter((one) => one.startsWith('PUT'))).toEqual(['PUT /requests/job%2F1/cancel!']);
		expect(requests.filter((one) => one.startsWith('POST'))).toHaveLength(1);
	});

	it('ends it by PUT with Job: Cancel', async () => {
		status = 'IN_PROGRESS';
		const cancelled = await run(job('cancel'));
		expect(cancelled.items[0].json).toEqual({ api: 'queue', jobId: 'job/1', status: 'cancelled' });
		expect(requests).toEqual(['PUT /requests/job%2F1/cancel!']);
	});

	describe('that is cancelled by DELETE', () => {
		beforeEach(() => {
			status = 'IN_PROGRESS';
			const url = (id: string) => `/requests/${encodeURIComponent(id)}`;
			jest.spyOn(queue.jobs!, 'cancel').mockImplementation(({ id }) => ({ method: 'DELETE', url: url(id) }));
		});
		afterEach(() => jest.restoreAllMocks());

		it('is so with Job: Cancel, by an answer without a body', async () => {
			const cancelled = await run(job('cancel'));
			expect(cancelled.items[0].json).toEqual({ api: 'queue', jobId: 'job/1', status: 'cancelled' });
			expect(requests).toEqual(['DELETE /requests/job%2F1!']);
		});

		it('is so when the workflow is stopped', async () => {
			const running = runWorkflow(workflow());
			while (!requests.some((one) => one.includes('/status'))) await new Promise((go) => setTimeout(go, 10));
			running.stop();
			await running.result;
			while (status !== 'CANCELLED') await new Promise((go) => setTimeout(go, 10));
			expect(requests.filter((one) => one.startsWith('DELETE'))).toEqual(['DELETE /requests/job%2F1!']);
		});
	});
});

describe('A look inside', () => {
	const refuse = (code: number, headers: object) => (response: ServerResponse) =>
		void response.writeHead(code, { ...headers }).end(JSON.stringify({ detail: 'slower' }));
	const lines = ({ logs }: Run) =>
		logs
			.map((line) => JSON.parse(line) as { level: string; message: string })
			.filter(({ level, message }) => level === 'debug' && message.startsWith('Flux: '))
			.map(({ message }) => message.replace(/\d+ (ms|bytes)/g, 'N $1').replace(/127\.0\.0\.1:\d+/, 'HOST'));

	it('is a line for each attempt, pause, state and download at the level debug', async () => {
		refusals = [refuse(429, { 'retry-after-ms': '300' })];
		const done = await run();
		expect(lines(done)).toEqual([
			'Flux: item 0: POST HOST/made-up/flux answered 429 after N ms',
			'Flux: item 0: waits N ms, as each submit of the account',
			'Flux: item 0: POST HOST/made-up/flux answered 200 after N ms',
			'Flux: item 0: GET HOST/requests/job%2F1/status answered 200 after N ms',
			'Flux: item 0: GET HOST/requests/job%2F1 answered 200 after N ms',
			'Flux: item 0: job job/1 is ready',
			'Flux: item 0: GET HOST/image.png answered 200 after N ms',
			'Flux: item 0: downloaded image/png, N bytes',
		]);
		const all = done.logs.join('\n');
		for (const secret of [key, 'walrus', 'signature']) expect(all).not.toContain(secret);
	});

	it('waits as long as X-RateLimit-Reset asks', async () => {
		refusals = [refuse(429, { 'x-ratelimit-reset': '1' })];
		const done = await run();
		expect(done.items).toHaveLength(1);
		expect(done.seconds).toBeGreaterThan(1);
	});

	it('names the request of a refusal', async () => {
		refusals = [refuse(403, { 'x-request-id': 'first', 'request-id': 'second', 'cf-ray': 'ray' })];
		expect(about(await run()).requestId).toBe('first');
		refusals = [refuse(403, { 'cf-ray': 'ray' })];
		expect(about(await run()).requestId).toBe('ray');
		refusals = [refuse(403, {})];
		expect(about(await run())).not.toHaveProperty('requestId');
	});
});
