import Sequencer from '@jest/test-sequencer';

/** What takes longest, by the names of the files. */
const longest = ['faultMatrix', 'stop', 'hosts', 'everyModel', 'browser', 'oneN8n', 'queue'];
const place = ({ path }) => {
	const found = longest.findIndex((name) => path.endsWith(`/${name}.test.mts`));
	return found === -1 ? longest.length : found;
};

/** Begins with the files that take longest; without times of an earlier run, jest would begin with the largest. */
export default class LongestFirst extends Sequencer {
	async sort(tests) {
		const sorted = await super.sort(tests);
		return [...sorted].sort((one, other) => place(one) - place(other));
	}
}
