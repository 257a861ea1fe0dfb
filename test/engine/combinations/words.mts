import { styles } from '../../support/styles.mts';
import { secondsFor, type Fault, type Flow, type Scene } from './model.mts';

const several = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

const onErrors: Record<Flow['onError'], string> = {
	stopWorkflow: 'stop the workflow',
	continueRegularOutput: 'continue',
	continueErrorOutput: 'continue with the error output',
};

function describeFlow(flow: Flow, index: number, scene: Scene): string {
	const what = flow.wishes.map(({ images, file }) => {
		const count = flow.isAgent ? '' : several(images, 'image');
		return `${count}${flow.isEdit ? `${count === '' ? '' : ' of '}file ${file}` : ''}` || 'an image';
	});
	const who = flow.isAgent
		? `an agent that calls the node for ${what.join(', then for ')}`
		: `${several(what.length, 'item')} (${what.join(', ')})`;
	return [
		`workflow ${index}, from ${flow.startsAfterMs} ms on: ${flow.isEdit ? 'edits' : 'generates'} for ${who}`,
		flow.hasSeed ? 'with a seed' : 'without a seed',
		`Max Concurrency ${flow.maxConcurrency ?? 'as it is by itself'}`,
		`On Error: ${onErrors[flow.onError]}`,
		flow.tries === 1 ? 'no Retry On Fail' : `Retry On Fail with ${flow.tries} tries`,
		`Timeout ${secondsFor(flow, scene)} s`,
	].join(', ');
}

function describeFault(fault: Fault, flows: number): string {
	const where = `of workflow ${fault.flow % flows}`;
	const which =
		fault.on === 'download'
			? `the download of image ${fault.at} ${where}`
			: `${fault.on} ${fault.at} ${where}`;
	switch (fault.is) {
		case 'busy':
			return `${which} is answered 429 ${
				fault.seconds === undefined
					? 'once, without Retry-After'
					: `with Retry-After ${fault.seconds}${fault.on === 'download' ? '' : `, as are all ${fault.on}s meanwhile`}`
			}`;
		case 'lost':
			return `${which} is done, and the connection cut before the answer`;
		case 'late':
			return `${which} is answered ${fault.seconds} s late`;
		case 'gone':
			return `${which} is answered ${fault.status} for ${fault.seconds} s`;
		case 'refused':
			return `${which} is refused with 422`;
		case 'slow':
			return `the images of ${which} take ${fault.seconds} s`;
	}
}

/** The scene in words. Everything is counted from 0. */
export const describeScene = (scene: Scene): string =>
	[
		`${styles[scene.api].label}, an image takes ${scene.imageMs} ms${
			scene.hiddenLooks === 0 ? '' : `, a job is unknown to the first ${several(scene.hiddenLooks, 'poll')}`
		}${scene.hasLinks || styles[scene.api].hasJobs ? '' : ', answers hold the images themselves'}`,
		...scene.flows.map((flow, index) => describeFlow(flow, index, scene)),
		...scene.faults.map((fault) => describeFault(fault, scene.flows.length)),
	]
		.map((line) => `  - ${line}`)
		.join('\n');
