import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

const services: Record<string, string> = {
	crazyrouter: 'https://crazyrouter.com/v1',
	oneRouter: 'https://image.onerouter.pro/v1',
	monica: 'https://openapi.monica.im/v1',
};

/** The base URL that an OpenAI-compatible credential means: what comes before `/images/…`, without a trailing slash. */
export function baseUrl({ service, baseUrl: custom }: ICredentialDataDecryptedObject): string {
	const known = services[String(service)];
	return (
		known ??
		String(custom ?? '')
			.trim()
			.replace(/\/+$/, '')
	);
}
