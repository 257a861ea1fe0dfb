import type { JobReference, Jobs, JobState, Provider, ReadyState } from '../provider';
import { FluxError, type ErrorCode } from '../errors/fluxError';
import type { Client } from '../http/client';
import type { Deadline } from '../limits/deadline';
import { ask } from './ask';

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

type Told = JobState & { requestId?: string };

/** One look at a job, and at its result where that is another request. */
export async function pollOnce(api: Provider, client: Client, job: JobReference): Promise<Told> {
	const { poll, readPoll, result, readResult } = jobsOf(api);
	const polled = await ask(api, client, poll(job), readPoll);
	const isElsewhere = polled.value.is === 'ready' && result !== undefined && readResult !== undefined;
	const { value, answer } = isElsewhere ? await ask(api, client, result(job), readResult) : polled;
	client.debug(`job ${job.jobId} is ${value.is}`);
	return { ...value, requestId: answer.requestId };
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
	state: Exclude<Told, { is: 'ready' | 'running' }>,
	{ label }: Pick<Provider, 'label'>,
): FluxError {
	const [code, message] = meaningOf(state, label);
	return new FluxError(code, message, { trace: { requestId: state.requestId } });
}

function meaningOf(
	state: Exclude<JobState, { is: 'ready' | 'running' }>,
	label: string,
): [ErrorCode, string] {
	switch (state.is) {
		case 'promptModerated':
			return ['prompt-moderated', `${label} refused the prompt${because(state.reasons)}`];
		case 'imageModerated':
			return ['image-moderated', `${label} withheld the finished image${because(state.reasons)}`];
		case 'failed':
			return ['job-failed', `${label} could not make the image${because([state.reason].filter(Boolean))}`];
		case 'cancelled':
			return ['job-cancelled', 'The job was cancelled at the provider'];
		case 'unknownJob':
			return ['job-not-found', `${label} does not know the job`];
		case 'expired':
			return ['expired', `${label} has deleted the image of the job`];
	}
}

const because = (reasons: string[]) => (reasons.length === 0 ? '' : `: ${reasons.join(', ')}`);

/** No two looks at a job come closer together than this. */
export const floorMs = 250;
const longestStepMs = 15_000;

/** Kinds that were not seen for long are forgotten. */
const maxKinds = 500;

/** How long jobs of a kind took lately, in milliseconds; a running mean that follows the last few. */
export class Durations {
	private readonly known = new Map<string, number>();

	/** Undefined for a kind that was never seen. */
	expected(kind: string): number | undefined {
		return this.known.get(kind);
	}

	learn(kind: string, tookMs: number): void {
		const before = this.known.get(kind);
		this.known.delete(kind);
		this.known.set(kind, before === undefined ? tookMs : (before + tookMs) / 2);
		const [oldest] = this.known.keys();
		if (this.known.size > maxKinds) this.known.delete(oldest);
	}
}

/**
 * Milliseconds until the next look at a job that runs since `elapsedMs` and is expected to take `expectedMs`. The first look
 * comes shortly before it is due; around the due time steps are a tenth of the expectation; when late they grow with the delay.
 * `progress` (0 to 1), where a provider tells it, corrects the expectation. With no expectation at all the steps are a quarter
 * of the time that has passed.
 */
export function nextPollMs(elapsedMs: number, expectedMs: number | undefined, progress?: number): number {
	const told = progress !== undefined && progress > 0.05 && progress < 1 ? elapsedMs / progress : undefined;
	const due = told ?? expectedMs;
	if (due === undefined) return clamp(elapsedMs * 0.25);
	const first = due * 0.85;
	if (elapsedMs < first) return clamp(first - elapsedMs);
	const late = Math.max(0, elapsedMs - due);
	return clamp(Math.max(due * 0.1, late * 0.25));
}

const clamp = (ms: number) => Math.min(Math.max(ms, floorMs), longestStepMs);

const durations = new Durations();
