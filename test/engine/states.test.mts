import type { ErrorCode } from '../../nodes/Flux/errors/fluxError.ts';
import { alone, expectImage, fluxError, job, requestsFor } from '../support/flux.mts';
import { eachStyle, runStyle, type Style } from '../support/styles.mts';

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
		Object.entries(style.states).map(([word, is]) => [api, word, is, style] as const),
	);

it.concurrent.each(words)(
	'A job of %s that is "%s" is %s',
	alone(0.05, async (sandbox, _api: string, word: string, is: string, style: Style) => {
		const { items } = await runStyle(style, sandbox, { ...style.small, waitForCompletion: false });
		const id = items[0].json.jobId as string;
		const get = job(style.jobIdOf?.(id) ?? id);
		const isOver = is in outcomes;
		const state = { kind: 'state' as const, status: word };
		if (is !== 'ready') sandbox.fault({ on: 'poll', times: isOver ? 9 : 2, do: state });
		const run = await runStyle(style, sandbox, get);

		if (isOver) expect(fluxError(run)).toMatchObject({ code: outcomes[is], jobId: get.jobId });
		else await expectImage(run);
		if (is === 'running') expect(requestsFor(sandbox, 'poll').length).toBeGreaterThanOrEqual(3);
		expect(sandbox.billed()).toBe(1);
	}),
);
