import { testAsServer } from '../support/credentialTester.mts';
import { listModels } from '../support/editor.mts';
import { errorText, expectImage, fluxError, hurry, requestsFor, useSandbox } from '../support/flux.mts';
import {
	credentialOf,
	eachStyle,
	openAiCompatible,
	runStyle,
	workflowOf,
	type Style,
} from '../support/styles.mts';

hurry(0.25);
const at = useSandbox();
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
