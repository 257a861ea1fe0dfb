import fc from 'fast-check';

import { providerNames, type ProviderName } from '../../../nodes/Flux/providers/names.ts';
import { weighted } from '../fuzz/values.mts';
import { styles } from '../../support/styles.mts';
import { dialects } from './dialects.mts';

/** What one input item asks for, or one call of an agent. */
export interface Wish {
	images: number;
	/** Which of the files is edited. */
	file: number;
}

/** A workflow over the credential that all workflows of a scene share. */
export interface Flow {
	/** An agent calls the node as its tool, one wish after the other and always with the same prompt. */
	isAgent: boolean;
	startsAfterMs: number;
	wishes: Wish[];
	isEdit: boolean;
	/** With a seed the images of a wish have rising ones; without, they are asked for in the same words. */
	hasSeed: boolean;
	maxConcurrency: number | undefined;
	onError: 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput';
	tries: number;
	/** Undefined: enough for all that the provider does. */
	timeoutSeconds: number | undefined;
}

export type Phase = 'submit' | 'poll' | 'download';

/** What goes wrong with a request at the provider. */
export type Trouble =
	/** 429. With a time in Retry-After all requests of the kind are refused so long; of downloads, those of that image. */
	| { is: 'busy'; seconds: number | undefined }
	/** Done as asked, and then the connection is cut. */
	| { is: 'lost' }
	/** Done as asked, and answered so much later. */
	| { is: 'late'; seconds: number }
	/** The result URL answers so for a while after it was first asked. */
	| { is: 'gone'; status: number; seconds: number }
	/** A submit that is not accepted, for no fault of the provider's. */
	| { is: 'refused' }
	/** An image that takes longer than the others. */
	| { is: 'slow'; seconds: number };

/**
 * `at` counts the submits and polls of a workflow as they arrive, and its images as they are first fetched. The workflow is counted
 * around, so that it is always one of those that there are.
 */
export type Fault = Trouble & { on: Phase; flow: number; at: number };

/** All that happens between one account and its provider. */
export interface Scene {
	api: ProviderName;
	flows: Flow[];
	faults: Fault[];
	/** How long an image usually takes, in milliseconds. */
	imageMs: number;
	/** How often a job is asked for before the provider knows it. */
	hiddenLooks: number;
	/** Whether a provider without jobs answers with links. */
	hasLinks: boolean;
}

const fileCount = 3;

const tenths = (least: number, most: number) =>
	fc.integer({ min: least * 10, max: most * 10 }).map((tenth) => tenth / 10);

const wish = (most: number): fc.Arbitrary<Wish> =>
	fc.record({
		images: fc.integer({ min: 1, max: most }),
		file: fc.nat(fileCount - 1),
	});

const common = {
	startsAfterMs: weighted([2, fc.constant(0)], [1, fc.integer({ min: 0, max: 600 })]),
	hasSeed: fc.boolean(),
	maxConcurrency: fc.constantFrom(undefined, 1, 1, 2, 3, 20),
	onError: fc.constantFrom<Flow['onError']>('stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'),
	tries: fc.integer({ min: 1, max: 3 }),
	timeoutSeconds: weighted<number | undefined>(
		[3, fc.constant(undefined)],
		[1, fc.constantFrom(1, 1.5, 2, 3)],
	),
};

const ofItems: fc.Arbitrary<Flow> = fc.record({
	...common,
	isAgent: fc.constant(false),
	isEdit: fc.boolean(),
	wishes: fc.array(wish(3), { minLength: 1, maxLength: 4 }),
});

const ofAgent: fc.Arbitrary<Flow> = fc.record({
	...common,
	isAgent: fc.constant(true),
	isEdit: weighted([4, fc.constant(true)], [1, fc.constant(false)]),
	wishes: fc.array(wish(1), { minLength: 2, maxLength: 3 }),
	onError: fc.constant('stopWorkflow' as const),
	// What an agent asks for after a failure counts most.
	tries: weighted([3, fc.constant(1)], [1, fc.integer({ min: 2, max: 3 })]),
	timeoutSeconds: weighted<number | undefined>([1, fc.constant(undefined)], [2, fc.constantFrom(1, 1.5, 2)]),
});

