import type { JobState } from '../../provider';
import type { ProviderName } from '../names';
import { wordsOf } from './readers';

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

/** The meaning of a state word of an API; undefined if the API does not document the word. */
export function stateOf(api: keyof typeof stateWords, word: string): StateName | undefined {
	const known: Record<string, StateName> = stateWords[api];
	return Object.hasOwn(known, word) ? known[word] : undefined;
}

const moderated =
	/flagged|nsfw|\bE005\b|moderat(ed|ion)|sensitive content|safety (check|filter|system)|content policy/i;
const ofPrompt = /\b(input|prompt|request)/i;
const ofImage = /\boutput|nsfw|generated/i;

/** Where refusals for safety are failures that only their words tell apart. What speaks of both is taken for the image's. */
function moderationIn(words: string): JobState | undefined {
	if (!moderated.test(words)) return undefined;
	const is = ofPrompt.test(words) && !ofImage.test(words) ? 'promptModerated' : 'imageModerated';
	return { is, reasons: [words] };
}

/** A job that has ended without images, where one `error` says why whatever the state is. */
export function endedWith(is: Exclude<StateName, 'running' | 'ready'>, error: unknown): JobState {
	const reason = wordsOf(error);
	switch (is) {
		case 'failed':
			return moderationIn(reason) ?? { is, reason };
		case 'promptModerated':
		case 'imageModerated':
			return { is, reasons: [reason].filter(Boolean) };
		default:
			return { is };
	}
}
