import type { IncomingMessage } from 'node:http';

import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import { n8nWorkflow } from '../support/core.mts';
import { runWorkflow } from '../support/harness.mts';
import { listen, probe, texts } from '../support/probe.mts';

type Server = Awaited<ReturnType<typeof listen>>;
const open: Server[] = [];
const serve = async (...args: Parameters<typeof listen>) => {
	const server = await listen(...args);
	open.push(server);
	return server;
};
afterEach(() => open.splice(0).forEach((server) => server.close()));

const answerJson =
	(value: unknown, status = 200) =>
	(_: IncomingMessage, response: import('node:http').ServerResponse) => {
		response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
	};

/** A probe that sends one request with the credential and returns the answer, or what was thrown. */
const asking = (options: IHttpRequestOptions, authentication = 'function') =>
	probe(
		async function () {
			const type = authentication === 'function' ? 'probeFunctionApi' : 'probeExpressionApi';
			const ask = this.helpers.httpRequestWithAuthentication.call(this, type, options);
			const json = await ask.then(
				(answer: unknown) => ({ answer }),
				(error: Error) => ({ thrown: error.name, message: error.message }),
			);
			return [{ json: json as IDataObject }];
		},
		{ items: texts('x'), parameters: { authentication, text: '' } },
	);

it.each([
	['function', 'secret'],
	['expression', 'e-secret'],
])(
	'sends the key of the credential that `authentication` names, written as a %s',
	async (authentication, key) => {
		const server = await serve(answerJson({ ok: true }));

		const run = await runWorkflow(asking({ url: server.url }, authentication)).result;

		expect(run.items[0].json).toEqual({ answer: { ok: true } });
		expect(server.requests[0].headers['x-key']).toBe(key);
	},
);

it('resolves expressions in credentials', async () => {
	const server = await serve(answerJson({}));

	await runWorkflow({
		...asking({ url: server.url }),
		credentials: { probeFunctionApi: { key: '={{ "a" + 1 }}' } },
	}).result;

	expect(server.requests[0].headers['x-key']).toBe('a1');
});

it('refuses to run without the credential', async () => {
	const run = await runWorkflow({ ...asking({ url: 'http://127.0.0.1:1' }), credentials: {} }).result;

	expect(run.error?.message).toBe('Node does not have any credentials set for "probeFunctionApi"');
});

it('carries the key along a redirect to another host, unless redirects are off', async () => {
	const foreign = await serve(answerJson({}));
	const server = await serve((_, response) => response.writeHead(302, { location: foreign.url }).end());

	await runWorkflow(asking({ url: server.url })).result;
	expect(foreign.requests.map(({ headers }) => headers['x-key'])).toEqual(['secret']);

	await runWorkflow(asking({ url: server.url, disableFollowRedirect: true })).result;
	expect(foreign.requests).toHaveLength(1);
});

it('sends a request once more after 401', async () => {
	const server = await serve(answerJson({ detail: 'no' }, 401));

	const run = await runWorkflow(asking({ url: server.url, method: 'POST', body: {} })).result;

	expect(server.requests).toHaveLength(2);
	expect(run.items[0].json.thrown).toBe('NodeApiError');
});

it('sends it once with ignoreHttpStatusErrors, and hands over the answer', async () => {
	const server = await serve(answerJson({ detail: 'no' }, 401));

	const run = await runWorkflow(
		asking({ url: server.url, ignoreHttpStatusErrors: true, returnFullResponse: true }),
	).result;

	expect(server.requests).toHaveLength(1);
	expect(run.items[0].json.answer).toMatchObject({ statusCode: 401, body: { detail: 'no' } });
});

it('streams a body into storage', async () => {
	const bytes = Buffer.alloc(300_000, 'image ');
	const server = await serve((_, response) =>
		response.writeHead(200, { 'content-type': 'image/png', 'content-length': bytes.length }).end(bytes),
	);

	const run = await runWorkflow(
		probe(async function () {
			const stream = await this.helpers.httpRequest({ url: server.url, encoding: 'stream' });
			const data = await this.helpers.prepareBinaryData(stream, 'a.png', 'image/png');
			return [{ json: {}, binary: { data } }];
		}),
	).result;

	expect(run.items[0].binary?.data).toMatchObject({ data: 'filesystem-v2', bytes: 300_000 });
	expect((await run.binary(run.items[0])).equals(bytes)).toBe(true);
});

it('wraps a NodeOperationError, and keeps a NodeApiError as it is', async () => {
	const failing = (make: () => Error) =>
		runWorkflow(
			probe(async () => {
				throw make();
			}),
		).result;
	const node = { name: 'Node' } as never;

	const wrapped = await failing(
		() => new n8nWorkflow.NodeOperationError(node, 'Mine', { description: 'Why' }),
	);
	const kept = await failing(() => {
		const error = new n8nWorkflow.NodeApiError(node, { message: 'Mine' });
		error.context.flux = { code: 'x' };
		return error;
	});

	expect(wrapped.error?.name).toBe('NodeApiError');
	expect(kept.error).toMatchObject({
		name: 'NodeApiError',
		message: 'Mine',
		context: { flux: { code: 'x' } },
	});
});
