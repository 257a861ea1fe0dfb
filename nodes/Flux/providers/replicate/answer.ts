import { z } from 'zod/v4';

import type { ErrorCode } from '../../errors/fluxError';
import type { ProviderAnswer, JobState, ReadyState, Submitted, Unreadable } from '../../provider';
import { imagesIn } from '../shared/imagesIn';
import { jobId } from '../shared/jobId';
import { moderationIn } from '../shared/moderation';
import { codeOf, problemIn } from '../shared/refusals';
import { stateOf } from '../shared/states';
import { ifAny, said, timeOf, url, wordsOf } from '../shared/readers';

const prediction = z.object({
	id: jobId,
	status: z.string(),
	output: z.unknown(),
	error: z.unknown(),
	data_removed: z.boolean().nullish().catch(undefined),
	completed_at: z.unknown(),
	...{ model: said, version: said },
	input: z.looseObject({ prompt: said, seed: z.int().optional().catch(undefined) }).catch({}),
});
type Prediction = z.infer<typeof prediction>;

/** The answer is the job itself, which may have ended already. A job whose state cannot be read is asked for again. */
export function readSubmit({ body }: ProviderAnswer): Submitted | Unreadable {
	const known = prediction.pick({ id: true }).safeParse(body);
	if (!known.success) return { unreadable: 'a prediction with an id' };
	const { id } = known.data;
	const read = prediction.safeParse(body);
	const state = read.success ? toState(read.data) : undefined;
	return state === undefined || 'unreadable' in state ? { jobId: id } : { jobId: id, state };
}

export function readPoll(answer: ProviderAnswer): JobState | Unreadable {
	if (answer.status === 404) return { is: 'unknownJob' };
	const read = prediction.safeParse(answer.body);
	return read.success ? toState(read.data) : { unreadable: 'the status of a prediction' };
}

function toState(all: Prediction): JobState | Unreadable {
	const { status, output, error, data_removed: isRemoved, completed_at } = all;
	const is = stateOf('replicate', status) ?? 'running';
	switch (is) {
		case 'running':
			return { is, about: aboutOf(all) };
		case 'ready': {
			const images = imagesIn(output, all.input);
			if (images.length > 0) return { is, images, finishedAt: timeOf(completed_at), about: aboutOf(all) };
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

/** A prediction repeats its input; one of a version may name no model. */
const aboutOf = ({ model, version, input: { prompt, seed } }: Prediction): ReadyState['about'] =>
	ifAny({ model: model ?? (version === 'hidden' ? undefined : version), prompt, seed });

const uploaded = z.object({ urls: z.object({ get: url }) });

export function readUpload({ body }: ProviderAnswer): { url: string } | Unreadable {
	const read = uploaded.safeParse(body);
	return read.success
		? { url: read.data.urls.get }
		: { unreadable: 'the URL of the uploaded file (urls.get)' };
}

const text = z.string().min(1).optional().catch(undefined);
const invalidField = z.object({ field: z.string(), description: z.string() });
const problem = z.object({
	title: text,
	detail: text,
	invalid_fields: z.array(invalidField).catch([]),
	retry_after: z.coerce.number().nonnegative().optional().catch(undefined),
});

/** Replicate answers `{title, detail}`, with `invalid_fields` where the input is wrong. */
export function refusal({ status, body, excerpt }: ProviderAnswer): { code: ErrorCode; words: string } {
	const { title, detail, invalid_fields: fields = [] } = problem.safeParse(body).data ?? {};
	const wrong = fields.map(({ field, description }) => `${field.replace(/^input\./, '')}: ${description}`);
	const words = [title, wrong.length > 0 ? wrong.join('; ') : detail].filter(Boolean).join(': ');
	const advice =
		' (either there is no such model, or it is none that Replicate runs by its name alone: then write owner/name:version)';
	return {
		code: codeOf(status),
		words: `${words || problemIn(body)?.words || excerpt}${status === 404 ? advice : ''}`,
	};
}

/** A 429 says in `retry_after` or in its words when to come again. */
export function retryAfterSeconds({ status, body }: ProviderAnswer): number | undefined {
	const read = problem.safeParse(body).data;
	if (status !== 429 || read === undefined) return undefined;
	const [, count, unit] = /resets? in ~?(\d+(?:\.\d+)?) ?(s|m)/i.exec(read.detail ?? '') ?? [];
	return read.retry_after ?? (count === undefined ? undefined : Number(count) * (unit === 'm' ? 60 : 1));
}
