import type { ImageOperation, Model, Submitted } from '../apis/api';
import type { Content } from '../parameters/body';
import { buy } from './buy';
import { cancelJob } from './cancel';
import { requestHash, runIndexOf, type Purchase, type Purchases } from './purchases';
import type { Workplace } from './workplace';

/** What is to be made, checked. */
export interface Plan {
	model: Model;
	operation: ImageOperation;
	content: Content;
}

/** Buys, and keeps what was bought. */
export async function order(
	workplace: Workplace,
	{ model, operation, content }: Plan,
	purchases: Purchases,
	request: string,
): Promise<Purchase & Submitted> {
	const { account, context, deadline } = workplace;
	// Places come free when others run out of time, and this item may have no time left either.
	if (deadline.remainingMs() < Math.min(1_000, deadline.seconds * 100)) throw deadline.reason();
	const place = `${context.getItemIndex()}/${request}/${purchases.ended(request)}`;
	const keep = (submitted: Submitted) => {
		const accepted = { ...submitted, acceptedAt: submitted.acceptedAt ?? Date.now() };
		purchases.remember(request, accepted);
		logJob(workplace, accepted);
		return accepted;
	};
	const submitted = await buy(
		workplace,
		{
			model,
			operation,
			...content,
			service: account.service,
			remainingSeconds: deadline.remainingMs() / 1000,
			isAwaited: isAwaited(workplace),
			idempotencyKey: requestHash(context.getExecutionId(), context.getNode().id, runIndexOf(context), place),
		},
		(late) => {
			const known = late.then((accepted) => {
				if (accepted === undefined) return;
				const { jobId } = keep(accepted);
				if (deadline.stopped && jobId !== undefined) void cancelJob(workplace, jobId);
			});
			purchases.expect(request, known);
		},
	);
	return keep(submitted);
}

/** If n8n itself dies meanwhile, its log is the only place that still knows the job. */
function logJob({ context, api }: Workplace, { jobId, pollingUrl }: Purchase): void {
	if (jobId === undefined) return;
	const where = pollingUrl === undefined ? '' : `, Polling URL ${pollingUrl}`;
	const { name } = context.getNode();
	context.logger.info(
		`Flux: job ${jobId} accepted by ${api.label}${where} (node "${name}", item ${context.getItemIndex()}, execution ${context.getExecutionId()})`,
	);
}

/** Whether the node waits for the image. */
export const isAwaited = ({ context }: Workplace) =>
	context.getNodeParameter('waitForCompletion', true) !== false;
