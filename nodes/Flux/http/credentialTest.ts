import type { ICredentialTestRequest } from 'n8n-workflow';

/** The free request that tells whether a key is right. */
interface CredentialTest {
	/** Who judges the key, in the words of the user. */
	who: string;
	/** What to do about a key that is not accepted. */
	remedy: string;
	/** A path on the credential's base URL, where `authenticate` leads it. */
	path: string;
	/** What it means that the server has no such page. */
	missing: string;
	/** What it means that a web page came. */
	webPage: string;
}

const redirects = [301, 302, 303, 307, 308];
/** How servers say that there is no such page. */
const notThere = [404, 405, 410, 501];

/**
 * The test of a credential; n8n would tell of a refusal no more than its HTTP status, such as "Forbidden". Every other status than 2xx
 * fails, and so does a web page, with which many servers answer what they do not know.
 */
export function credentialTest({
	who,
	remedy,
	path,
	missing,
	webPage,
}: CredentialTest): ICredentialTestRequest {
	const say = (message: string) => (value: number) => ({
		type: 'responseCode' as const,
		properties: { value, message },
	});
	return {
		// As text, of which the rules can see the first characters.
		request: { url: path, encoding: 'text', disableFollowRedirect: true },
		rules: [
			...[401, 403].map(say(`${who} does not accept this API key. ${remedy}`)),
			...notThere.map(say(missing)),
			...redirects.map(
				say(
					'The base URL redirects to another address. Enter that address instead; the API key is never sent through a redirect',
				),
			),
			// A page may begin with a line end.
			...['0', '1', '2'].map((key) => ({
				type: 'responseSuccessBody' as const,
				properties: { key, value: '<', message: webPage },
			})),
			// n8n looks at both kinds, its type names one of them.
		] as ICredentialTestRequest['rules'],
	};
}
