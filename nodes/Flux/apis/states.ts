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

const words = {
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
} satisfies Record<string, Record<string, StateName>>;

/** The meaning of a state word of an API; undefined if the API does not document the word. */
export function stateOf(api: keyof typeof words, word: string): StateName | undefined {
	return Object.hasOwn(words[api], word) ? (words[api] as Record<string, StateName>)[word] : undefined;
}
