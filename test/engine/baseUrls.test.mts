import { readFileSync } from 'node:fs';

import type { ICredentialDataDecryptedObject, ICredentialTestRequest, ICredentialType } from 'n8n-workflow';

import { testAsServer } from '../support/credentialTester.mts';
import { listModels } from '../support/editor.mts';
import { errorText, expectImage, fluxError, job, requestsFor, useSandbox } from '../support/flux.mts';
import { runWorkflow } from '../support/harness.mts';
import { useInternet } from '../support/services.mts';
import { eachStyle, openAiCompatible, replicate, workflowOf, type Style } from '../support/styles.mts';

const at = useSandbox();
const internet = useInternet();
type Tested = ICredentialType & { test: ICredentialTestRequest };

/** Runs the node with a credential as it was typed. */
const run = async (style: Style, typed: ICredentialDataDecryptedObject, parameters = {}) =>
	await runWorkflow({
		...workflowOf(style, at.sandbox, parameters),
		credentials: { [style.credential]: { apiKey: at.sandbox.key, ...typed } },
	}).result;
const test = async (style: Style, typed: ICredentialDataDecryptedObject) =>
	await testAsServer(style.newCredential() as Tested, { apiKey: at.sandbox.key, ...typed });
const passed = { status: 'OK', message: 'Connection successful!' };
const passedBy = ({ untestable }: Style) =>
	untestable === undefined
		? passed
		: { status: 'Error', message: expect.stringMatching(untestable) as string };

