import type { IHttpRequestOptions } from 'n8n-workflow';
import { UserError } from 'n8n-workflow';

import { mayCarryKey, parseHttpUrl } from './trust';

/**
 * The request with the key in its header, for a credential's `authenticate`.
 *
 * @throws if the request goes to another host than the credential's, or without https to a public one
 */
export function attachKey(
	options: IHttpRequestOptions,
	baseUrl: string,
	header: string,
	value: string,
): IHttpRequestOptions {
	const target = parseHttpUrl(options.url)?.href ?? `${options.baseURL ?? ''}${options.url}`;
	if (!mayCarryKey(target, baseUrl)) {
		const host = parseHttpUrl(target)?.host ?? 'an address that is no URL';
		throw new UserError(
			`The API key was not sent to ${host}: it belongs to ${parseHttpUrl(baseUrl)?.host ?? 'a base URL that is no https URL'}`,
		);
	}
	return { ...options, headers: { ...options.headers, [header]: value }, disableFollowRedirect: true };
}
