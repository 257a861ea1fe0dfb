import type { IAuthenticate, IHttpRequestOptions } from 'n8n-workflow';
import { UserError } from 'n8n-workflow';

import type { Hosts } from '../provider';
import { FluxError } from '../errors/fluxError';
import { accessOf } from './credential';
import { mayCarryKey, mayPassProxy, parseHttpUrl, requestUrl, type Base } from './trust';

/** A credential's `authenticate`, which also leads a mere path to the credential's own server, as its test asks for one. */
export function authenticate(hosts: Hosts, header: string, toValue = (key: string) => key): IAuthenticate {
	return async (credential, asked: IHttpRequestOptions) => {
		const options = inOurWords(asked);
		const access = accessOf(hosts, credential);
		// n8n shows no more of an error than its message.
		if (access instanceof FluxError) throw new UserError(`${access.message}. ${access.advice}`);
		const { key, ...base } = access;
		const page = hosts.tests?.[String(credential[hosts.choice ?? ''])];
		const request = onBase(options, base, page);
		if (key === '') return { ...request, disableFollowRedirect: true };
		const trusted = { ...base, family: hosts.family, files: hosts.files?.[base.baseUrl] };
		return attachKey(request, trusted, header, toValue(key));
	};
}

/** n8n's HTTP Request node asks as an older library did, which had other names for the URL, redirects and unchecked certificates. */
function inOurWords({
	uri,
	...options
}: IHttpRequestOptions & { uri?: string; rejectUnauthorized?: boolean }): IHttpRequestOptions {
	if (uri === undefined) return options;
	const noRedirects = { followRedirect: false, followAllRedirects: false };
	const unchecked = options.rejectUnauthorized === false && { skipSslCertificateValidation: true };
	return { ...options, ...noRedirects, ...unchecked, url: uri };
}

/** @param page what the test asks for at this server in place of its usual path; a mere path is mostly the test's */
function onBase(options: IHttpRequestOptions, base: Base, page?: string): IHttpRequestOptions {
	if (options.baseURL !== undefined) return options;
	const path = options.url.startsWith('/') ? (page ?? options.url) : options.url;
	return { ...options, url: requestUrl(base, path) };
}

const openProxy =
	"the proxy that is set on the node could read the API key. Turn off 'Ignore SSL Issues' (in an HTTP Request node also 'SSL Certificates'), or have the proxy set for all of n8n (HTTP_PROXY, HTTPS_PROXY)";

/**
 * The request with the key in its header.
 *
 * @throws if the request goes to another host than the credential's, without https to a public one, or through a proxy that could read it
 */
export function attachKey(
	options: IHttpRequestOptions,
	base: Base & { family?: string; files?: string },
	header: string,
	value: string,
): IHttpRequestOptions {
	const target = parseHttpUrl(options.url) ?? parseHttpUrl(`${options.baseURL ?? ''}${options.url}`);
	if (target === undefined || !mayCarryKey(target.href, base)) {
		const host = target?.host ?? 'an address that is no URL';
		throw new UserError(
			`The API key was not sent to ${host}: it belongs to ${parseHttpUrl(base.baseUrl)?.host ?? 'a base URL that is no https URL'}`,
		);
	}
	if (!mayPassProxy(target, options)) throw new UserError(openProxy);
	return { ...options, headers: { ...options.headers, [header]: value }, disableFollowRedirect: true };
}
