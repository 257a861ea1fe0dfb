import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { fluxError } from '../support/flux.mts';
import { runWorkflow } from '../support/harness.mts';
import { openAiCompatible, workflowOf } from '../support/styles.mts';

let server: Server;
let arrived: Promise<{ closed: Promise<void> }>;

/** Never answers; resolves with the arrival of a request to the moment when its connection is closed. */
beforeEach(async () => {
	arrived = new Promise((resolve) => {
		server = createServer((request, response) => {
			resolve({ closed: new Promise((close) => response.on('close', close)) });
			request.resume();
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
	server.close();
	server.closeAllConnections();
});

const at = () => ({
	url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
	key: 'a-key-of-a-test',
});

it('Stop cuts off a request to a synchronous service at once, so that a server of your own stops drawing', async () => {
	const running = runWorkflow(workflowOf(openAiCompatible, at()));
	const { closed } = await arrived;
	const before = Date.now();
	running.stop();
	await closed;
	const run = await running.result;

	expect(Date.now() - before).toBeLessThan(1_000);
	expect(run.status).toBe('canceled');
	expect(fluxError(run)).toMatchObject({ code: 'cancelled' });
});

it('Stop also cuts off a request whose item has timed out before', async () => {
	const items = [{ json: {} }, { json: {} }];
	const settings = { timeout: '={{ $itemIndex === 0 ? 1 : 60 }}' as unknown as number };
	const options = { items, onError: 'continueRegularOutput' as const };
	const running = runWorkflow(workflowOf(openAiCompatible, at(), { settings }, options));
	const { closed } = await arrived;
	const isOpen = await Promise.race([
		closed.then(() => false),
		new Promise((resolve) => setTimeout(() => resolve(true), 1_600)),
	]);
	running.stop();
	await closed;
	await running.result;

	expect(isOpen).toBe(true);
});
