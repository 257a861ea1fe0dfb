import type { Provider, ProviderAnswer, JobReference, Jobs, JobState, ReadyState } from '../provider';
import { refusalIn } from '../providers/shared/refusals';
import { FluxError } from '../errors/fluxError';
import type { Client } from '../http/client';
import type { Deadline } from '../limits/deadline';
import { Durations, nextPollMs } from './pollTiming';

const durations = new Durations();
/** Right after the submit a provider may not know the job yet. */
const unknownGraceMs = 15_000;

/** A job that runs. */
export interface PolledJob extends JobReference {
	/** Milliseconds since the epoch; undefined if nobody knows any more. */
	acceptedAt: number | undefined;
	/** Accepted just now, so not finished yet. */
	justSubmitted: boolean;
	/** Jobs of the same kind take about as long as one another. */
	kind: string;
}

export const jobsOf = (api: Provider): Jobs => {
	if (api.jobs !== undefined) return api.jobs;
	throw new FluxError('invalid-input', `${api.label} has no jobs: its answer is the image itself`);
};

/** One look at a job. */
export async function pollOnce(api: Provider, client: Client, job: JobReference): Promise<JobState> {
	const { poll, readPoll } = jobsOf(api);
	const answer = await client.ask(poll(job), (candidate) => !('unreadable' in readPoll(candidate)));
	const state = readPoll(answer);
	if ('unreadable' in state) throw unusableAnswer(api, answer, state.unreadable);
	return state;
}

/** Why an answer to a question cannot be used: a refusal, or something that the API does not document. */
export function unusableAnswer(api: Provider, answer: ProviderAnswer, wanted: string): FluxError {
	const refused = refusalIn(api, answer);
	if (refused === undefined) {
		return new FluxError('bad-response', `${api.label} answered without ${wanted}: "${answer.excerpt}"`);
	}
	const { code, words } = refused;
	// The input was the job's id or nothing, so it is not for the user to correct.
	const meant = code === 'invalid-input' ? (answer.status === 404 ? 'job-not-found' : 'bad-response') : code;
	return new FluxError(meant, `${api.label} refused the question (HTTP ${answer.status}): ${words}`);
}

/**
 * Asks for a job until it has an image.
 *
 * @throws what became of the job otherwise, and the deadline's reason
 */
export async function waitForJob(
	api: Provider,
	client: Client,
	job: PolledJob,
	deadline: Deadline,
): Promise<ReadyState> {
	const acceptedAt = job.acceptedAt ?? Date.now();
	let progress: number | undefined;
	let ranAtMs = 0;
	for (let atOnce = !job.justSubmitted; ; atOnce = false) {
		const elapsed = Date.now() - acceptedAt;
		if (!atOnce) await deadline.wait(nextPollMs(elapsed, durations.expected(job.kind), progress));
		const lookedAtMs = Date.now() - acceptedAt;
		const state = await pollOnce(api, client, job);
		const age = Date.now() - acceptedAt;
		if (state.is === 'ready') {
			// It ended somewhere between two looks; an outage in between must not count as work.
			if (job.justSubmitted) durations.learn(job.kind, (ranAtMs + age) / 2);
			return state;
		}
		if (state.is === 'running') {
			progress = state.progress;
			ranAtMs = lookedAtMs;
		} else if (state.is !== 'unknownJob' || job.acceptedAt === undefined || age > unknownGraceMs) {
			throw errorOfState(state, api);
		}
	}
}

/** What a job that ended without an image means for the user. */
export function errorOfState(
	state: Exclude<JobState, { is: 'ready' | 'running' }>,
	api: Provider,
): FluxError {
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
