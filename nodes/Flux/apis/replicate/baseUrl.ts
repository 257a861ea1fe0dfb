import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

const services: Record<string, string> = {
	replicate: 'https://api.replicate.com/v1',
	crazyrouter: 'https://crazyrouter.com/replicate/v1',
};

/** The base URL that a Replicate credential means: what comes before `/models/…`, without a trailing slash. */
export function baseUrl({ service, baseUrl: custom }: ICredentialDataDecryptedObject): string {
	if (service === 'custom')
		return String(custom ?? '')
			.trim()
			.replace(/\/+$/, '');
	return services[String(service ?? 'replicate')] ?? services.replicate;
}
