import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { providerNamed } from '../../nodes/Flux/providers/index.ts';
import type { ProviderName } from '../../nodes/Flux/providers/names.ts';
import { FluxError } from '../../nodes/Flux/errors/fluxError.ts';
import { accessOf } from '../../nodes/Flux/http/credential.ts';
import { baseOf } from '../../nodes/Flux/http/baseUrl.ts';
import { requestUrl } from '../../nodes/Flux/http/trust.ts';

const custom: Record<ProviderName, ICredentialDataDecryptedObject> = {
	blackForestLabs: { region: 'custom' },
	replicate: { service: 'custom' },
	openAiCompatible: { service: 'custom' },
	apiframe: {},
	fal: {},
};
const base = (api: ProviderName, data: ICredentialDataDecryptedObject) =>
	baseOf(providerNamed(api).hosts, data);
const own = (api: ProviderName, baseUrl: string) => base(api, { ...custom[api], baseUrl });
const names = Object.keys(custom) as ProviderName[];
const host = 'https://x.example.com';

it.each(['', '/', '/models/black-forest-labs/flux-schnell/predictions'])(
	"takes Hugging Face's router as a server of Replicate's API, also with %s",
	(end) => {
		const router = 'https://router.huggingface.co/replicate/v1';
		expect(own('replicate', `${router}${end}`)).toEqual({ baseUrl: router });
	},
);

describe('A choice', () => {
	it.each<[ProviderName, ICredentialDataDecryptedObject, string]>([
		['blackForestLabs', { region: 'global' }, 'https://api.bfl.ai'],
		['blackForestLabs', { region: 'eu' }, 'https://api.eu.bfl.ai'],
		['blackForestLabs', { region: 'us' }, 'https://api.us.bfl.ai'],
		['blackForestLabs', {}, 'https://api.bfl.ai'],
		['blackForestLabs', { region: '' }, 'https://api.bfl.ai'],
		['blackForestLabs', { region: 'eu', baseUrl: 'https://evil.example' }, 'https://api.eu.bfl.ai'],
		['replicate', {}, 'https://api.replicate.com/v1'],
		['replicate', { service: 'crazyrouter' }, 'https://crazyrouter.com/replicate/v1'],
		['apiframe', {}, 'https://api.apiframe.ai'],
		['fal', {}, 'https://queue.fal.run'],
		['openAiCompatible', { service: 'monica' }, 'https://openapi.monica.im/v1'],
		['openAiCompatible', { service: 'localAi' }, 'http://localhost:8080/v1'],
	])('of %s, %j, means %s', (api, data, baseUrl) => {
		expect(base(api, data)).toEqual({ baseUrl });
	});

	it.each<[ProviderName, ICredentialDataDecryptedObject, string]>([
		['blackForestLabs', { region: 'atlantis' }, 'region "atlantis"'],
		['blackForestLabs', { region: 'constructor' }, 'region "constructor"'],
		['replicate', { service: 'atlantis', baseUrl: host }, 'service "atlantis"'],
		['openAiCompatible', { service: 'atlantis', baseUrl: `${host}/v1` }, 'service "atlantis"'],
	])('of %s that is not known, %j, leads nowhere', (api, data, words) => {
		const refusal = base(api, data) as FluxError;
		expect(refusal).toMatchObject({ code: 'invalid-input' });
		expect(refusal.message).toContain(words);
		expect(refusal.advice).toMatch(/Nothing was sent\.$/);
	});

	it.each([{}, { service: '' }, { service: ' ' }, { baseUrl: `${host}/v1` }])(
		'of a service must be made, and %j holds none',
		(data) => {
			const refusal = base('openAiCompatible', data as ICredentialDataDecryptedObject) as FluxError;
			expect(refusal).toMatchObject({
				code: 'invalid-input',
				message: 'No service is chosen in the credential',
			});
			expect(refusal.advice).toMatch(/^Choose the service that the key belongs to.*Nothing was sent\.$/);
		},
	);
});

