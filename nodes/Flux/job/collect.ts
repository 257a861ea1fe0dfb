import type { INodeExecutionData } from 'n8n-workflow';

import { asFluxError, FluxError } from '../errors';
import { deliver } from './deliver';
import { endOf, follow, look } from './follow';
import { submittedItem, type About } from './output';
import type { Purchase } from './purchases';
import type { Workplace } from './workplace';

/** Job: Get. Waits for a job that was bought earlier and fetches its image; without waiting it reports the present state. */
export async function collectJob(workplace: Workplace): Promise<INodeExecutionData[]> {
	const { context, api, client, deadline } = workplace;
	const jobId = String(context.getNodeParameter('jobId', '') ?? '').trim();
	const pollingUrl = String(context.getNodeParameter('pollingUrl', '') ?? '').trim() || undefined;
	if (jobId === '')
		throw new FluxError('invalid-input', 'Job ID is empty', {
			advice: 'Take it from the output or the error of the Flux node that bought the job.',
		});
	const job: Purchase = { jobId, pollingUrl, submittedAt: Date.now() };
	const about: About = {
		api,
		model: null,
		jobId,
		prompt: null,
		seed: null,
		imageIndex: 0,
		imageCount: 1,
		cost: undefined,
		submittedAt: job.submittedAt,
		itemIndex: context.getItemIndex(),
	};
	const collect = async () => {
		if (context.getNodeParameter('waitForCompletion', true) !== false) {
			const ready = await follow(api, client, job, deadline, { kind: `${api.name}/job`, fresh: false });
			return await deliver(workplace, ready, about);
		}
		const state = await look(api, client, job);
		if (state.is === 'ready') return await deliver(workplace, state, about);
		if (state.is === 'running') return [submittedItem(about, pollingUrl)];
		throw endOf(state, api);
	};
	return await collect().catch((error: unknown) => {
		throw asFluxError(error).withTrace({ jobId, pollingUrl });
	});
}
