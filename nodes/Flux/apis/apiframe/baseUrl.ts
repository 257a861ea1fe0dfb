import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

/** The base URL that an Apiframe credential means, without a version and without a trailing slash. */
export const baseUrl = ({ baseUrl: own }: ICredentialDataDecryptedObject): string =>
	(String(own ?? '').trim() || 'https://api.apiframe.ai').replace(/\/+$/, '');
