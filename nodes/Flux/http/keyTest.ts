import type { DeclarativeRestApiSettings, ICredentialTestRequest } from 'n8n-workflow';

/** The free request that tells whether a key is right. */
export interface KeyTest {
	/** Who judges the key, in the words of the user. */
	who: string;
	/** n8n's expression of the credential's base URL. */
	baseURL: string;
	url: string;
	/** Not every server of this style has such a page: that it is missing says nothing of the key. */
	mayBeMissing?: boolean;
}

const redirects = [301, 302, 303, 307, 308];
const refusals = [400, 401, 402, 403, 407, 408, 429, 500, 502, 503, 504];

const lenient: DeclarativeRestApiSettings.HttpRequestOptions = {
	ignoreHttpStatusErrors: { ignore: true, except: [...redirects, ...refusals] },
};

/** The test of a credential; n8n would tell of a refusal no more than its HTTP status, such as "Forbidden". */
export function keyTest({ who, baseURL, url, mayBeMissing = false }: KeyTest): ICredentialTestRequest {
	const say = (message: string) => (value: number) => ({
		type: 'responseCode' as const,
		properties: { value, message },
	});
	return {
		request: { baseURL, url, disableFollowRedirect: true, ...(mayBeMissing ? lenient : {}) },
		rules: [
			...[401, 403].map(say(`${who} does not accept this API key`)),
			...(mayBeMissing
				? []
				: [404].map(say('The base URL is wrong: the server there does not speak this API'))),
			...redirects.map(
				say('The base URL redirects to another address, to which no key is sent: enter that address'),
			),
		],
	};
}
