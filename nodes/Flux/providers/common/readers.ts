import { z } from 'zod/v4';

import type { ProviderAnswer, Unreadable } from '../../provider';
import { parseUrl } from '../../url';

/**
 * Reads what an answer says.
 *
 * @param wanted what an answer lacks that the schema does not fit
 * @example readUpload: reader(z.object({ url }), 'the URL of the uploaded file (url)')
 */
export const reader =
	<T>(schema: z.ZodType<T>, wanted: string) =>
	({ body }: ProviderAnswer): T | Unreadable => {
		const read = schema.safeParse(body);
		return read.success ? read.data : { unreadable: wanted };
	};

type Json = Record<string, unknown>;

/** An object of JSON; undefined for lists and all else. */
export const recordIn = (value: unknown): Json | undefined =>
	typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;

/** What may be absent; null and what is of another kind are no more than that. */
export const maybe = <T>(schema: z.ZodType<T>) =>
	schema
		.nullish()
		.catch(undefined)
		.transform((value) => value ?? undefined)
		.optional();

// Control characters, and half of a character that takes two places.
const noText = /[\p{Cc}\p{Cs}]/u;

/**
 * Whether a text can be the id of a job: one of dots alone would lead out of the path that it is put into, encoded or not, half a
 * character cannot be encoded, and a log takes each line for one of its own.
 */
export const isJobId = (text: string): boolean =>
	text.length <= 200 && text.trim() === text && /[^.]/.test(text) && !noText.test(text);

export const jobId = z.string().refine(isJobId);

/** An id as part of a path. It may hold slashes (`flux-tools/erase-v1`), but no part of one may leave the path. */
export const pathOf = (id: string) => id.split('/').map(encodeURIComponent).join('/');

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

/** The provider's error as text: strings trimmed, other values as JSON (at most 300 characters), '' if absent or empty. */
export function wordsOf(value: unknown): string {
	if (typeof value === 'string') return value.trim();
	if (value === null || value === undefined) return '';
	try {
		return JSON.stringify(value)
			.slice(0, 300)
			.replace(/^(\{\}|\[\])$/, '');
	} catch {
		// Nested deeper than can be written.
		return '';
	}
}

const isDate = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(?<zone>Z|[+-]\d\d:?\d\d)?$/i;

/** A date of a provider, or its seconds since the epoch, in milliseconds; undefined if it is none. */
export function timeOf(value: unknown): number | undefined {
	// A number that small counts from another zero.
	if (typeof value === 'number') return value > 1e9 && value < 1e11 ? Math.round(value * 1000) : undefined;
	const date = typeof value === 'string' ? isDate.exec(value.trim()) : null;
	// Who names no zone means UTC; JavaScript would take its own.
	const time = Date.parse(
		date === null ? '' : `${date[0].replace(' ', 'T')}${date.groups?.zone === undefined ? 'Z' : ''}`,
	);
	return Number.isNaN(time) ? undefined : time;
}

/** A text that says something. */
export const said = maybe(z.string().refine((text) => text.trim() !== ''));

/** The facts, or undefined if nothing is known. */
export const ifAny = <T extends object>(facts: T): T | undefined =>
	Object.values(facts).some((one) => one !== undefined) ? facts : undefined;
