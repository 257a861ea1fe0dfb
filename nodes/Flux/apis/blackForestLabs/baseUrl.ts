import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

const regions: Record<string, string> = {
	global: 'https://api.bfl.ai',
	eu: 'https://api.eu.bfl.ai',
	us: 'https://api.us.bfl.ai',
};

/** The base URL that a Black Forest Labs credential means, without a trailing slash. */
export function baseUrl({ region, baseUrl: custom }: ICredentialDataDecryptedObject): string {
	if (region === 'custom')
		return String(custom ?? '')
			.trim()
			.replace(/\/+$/, '');
	return regions[String(region ?? 'global')] ?? regions.global;
}
