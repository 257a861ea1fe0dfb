import type { IDataObject } from 'n8n-workflow';

import type { ProviderAnswer } from '../provider';
import { excerpt } from './redact';
import { retryAfterIn, type AttemptFailure } from './retry';
import { parseJson } from '../url';

/** Where providers name a request, so that their support finds it; the proxy before them last. */
const requestIdHeaders = ['x-request-id', 'request-id', 'x-fal-request-id', 'cf-ray'];

const requestIdIn = (headers: IDataObject): string | undefined =>
	requestIdHeaders
		.map((name) => headers[name])
		.find((id): id is string => typeof id === 'string' && /^[\x21-\x7e]{1,200}$/.test(id));

/** Whether fal says that another try may help; undefined if it says nothing. What has a kind of error is how the job ended. */
const mayBeRepeatedIn = (headers: IDataObject): boolean | undefined => {
	const told = String(headers['x-fal-retryable'] ?? '').toLowerCase();
	if (told !== '') return told !== 'false';
	return headers['x-fal-error-type'] === undefined ? undefined : false;
};

/** @param text the body without the key; undefined if it was too large */
export const toAnswer = (
	status: number,
	headers: IDataObject,
	text: string | undefined,
	sentAt: number,
): ProviderAnswer => ({
	status,
	body: text === undefined ? undefined : parseJson(text),
	excerpt: text === undefined ? 'an answer that is too large' : excerpt(text),
	requestId: requestIdIn(headers),
	sentAt,
	mayBeRepeated: mayBeRepeatedIn(headers),
});

export const statusFault = (status: number, headers: IDataObject): AttemptFailure => ({
	kind: 'status',
	status,
	retryAfter: retryAfterIn(status, headers, Date.now()),
	mayBeRepeated: mayBeRepeatedIn(headers),
});
