import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { serviceNamed, services } from './services';

const addressesOf = (own: boolean) =>
	Object.fromEntries(
		services
			.filter(({ isOwn = false, baseUrl: address }) => isOwn === own && address !== undefined)
			.map(({ name, baseUrl: address }) => [name, address]),
	);

/** The base URL that an OpenAI-compatible credential means: what comes before `/images/…`, without a trailing slash. */
export function baseUrl({ service, baseUrl: written }: ICredentialDataDecryptedObject): string {
	const { baseUrl: known = '', isOwn } = serviceNamed(service);
	const own = String(written ?? '')
		.trim()
		.replace(/\/+$/, '');
	return known !== '' && isOwn !== true ? known : own || known;
}

/** The same as an expression of n8n, which the test of a credential wants. */
export const baseUrlExpression = `={{ ${JSON.stringify(addressesOf(false))}[$credentials.service] || ($credentials.baseUrl || "").trim().replace(/\\/+$/, "") || ${JSON.stringify(addressesOf(true))}[$credentials.service] }}`;
