import type { INodeExecutionData } from 'n8n-workflow';

import type { ReadyState } from '../provider';
import { asFluxError } from '../errors/fluxError';
import { readJobId } from './cancelJob';
import { deliver } from './deliver';
import { errorOfState, waitForJob, pollOnce } from './poll';
import { submittedItem, type About } from './output';
import type { JobContext } from './context';

/** Job: Get. Waits for a job that was bought earlier and fetches its image; without waiting it reports the present state. */
export async function getJob(jobContext: JobContext): Promise<INodeExecutionData[]> {
	const { context, api, client, deadline } = jobContext;
	const jobId = readJobId(context.getNodeParameter('jobId', ''));
	const pollingUrl = String(context.getNodeParameter('pollingUrl', '') ?? '').trim() || undefined;
	const about: About = {
		api,
		model: null,
		jobId,
		prompt: null,
		seed: null,
		imageIndex: 0,
		imageCount: 1,
		cost: undefined,
		acceptedAt: Date.now(),
		itemIndex: context.getItemIndex(),
	};
	const fetchAll = async (ready: ReadyState) => {
		const [image] = ready.images;
		const { model = null, prompt = image.prompt ?? null, seed = image.seed ?? null } = ready.about ?? {};
		return (await deliver(jobContext, ready, { ...about, model, prompt, seed }, { pollingUrl })).items;
	};
	const collect = async () => {
		if (context.getNodeParameter('waitForCompletion', true) !== false) {
			const job = { jobId, pollingUrl, acceptedAt: undefined, justSubmitted: false, kind: `${api.name}/job` };
			const ready = await waitForJob(api, client, job, deadline);
			return await fetchAll(ready);
		}
		const state = await pollOnce(api, client, { jobId, pollingUrl });
		if (state.is === 'ready') return await fetchAll(state);
		if (state.is === 'running') return [submittedItem({ ...about, ...state.about }, pollingUrl)];
		throw errorOfState(state, api);
	};
	return await collect().catch((error: unknown) => {
		throw asFluxError(error).withTrace({ jobId, pollingUrl });
	});
}
