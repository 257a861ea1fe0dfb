import type { INodeExecutionData } from 'n8n-workflow';

import { isJobId } from '../providers/shared/jobId';
import { asFluxError, FluxError } from '../errors/fluxError';
import type { JobState, ProviderAnswer, Unreadable } from '../provider';
import { ask } from './ask';
import { jobsOf } from './poll';
import type { JobContext } from './context';

/** After Stop a cancel has so long, in milliseconds: the workflow must end at once. */
export const cancelPatienceMs = 5_000;

/** Tells the provider to end a job, also after Stop. Resolves to whether it did; never throws. */
export async function cancelJob({ api, client }: JobContext, jobId: string): Promise<boolean> {
	if (api.jobs?.cancel === undefined) return false;
	return await client.tell(api.jobs.cancel({ jobId }), cancelPatienceMs).then(
		({ status }) => status < 400,
		() => false,
	);
}

/** Job: Cancel. */
export async function cancelOperation({ api, client, context }: JobContext): Promise<INodeExecutionData[]> {
	const jobId = readJobId(context.getNodeParameter('jobId', ''));
	const cancel = jobsOf(api).cancel;
	if (cancel === undefined) throw new FluxError('invalid-input', `${api.label} cannot cancel jobs`);
	const { readPoll } = jobsOf(api);
	const read = (answer: ProviderAnswer): { state: JobState | Unreadable } | Unreadable =>
		answer.status < 400 ? { state: readPoll(answer) } : { unreadable: 'a cancelled job' };
	const { value } = await ask(api, client, cancel({ jobId }), read).catch((error: unknown) => {
		throw asFluxError(error).withTrace({ jobId });
	});
	if ('is' in value.state && value.state.is === 'ready') {
		throw new FluxError('invalid-input', 'The job was finished before it could be cancelled', {
			advice: 'Nothing was cancelled.',
			trace: { jobId },
		});
	}
	return [
		{ json: { api: api.name, jobId, status: 'cancelled' }, pairedItem: { item: context.getItemIndex() } },
	];
}

export function readJobId(value: unknown): string {
	const jobId = String(value ?? '').trim();
	if (isJobId(jobId)) return jobId;
	const wrong = jobId.length > 200 ? 'too long to be one' : `"${jobId}", which cannot be one`;
	throw new FluxError('invalid-input', jobId === '' ? 'Job ID is empty' : `Job ID is ${wrong}`, {
		advice: 'Take it from the output or the error of the Flux node that submitted the job.',
	});
}
