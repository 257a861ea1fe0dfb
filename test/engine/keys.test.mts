import { listModels } from '../support/editor.mts';
import { fluxError, requestsFor, useSandbox } from '../support/flux.mts';
import type { Run } from '../support/harness.mts';
import { listen } from '../support/probe.mts';
import {
	blackForestLabs,
	eachStyle,
	openAiCompatible,
	runStyle,
	testCredential,
	workflowOf,
} from '../support/styles.mts';

const at = useSandbox();
/** Another port of the sandbox's host, which is another server. */
let foreign: Awaited<ReturnType<typeof listen>>;
beforeAll(async () => {
	foreign = await listen((_, response) => response.writeHead(200).end('{}'));
});
beforeEach(() => (foreign.requests.length = 0));
afterAll(() => foreign.close());

const expectNoKey = (run: Run) => expect(run.everything()).not.toContain(at.sandbox.key);

it('does not ask another port of its host for the job', async () => {
	at.sandbox.fault({ on: 'submit', do: { kind: 'pollingUrl', to: `${foreign.url}/v1/get_result?id=1` } });
	const run = await runStyle(blackForestLabs, at.sandbox);

	const [{ id: jobId }] = at.sandbox.jobs;
	expect(fluxError(run)).toMatchObject({ code: 'untrusted-host', jobId });
	expect(run.error?.message).toContain(new URL(foreign.url).host);
	expect(foreign.requests).toEqual([]);
	expectNoKey(run);
});

