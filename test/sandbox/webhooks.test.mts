import { createHash, createHmac, createPublicKey, verify } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ask } from './client.mts';
import { documentOf, type Api } from './documents/documents.mts';
import { judgeAnswer } from './documents/judge.mts';
import { startSandbox, type Sandbox } from './sandbox.mts';

let sandbox: Sandbox;

beforeAll(async () => {
	sandbox = await startSandbox({ secondsPerImage: 0.01 });
});
afterAll(() => sandbox.close());
beforeEach(() => sandbox.reset());

/** Hands a receiver's URL to `submit`, and resolves with the first request that comes there. */
async function receive(submit: (url: string) => Promise<unknown>) {
	let resolve: (request: { headers: IncomingHttpHeaders; text: string }) => void;
	const received = new Promise<{ headers: IncomingHttpHeaders; text: string }>((done) => (resolve = done));
	const receiver = createServer(async (request, response) => {
		let text = '';
		for await (const part of request) text += part;
		response.end();
		resolve({ headers: request.headers, text });
	});
	await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
	await submit(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`);
	const { headers, text } = await received;
	receiver.close();
	return { headers, text, json: JSON.parse(text) };
}

/** What a webhook is told is what a poll would answer. */
const expectPolled = (api: Api, path: string, json: unknown) =>
	expect(judgeAnswer(documentOf(api), 'GET', path, { status: 200, json })).toEqual([]);

it('Black Forest Labs names no polling URL, and posts the result', async () => {
	let reply: any;
	const { headers, json } = await receive(async (webhook_url) => {
		const body = { prompt: 'x', webhook_url, webhook_secret: 'hush' };
		reply = (await ask(`${sandbox.url}/v1/flux-2-pro`, { headers: { 'x-key': sandbox.key }, body })).json;
		expect(reply).toMatchObject({ status: 'Pending', webhook_url });
	});
	expect(reply).not.toHaveProperty('polling_url');
	expect(json).toMatchObject({ id: reply.id, status: 'Ready' });
	expectPolled('bfl', '/v1/get_result', json);
	expect(headers['x-webhook-secret']).toBe('hush');
});

it('Replicate signs as Standard Webhooks say', async () => {
	const base = `${sandbox.url}/replicate/v1`;
	const authorization = { authorization: `Bearer ${sandbox.key}` };
	const { key: secret } = (await ask(`${base}/webhooks/default/secret`, { headers: authorization })).json;
	const { headers, text, json } = await receive((webhook) => {
		const body = { input: { prompt: 'x' }, webhook };
		return ask(`${base}/models/black-forest-labs/flux-2-pro/predictions`, { headers: authorization, body });
	});
	const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
	const signed = createHmac('sha256', key).update(
		`${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`,
	);
	expect(headers['webhook-signature']).toBe(`v1,${signed.digest('base64')}`);
	expect(json.status).toBe('succeeded');
	expectPolled('replicate', `/predictions/${json.id}`, json);
});

it('Apiframe signs with the digest of the API key', async () => {
	const { headers, text, json } = await receive((webhookUrl) => {
		const body = { model: 'flux-2-pro', prompt: 'x', webhookUrl };
		return ask(`${sandbox.url}/apiframe/v2/images/generate`, { headers: { 'x-api-key': sandbox.key }, body });
	});
	const digest = createHash('sha256').update(sandbox.key).digest();
	const signed = createHmac('sha256', digest).update(text).digest('hex');
	expect(headers['x-webhook-signature']).toBe(`sha256=${signed}`);
	expect(json.status).toBe('COMPLETED');
	expectPolled('apiframe', `/v2/jobs/${json.id}`, json);
});

it('fal confirms with the IDs alone, and signs four lines by its own key', async () => {
	const base = `${sandbox.url}/fal`;
	const authorization = { authorization: `Key ${sandbox.key}` };
	let reply: any;
	const { headers, text, json } = await receive(async (hook) => {
		const path = `/fal-ai/flux-2-pro?fal_webhook=${encodeURIComponent(hook)}`;
		reply = (await ask(`${base}${path}`, { headers: authorization, body: { prompt: 'x' } })).json;
	});
	const { request_id: id } = reply;
	expect(reply).toEqual({ request_id: id, gateway_request_id: id });
	const { keys } = (await ask(`${base}/.well-known/jwks.json`, { headers: authorization })).json;
	const lines = [
		...['request-id', 'user-id', 'timestamp'].map((name) => headers[`x-fal-webhook-${name}`]),
		createHash('sha256').update(text).digest('hex'),
	];
	const signature = Buffer.from(String(headers['x-fal-webhook-signature']), 'hex');
	const key = createPublicKey({ key: keys[0], format: 'jwk' });
	expect(verify(null, Buffer.from(lines.join('\n')), key, signature)).toBe(true);
	expect(json).toMatchObject({ request_id: id, status: 'OK', error: null });
	expectPolled('fal', `/fal-ai/flux-2-pro/requests/${id}`, json.payload);
});

it('no host but this machine is told', async () => {
	const body = { prompt: 'x', webhook_url: 'https://example.com/hook' };
	const { status } = await ask(`${sandbox.url}/v1/flux-2-pro`, { headers: { 'x-key': sandbox.key }, body });
	expect([status, sandbox.webhooks]).toEqual([200, []]);
});
