import type { ProviderName } from '../../nodes/Flux/providers/names.ts';
import { stateOf, stateWords, type StateName } from '../../nodes/Flux/providers/common/states.ts';
import { apis } from '../contract/apis.mts';

/** What the document calls moderated may be the prompt or the image. */
const moderated: Record<string, StateName> = {
	'Request Moderated': 'promptModerated',
	'Content Moderated': 'imageModerated',
};

const documented = apis.map(({ provider, facts }) => [provider.name as ProviderName, facts.poll] as const);

describe.each(documented)('The states of %s', (api, words) => {
	const meanings = (['running', 'ready', 'failed', 'cancelled', 'unknownJob'] as const).flatMap((meaning) =>
		(words?.[meaning] ?? []).map((word) => [word, meaning] as [string, StateName]),
	);
	const all = [...meanings, ...(words?.moderated ?? []).map((word) => [word, moderated[word]] as const)];

	it('are those of its document, and mean the same', () => {
		expect(stateWords[api]).toEqual(Object.fromEntries(all));
		for (const [word, meaning] of all) expect(stateOf(api, word)).toBe(meaning);
	});

	it('are there, unless its answer is the image itself', () => {
		expect(all.length > 0).toBe(api !== 'openAiCompatible');
	});

	it.each([
		...['ready', 'READY', ' Ready', 'Done', 'Succeeded', 'succeeded ', 'completed', 'success', ''],
		...['constructor', 'toString', '__proto__', 'cancelled', 'Canceled', 'error'],
	])('have no "%s", above all not as success', (word) => {
		expect(stateOf(api, word)).toBeUndefined();
	});
});
