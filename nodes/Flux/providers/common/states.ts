import type { ProviderName } from '../names';

/** What a provider's state word means to the job engine. A word that is in no table means `running`, never success. */
export type StateName =
	| 'running'
	| 'ready'
	| 'promptModerated'
	| 'imageModerated'
	| 'failed'
	| 'cancelled'
	| 'unknownJob'
	| 'expired';

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
	// Its answer is the image itself.
	openAiCompatible: {},
} satisfies Record<ProviderName, Record<string, StateName>>;

/** The meaning of a state word of an API; undefined if the API does not document the word. */
export function stateOf(api: keyof typeof stateWords, word: string): StateName | undefined {
	const known: Record<string, StateName> = stateWords[api];
	return Object.hasOwn(known, word) ? known[word] : undefined;
}
