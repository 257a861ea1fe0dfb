import { statusFailure } from './answer';
import type { Attempt } from './attempt';
import { used, type Download } from './body';
import * as errors from './httpErrors';
import type { Outcome, Transport } from './transport';
import { mayDownload } from './trust';
import { parseUrl } from '../url';

const maxRedirects = 5;

/**
 * Fetches a URL without the key, wherever it leads.
 *
 * @throws `download-failed` if it leads on and on, `untrusted-host` if that is a private place of whoever is not in it itself, and whatever `use` throws
 */
export async function fetchOnce<T>(
	transport: Transport,
	baseUrl: string,
	attempt: Attempt,
	{ url, use }: { url: string; use(download: Download): Promise<T> },
): Promise<Outcome<T>> {
	let target = url;
	for (let hop = 0; hop <= maxRedirects; hop++) {
		if (!mayDownload(target, baseUrl)) throw errors.refusedDownload(target);
		const sent = await transport.withoutKey(target, attempt.signal);
		if (!('value' in sent)) return sent;
		const { statusCode, headers, close } = sent.value;
		const location = typeof headers.location === 'string' ? headers.location : undefined;
		const next = location === undefined ? undefined : parseUrl(location, target);
		if (statusCode >= 300 && statusCode < 400 && next !== undefined) {
			close();
			target = next.href;
		} else if (statusCode >= 300) {
			close();
			return { failure: statusFailure(statusCode, headers) };
		} else {
			return await transport.settle(used(sent.value, attempt, use));
		}
	}
	throw errors.endlessRedirects();
}
