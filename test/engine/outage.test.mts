import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { alone, fluxError, hurry, job, requestsFor } from '../support/flux.mts';
import { imageOf } from '../support/images.mts';
import { listen } from '../support/probe.mts';
import { blackForestLabs, fal, runStyle } from '../support/styles.mts';

const wall = hurry(0.1);
const key = 'key-of-the-outage';

/** A server that can be away for a while. */
async function startServer(answer: RequestListener) {
	let server: Server;
	let port = 0;
	const open = async () => {
		server = createServer(answer);
		await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
		({ port } = server.address() as AddressInfo);
	};
	const close = () => {
		server.closeAllConnections();
		server.close();
	};
	await open();
	return { url: `http://127.0.0.1:${port}`, open, close };
}

it('a job that was accepted is asked for until the timeout, though nobody is there for a while', async () => {
	const image = await imageOf('png', 8, 8);
	const server = await startServer((request, response) => {
		const { url } = server;
		const answers = {
			POST: { id: 'j1', polling_url: `${url}/v1/get_result?id=j1` },
			GET: { id: 'j1', status: 'Ready', result: { sample: `${url}/a.png` } },
		};
		if (request.url === '/a.png') response.end(image);
		else response.end(JSON.stringify(answers[request.method as 'GET' | 'POST']));
		if (request.method !== 'POST') return;
		response.on('close', () => server.close());
		setTimeout(() => void server.open(), wall(8_000));
	});
	const done = await runStyle(blackForestLabs, { url: server.url, key });
	server.close();

	expect(done.error).toBeUndefined();
	expect(done.items[0].json).toMatchObject({ status: 'completed', jobId: 'j1' });
	expect(done.seconds * 1000).toBeGreaterThan(wall(8_000) * 0.9);
});

it(
	'a job that was accepted is asked for through half a minute of pages about maintenance',
	alone(0.05, async (sandbox) => {
		sandbox.fault({ on: 'poll', times: 6, do: { kind: 'html' } });
		const done = await runStyle(blackForestLabs, sandbox);

		expect(done.error).toBeUndefined();
		expect(sandbox.billed()).toBe(1);
	}),
);

it(
	'a job that was accepted is not given up because a gateway lost its way before an outage and after it',
	alone(0.05, async (sandbox) => {
		sandbox.fault({ on: 'poll', times: 1, do: { kind: 'status', status: 404 } });
		sandbox.fault({ on: 'poll', times: 6, do: { kind: 'html', status: 502 } });
		sandbox.fault({ on: 'poll', times: 1, do: { kind: 'status', status: 404 } });
		const done = await runStyle(blackForestLabs, sandbox);

		expect(done.error).toBeUndefined();
		expect(requestsFor(sandbox, 'poll')).toHaveLength(9);
	}),
);

it('a job of which nobody knows whether it exists is given up soon, as the base URL may be wrong', async () => {
	const done = await runStyle(blackForestLabs, { url: 'http://127.0.0.1:9', key }, job('j1'));

	expect(fluxError(done)).toMatchObject({ code: 'provider-unavailable' });
	expect(done.seconds * 1000).toBeLessThan(wall(60_000));
});

it(
	'a submit that is told to wait for two minutes waits so long, though others are held back for one',
	alone(0.05, async (sandbox) => {
		const twoMinutes = hurry(0.02)(120_000);
		const headers = { 'retry-after': '120' };
		sandbox.fault({ on: 'submit', times: 1, do: { kind: 'status', status: 429, headers } });
		const done = await runStyle(blackForestLabs, sandbox, { settings: { timeout: 600 } });

		expect(done.error).toBeUndefined();
		const [refused, accepted] = requestsFor(sandbox, 'submit');
		expect(accepted.at - refused.at).toBeGreaterThanOrEqual(twoMinutes - 20);
	}),
);

it(
	'an image that comes slowly but steadily is taken, however long the whole takes',
	alone(0.05, async (sandbox) => {
		const twoMinutes = hurry(0.02)(120_000);
		const image = await imageOf('png', 64, 48);
		const server = await listen((_request, response) => {
			let sent = 0;
			const send = () => {
				response.write(image.subarray(sent, sent + 10));
				sent += 10;
				if (sent < image.length) setTimeout(send, (1.3 * twoMinutes * 10) / image.length);
				else response.end();
			};
			send();
		});
		sandbox.fault({ on: 'submit', do: { kind: 'resultUrl', to: `${server.url}/image` } });
		const done = await runStyle(blackForestLabs, sandbox, { settings: { timeout: 600 } });
		server.close();

		expect(done.error).toBeUndefined();
		expect(server.requests).toHaveLength(1);
		expect(done.seconds * 1000).toBeGreaterThan(twoMinutes);
	}),
);

it(
	'an input image may take half of the time that is left to be stored',
	alone(0.05, async (sandbox) => {
		const twoMinutes = hurry(0.02)(120_000);
		const isStored = ({ method }: { method: string }) => method === 'PUT';
		sandbox.fault({ on: 'upload', match: isStored, do: { kind: 'slow', seconds: twoMinutes / 800 } });
		const file = Buffer.concat([await imageOf('png', 64, 48), Buffer.alloc(300 * 1024, 7)]);
		const items = [{ json: {}, binary: { data: { data: file.toString('base64'), mimeType: 'image/png' } } }];
		const done = await runStyle(fal, sandbox, { ...fal.edit, settings: { timeout: 600 } }, { items });

		expect(done.error).toBeUndefined();
		expect(requestsFor(sandbox, 'upload')).toHaveLength(2);
	}),
);
