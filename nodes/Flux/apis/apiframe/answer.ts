import { z } from 'zod/v4';

import type { ErrorCode } from '../../errors';
import type { ApiAnswer, JobState, ReadyImage, Submitted, Unreadable } from '../api';
import { jobId } from '../jobId';
import { moderationIn } from '../moderation';
import { stateOf } from '../states';
import { url, wordsOf } from '../texts';

const submitted = z.object({ jobId });

export function readSubmit({ body }: ApiAnswer): Submitted | Unreadable {
	const read = submitted.safeParse(body);
	return read.success ? { jobId: read.data.jobId } : { unreadable: 'a job id (jobId)' };
}

const job = z.object({
	status: z.string(),
	result: z.unknown(),
	error: z.unknown(),
	/** Percent. */
	progress: z.number().min(0).max(100).nullish().catch(undefined),
	creditCost: z.number().nullish().catch(undefined),
	expired: z.boolean().nullish().catch(undefined),
});

export function readPoll(answer: ApiAnswer): JobState | Unreadable {
	if (answer.status === 404) return { is: 'unknownJob' };
	const read = job.safeParse(answer.body);
	if (!read.success) return { unreadable: 'a job status' };
	const { status, result, error, progress, creditCost, expired } = read.data;
	const is = stateOf('apiframe', status) ?? 'running';
	switch (is) {
		case 'running':
			return { is, progress: typeof progress === 'number' ? progress / 100 : undefined };
		case 'ready': {
			if (expired === true) return { is: 'expired' };
			const images = imagesIn(result);
			if (images === undefined) return { unreadable: 'the images (result.images) of a finished job' };
			return { is, images, cost: creditCost ?? undefined };
		}
		case 'failed': {
			const reason = wordsOf(error);
			return moderationIn(reason) ?? { is, reason };
		}
		case 'promptModerated':
		case 'imageModerated':
			return { is, reasons: [wordsOf(error)].filter(Boolean) };
		default:
			return { is };
	}
}

const image = z.union([url, z.object({ url }).transform((one) => one.url)]);
const results = z.union([
	url.transform((one) => [one]),
	z.object({ images: z.array(image).min(1) }).transform(({ images }) => images),
]);

/** `result` holds a list; older jobs have the one URL in its place. */
const imagesIn = (result: unknown): ReadyImage[] | undefined =>
	results.safeParse(result).data?.map((one) => ({ url: one }));

const uploaded = z.object({ url });

export function readUpload({ body }: ApiAnswer): { url: string } | Unreadable {
	const read = uploaded.safeParse(body);
	return read.success ? read.data : { unreadable: 'the URL of the uploaded file (url)' };
}

const codes: Record<number, ErrorCode> = {
	400: 'invalid-input',
	401: 'authentication',
	402: 'insufficient-credits',
	403: 'authentication',
	409: 'bad-response',
	413: 'invalid-input',
	422: 'invalid-input',
	429: 'rate-limited',
};

const number = z.number().optional().catch(undefined);
const problem = z.object({
	error: z.string().optional().catch(undefined),
	details: z.record(z.string(), z.array(z.string())).catch({}),
	creditsRequired: number,
	creditsAvailable: number,
});

const conflict =
	'(the key of this order was used with another one: nothing was bought now, but the account may hold a job of an earlier try)';

/** Apiframe answers `{error}`, with `details` by path where the input is wrong, and the credits where they do not suffice. */
export function refusal({ status, body, excerpt }: ApiAnswer): { code: ErrorCode; words: string } {
	const { error, details = {}, creditsRequired, creditsAvailable } = problem.safeParse(body).data ?? {};
	const wrong = Object.entries(details).map(([path, messages]) => `${path}: ${messages.join(', ')}`);
	const words = [error, wrong.join('; ')].filter(Boolean).join(': ') || excerpt;
	const credits =
		creditsRequired === undefined && creditsAvailable === undefined
			? ''
			: ` (${creditsRequired ?? '?'} credits are needed, ${creditsAvailable ?? '?'} are left)`;
	return {
		code: codes[status] ?? (status >= 500 ? 'provider-unavailable' : 'bad-response'),
		words: `${words}${status === 402 ? credits : ''}${status === 409 ? ` ${conflict}` : ''}`,
	};
}
