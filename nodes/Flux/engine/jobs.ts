import type { INodeExecutionData } from 'n8n-workflow';

import { isUnreadable, type JobState, type ReadyState, type Unreadable } from '../provider';
import { FluxError, invalidInput } from '../errors/fluxError';
import { now } from '../limits/pace';
import { ask } from './ask';
import { ofJob, type JobContext } from './context';
import { deliver, submittedItem, type About } from './output';
import { errorOfState, jobsOf, pollOnce, waitForJob } from './poll';
import { isAwaited, readJob } from './readParameters';

/** Job: Get. Waits for a job that was submitted earlier and fetches its image; without waiting it reports the present state. */
export async function getJob(jobContext: JobContext): Promise<INodeExecutionData[]> {
	const { context, api } = jobContext;
	jobsOf(api);
	const job = readJob(context);
	const about: About = {
		...{ job, model: null, prompt: null, seed: null },
		...{ imageIndex: 0, imageCount: 1, startedAt: now() },
	};
	const collect = async () => {
		const { state, requestId } = isAwaited(context)
			? { state: await waitForJob(jobContext, job, { justSubmitted: false }), requestId: undefined }
			: await pollOnce(jobContext, job);
		if (state.is === 'running') return [submittedItem(jobContext, { ...about, ...known(state.about) })];
		if (state.is !== 'ready') throw errorOfState(state, api, requestId);
		const [image] = state.images;
		const told = known({ prompt: image.prompt, seed: image.seed, ...state.about });
		return await deliver(jobContext, state, { ...about, ...told });
	};
	return await ofJob(job, collect()).catch((error: FluxError) => {
		const lacksUrl = job.pollingUrl === undefined && api.jobs?.hasPollingUrl === true;
		throw error.code === 'job-not-found' && lacksUrl ? error.alsoSay(enterUrl) : error;
	});
}

// At some it also names the server that has the job.
const enterUrl = 'Enter its Polling URL, too: this API may not find a job by its ID alone.';

/** What a provider tells of a job's request; null for what it does not. */
const known = ({ model, prompt, seed }: ReadyState['about'] = {}) => ({
	model: model ?? null,
	prompt: prompt ?? null,
	seed: seed ?? null,
});

const isOver: Array<JobState['is']> = ['ready', 'failed', 'expired', 'promptModerated', 'imageModerated'];

/** Job: Cancel. */
export async function endJob(jobContext: JobContext): Promise<INodeExecutionData[]> {
	const { api, context } = jobContext;
	const { cancel, readPoll } = jobsOf(api);
	if (cancel === undefined)
		throw invalidInput(`${api.label} cannot cancel jobs`, 'Job: Get fetches the image when it is ready.');
	const job = readJob(context);
	const end = async () => {
		const { read, requestId } = await ask<{ told: JobState | Unreadable }>(
			jobContext,
			cancel(job),
			(answer) => {
				const told = readPoll(answer);
				const isTold =
					answer.status < 400 || (!isUnreadable(told) && ['ready', 'unknownJob'].includes(told.is));
				return isTold ? { told } : { unreadable: 'a cancelled job' };
			},
		);
		if (isUnreadable(read.told)) return;
		if (read.told.is === 'unknownJob') throw errorOfState(read.told, api, requestId);
		if (!isOver.includes(read.told.is)) return;
		throw new FluxError('invalid-input', 'The job was finished before it could be cancelled', {
			advice: 'Nothing was cancelled.',
		});
	};
	await ofJob(job, end());
	const json = { api: api.name, jobId: job.id, status: 'cancelled' };
	return [{ json, pairedItem: { item: context.getItemIndex() } }];
}
