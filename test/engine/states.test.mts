import { stateWords } from '../../nodes/Flux/providers/shared/states.ts';
import type { ErrorCode } from '../../nodes/Flux/errors/fluxError.ts';
import { expectPicture, fluxError, job, requestsFor, useSandbox } from '../support/flux.mts';
import { runStyle, eachStyle } from '../support/styles.mts';

const at = useSandbox();

/** What becomes of a job that is asked for, by what its state means. */
const outcomes: Record<string, ErrorCode> = {
	promptModerated: 'prompt-moderated',
	imageModerated: 'image-moderated',
	failed: 'job-failed',
	cancelled: 'job-cancelled',
	unknownJob: 'job-not-found',
};

const words = eachStyle
	.filter(([, { hasJobs }]) => hasJobs)
	.flatMap(([api, style]) =>
		Object.entries(stateWords[api]).map(([word, is]) => [api, word, is, style] as const),
	);

describe.each(words)('A job of %s that is "%s"', (_api, word, is, style) => {
	const bought = async () => {
		const { items } = await runStyle(style, at.sandbox, { waitForCompletion: false });
		return job(items[0].json.jobId as string);
	};

	it(`is ${is}`, async () => {
		const get = await bought();
		const isOver = is in outcomes;
		const state = { kind: 'state' as const, status: word };
		if (is !== 'ready') at.sandbox.fault({ on: 'poll', times: isOver ? 9 : 2, do: state });
		const run = await runStyle(style, at.sandbox, get);

		if (isOver) expect(fluxError(run)).toMatchObject({ code: outcomes[is], jobId: get.jobId });
		else await expectPicture(run);
		if (is === 'running') expect(requestsFor(at.sandbox, 'poll').length).toBeGreaterThanOrEqual(3);
		expect(at.sandbox.purchases()).toBe(1);
	});
});
