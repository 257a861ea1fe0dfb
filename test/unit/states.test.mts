import { stateOf } from '../../nodes/Flux/apis/states.ts';

it.each([
	['Pending', 'running'],
	['Reasoning', 'running'],
	['Generating', 'running'],
	['Ready', 'ready'],
	['Request Moderated', 'promptModerated'],
	['Content Moderated', 'imageModerated'],
	['Error', 'failed'],
	['Failed', 'failed'],
	['Task not found', 'unknownJob'],
])('at Black Forest Labs "%s" means %s', (word, meaning) => {
	expect(stateOf('blackForestLabs', word)).toBe(meaning);
});

it.each(['ready', 'READY', ' Ready', 'Done', 'succeeded', '', 'constructor', 'toString', '__proto__'])(
	'at Black Forest Labs "%s" means nothing, above all no success',
	(word) => {
		expect(stateOf('blackForestLabs', word)).toBeUndefined();
	},
);
