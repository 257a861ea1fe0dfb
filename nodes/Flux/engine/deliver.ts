import type { INodeExecutionData } from 'n8n-workflow';

import type { ReadyImage, ReadyState } from '../provider';
import { asFluxError } from '../errors/fluxError';
import { toErrorItem } from '../errors/toN8n';
import { storeImage } from '../images/store';
import { completedItem, type About } from './output';
import { errorPlaceOf, type JobContext } from './context';

/** What came of the images of a job: one item each, in their order. */
export interface Delivered {
	items: INodeExecutionData[];
	/** None of the items is an error. */
	isWhole: boolean;
}

/**
 * The finished images of a job, fetched into storage. With *On Error: Continue* those that could be fetched come out beside the errors
 * of the others.
 *
 * @throws what went wrong with the first one that failed, if the node stops at errors or no image could be fetched
 */
export async function deliver(
	jobContext: JobContext,
	state: ReadyState,
	about: About,
	{ lifetimeSeconds, pollingUrl }: { lifetimeSeconds?: number; pollingUrl?: string } = {},
): Promise<Delivered> {
	const { context, api } = jobContext;
	const lifetime = lifetimeSeconds ?? api.imageLifetimeSeconds;
	// A provider's clock may be ahead.
	const finishedAt = Math.min(state.finishedAt ?? Date.now(), Date.now());
	const expiresAt = lifetime === undefined ? undefined : finishedAt + lifetime * 1000;
	const imageCount = Math.max(about.imageCount, state.images.length);
	const settled = await Promise.allSettled(
		state.images.map(async (image, index) => {
			const imageIndex = about.imageIndex + index;
			const one = { ...about, imageIndex, imageCount, cost: state.cost ?? about.cost };
			return await deliverOne(jobContext, image, one, expiresAt);
		}),
	);
	const failed = settled.filter((one) => one.status === 'rejected');
	if (failed.length > 0 && (!context.continueOnFail() || failed.length === settled.length))
		throw asFluxError(failed[0].reason);
	const trace = { jobId: about.jobId ?? undefined, pollingUrl };
	const items = settled.map((one) =>
		one.status === 'fulfilled'
			? one.value
			: toErrorItem(asFluxError(one.reason).withTrace(trace), errorPlaceOf(context)),
	);
	return { items, isWhole: failed.length === 0 };
}

async function deliverOne(
	{ context, client, settings }: JobContext,
	image: ReadyImage,
	about: About,
	expiresAt: number | undefined,
): Promise<INodeExecutionData> {
	const seed = image.seed ?? about.seed;
	const stored = await storeImage(context, client, {
		image,
		expiresAt,
		template: settings.fileName,
		parts: { ...about, seed },
	});
	return completedItem(about, image, stored, {
		expiresAt,
		binaryPropertyName: settings.binaryPropertyName,
	});
}
