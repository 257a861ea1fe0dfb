import { z } from 'zod/v4';

import { parseUrl } from '../../url';

/** No URL is longer, however much is signed in it. */
export const longestUrl = 8_000;

/** An absolute http(s) URL. */
export const url = z.url({ protocol: /^https?$/ }).max(longestUrl);

/** A URL where it may be relative to the server's. */
export const link = z
	.string()
	.min(1)
	.max(longestUrl)
	.refine((text) => /^https?:$/.test(parseUrl(text, anyBase)?.protocol ?? ''));
const anyBase = 'https://example.com/v1/';

/** What a provider says went wrong, whatever it says it with; empty if it says nothing. */
export function wordsOf(value: unknown): string {
	if (typeof value === 'string') return value.trim();
	if (value === null || value === undefined) return '';
	try {
		return JSON.stringify(value).slice(0, 300);
	} catch {
		// Nested deeper than can be written.
		return '';
	}
}

/** A date of a provider in milliseconds since the epoch; undefined if it is none. */
export function timeOf(value: unknown): number | undefined {
	const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
	return Number.isNaN(time) ? undefined : time;
}

/** The facts, or undefined if nothing is known. */
export const ifAny = <T extends object>(facts: T): T | undefined =>
	Object.values(facts).some((one) => one !== undefined) ? facts : undefined;
