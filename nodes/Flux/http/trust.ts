import type { IHttpRequestOptions } from 'n8n-workflow';

import { parseUrl } from '../url';

const loopback = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const ipv4 = /^\d+(\.\d+){3}$/;
const privateIpv4 = [
	/^0\./,
	/^10\./,
	/^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./,
	/^169\.254\./,
	/^172\.(1[6-9]|2\d|3[01])\./,
	/^192\.(168|0\.0)\./,
	/^198\.1[89]\./,
	/^(22[4-9]|2[3-5]\d)\./,
];
const privateName = [
	/^\[::\]$/,
	/^\[(f[cdf]|fe[89a-f]|2002:|64:ff9b:|::[0-9a-f]+:[0-9a-f]+\])/,
	/^\[::ffff:/,
	/\.(internal|local|localdomain|lan|corp|svc|home\.arpa)$/,
	/^[^.[\]]+$/,
];

/** Whether a host name or address (as `URL.hostname` writes it) can only be on this machine or this network. */
export function isPrivateHost(hostname: string): boolean {
	const host = hostname.toLowerCase().replace(/\.$/, '');
	const patterns = ipv4.test(host) ? privateIpv4 : privateName;
	return loopback.test(host) || patterns.some((pattern) => pattern.test(host));
}

/** The URL, or undefined if the text is none or not http(s). */
export function parseHttpUrl(text: string): URL | undefined {
	const url = parseUrl(text);
	return url !== undefined && /^https?:$/.test(url.protocol) ? url : undefined;
}

const isUnder = (domain: string, { hostname, port }: URL) =>
	hostname.endsWith(`.${domain}`) && /^([a-z0-9-]+\.)+[a-z]+$/.test(hostname) && port === '';

/** A base URL may be https, or http on a loopback or private host. */
export function isSafeBase(baseUrl: string): boolean {
	const base = parseHttpUrl(baseUrl);
	if (base === undefined) return false;
	if (base.protocol === 'https:') return true;
	// Such an address leads to an IPv4 address that may be anywhere.
	return isPrivateHost(base.hostname) && !/^\[(::ffff:|2002:|64:ff9b:)/.test(base.hostname);
}

/** Where requests of a credential go. */
export interface Base {
	/** Without a query and without a trailing slash. */
	baseUrl: string;
	/** What each URL ends with, if the server needs it, without its question mark. */
	query?: string;
}

/** The URL of a request: a path on the base, which keeps what the base has, or an absolute URL as it is. */
export function requestUrl({ baseUrl, query }: Base, url: string): string {
	if (!/^\/(?![/\\])/.test(url)) return url;
	const joined = `${baseUrl}${url}`;
	return query === undefined ? joined : `${joined}${url.includes('?') ? '&' : '?'}${query}`;
}

/**
 * Whether a request to `target`, a URL or a path on the base, may carry the key of a credential: the same origin, `files`, which takes its
 * files, or another https host under `family`, a domain whose hosts are one for the key, if the base is one of them itself.
 */
export function mayCarryKey(
	target: string,
	{ family, files, ...own }: Base & { family?: string; files?: string },
): boolean {
	const url = parseHttpUrl(requestUrl(own, target));
	const base = parseHttpUrl(own.baseUrl);
	if (url === undefined || base === undefined || !isSafeBase(own.baseUrl)) return false;
	if (url.username !== '' || url.password !== '') return false;
	if (url.origin === base.origin || url.origin === files) return true;
	if (family === undefined || url.protocol !== 'https:' || base.protocol !== 'https:') return false;
	return isUnder(family, url) && isUnder(family, base);
}

/** Whether the proxy that was set on a node cannot read what goes through it to `target`, or is in a private network. */
export function mayPassProxy(
	target: URL,
	{ proxy, skipSslCertificateValidation: skips, agentOptions }: IHttpRequestOptions,
): boolean {
	// Whoever names the authority can make certificates of it.
	const isChecked = skips !== true && agentOptions?.ca === undefined;
	if (!proxy || (target.protocol === 'https:' && isChecked)) return true;
	const written =
		typeof proxy === 'string' ? proxy : proxy.host.includes(':') ? `[${proxy.host}]` : proxy.host;
	// To n8n, `http:/host` is a URL, too.
	return isPrivateHost((parseUrl(written)?.hostname || parseUrl(`http://${written}`)?.hostname) ?? '');
}

/** Whether an image may be fetched (without a key) from `target`: public https/http hosts, private ones only if the base is private. */
export function mayDownload(target: string, baseUrl: string): boolean {
	const url = parseHttpUrl(target);
	const base = parseHttpUrl(baseUrl);
	if (url === undefined || base === undefined) return false;
	return !isPrivateHost(url.hostname) || isPrivateHost(base.hostname);
}
