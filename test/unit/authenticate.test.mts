import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import { FluxBlackForestLabsApi } from '../../credentials/FluxBlackForestLabsApi.credentials.ts';
import { attachKey } from '../../nodes/Flux/http/authenticate.ts';

const key = 'secret-key-0123456789';
const base = 'https://api.bfl.ai';
const attach = (options: IHttpRequestOptions, to = base) =>
	attachKey(options, { baseUrl: to, family: 'bfl.ai' }, 'x-key', key);

it('adds the header, keeps everything else and follows no redirect', () => {
	const options: IHttpRequestOptions = {
		url: `${base}/v1/flux-2-pro`,
		method: 'POST',
		body: '{}',
		headers: { accept: 'application/json' },
		disableFollowRedirect: false,
	};
	expect(attach(options)).toEqual({
		url: 'https://api.bfl.ai/v1/flux-2-pro',
		method: 'POST',
		body: '{}',
		headers: { accept: 'application/json', 'x-key': key },
		disableFollowRedirect: true,
	});
	expect(options.headers).toEqual({ accept: 'application/json' });
});

it.each([
	['a path on the base URL', { baseURL: base, url: '/v1/credits' }],
	['a whole URL beside a base URL', { baseURL: 'https://evil.example', url: `${base}/v1/credits` }],
	['a cluster', { url: 'https://api.us1.bfl.ai/v1/get_result?id=1' }],
])('sends the key to %s', (_, options) => {
	expect(attach(options).headers).toEqual({ 'x-key': key });
});

describe('Refuses', () => {
	it.each([
		['a foreign host', { url: 'https://evil.example/v1/x' }, 'evil.example'],
		[
			'a foreign host beside the own base URL',
			{ baseURL: base, url: 'https://evil.example/' },
			'evil.example',
		],
		['a foreign base URL', { baseURL: 'https://evil.example', url: '/v1/x' }, 'evil.example'],
		['a path that moves the host', { baseURL: base, url: '.evil.example/x' }, 'api.bfl.ai.evil.example'],
		['a path that makes the host a user', { baseURL: base, url: '@evil.example/x' }, 'evil.example'],
		['http', { url: 'http://api.bfl.ai/v1/x' }, 'api.bfl.ai'],
		['another port', { url: 'https://api.bfl.ai:8443/v1/x' }, 'api.bfl.ai:8443'],
		['a path without a base URL', { url: '/v1/credits' }, 'an address that is no URL'],
		['an empty URL', { url: '' }, 'an address that is no URL'],
	])('%s, without telling the key', (_, options, named) => {
		const refusal = catchError(() => attach(options));
		expect(refusal.message).toBe(`The API key was not sent to ${named}: it belongs to api.bfl.ai`);
		expect(JSON.stringify([refusal, refusal.stack])).not.toContain(key);
	});

	it('a base URL that is none', () => {
		expect(catchError(() => attach({ url: 'https://evil.example/' }, 'nowhere')).message).toBe(
			'The API key was not sent to evil.example: it belongs to a base URL that is no https URL',
		);
	});
});

describe('A proxy that a node names', () => {
	const open = { host: 'proxy.example', port: 3128 };
	const unchecked = { skipSslCertificateValidation: true };
	const https = { url: `${base}/v1/credits` };
	const http = { url: 'http://10.0.0.5/v1/credits' };

	it.each<[string, IHttpRequestOptions, string]>([
		['without a look at the certificate', { ...https, ...unchecked, proxy: open }, base],
		['as a text', { ...https, ...unchecked, proxy: 'http://proxy.example:3128' as never }, base],
		['as a text without a protocol', { ...https, ...unchecked, proxy: 'proxy.example:3128' as never }, base],
		[
			'as a text with one slash',
			{ ...https, ...unchecked, proxy: 'http:/proxy.example:3128' as never },
			base,
		],
		[
			'whose authority the node names, too,',
			{ ...https, agentOptions: { ca: 'its own' }, proxy: open },
			base,
		],
		['with an address', { ...https, ...unchecked, proxy: { host: '2001:db8::1', port: 1 } }, base],
		['without encryption', { ...http, proxy: open }, 'http://10.0.0.5'],
	])('%s could read the key, which is not sent', (_, options, to) => {
		expect(catchError(() => attach(options, to)).message).toMatch(/^the proxy .* could read the API key/);
	});

	it.each<[string, IHttpRequestOptions, string]>([
		['whose https is checked', { ...https, proxy: open }, base],
		['beside a certificate of the client', { ...https, agentOptions: { cert: 'mine' }, proxy: open }, base],
		['in a private network', { ...https, ...unchecked, proxy: { host: '10.0.0.9', port: 3128 } }, base],
		['on this machine', { ...http, proxy: { host: '::1', port: 3128 } }, 'http://10.0.0.5'],
		['written without a protocol', { ...http, proxy: 'localhost:3128' as never }, 'http://10.0.0.5'],
	])('%s may carry the key', (_, options, to) => {
		expect(attach(options, to).headers).toEqual({ 'x-key': key });
	});
});

