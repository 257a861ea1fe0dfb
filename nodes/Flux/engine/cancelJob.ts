import type { INodeExecutionData } from 'n8n-workflow';

import { isJobId } from '../providers/shared/jobId';
import { asFluxError, FluxError } from '../errors/fluxError';
import { jobsOf, unusableAnswer } from './poll';
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
	const answer = await client
		.ask(cancel({ jobId }), ({ status }) => status < 400)
		.catch((error: unknown) => {
			throw asFluxError(error).withTrace({ jobId });
		});
	if (answer.status >= 400) throw unusableAnswer(api, answer, 'a cancelled job').withTrace({ jobId });
	const state = jobsOf(api).readPoll(answer);
	if ('is' in state && state.is === 'ready') {
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
