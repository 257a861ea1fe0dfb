import { fluxError, requestsFor, runFlux, useSandbox } from './flux.mts';
import type { Run } from './harness.mts';
import { listen } from './probe.mts';

const at = useSandbox();
let foreign: Awaited<ReturnType<typeof listen>>;
beforeAll(async () => {
	foreign = await listen((_, response) => response.writeHead(200).end('{}'));
});
beforeEach(() => (foreign.requests.length = 0));
afterAll(() => foreign.close());

const expectNoKey = (run: Run) => expect(run.everything()).not.toContain(at.sandbox.key);

it('does not ask a foreign host that the submit names for the job', async () => {
	at.sandbox.fault({ on: 'submit', do: { kind: 'pollingUrl', to: `${foreign.url}/v1/get_result?id=1` } });
	const run = await runFlux(at.sandbox);

	const [{ id: jobId }] = at.sandbox.jobs;
	expect(fluxError(run)).toMatchObject({ code: 'untrusted-host', jobId });
	expect(run.error?.message).toContain(new URL(foreign.url).host);
	expect(foreign.requests).toEqual([]);
	expectNoKey(run);
});

it.each([
	['submit', 302],
	['submit', 307],
	['poll', 302],
	['poll', 308],
] as const)('does not follow a redirect of a %s (%d)', async (on, status) => {
	at.sandbox.fault({ on, do: { kind: 'redirect', to: `${foreign.url}/elsewhere`, status } });
	const run = await runFlux(at.sandbox);

	expect(fluxError(run)).toMatchObject({ code: 'untrusted-host' });
	if (on === 'poll') expect(fluxError(run)).toMatchObject({ jobId: at.sandbox.jobs[0].id });
	expect(foreign.requests).toEqual([]);
	expect(at.sandbox.purchases()).toBe(on === 'poll' ? 1 : 0);
	expectNoKey(run);
});

it('follows a redirect of a download, without the key', async () => {
	at.sandbox.fault({ on: 'download', do: { kind: 'redirect', to: `${foreign.url}/picture.png` } });
	const run = await runFlux(at.sandbox);

	expect(fluxError(run)).toMatchObject({ code: 'bad-response' });
	expect(foreign.requests).toHaveLength(1);
	expect(JSON.stringify(foreign.requests[0].rawHeaders)).not.toContain(at.sandbox.key);
});

it('downloads without the key, also from its own host', async () => {
	await runFlux(at.sandbox);

	const [download] = requestsFor(at.sandbox, 'download');
	expect(JSON.stringify(download.headers)).not.toContain(at.sandbox.key);
	expect(download.headers['x-key']).toBeUndefined();
});

describe('the key appears nowhere', () => {
	it('after success', async () => {
		const run = await runFlux(at.sandbox);

		expect(run.status).toBe('success');
		expect(requestsFor(at.sandbox, 'submit')[0].headers['x-key']).toBe(at.sandbox.key);
		expectNoKey(run);
	});

	it.each(['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const)(
		'when a provider repeats it, with On Error: %s',
		async (onError) => {
			const { key } = at.sandbox;
			const body = { detail: `Key ${key} (${encodeURIComponent(key)}) is not welcome` };
			at.sandbox.fault({ on: 'submit', do: { kind: 'status', status: 403, body } });
			const run = await runFlux(at.sandbox, {}, { onError });

			expect(run.everything()).toContain('is not welcome');
			expectNoKey(run);
		},
	);

	it.each([
		['submit', { kind: 'acceptThenReset' as const }],
		['submit', { kind: 'status' as const, status: 500 }],
		['poll', { kind: 'html' as const }],
		['download', { kind: 'notAnImage' as const }],
	] as const)('after a failed %s (%j)', async (on, fault) => {
		at.sandbox.fault({ on, do: fault });
		const run = await runFlux(at.sandbox, { settings: { timeout: 5 } });

		expect(run.status).toBe('error');
		expectNoKey(run);
	});

	it('when it cannot be sent', async () => {
		const key = 'a key\nwith a line break';
		const run = await runFlux({ ...at.sandbox, key });

		expect(run.status).toBe('error');
		expect(run.everything()).not.toContain('with a line break');
	});

	it('when the address of the credential cannot be reached', async () => {
		expectNoKey(await runFlux({ ...at.sandbox, url: 'http://127.0.0.1:9' }));
	});
});

it('sends nothing to a base URL without https that is public', async () => {
	const run = await runFlux({ ...at.sandbox, url: 'http://images.example.com' });

	expect(fluxError(run)).toMatchObject({ code: 'untrusted-host' });
	expectNoKey(run);
});
