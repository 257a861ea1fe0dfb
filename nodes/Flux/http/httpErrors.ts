import { FluxError } from '../errors/fluxError';
import { isGone, type AttemptFailure } from './retry';
import { parseHttpUrl } from './trust';
import { parseUrl } from '../url';

const hostOf = (url: string, base?: string) => parseUrl(url, base)?.host ?? 'an unreadable address';
const originOf = (url: string) => parseHttpUrl(url)?.origin ?? 'an unreadable address';
const why = (failure: AttemptFailure) => {
	if (failure.kind === 'status') return `HTTP ${failure.status}`;
	return failure.kind === 'unreadable' ? 'its answer makes no sense' : failure.words;
};

export const unreachable = (url: string, baseUrl: string, failure: AttemptFailure): FluxError =>
	new FluxError('provider-unavailable', `${hostOf(url, baseUrl)} does not answer: ${why(failure)}`);

export const foreignHost = (url: string, baseUrl: string): FluxError =>
	new FluxError(
		'untrusted-host',
		`The job is to be asked for at ${originOf(url)}, which is not where the credential leads (${originOf(baseUrl)})`,
	).alsoSay('Without a Polling URL, the job is asked for where the credential leads.');

export const redirected = (location: string, from: string): FluxError => {
	if (location === '')
		return new FluxError('untrusted-host', `${hostOf(from)} redirects without saying where to`);
	return new FluxError(
		'untrusted-host',
		`${hostOf(from)} redirects to ${hostOf(location, from)}, which was not followed`,
		{
			advice:
				'A redirect would take your API key along. Write the address that it leads to into the credential if you trust it.',
		},
	);
};

/** Only what stands between asks so; the provider has not seen the request. */
export const proxyRefused = (): FluxError =>
	new FluxError('provider-unavailable', 'The proxy asks for a user name and a password (HTTP 407)', {
		advice:
			'Write them into the address of the proxy (http://USER:PASSWORD@HOST:PORT), which stands in the settings of the node or in the environment of n8n.',
	});

export const refusedDownload = (url: string): FluxError => {
	const { protocol } = parseUrl(url) ?? { protocol: '' };
	if (!/^https?:$/.test(protocol))
		return new FluxError(
			'untrusted-host',
			`The image would lie at an address that is not fetched (${protocol})`,
		);
	return new FluxError('untrusted-host', 'The image would lie on a private address, which was not asked', {
		advice: 'Images are fetched from private networks only if the base URL of the credential is in one.',
	});
};

export const endlessRedirects = (): FluxError =>
	new FluxError('download-failed', 'The image could not be fetched: its URL redirects again and again');

/** The image of a URL whose time is over. */
export const expired = (failure: AttemptFailure): FluxError =>
	new FluxError('expired', `The image has expired: its URL answers ${why(failure)}`);

/** @param advice what to do if there is nothing at the URL, or nothing for us */
export const notDownloaded = (failure: AttemptFailure, advice?: string): FluxError => {
	const error = new FluxError('download-failed', `The image could not be fetched: ${why(failure)}`);
	const isRefused = failure.kind === 'status' && isGone(failure.status);
	return isRefused && advice !== undefined ? error.alsoSay(advice) : error;
};
