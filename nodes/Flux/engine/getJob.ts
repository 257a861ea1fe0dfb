import type { INodeExecutionData } from 'n8n-workflow';

import type { ReadyState } from '../provider';
import type { FluxError } from '../errors/fluxError';
import { now } from '../limits/pace';
import { ofJob, type JobContext } from './context';
import { deliver, submittedItem, type About } from './output';
import { errorOfState, jobsOf, pollOnce, waitForJob } from './poll';
import { readJob } from './readParameters';
import { isAwaited } from './submit';

/** Job: Get. Waits for a job that was submitted earlier and fetches its image; without waiting it reports the present state. */
export async function getJob(jobContext: JobContext): Promise<INodeExecutionData[]> {
	const { context, api } = jobContext;
	jobsOf(api);
	const job = readJob(context);
	const about: About = {
		...{ api, job, model: null, prompt: null, seed: null, imageIndex: 0, imageCount: 1 },
		...{ startedAt: now(), itemIndex: context.getItemIndex() },
	};
	const fetchAll = async (ready: ReadyState) => {
		const [image] = ready.images;
		const told = known({ prompt: image.prompt, seed: image.seed, ...ready.about });
		return await deliver(jobContext, ready, { ...about, ...told });
	};
	const collect = async () => {
		if (isAwaited(jobContext)) {
			return await fetchAll(await waitForJob(jobContext, job, { justSubmitted: false }));
		}
		const { state, requestId } = await pollOnce(jobContext, job);
		if (state.is === 'ready') return await fetchAll(state);
		if (state.is === 'running') return [submittedItem({ ...about, ...known(state.about) })];
		throw errorOfState(state, api, requestId);
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
