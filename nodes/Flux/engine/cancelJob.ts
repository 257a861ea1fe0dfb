import type { INodeExecutionData } from 'n8n-workflow';

import { isJobId } from '../providers/common/readers';
import { isUnreadable, type Job, type JobState, type Unreadable } from '../provider';
import { FluxError, invalidInput } from '../errors/fluxError';
import { ask } from './ask';
import { ofJob, type JobContext } from './context';
import { jobsOf } from './poll';

/** After Stop a cancel has so long, in milliseconds: the workflow must end at once. */
const cancelPatienceMs = 5_000;

/** Tells the provider to end a job, also after Stop. Resolves to whether it did; never throws. */
export async function cancelJob({ api, client }: JobContext, { id, ...job }: Partial<Job>): Promise<boolean> {
	if (api.jobs?.cancel === undefined || id === undefined) return false;
	return await client.tell(api.jobs.cancel({ ...job, id }), cancelPatienceMs).then(
		({ status }) => status < 400,
		() => false,
	);
}

/** Job: Cancel. */
export async function cancelOperation(jobContext: JobContext): Promise<INodeExecutionData[]> {
	const { api, context } = jobContext;
	const id = readJobId(context.getNodeParameter('jobId', ''));
	const job = { id, pollingUrl: readPollingUrl(context) };
	const { cancel, readPoll } = jobsOf(api);
	if (cancel === undefined) throw invalidInput(`${api.label} cannot cancel jobs`);
	const end = async () => {
		const { read } = await ask<{ told: JobState | Unreadable }>(jobContext, cancel(job), (answer) => {
			const told = readPoll(answer);
			const isTold = answer.status < 400 || (!isUnreadable(told) && told.is === 'ready');
			return isTold ? { told } : { unreadable: 'a cancelled job' };
		});
		if (isUnreadable(read.told) || read.told.is !== 'ready') return;
		throw new FluxError('invalid-input', 'The job was finished before it could be cancelled', {
			advice: 'Nothing was cancelled.',
		});
	};
	await ofJob(job, end());
	return [
		{ json: { api: api.name, jobId: id, status: 'cancelled' }, pairedItem: { item: context.getItemIndex() } },
	];
}

/** What finds a job beside its id, where the API has it. */
export const readPollingUrl = (context: JobContext['context']): string | undefined =>
	String(context.getNodeParameter('pollingUrl', '') ?? '').trim() || undefined;

export function readJobId(value: unknown): string {
	const jobId = String(value ?? '').trim();
	if (isJobId(jobId)) return jobId;
	const wrong = jobId.length > 200 ? 'too long to be one' : `"${jobId}", which cannot be one`;
	throw invalidInput(
		jobId === '' ? "'Job ID' is empty" : `'Job ID' is ${wrong}`,
		'Take it from the output or the error of the Flux node that submitted the job.',
	);
}