describe.each(eachStyle)('With %s', (_name, style) => {
	it('downloads without the key, also from its own host', async () => {
		const run = await runStyle(style, at.sandbox);

		expect(run.status).toBe('success');
		const [submit] = requestsFor(at.sandbox, 'submit');
		expect(submit.headers[style.keyHeader]).toBe(style.keyValue(at.sandbox.key));
		const [download] = requestsFor(at.sandbox, 'download');
		expect(download.headers).not.toHaveProperty([style.keyHeader]);
		expect(JSON.stringify(download)).not.toContain(at.sandbox.key);
		expectNoKey(run);
	});

	it('follows a redirect of a download, without the key', async () => {
		at.sandbox.fault({ on: 'download', do: { kind: 'redirect', to: `${foreign.url}/picture.png` } });
		const run = await runStyle(style, at.sandbox);

		expect(fluxError(run)).toMatchObject({ code: 'bad-response' });
		expect(foreign.requests).toHaveLength(1);
		expect(JSON.stringify(foreign.requests[0].rawHeaders)).not.toContain(at.sandbox.key);
		expect(foreign.requests[0].url).toBe('/picture.png');
	});

	it.each(['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const)(
		'hides the key when a provider repeats it, with On Error: %s',
		async (onError) => {
			const { key } = at.sandbox;
			const words = `Key ${key} (${encodeURIComponent(key)}) is not welcome`;
			const body = { detail: words, error: words };
			at.sandbox.fault({ on: 'submit', do: { kind: 'status', status: 403, body } });
			const run = await runStyle(style, at.sandbox, {}, { onError });

			expect(run.everything()).toContain('is not welcome');
			expectNoKey(run);
		},
	);

	const failures = [
		['submit', { kind: 'acceptThenReset' }],
		['submit', { kind: 'status', status: 500 }],
		['submit', { kind: 'redirect', to: 'https://evil.example/' }],
		['poll', { kind: 'html' }],
		['poll', { kind: 'reset' }],
		['download', { kind: 'notAnImage' }],
		['download', { kind: 'reset' }],
	] as const;
	const met = failures.filter(([on]) => on !== 'poll' || style.hasJobs);

	it.each(met)('hides the key after a failed %s (%j)', async (on, fault) => {
		at.sandbox.fault({ on, do: fault });
		const run = await runStyle(style, at.sandbox, { settings: { timeout: 1 } });

		expect(run.status).toBe('error');
		expectNoKey(run);
	});

	it('hides a wrong key, and one that cannot be sent', async () => {
		const { url } = at.sandbox;
		const wrong = await runStyle(style, { url, key: 'wrong-key-123' });
		expect(fluxError(wrong)).toMatchObject({ code: 'authentication' });
		expect(wrong.everything()).not.toContain('wrong-key-123');
		const broken = await runStyle(style, { url, key: 'a key\nwith a line break' });
		expect(broken.status).toBe('error');
		expect(broken.everything()).not.toContain('with a line break');
	});

	it.each([
		['is public and without https', 'http://images.example.com'],
		['is no URL', 'images.example.com'],
		['has another protocol', 'ftp://127.0.0.1'],
	])('sends nothing to a base URL that %s', async (_, url) => {
		const run = await runStyle(style, { url, key: at.sandbox.key });

		expect(fluxError(run)).toMatchObject({ code: 'untrusted-host' });
		expectNoKey(run);
	});

	it('hides the key when the base URL cannot be reached', async () => {
		const unreachable = { url: 'http://127.0.0.1:9', key: at.sandbox.key };
		const run = await runStyle(style, unreachable, { settings: { timeout: 2 } });

		expect(fluxError(run)).toMatchObject({ code: 'provider-unavailable' });
		expectNoKey(run);
	});

	describe('the credential test', () => {
		const { tested: on } = style;
		const test = async (key: string) => await testCredential(style, { url: at.sandbox.url, key });

		it('asks once with the key, submits nothing, and tells a wrong one', async () => {
			expect((await test(at.sandbox.key)).status).toBe(style.untestable === undefined ? 'success' : 'error');
			const [asked, ...more] = at.sandbox.requests;
			expect(asked).toMatchObject({
				action: on,
				headers: { [style.keyHeader]: style.keyValue(at.sandbox.key) },
			});
			expect(more).toEqual([]);
			const wrong = await test('wrong-key-123');
			expect(wrong.status).toBe('error');
			expect(wrong.everything()).not.toContain('wrong-key-123');
			expect(at.sandbox.billed()).toBe(0);
		});

		it.each([301, 302, 303, 307, 308])('follows no redirect (HTTP %d)', async (status) => {
			at.sandbox.fault({ on, do: { kind: 'redirect', to: `${foreign.url}/v1/credits`, status } });
			const run = await test(at.sandbox.key);

			expect(run.status).toBe('error');
			expect(foreign.requests).toEqual([]);
			expectNoKey(run);
		});
	});
});

describe('The list of models in the editor', () => {
	const list = async (more = {}, url = at.sandbox.url) => {
		const style = openAiCompatible;
		const { credentials, parameters } = workflowOf(style, { url, key: at.sandbox.key });
		const data = { ...credentials![style.credential], ...more };
		return await listModels(style.newCredential(), data, parameters!);
	};

	it('is asked for with the key', async () => {
		expect(await list()).toContain('flux-1-dev');
		expect(at.sandbox.requests[0].headers.authorization).toBe(`Bearer ${at.sandbox.key}`);
	});

	it.each([301, 302, 303, 307, 308])('follows no redirect (HTTP %d)', async (status) => {
		at.sandbox.fault({ on: 'models', do: { kind: 'redirect', to: `${foreign.url}/v1/models`, status } });
		await expect(list()).rejects.toThrow(`gives no list of models: HTTP ${status}`);
		expect(foreign.requests).toEqual([]);
	});

	it.each([
		['a domain that the credential does not allow', 'example.com'],
		['any domain if the credential allows none', ''],
	])('is not asked of %s', async (_, allowedDomains) => {
		const limits = { allowedHttpRequestDomains: 'domains', allowedDomains };
		await expect(list(limits)).rejects.toThrow(/^The server gives no list of models: .*domain/i);
		expect(at.sandbox.requests).toEqual([]);
	});

	it('is asked of a domain that the credential allows', async () => {
		const limits = { allowedHttpRequestDomains: 'domains', allowedDomains: '127.0.0.1' };
		expect(await list(limits)).toContain('flux-1-dev');
	});

	it('is not asked of a public server without https', async () => {
		await expect(list({}, 'http://images.example.com')).rejects.toThrow(/https/);
	});
});
