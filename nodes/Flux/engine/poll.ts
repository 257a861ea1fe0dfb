import type { Job, Jobs, JobState, Provider, ReadyState } from '../provider';
import { FluxError, type ErrorCode, invalidInput } from '../errors/fluxError';
import { mayCarryKey } from '../http/trust';
import { now } from '../limits/pace';
import { Durations, inTimeMs, nextPollMs } from '../limits/timing';
import { ask } from './ask';
import { ofJob, type JobContext } from './context';

/** Right after the submit a provider may not know the job yet, and a gateway may have lost its way for a while. */
const unknownGraceMs = 15_000;
/** After Stop a cancel has so long, in milliseconds: the workflow must end at once. */
const cancelPatienceMs = 5_000;
const durations = new Durations();

/** A job that perhaps an execution before this one submitted. */
type Inherited = Job & { isInherited?: true };

export const jobsOf = (api: Provider): Jobs => {
	if (api.jobs !== undefined) return api.jobs;
	throw invalidInput(
		`${api.label} has no jobs`,
		'Choose the resource Image, or the API that submitted the job.',
	);
};

const defined = <T extends object>(facts: T): T =>
	Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined)) as T;

/** One look at a job, with the name of the request that told its state. */
export async function pollOnce(
	jobContext: JobContext,
	job: Job,
): Promise<{ state: JobState; requestId: string | undefined }> {
	const { account, api } = jobContext;
	const { poll, readPoll, result, readResult = readPoll } = jobsOf(api);
	// Nobody knows of a job that was not submitted here whether it exists.
	const isPaid = job.acceptedAt !== undefined;
	const request = poll(job);
	// Who collects the job later is not told a URL that is refused.
	const told = mayCarryKey(request.url, account) ? {} : { id: job.id };
	const polled = await ofJob(told, ask(jobContext, request, readPoll, isPaid));
	const isAsked = polled.read.is === 'ready' && polled.read.images.length === 0 && result !== undefined;
	const last = isAsked ? await ask(jobContext, result(job), readResult, isPaid) : polled;
	const state = isAsked && last.read.is === 'ready' ? { ...polled.read, ...defined(last.read) } : last.read;
	const note = 'note' in state && state.note !== undefined ? `, ${state.note}` : '';
	jobContext.client.log(`job ${job.id} is ${state.is}${note}`);
	return { state, requestId: last.requestId };
}

/**
 * Asks for a job until it has an image.
 *
 * @param justSubmitted accepted just now, so not finished yet
 * @param kinds jobs of the same kind take about as long as one another; the first that is known counts
 * @param typicalMs how long, as far as the catalogue knows
 * @throws `errorOfState` of a job that ended without an image, and the deadline's reason
 */
export async function waitForJob(
	jobContext: JobContext,
	job: Inherited,
	{
		justSubmitted,
		kinds = [],
		typicalMs = 0,
	}: { justSubmitted: boolean; kinds?: string[]; typicalMs?: number },
): Promise<ReadyState> {
	const { api, deadline } = jobContext;
	const acceptedAt = job.acceptedAt ?? now();
	let ranAtMs = 0;
	let unknownAt: number | undefined;
	for (let atOnce = !justSubmitted; ; atOnce = false) {
		const elapsed = now() - acceptedAt;
		const expected = kinds.map((kind) => durations.expected(kind)).find((ms) => ms !== undefined);
		if (!atOnce) {
			const next = nextPollMs(elapsed, expected ?? typicalMs);
			await deadline.wait(inTimeMs(next, deadline.remainingMs(), deadline.seconds * 1_000));
		}
		const lookedAtMs = now() - acceptedAt;
		const { state, requestId } = await pollOnce(jobContext, job);
		// While nobody answered, nobody said that it is unknown.
		if (unknownAt !== undefined) unknownAt += now() - acceptedAt - lookedAtMs;
		if (state.is === 'ready') {
			// It ended somewhere between two looks; an outage while one is under way must not count as work.
			if (justSubmitted) for (const kind of kinds) durations.learn(kind, (ranAtMs + lookedAtMs) / 2);
			return state;
		}
		if (state.is === 'running') {
			ranAtMs = lookedAtMs;
			unknownAt = undefined;
		} else if (
			state.is !== 'unknownJob' ||
			job.acceptedAt === undefined ||
			now() - (unknownAt ??= now()) > unknownGraceMs
		) {
			const error = errorOfState(state, api, requestId);
			if (state.is === 'unknownJob' && job.acceptedAt !== undefined)
				error.advice = isForgotten(job) ? forgottenJob : lostJob;
			throw error;
		}
	}
}

/** Tells the provider to end a job, also after Stop. Nobody waits for it, so it never throws. */
export async function cancelJob({ api, client }: JobContext, { id, ...job }: Partial<Job>): Promise<void> {
	if (api.jobs?.cancel === undefined || id === undefined) return;
	await client.tell(api.jobs.cancel({ ...job, id }), cancelPatienceMs).catch(() => undefined);
}

/** What a job that ended without an image means for the user. */
export function errorOfState(
	state: Exclude<JobState, { is: 'ready' | 'running' }>,
	{ label }: Provider,
	requestId?: string,
): FluxError {
	const error = (code: ErrorCode, words: string, reasons: string[] = []) =>
		new FluxError(code, `${words}${because(reasons)}`, { trace: { requestId } });
	switch (state.is) {
		case 'promptModerated':
			return billed(error('prompt-moderated', `${label} refused the input`, state.reasons), state);
		case 'imageModerated':
			return billed(error('image-moderated', `${label} withheld the finished image`, state.reasons), state);
		case 'failed':
			return billed(error('job-failed', `${label} could not make the image`, [state.reason]), state);
		case 'cancelled':
			return error('job-cancelled', 'The job was cancelled at the provider');
		case 'unknownJob':
			return error('job-not-found', `${label} does not know the job`);
		case 'expired':
			return error('expired', `${label} has deleted the image of the job`);
	}
}

const oldMs = 3_600_000;

/** By the clock of the node itself. */
export const isOld = ({ acceptedAt }: Partial<Job>) => acceptedAt !== undefined && now() - acceptedAt > oldMs;

/** Providers forget an old job of another execution: of one that failed and is retried, or that n8n takes up again after a long time. */
export const isForgotten = (job: Partial<Inherited>) => job.isInherited === true && isOld(job);

const forgottenJob =
	'An earlier execution submitted this job, and the provider has forgotten it since. Run the node or retry the execution once more: then it is submitted again, and billed again.';

const lostJob =
	'The provider accepted the job, and now does not know it. Job: Get may still find it. The usage page of your account shows whether it was billed.';

/** Says what is known of whether a job without an image was billed: providers differ, and few say it in the answer. */
function billed(error: FluxError, { cost }: { cost?: number }): FluxError {
	const maybe = ', and may have been billed';
	if (cost === 0) {
		error.advice = error.advice.replace(maybe, '');
		return error.alsoSay('The provider says that the job cost nothing.');
	}
	return error.advice.includes(maybe)
		? error
		: error.alsoSay('The usage page of your account shows whether the job was billed.');
}

const because = (reasons: string[]) => (reasons.join('') === '' ? '' : `: ${reasons.join(', ')}`);
