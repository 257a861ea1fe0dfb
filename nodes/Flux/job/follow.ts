import type { Api, JobState } from '../apis/api';
import { FluxError } from '../errors';
import type { Client } from '../http/client';
import type { Deadline } from './deadline';
import type { Purchase } from './purchases';
import { Durations, nextLookMs } from './timing';

const durations = new Durations();
/** Right after the submit a provider may not know the job yet. */
const unknownGraceMs = 15_000;

export type ReadyState = Extract<JobState, { is: 'ready' }>;

/** One look at a job. */
export async function look(api: Api, client: Client, job: Purchase): Promise<JobState> {
	const answer = await client.ask(api.poll(job), (candidate) => !('unreadable' in api.readPoll(candidate)));
	const state = api.readPoll(answer);
	if (!('unreadable' in state)) return state;
	if (answer.status >= 400) {
		const { code, words } = api.refusal(answer);
		throw new FluxError(
			code === 'invalid-input' ? 'bad-response' : code,
			`The job cannot be asked for (HTTP ${answer.status}): ${words}`,
		);
	}
	throw new FluxError(
		'bad-response',
		`${api.label} answered without ${state.unreadable}: "${answer.excerpt}"`,
	);
}

/**
 * Asks for a job until it has an image.
 *
 * @param kind jobs of the same kind take about as long as one another
 * @param fresh bought just now: not finished yet, and the provider may not know it for a moment
 * @throws what became of the job otherwise, and the deadline's reason
 */
export async function follow(
	api: Api,
	client: Client,
	job: Purchase,
	deadline: Deadline,
	{ kind, fresh }: { kind: string; fresh: boolean },
): Promise<ReadyState> {
	let progress: number | undefined;
	for (let atOnce = !fresh; ; atOnce = false) {
		const elapsed = Date.now() - job.submittedAt;
		if (!atOnce) await deadline.wait(nextLookMs(elapsed, durations.expected(kind), progress));
		const state = await look(api, client, job);
		const age = Date.now() - job.submittedAt;
		if (state.is === 'ready') {
			if (fresh) durations.learn(kind, age);
			return state;
		}
		if (state.is === 'running') progress = state.progress;
		else if (state.is !== 'unknownJob' || age > unknownGraceMs) throw endOf(state, api);
	}
}

/** What a job that ended without an image means for the user. */
export function endOf(state: Exclude<JobState, { is: 'ready' | 'running' }>, api: Api): FluxError {
	switch (state.is) {
		case 'promptModerated':
			return new FluxError('prompt-moderated', `${api.label} refused the prompt${because(state.reasons)}`);
		case 'imageModerated':
			return new FluxError(
				'image-moderated',
				`${api.label} withheld the finished image${because(state.reasons)}`,
			);
		case 'failed':
			return new FluxError(
				'job-failed',
				`${api.label} could not make the image${state.reason === '' ? '' : `: ${state.reason}`}`,
			);
		case 'cancelled':
			return new FluxError('job-cancelled', 'The job was cancelled at the provider');
		case 'unknownJob':
			return new FluxError('job-not-found', `${api.label} does not know the job`);
		case 'expired':
			return new FluxError('expired', `${api.label} has deleted the image of the job`);
	}
}

const because = (reasons: string[]) => (reasons.length === 0 ? '' : `: ${reasons.join(', ')}`);
