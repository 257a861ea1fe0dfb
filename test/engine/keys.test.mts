import { testAsServer } from '../support/credentialTester.mts';
import { listModels } from '../support/editor.mts';
import { errorText, expectImage, fluxError, hurry, requestsFor, useSandbox } from '../support/flux.mts';
import type { Run } from '../support/harness.mts';
import { listen } from '../support/probe.mts';
import {
	blackForestLabs,
	credentialOf,
	eachStyle,
	openAiCompatible,
	runStyle,
	testCredential,
	workflowOf,
	type Style,
} from '../support/styles.mts';

hurry(0.25);
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

	it('hides the key when a provider calls its request so', async () => {
		const headers = { 'x-request-id': at.sandbox.key };
		at.sandbox.fault({ on: 'submit', do: { kind: 'status', status: 403, body: { detail: 'no' }, headers } });
		const run = await runStyle(style, at.sandbox);

		expect(fluxError(run)).toMatchObject({ code: 'authentication', requestId: '***' });
		expectNoKey(run);
	});

	it('does not send the key through a proxy that could read it', async () => {
		const requestOptions = { proxy: 'http://proxy.example:3128' };
		const run = await runStyle(style, at.sandbox, { requestOptions });

		expect(fluxError(run)).toMatchObject({ code: 'untrusted-host', jobId: null });
		expect(errorText(run)).toMatch(
			/^The request was not sent: the proxy .* could read the API key\. Turn off/,
		);
		expectNoKey(run);
	});

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

	it('has no model that n8n would take for an expression', async () => {
		const data = [{ id: '={{ $env.HOME }}-flux' }, { id: 'flux-1-dev' }];
		at.sandbox.fault({ on: 'models', do: { kind: 'json', body: { data } } });
		expect(await list()).toEqual(['flux-1-dev']);
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

const typed = (style: Style, key: string) =>
	credentialOf(style, { url: at.sandbox.url, key })[style.credential];

/** What copying leaves around a key. */
const leftovers: Array<[string, (key: string) => string]> = [
	['spaces around it', (key) => `  ${key} `],
	['a tab before it', (key) => `\t${key}`],
	['a line end after it', (key) => `${key}\r\n`],
	['no-break spaces around it', (key) => `\u00a0${key}\u00a0`],
	['a zero-width space after it', (key) => `${key}\u200b`],
	['a byte order mark before it', (key) => `\ufeff${key}`],
	['quotes around it', (key) => `"${key}"`],
	['typographic quotes around it', (key) => `“${key}”`],
	['Bearer before it', (key) => `Bearer ${key}`],
	['key before it', (key) => `key ${key}`],
	['TOKEN before it', (key) => `TOKEN\u00a0${key}`],
	['all of that', (key) => ` “Bearer\t'${key}'”\n`],
];

describe.each(eachStyle)('A key of %s', (_name, style) => {
	it.each(leftovers)(
		'with %s is sent without, in a run as in the test of the credential',
		async (_, dirty) => {
			const { url, key } = at.sandbox;
			const run = await runStyle(style, { url, key: dirty(key) });
			await expectImage(run);
			const test = await testAsServer(style.newCredential() as never, typed(style, dirty(key)));
			expect(test).toEqual(
				style.untestable === undefined
					? { status: 'OK', message: 'Connection successful!' }
					: { status: 'Error', message: expect.stringMatching(style.untestable) as string },
			);

			const asked = at.sandbox.requests.filter(({ action }) => action !== 'download');
			expect(asked.length).toBeGreaterThan(1);
			for (const { headers } of asked) expect(headers[style.keyHeader]).toBe(style.keyValue(key));
		},
	);

	it.each(leftovers)('with %s is in no error, also if the provider repeats it without', async (_, dirty) => {
		const { url, key } = at.sandbox;
		const words = `Key ${key} is not welcome`;
		const body = { detail: words, error: words };
		at.sandbox.fault({ on: 'submit', do: { kind: 'status', status: 403, body } });
		for (const onError of ['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const) {
			const run = await runStyle(style, { url, key: dirty(key) }, {}, { onError });
			expect(run.everything()).toContain('Key *** is not welcome');
			// The credential itself is not part of what an execution leaves behind.
			expect(run.everything()).not.toContain(key);
		}
	});

	it.each([
		['a line break', 'first-half\nsecond-half', 'a line break after 10 characters'],
		['a space', 'first-half second-half', 'a space after 10 characters'],
		['a zero-width space', 'first-half\u200bsecond-half', '(U+200B) after 10 characters'],
		['the dots of a shortened key', 'first-half…second-half', '(U+2026) after 10 characters'],
		['letters that no header carries', 'first-halfключ', '(U+043A) after 10 characters'],
	])('with %s inside is refused before anything is sent, with the same words', async (_, key, words) => {
		const run = await runStyle(style, { url: at.sandbox.url, key });
		expect(fluxError(run)).toMatchObject({ code: 'authentication' });
		expect(errorText(run)).toContain(
			`The API key in the credential holds ${
				words.startsWith('(') ? 'a character that a key cannot hold ' : ''
			}${words}`,
		);
		expect(errorText(run)).toContain('Copy the key again');

		const test = await testAsServer(style.newCredential() as never, typed(style, key));
		expect(test.status).toBe('Error');
		expect(test.message).toContain(words);
		expect(test.message).toContain('Copy the key again');

		expect(at.sandbox.requests).toEqual([]);
		for (const text of [run.everything(), test.message]) expect(text).not.toMatch(/first-half|second-half/);
	});
});

describe.each(eachStyle.filter(([, { keyIsOptional }]) => keyIsOptional !== true))(
	'At %s',
	(_name, style) => {
		it.each(['', ' \u00a0', '""'])(
			'a key that is empty (%j) is asked for before anything is sent',
			async (key) => {
				const test = await testAsServer(style.newCredential() as never, typed(style, key));
				expect(test).toMatchObject({ status: 'Error' });
				expect(test.message).toContain('The credential holds no API key. Paste the key');
				const run = await runStyle(style, { url: at.sandbox.url, key });
				expect(run.status).toBe('error');
				expect(at.sandbox.requests).toEqual([]);
			},
		);
	},
);

describe('At an OpenAI-compatible server', () => {
	const style = openAiCompatible;

	it.each(['', ' \u00a0', '""'])('nothing is sent as a key that is empty (%j)', async (key) => {
		const path = '/selfhosted/v1';
		const run = await runStyle(style, { url: at.sandbox.url, key }, {}, {}, path);
		await expectImage(run);
		expect(requestsFor(at.sandbox, 'submit')[0].headers).not.toHaveProperty('authorization');
	});

	it('the list of models is asked for with the clean key, and not with one that is none', async () => {
		const list = async (key: string) => {
			const { credentials, parameters } = workflowOf(style, { url: at.sandbox.url, key });
			return await listModels(style.newCredential(), credentials![style.credential], parameters!);
		};
		expect(await list(` Bearer ${at.sandbox.key}\u200b`)).toContain('flux-1-dev');
		expect(at.sandbox.requests.map(({ headers }) => headers.authorization)).toEqual([
			`Bearer ${at.sandbox.key}`,
		]);
		await expect(list('two words')).rejects.toThrow('The API key in the credential holds a space');
		expect(at.sandbox.requests).toHaveLength(1);
	});
});
