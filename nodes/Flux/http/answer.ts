import type { IDataObject } from 'n8n-workflow';

import type { ProviderAnswer } from '../provider';
import { excerpt } from './redact';
import { retryAfterIn, type AttemptFailure } from './retry';
import { parseJson } from '../url';

/** Where providers name a request, so that their support finds it; the proxy before them last. */
const requestIdHeaders = [/^(x-)?request-id$/, /-request-id$/, /^cf-ray$/];

const requestIdIn = (headers: IDataObject): string | undefined =>
	requestIdHeaders
		.flatMap((known) => Object.keys(headers).filter((name) => known.test(name)))
		.map((name) => headers[name])
		.find((id): id is string => typeof id === 'string' && /^[\x21-\x7e]{1,200}$/.test(id));

const mostValues = 1_000_000;

/** Whether a text holds more values of JSON than any answer: they take 30 times the memory of the text, and minutes. */
export function isCrowded(text = ''): boolean {
	const value = /[[{,]/g;
	let count = 0;
	while (text.length > 2 * mostValues && count <= mostValues && value.test(text)) count++;
	return count > mostValues;
}

/** @param text the body without the key; undefined if it was too large */
export const toAnswer = (
	status: number,
	headers: IDataObject,
	text: string | undefined,
	more: Pick<ProviderAnswer, 'sentAt' | 'mayBeRepeated'>,
): ProviderAnswer => ({
	status,
	body: text === undefined ? undefined : parseJson(text),
	excerpt: text === undefined ? 'an answer that is too large' : excerpt(text),
	requestId: requestIdIn(headers),
	...more,
});

export const statusFailure = (
	status: number,
	headers: IDataObject,
	{ body, mayBeRepeated }: Partial<ProviderAnswer> = {},
): AttemptFailure => ({
	kind: 'status',
	status,
	// The server means its own clock, which the one here may not be like.
	retryAfter: retryAfterIn(status, headers, Date.parse(String(headers.date)) || Date.now(), body),
	mayBeRepeated,
});