describe.each(eachStyle)('The base URL of %s', (_, style) => {
	const based = (end: string) => style.custom(`${at.sandbox.url}${style.path}${end}`);

	it.each(style.copied)('is understood with %s at its end, in a run as in the test', async (end) => {
		await expectImage(await run(style, based(end)));
		expect(await test(style, based(end))).toEqual(passedBy(style));
		// Where no page judges a key, a job that nobody has is asked for.
		const asked = style.untestable === undefined ? at.sandbox.requests : at.sandbox.requests.slice(0, -1);
		for (const { status } of asked) expect(status).toBeLessThan(300);
	});

	it.each([
		['has no scheme', 'images.example.com/api/v1x', 'Write https://images.example.com/api/v1x.'],
		[
			'is public and on http',
			'http://images.example.com/api/v1x',
			'Write https://images.example.com/api/v1x;',
		],
		['has another protocol', 'ftp://images.example.com/v1', 'Write it as https://'],
		['holds a user name', 'https://me:pass-word@images.example.com/v1', 'without what stands before the @'],
		['holds a key', 'https://images.example.com/a?key=pass-word', 'Write https://images.example.com/a'],
	])('is refused with what to write if it %s, in a run as in the test', async (_, baseUrl, words) => {
		const done = await run(style, style.custom(baseUrl));
		expect(fluxError(done)).toMatchObject({ code: 'untrusted-host' });
		const tested = await test(style, style.custom(baseUrl));
		expect(tested.status).toBe('Error');
		for (const text of [errorText(done), tested.message]) {
			expect(text).toMatch(/^The base URL .*of the credential/);
			expect(text).toContain(words);
			expect(text).toContain('Nothing was sent.');
			expect(text).not.toMatch(/pass-word/);
		}
	});

	it.each([404, 405, 410, 501])('is not called right by the test where only %d was seen', async (status) => {
		at.sandbox.fault({ on: style.tested, do: { kind: 'status', status } });
		const tested = await test(style, based(''));
		expect(tested.status).toBe('Error');
		expect(tested.message).toMatch(/base URL/);
		expect(at.sandbox.requests).toHaveLength(1);
	});

	it('is not called right by the test where only a web page was seen', async () => {
		at.sandbox.fault({ on: style.tested, do: { kind: 'html' } });
		const tested = await test(style, based(''));
		expect(tested).toEqual({ status: 'Error', message: expect.stringContaining('leads to a web page') });
	});

	it.each([400, 402, 429, 500, 503])('is not called right by the test where %d was seen', async (status) => {
		at.sandbox.fault({ on: style.tested, do: { kind: 'status', status } });
		expect(await test(style, based(''))).toMatchObject({ status: 'Error' });
	});

	it.each([401, 403])('is not to blame where the key is refused (%d)', async (status) => {
		at.sandbox.fault({ on: style.tested, do: { kind: 'status', status } });
		const { message } = await test(style, based(''));
		expect(message).toMatch(/does not accept this API key\. Copy the key again/);
	});

	it('is that of the documentation, in words and in the link', () => {
		const { documentationUrl } = style.newCredential();
		const [page, anchor] = documentationUrl!.split('#');
		const { homepage } = JSON.parse(readFileSync('package.json', 'utf8')) as { homepage: string };
		expect(page).toBe(homepage.replace(/#.*$/, ''));
		const headings = [...readFileSync('README.md', 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, text]) =>
			text
				.toLowerCase()
				.replace(/[^\w\s-]/g, '')
				.replaceAll(' ', '-'),
		);
		expect(headings).toContain(anchor);
	});
});

describe.each([replicate, openAiCompatible])('A bare host at $name', (style) => {
	it('is refused with what to write, in a run as in the test', async () => {
		for (const baseUrl of [at.sandbox.url, `${at.sandbox.url}/`]) {
			const done = await run(style, style.custom(baseUrl));
			expect(fluxError(done)).toMatchObject({ code: 'untrusted-host' });
			const tested = await test(style, style.custom(baseUrl));
			for (const text of [errorText(done), tested.message]) {
				expect(text).toContain('has no version');
				expect(text).toContain(`write ${at.sandbox.url}/v1.`);
			}
		}
		expect(at.sandbox.requests).toEqual([]);
	});

	it('that has no such API is told from a right one', async () => {
		const nowhere = style.custom(`${at.sandbox.url}/nowhere/v1`);
		const tested = await test(style, nowhere);
		expect(tested).toMatchObject({ status: 'Error' });
		expect(tested.message).toMatch(
			/could not be tested\. If you entered a base URL, check it.*the credential is saved/,
		);
	});
});

describe.each(eachStyle.filter(([name]) => name !== 'openAiCompatible'))('A query at %s', (_name, style) => {
	it('is refused with what to write', async () => {
		const right = `${at.sandbox.url}${style.path}`;
		const typed = style.custom(`${right}?api-version=1`);
		const texts = [errorText(await run(style, typed)), (await test(style, typed)).message];
		for (const text of texts) {
			expect(text).toContain('ends with a query, which this API does not have');
			expect(text).toContain(`Write ${right}.`);
		}
		expect(at.sandbox.requests).toEqual([]);
	});
});

describe('A query of an OpenAI-compatible server', () => {
	const query = 'api-version=preview&x=a%20b';
	const ends = ['', '/', '/images/generations'];

	it.each(ends)('is part of every request, behind "%s"', async (end) => {
		const style = openAiCompatible;
		const typed = style.custom(`${at.sandbox.url}${style.path}${end}?${query}`);
		const made = await run(style, typed);
		await expectImage(made);
		const image = await made.binary(made.items[0]);
		const edit = {
			operation: 'edit',
			referenceImages: [`data:image/png;base64,${image.toString('base64')}`],
		};
		await expectImage(await run(style, typed, edit));
		expect(await test(style, typed)).toEqual(passed);
		const { parameters } = workflowOf(style, at.sandbox);
		const credential = { apiKey: at.sandbox.key, ...typed };
		expect(await listModels(style.newCredential(), credential, parameters!)).toContain('flux-1-dev');

		const asked = at.sandbox.requests.filter(({ action }) => action !== 'download').map(({ url }) => url);
		const base = '/openai/v1';
		expect(new Set(asked)).toEqual(
			new Set(['images/generations', 'images/edits', 'models'].map((path) => `${base}/${path}?${query}`)),
		);
		for (const { url } of requestsFor(at.sandbox, 'download')) expect(url).not.toContain('api-version');
	});
});

describe('An OpenAI-compatible credential in which no service is chosen', () => {
	const words = 'No service is chosen in the credential';

	it.each([{}, { service: '' }, { baseUrl: 'https://images.example/v1' }, { apiKey: '' }])(
		'sends nothing in a run (%j)',
		async (typed) => {
			const done = await internet.run('openAiCompatible', { service: '', ...typed } as never);
			expect(fluxError(done)).toMatchObject({ code: 'invalid-input' });
			expect(errorText(done)).toContain(words);
			expect(errorText(done)).toContain('Choose the service that the key belongs to');
			expect(internet.arrived).toEqual([]);
		},
	);

	it('sends nothing in its test, and says what to do', async () => {
		const tested = await testAsServer(openAiCompatible.newCredential() as Tested, { apiKey: at.sandbox.key });
		expect(tested.status).toBe('Error');
		expect(tested.message).toContain(`${words}. Choose the service that the key belongs to`);
	});

	it('sends nothing for the list of models, which says what to do', async () => {
		const { parameters } = workflowOf(openAiCompatible, at.sandbox);
		const typed = { apiKey: at.sandbox.key, baseUrl: `${at.sandbox.url}/openai/v1` };
		const listed = listModels(openAiCompatible.newCredential(), typed, parameters!);
		await expect(listed).rejects.toThrow(`${words}. Choose the service that the key belongs to`);
		expect(at.sandbox.requests).toEqual([]);
	});
});

it.each([
	['blackForestLabs', { region: 'atlantis' }, 'The region "atlantis" of the credential is not known here'],
	['replicate', { service: 'atlantis' }, 'The service "atlantis" of the credential is not known here'],
	['openAiCompatible', { service: 'atlantis' }, 'The service "atlantis" of the credential is not known here'],
] as const)('at %s a choice that is not known (%j) sends the key to nobody', async (name, typed, words) => {
	const done = await internet.run(name, typed);
	expect(fluxError(done)).toMatchObject({ code: 'invalid-input' });
	expect(errorText(done)).toContain(words);
	expect(internet.arrived).toEqual([]);
});

it('polls where the base URL leads without the path of a request', async () => {
	const typed = replicate.custom(`${at.sandbox.url}${replicate.path}/predictions`);
	const first = await run(replicate, typed, { waitForCompletion: false });
	const got = await run(replicate, typed, job(String(first.items[0].json.jobId)));
	await expectImage(got);
	const polled = requestsFor(at.sandbox, 'poll').map(({ url }) => url);
	expect(new Set(polled)).toEqual(
		new Set([`/replicate/v1/predictions/${String(first.items[0].json.jobId)}`]),
	);
});
