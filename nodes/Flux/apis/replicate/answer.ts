import { z } from 'zod/v4';

import type { ErrorCode } from '../../errors';
import type { ApiAnswer, JobState, ReadyImage, Submitted, Unreadable } from '../api';
import { jobId } from '../jobId';
import { moderationIn } from '../moderation';
import { stateOf } from '../states';
import { link, url, wordsOf } from '../texts';

const prediction = z.object({
	id: jobId,
	status: z.string(),
	output: z.unknown(),
	error: z.unknown(),
	data_removed: z.boolean().nullish().catch(undefined),
});
type Prediction = z.infer<typeof prediction>;

/** The answer is the job itself, which may have ended already. A job whose state cannot be read is asked for again. */
export function readSubmit({ body }: ApiAnswer): Submitted | Unreadable {
	const known = prediction.pick({ id: true }).safeParse(body);
	if (!known.success) return { unreadable: 'a prediction with an id' };
	const { id } = known.data;
	const read = prediction.safeParse(body);
	const state = read.success ? toState(read.data) : undefined;
	return state === undefined || 'unreadable' in state ? { jobId: id } : { jobId: id, state };
}

export function readPoll(answer: ApiAnswer): JobState | Unreadable {
	if (answer.status === 404) return { is: 'unknownJob' };
	const read = prediction.safeParse(answer.body);
	return read.success ? toState(read.data) : { unreadable: 'the status of a prediction' };
}

function toState({ status, output, error, data_removed: isRemoved }: Prediction): JobState | Unreadable {
	const is = stateOf('replicate', status) ?? 'running';
	switch (is) {
		case 'ready': {
			const images = imagesIn(output);
			if (images !== undefined) return { is, images };
			return isRemoved === true ? { is: 'expired' } : { unreadable: 'the images (output) of a finished job' };
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

const dataUri = /^data:[^,]*;base64,/i;
const image = z.union([z.string().regex(dataUri), link]);
const urls = z.union([image.transform((one) => [one]), z.array(image).min(1)]);

/** `output` is a URL or a list of them; a proxy may answer `data:` URIs. */
function imagesIn(output: unknown): ReadyImage[] | undefined {
	return urls
		.safeParse(output)
		.data?.map((one) => (dataUri.test(one) ? { base64: one.replace(dataUri, '') } : { url: one }));
}

const uploaded = z.object({ urls: z.object({ get: url }) });

export function readUpload({ body }: ApiAnswer): { url: string } | Unreadable {
	const read = uploaded.safeParse(body);
	return read.success
		? { url: read.data.urls.get }
		: { unreadable: 'the URL of the uploaded file (urls.get)' };
}

const codes: Record<number, ErrorCode> = {
	400: 'invalid-input',
	401: 'authentication',
	402: 'insufficient-credits',
	403: 'authentication',
	404: 'invalid-input',
	413: 'invalid-input',
	422: 'invalid-input',
	429: 'rate-limited',
};

const text = z.string().min(1).optional().catch(undefined);
const invalidField = z.object({ field: z.string(), description: z.string() });
const problem = z.object({
	title: text,
	detail: text,
	error: text,
	invalid_fields: z.array(invalidField).catch([]),
	retry_after: z.coerce.number().nonnegative().optional().catch(undefined),
});

/** Replicate answers `{title, detail}`, with `invalid_fields` where the input is wrong. */
export function refusal({ status, body, excerpt }: ApiAnswer): { code: ErrorCode; words: string } {
	const { title, detail, error, invalid_fields: fields = [] } = problem.safeParse(body).data ?? {};
	const wrong = fields.map(({ field, description }) => `${field.replace(/^input\./, '')}: ${description}`);
	const words = [title, wrong.length > 0 ? wrong.join('; ') : (detail ?? error)].filter(Boolean).join(': ');
	const advice =
		' (either there is no such model, or it is none that Replicate runs by its name alone: then write owner/name:version)';
	return {
		code: codes[status] ?? (status >= 500 ? 'provider-unavailable' : 'bad-response'),
		words: `${words || excerpt}${status === 404 ? advice : ''}`,
	};
}

/** A 429 says in `retry_after` or in its words when to come again. */
export function retryAfterSeconds({ status, body }: ApiAnswer): number | undefined {
	const read = problem.safeParse(body).data;
	if (status !== 429 || read === undefined) return undefined;
	const [, count, unit] = /resets? in ~?(\d+(?:\.\d+)?) ?(s|m)/i.exec(read.detail ?? '') ?? [];
	return read.retry_after ?? (count === undefined ? undefined : Number(count) * (unit === 'm' ? 60 : 1));
}