/** Where an answer has no job, what is kept of it for an agent's next call counts more. */
const flowOf = (api: ProviderName) =>
	!styles[api].hasJobs ? weighted([1, ofItems], [1, ofAgent]) : weighted([2, ofItems], [1, ofAgent]);

const pause = weighted<number | undefined>(
	[3, fc.constant(undefined)],
	[6, tenths(0.3, 2)],
	// Longer than the time for which a job may be unknown.
	[1, fc.constant(16)],
);
const shortPause = weighted<number | undefined>([1, fc.constant(undefined)], [3, tenths(0.3, 2)]);

const lasting = <K extends 'late' | 'slow'>(is: K, least: number, most: number) =>
	tenths(least, most).map((seconds) => ({ is, seconds }));
const busy = (seconds: fc.Arbitrary<number | undefined>) =>
	seconds.map((one) => ({ is: 'busy' as const, seconds: one }));
const lost = fc.constant({ is: 'lost' as const });

const at = (on: Phase, most: number, trouble: fc.Arbitrary<Trouble>): fc.Arbitrary<Fault> =>
	fc
		.tuple(fc.nat(2), weighted([1, fc.constant(0)], [1, fc.nat(most)]), trouble)
		.map(([flow, nth, what]) => ({ ...what, on, flow, at: nth }));

const ofSubmits = at(
	'submit',
	4,
	weighted<Trouble>(
		[4, busy(pause)],
		[1, lost],
		[3, lasting('late', 0.5, 2.5)],
		[1, fc.constant({ is: 'refused' })],
		[2, lasting('slow', 0.5, 2.5)],
	),
);
const ofPolls = at(
	'poll',
	5,
	weighted<Trouble>([4, busy(shortPause)], [1, lost], [1, lasting('late', 0.3, 1)]),
);
const ofDownloads = at(
	'download',
	4,
	weighted<Trouble>(
		[2, busy(shortPause)],
		[1, lost],
		[1, lasting('late', 0.3, 2)],
		[
			3,
			fc
				.tuple(fc.constantFrom(403, 404, 410), tenths(0.3, 3))
				.map(([status, seconds]) => ({ is: 'gone', status, seconds })),
		],
	),
);

/** What a provider without jobs is not asked cannot go wrong. */
const faultsOf = (api: ProviderName): fc.Arbitrary<Fault> =>
	!styles[api].hasJobs
		? weighted([3, ofSubmits], [2, ofDownloads])
		: weighted([3, ofSubmits], [2, ofPolls], [2, ofDownloads]);

/** Those that the provider of the scenes speaks. */
const played = providerNames.filter((name) => Object.hasOwn(dialects, name));

export const anyScene: fc.Arbitrary<Scene> = fc.constantFrom(...played).chain((api) =>
	fc.record({
		api: fc.constant(api),
		flows: fc.array(flowOf(api), { minLength: 1, maxLength: 3 }),
		faults: fc.array(faultsOf(api), { maxLength: 4 }),
		imageMs: fc.integer({ min: 20, max: 200 }),
		hiddenLooks: weighted([2, fc.constant(0)], [1, fc.constantFrom(1, 2)]),
		hasLinks: weighted([5, fc.constant(true)], [1, fc.constant(false)]),
	}),
);

/** How long an item of the flow may take. Undefined in the model is time enough for all faults, one after the other. */
export const secondsFor = ({ timeoutSeconds }: Flow, { faults }: Scene): number =>
	timeoutSeconds ??
	Math.round(
		faults.reduce((tenth, fault) => tenth + 10 * ('seconds' in fault ? (fault.seconds ?? 0) : 0), 120),
	) / 10;