describe('A base URL', () => {
	const understood: Array<[ProviderName, string, string]> = [
		...[
			'',
			'/',
			'//',
			'/v1',
			'/v1/',
			'/v2',
			'/v1/flux-2-pro',
			'/v1/get_result',
			'/v1/get_result/',
			'/v1/credits',
		].map((end): [ProviderName, string, string] => ['blackForestLabs', `${host}${end}`, host]),
		['blackForestLabs', `${host}/v1/flux-tools/erase-v1`, host],
		['blackForestLabs', `${host}/v1/my_finetunes`, host],
		['blackForestLabs', `${host}/bfl/v1/flux-dev`, `${host}/bfl`],
		['blackForestLabs', `${host}/v1/bfl`, `${host}/v1/bfl`],
		...['/v2', '/v1', '/v2/images/generate', '/v2/images/edit', '/v2/jobs/123', '/v2/me', '/v2/uploads'].map(
			(end): [ProviderName, string, string] => ['apiframe', `${host}${end}`, host],
		),
		['apiframe', `${host}/proxy/apiframe`, `${host}/proxy/apiframe`],
		...[
			...[
				'',
				'/',
				'/models/black-forest-labs/flux-2-pro/predictions',
				'/models/black-forest-labs/flux-2-pro',
			],
			...['/predictions', '/predictions/abc', '/predictions/abc/cancel', '/deployments/me/mine/predictions'],
			...['/account', '/files', '/models', '/models/{owner}/{name}/predictions'],
		].flatMap(
			(end): Array<[ProviderName, string, string]> => [
				['replicate', `${host}/v1${end}`, `${host}/v1`],
				['replicate', `${host}/replicate/v1${end}`, `${host}/replicate/v1`],
			],
		),
		['replicate', `${host}/replicate`, `${host}/replicate`],
		['replicate', `${host}/predictions`, host],
		...[
			...[
				'',
				'/',
				'/images/generations',
				'/images/generations/',
				'/images/edits',
				'/images/variations',
				'/images',
			],
			...['/models', '/models/capabilities', '/chat/completions', '/Images/Generations'],
		].flatMap(
			(end): Array<[ProviderName, string, string]> =>
				['/v1', '/openai/v1', '/api/paas/v4', '/v1/openai', '/v1beta/openai', '/inference'].map((path) => [
					'openAiCompatible',
					`${host}${path}${end}`,
					`${host}${path}`,
				]),
		),
		['openAiCompatible', `${host}/images/generations`, host],
		['openAiCompatible', `${host}/models`, `${host}/models`],
		['openAiCompatible', 'http://localhost:8080/v1', 'http://localhost:8080/v1'],
		['openAiCompatible', 'http://192.168.1.5:1234/v1/', 'http://192.168.1.5:1234/v1'],
		['openAiCompatible', '  "HTTPS://X.example.com/v1" \n', `${host}/v1`],
		['openAiCompatible', '\u00a0“https://x.example.com/v1”\u200b', `${host}/v1`],
		['openAiCompatible', `${host}/v1#top`, `${host}/v1`],
	];

	it.each(understood)('of %s, %s, means %s', (api, written, baseUrl) => {
		expect(own(api, written)).toEqual({ baseUrl });
	});

	it.each([
		['/openai/v1?api-version=preview', '/openai/v1', 'api-version=preview'],
		['/openai/v1/?api-version=preview', '/openai/v1', 'api-version=preview'],
		['/openai/v1/images/generations?api-version=preview', '/openai/v1', 'api-version=preview'],
		[
			'/openai/deployments/flux/images/generations?api-version=2025-04-01-preview&tenant=a%20b',
			'/openai/deployments/flux',
			'api-version=2025-04-01-preview&tenant=a%20b',
		],
	])('keeps the query of %s', (end, path, query) => {
		expect(own('openAiCompatible', `${host}${end}`)).toEqual({ baseUrl: `${host}${path}`, query });
	});

	it('drops a question mark without a query', () => {
		expect(own('openAiCompatible', `${host}/v1?`)).toEqual({ baseUrl: `${host}/v1` });
	});

	/** What is refused, the word of the problem, and what to write. */
	const refused: Array<[ProviderName, string, string, string]> = [
		...names
			.filter((api) => api !== 'apiframe' && api !== 'fal')
			.map((api): [ProviderName, string, string, string] => [
				api,
				' ',
				'has no base URL',
				'Write it as https://',
			]),
		...names.flatMap(
			(api): Array<[ProviderName, string, string, string]> => [
				[api, 'x.example.com/a/v9x', 'https:// is missing', 'Write https://x.example.com/a/v9x.'],
				[api, '//x.example.com/a/v9x', 'https:// is missing', 'Write https://x.example.com/a/v9x.'],
				[api, 'localhost:8080/a/v9x', 'https:// is missing', 'Write http://localhost:8080/a/v9x.'],
				[api, '10.0.0.5/a/v9x', 'https:// is missing', 'Write http://10.0.0.5/a/v9x.'],
				[api, 'http://x.example.com/a/v9x/', 'is no https URL', 'Write https://x.example.com/a/v9x;'],
				[api, 'http://8.8.8.8/a', 'is no https URL', 'Write https://8.8.8.8/a;'],
				[api, 'ftp://x.example.com/v1', 'is no https URL', 'Write it as https://'],
				[api, 'https://', 'is no https URL', 'Write it as https://'],
				[api, 'POST https://x.example.com/v1', 'is no https URL', 'Write it as https://'],
				[api, 'https://x.example.com/v1 or so', 'is no https URL', 'Write it as https://'],
				[api, 'https://me:word@x.example.com/a', 'a user name or a password', 'before the @'],
				[api, 'me:word@x.example.com/a', 'a user name or a password', 'before the @'],
				[api, `${host}/a?key=SECRET`, 'query', `Write ${host}/a`],
			],
		),
		['blackForestLabs', `${host}?api-version=1`, 'a query, which this API does not have', `Write ${host}.`],
		['blackForestLabs', `${host}/v1/get_result?id=1`, 'a query', `Write ${host}.`],
		['apiframe', `${host}/v2?x=1`, 'a query, which this API does not have', `Write ${host}.`],
		['replicate', `${host}/v1?x=1`, 'a query, which this API does not have', `Write ${host}/v1.`],
		[
			'replicate',
			host,
			'has no version',
			`write ${host}/v1. If this one has none, write the whole address of a request, ${host}/predictions.`,
		],
		[
			'openAiCompatible',
			`${host}/`,
			'has no version',
			`write ${host}/v1. If this one has none, write the whole address of a request, ${host}/images/generations.`,
		],
		['openAiCompatible', 'http://localhost:8080', 'has no version', 'write http://localhost:8080/v1.'],
		[
			'openAiCompatible',
			`${host}?api-version=preview`,
			'has no version',
			`write ${host}/v1?api-version=preview.`,
		],
		[
			'openAiCompatible',
			`http://x.example.com/v1?api-version=1`,
			'no https URL',
			`Write ${host}/v1?api-version=1;`,
		],
		['openAiCompatible', 'x.example.com', 'https:// is missing', `Write ${host}/v1.`],
		...['api_key', 'key', 'access_token', 'subscription-key', 'sig', 'code'].map(
			(name): [ProviderName, string, string, string] => [
				'openAiCompatible',
				`${host}/v1?api-version=1&${name}=SECRET`,
				'holds a key in its query',
				'the key into the API Key field',
			],
		),
	];

	it.each(refused)('of %s, %j, is refused: %s; %s', (api, written, problem, advice) => {
		const refusal = own(api, written) as FluxError;
		expect(refusal).toBeInstanceOf(FluxError);
		expect(refusal).toMatchObject({ code: 'untrusted-host' });
		expect(refusal.message).toContain(problem);
		expect(refusal.advice).toContain(advice);
		expect(refusal.advice).toMatch(/Nothing was sent\.$/);
		expect(`${refusal.message} ${refusal.advice}`).not.toMatch(/SECRET|word@/);
	});

	it('that is what it should have been written as is taken', () => {
		for (const [api, written] of refused) {
			const { advice } = own(api, written) as FluxError;
			const better = /[Ww]rite (https?:\/\/[^\s;]*[^\s;.])/.exec(advice)?.[1];
			if (better !== undefined) expect(own(api, better)).not.toBeInstanceOf(FluxError);
			const whole = /whole address of a request, (\S*[^\s.])/.exec(advice)?.[1];
			if (whole !== undefined) expect(own(api, whole)).not.toBeInstanceOf(FluxError);
		}
	});

	it('into which the key was pasted is not repeated', () => {
		const apiKey = 'sk-0123456789abcdef';
		for (const baseUrl of [apiKey, `http://x.example.com/${apiKey}/v1`]) {
			const refusal = accessOf(providerNamed('openAiCompatible').hosts, {
				...{ apiKey: ` ${apiKey}\n`, service: 'custom', baseUrl },
			}) as FluxError;
			expect(refusal).toBeInstanceOf(FluxError);
			expect(`${refusal.message} ${refusal.advice}`).not.toContain(apiKey);
		}
	});
});

it.each([
	['/models', undefined, `${host}/v1/models`],
	['/models', 'api-version=preview', `${host}/v1/models?api-version=preview`],
	['/models?type=image', 'api-version=preview', `${host}/v1/models?type=image&api-version=preview`],
	['https://other.example/x', 'api-version=preview', 'https://other.example/x'],
	['//other.example/x', 'api-version=preview', '//other.example/x'],
	['/\\other.example/x', undefined, '/\\other.example/x'],
])('asks for %s on a base with the query %s at %s', (url, query, wanted) => {
	expect(requestUrl({ baseUrl: `${host}/v1`, query }, url)).toBe(wanted);
});
