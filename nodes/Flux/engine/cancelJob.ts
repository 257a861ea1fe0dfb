import type { INodeExecutionData } from 'n8n-workflow';

import { isUnreadable, type Job, type JobState, type Unreadable } from '../provider';
import { FluxError, invalidInput } from '../errors/fluxError';
import { ask } from './ask';
import { ofJob, type JobContext } from './context';
import { errorOfState, jobsOf } from './poll';
import { readJob } from './readParameters';

/** After Stop a cancel has so long, in milliseconds: the workflow must end at once. */
const cancelPatienceMs = 5_000;

/** Tells the provider to end a job, also after Stop. Nobody waits for it, so it never throws. */
export async function cancelJob({ api, client }: JobContext, { id, ...job }: Partial<Job>): Promise<void> {
	if (api.jobs?.cancel === undefined || id === undefined) return;
	await client.tell(api.jobs.cancel({ ...job, id }), cancelPatienceMs).catch(() => undefined);
}

const isOver: Array<JobState['is']> = ['ready', 'failed', 'expired', 'promptModerated', 'imageModerated'];

/** Job: Cancel. */
export async function cancelOperation(jobContext: JobContext): Promise<INodeExecutionData[]> {
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
