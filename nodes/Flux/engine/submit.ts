import type { ImageOperation, Model, Submitted } from '../provider';
import type { RequestContent } from './buildRequest';
import { sendSubmit } from './sendSubmit';
import { cancelJob } from './cancelJob';
import { requestHash, runIndexOf, type SubmittedJob, type SubmittedJobs } from './resume';
import type { JobContext } from './context';

/** What is to be made, checked. */
export interface Plan {
	model: Model;
	operation: ImageOperation;
	content: RequestContent;
}

/** Buys, and keeps what was bought. */
export async function submitJob(
	jobContext: JobContext,
	{ model, operation, content }: Plan,
	purchases: SubmittedJobs,
	request: string,
): Promise<SubmittedJob & Submitted> {
	const { account, context, deadline } = jobContext;
	// Places come free when others run out of time, and this item may have no time left either.
	if (deadline.remainingMs() < Math.min(1_000, deadline.seconds * 100)) throw deadline.reason();
	const place = `${context.getItemIndex()}/${request}/${purchases.ended(request)}`;
	const keep = (submitted: Submitted) => {
		const accepted = { ...submitted, acceptedAt: submitted.acceptedAt ?? Date.now() };
		purchases.remember(request, accepted);
		logJob(jobContext, accepted);
		return accepted;
	};
	const submitted = await sendSubmit(
		jobContext,
		{
			model,
			operation,
			...content,
			service: account.service,
			remainingSeconds: deadline.remainingMs() / 1000,
			isAwaited: isAwaited(jobContext),
			idempotencyKey: requestHash(context.getExecutionId(), context.getNode().id, runIndexOf(context), place),
		},
		(late) => {
			const known = late.then((accepted) => {
				if (accepted === undefined) return;
				const { jobId } = keep(accepted);
				if (deadline.stopped && jobId !== undefined) void cancelJob(jobContext, jobId);
			});
			purchases.expect(request, known);
		},
	);
	return keep(submitted);
}

/** If n8n itself dies meanwhile, its log is the only place that still knows the job. */
function logJob({ context, api }: JobContext, { jobId, pollingUrl }: SubmittedJob): void {
	if (jobId === undefined) return;
	const where = pollingUrl === undefined ? '' : `, Polling URL ${pollingUrl}`;
	const { name } = context.getNode();
	context.logger.info(
		`Flux: job ${jobId} accepted by ${api.label}${where} (node "${name}", item ${context.getItemIndex()}, execution ${context.getExecutionId()})`,
	);
}

/** Whether the node waits for the image. */
export const isAwaited = ({ context }: JobContext) =>
	context.getNodeParameter('waitForCompletion', true) !== false;
