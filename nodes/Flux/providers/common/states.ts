import type { z } from 'zod/v4';

import type { JobState, ProviderAnswer } from '../../provider';
import type { ProviderName } from '../names';
import { wordsOf } from './readers';
import { isNoJob } from './refusals';

/** What a provider's state word means to the job engine. A word that is in no table means `running`, never success. */
export type StateName = JobState['is'];

/** The words of each API's document. */
export const stateWords = {
	blackForestLabs: {
		Pending: 'running',
		Reasoning: 'running',
		Generating: 'running',
		Ready: 'ready',
		'Request Moderated': 'promptModerated',
		'Content Moderated': 'imageModerated',
		Error: 'failed',
		Failed: 'failed',
		'Task not found': 'unknownJob',
	},
	replicate: {
		starting: 'running',
		processing: 'running',
		succeeded: 'ready',
		failed: 'failed',
		canceled: 'cancelled',
		aborted: 'cancelled',
	},
	apiframe: {
		QUEUED: 'running',
		PROCESSING: 'running',
		COMPLETED: 'ready',
		FAILED: 'failed',
		CANCELLED: 'cancelled',
	},
	fal: {
		IN_QUEUE: 'running',
		IN_PROGRESS: 'running',
		COMPLETED: 'ready',
		FAILED: 'failed',
		CANCELED: 'cancelled',
	},
	// Its answer is the image itself.
	openAiCompatible: {},
} satisfies Record<ProviderName, Record<string, StateName>>;

type Words = typeof stateWords;
type StateAt<Api extends ProviderName> = Words[Api][keyof Words[Api]];

/** The meaning of a state word of an API; undefined if the API does not document the word. */
export function stateOf<Api extends ProviderName>(api: Api, word: string): StateAt<Api> | undefined {
	const known = stateWords[api] as Record<string, StateAt<Api>>;
	return Object.hasOwn(known, word) ? known[word] : undefined;
}

/** The job in an answer, with what its state means; undefined if the answer tells of none, but perhaps of an error. */
export function jobIn<Api extends ProviderName, Job extends { status: string }>(
	api: Api,
	schema: z.ZodType<Job>,
	{ body }: ProviderAnswer,
) {
	const job = schema.safeParse(body).data;
	const known = job && stateOf(api, job.status);
	if (job === undefined || (known === undefined && isNoJob(body))) return undefined;
	return { ...job, is: known ?? ('running' as const) };
}

const moderated =
	/flagged|nsfw|\bE005\b|moderat(ed|ion)|sensitive content|safety (check|filter|system)|content[ _]policy/i;
const ofPrompt = /\b(input|prompt|request)|content[ _]policy/i;
const ofImage = /\boutput|nsfw|generated/i;

/**
 * A job that has ended without images, where one `error` says why, and perhaps the answer what it cost. Refusals for safety are failures
 * that only their words tell apart; what speaks of both is taken for the image's.
 */
export function endedWith(is: 'failed' | 'cancelled', error: unknown, cost?: number): JobState {
	if (is === 'cancelled') return { is };
	const reason = wordsOf(error);
	if (!moderated.test(reason)) return { is, reason, cost };
	const isPrompt = ofPrompt.test(reason) && !ofImage.test(reason);
	return { is: isPrompt ? 'promptModerated' : 'imageModerated', reasons: [reason], cost };
}