describe('The credential of Black Forest Labs', () => {
	const credential = new FluxBlackForestLabsApi();
	it('puts the key into x-key, on its own host only', async () => {
		const authenticate = credential.authenticate as (
			data: ICredentialDataDecryptedObject,
			options: IHttpRequestOptions,
		) => Promise<IHttpRequestOptions>;
		const data = { apiKey: key, region: 'eu' };
		const sent = await authenticate(data, { baseURL: 'https://api.eu.bfl.ai', url: '/v1/credits' });
		expect(sent).toMatchObject({ headers: { 'x-key': key }, disableFollowRedirect: true });
		const asked = await authenticate(data, { url: '/v1/credits' });
		expect(asked).toMatchObject({ url: 'https://api.eu.bfl.ai/v1/credits', headers: { 'x-key': key } });
		await expect(authenticate(data, { url: 'https://eu.example/v1/credits' })).rejects.toThrow(
			'The API key was not sent to eu.example: it belongs to api.eu.bfl.ai',
		);
	});

	it("works in n8n's HTTP Request node, which calls the URL and redirects otherwise", async () => {
		const authenticate = credential.authenticate as (
			data: ICredentialDataDecryptedObject,
			options: object,
		) => Promise<IHttpRequestOptions>;
		const data = { apiKey: key, region: 'eu' };
		const redirects = { followRedirect: true, followAllRedirects: true };
		const sent = await authenticate(data, { uri: 'https://api.eu.bfl.ai/v1/credits', ...redirects });
		expect(sent).toEqual({
			...{ url: 'https://api.eu.bfl.ai/v1/credits', headers: { 'x-key': key } },
			...{ disableFollowRedirect: true, followRedirect: false, followAllRedirects: false },
		});
		await expect(authenticate(data, { uri: 'https://eu.example/v1/credits' })).rejects.toThrow(
			'The API key was not sent to eu.example: it belongs to api.eu.bfl.ai',
		);
		const open = { proxy: 'http://proxy.example:3128', rejectUnauthorized: false };
		await expect(authenticate(data, { uri: 'https://api.eu.bfl.ai/v1/credits', ...open })).rejects.toThrow(
			'could read the API key',
		);
	});

	it('is tested by asking for the credits, which submits nothing and follows no redirect', () => {
		expect(credential.test.request).toMatchObject({ url: '/v1/credits', disableFollowRedirect: true });
		expect(credential.test.request.method ?? 'GET').toBe('GET');
	});

	it('has the fields of the interface and hides the key', () => {
		const fields = credential.properties.map(({ name, default: byDefault }) => [name, byDefault]);
		expect(credential.name).toBe('fluxBlackForestLabsApi');
		expect(fields).toEqual([
			['apiKey', ''],
			['region', 'global'],
			['baseUrl', ''],
		]);
		expect(credential.properties[0].typeOptions).toEqual({ password: true });
		expect(credential.properties[2].displayOptions).toEqual({ show: { region: ['custom'] } });
	});
});

function catchError(action: () => unknown): Error {
	try {
		action();
	} catch (error) {
		return error as Error;
	}
	throw new Error('Nothing was refused');
}
