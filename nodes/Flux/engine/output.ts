import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Job, Provider, ReadyImage, ReadyState } from '../provider';
import { asFluxError, FluxError } from '../errors/fluxError';
import { toErrorItem } from '../errors/toN8n';
import { storeImage, type StoredImage } from '../images/store';
import { now, onWall } from '../limits/pace';
import { errorPlaceOf, ofJob, type JobContext } from './context';

/** What is told of an image beside the image. Unknown is null. */
export interface About {
	model: string | null;
	job: Partial<Job>;
	prompt: string | null;
	/** The seed that was sent. */
	seed: number | null;
	imageIndex: number;
	imageCount: number;
	/** When the work on it began, where nobody knows when the job was accepted. */
	startedAt: number;
}

/** What matters most comes first: n8n shows the keys as columns in this order. */
const itemOf = ({ api, context }: JobContext, about: About, told: IDataObject): INodeExecutionData => ({
	json: {
		prompt: about.prompt,
		model: about.model,
		url: null,
		fileName: null,
		width: null,
		height: null,
		seed: about.seed,
		cost: about.job.cost === undefined ? null : { amount: about.job.cost, unit: api.costUnit },
		status: 'completed',
		jobId: about.job.id ?? null,
		expiresAt: null,
		mimeType: null,
		fileSize: null,
		imageIndex: about.imageIndex,
		imageCount: about.imageCount,
		revisedPrompt: null,
		durationMs: null,
		api: api.name,
		...told,
	},
	pairedItem: { item: context.getItemIndex() },
});

/** The output item of a finished image. A provider's raw answer is never spread into it. */
function completedItem(
	jobContext: JobContext,
	about: About,
	image: ReadyImage,
	stored: StoredImage,
	expiresAt: number | undefined,
): INodeExecutionData {
	const used = image.prompt?.trim() ?? '';
	const item = itemOf(jobContext, about, {
		revisedPrompt: used !== '' && used !== about.prompt?.trim() ? used : null,
		seed: image.seed ?? about.seed,
		url: stored.url,
		expiresAt: stored.url === null || expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
		fileName: stored.fileName,
		mimeType: stored.mimeType,
		fileSize: stored.fileSize,
		width: stored.width,
		height: stored.height,
		durationMs: Math.round(now() - (about.job.acceptedAt ?? about.startedAt)),
	});
	return { ...item, binary: { [jobContext.settings.binaryPropertyName]: stored.binary } };
}

/** The output item of a job that is not waited for. */
export const submittedItem = (jobContext: JobContext, about: About): INodeExecutionData =>
	itemOf(jobContext, about, { status: 'submitted', pollingUrl: about.job.pollingUrl ?? null });

/** Whether nothing went wrong with any of the images. */
export const isWhole = (items: INodeExecutionData[]) => items.every(({ json }) => json.error === undefined);

/** No model makes more at once: who names thousands would have n8n open as many connections. */
const mostImages = 200;

/**
 * The finished images of a job, fetched into storage: one item each, in their order.
 *
 * @throws what went wrong with the first one that failed, if the node stops at errors or no image could be fetched
 */
export async function deliver(
	jobContext: JobContext,
	state: ReadyState,
	about: About,
	lifetime = jobContext.api.imageLifetimeSeconds,
): Promise<INodeExecutionData[]> {
	const { context, api, client, settings } = jobContext;
	const images = state.images.slice(0, mostImages);
	// A provider's clock may be ahead or behind: no job that was submitted here finished before it was accepted.
	const { acceptedAt = -Infinity } = about.job;
	const [earliest, latest] = [onWall(acceptedAt), Date.now()];
	const finishedAt = Math.max(earliest, Math.min(state.finishedAt ?? latest, latest));
	const expiresAt = lifetime === undefined ? undefined : finishedAt + lifetime * 1000;
	const imageCount = Math.max(about.imageCount, images.length);
	const job = { ...about.job, cost: state.cost ?? about.job.cost };
	const seeds = images.map(({ seed }) => seed ?? about.seed);
	const isSeedShared = new Set(seeds).size < seeds.length;
	const settled = await Promise.allSettled(
		images.map(async (image, index) => {
			const one = { ...about, job, imageIndex: about.imageIndex + index, imageCount };
			const parts = { ...one, seed: seeds[index], isSeedShared, itemIndex: context.getItemIndex() };
			if (image.isWithheld === true) throw withheld(api).withTrace({ job: about.job as Job });
			const wanted = { image, expiresAt, template: settings.fileName, parts };
			const stored = await ofJob(job, storeImage(context, client, wanted));
			return completedItem(jobContext, one, image, stored, expiresAt);
		}),
	);
	const failed = settled.filter((one) => one.status === 'rejected');
	if (failed.length > 0 && (failed.length === settled.length || !context.continueOnFail())) {
		const errors = failed.map(({ reason }) => asFluxError(reason));
		// What is left to collect of one image must not be lost with another.
		const told = errors.find(({ isFinal }) => !isFinal) ?? errors[0];
		throw told.besides(settled.length - failed.length);
	}
	return collectItems(context, settled);
}

const withheld = ({ label }: Provider) =>
	new FluxError('image-moderated', `${label} withheld the finished image: its safety checker flagged it`);

/** The items of all images. With *On Error: Continue* those that are there come out beside the errors of the others. */
export function collectItems(
	context: JobContext['context'],
	settled: Array<PromiseSettledResult<INodeExecutionData | INodeExecutionData[]>>,
): INodeExecutionData[] {
	const failed = settled.find((one) => one.status === 'rejected');
	if (failed !== undefined && !context.continueOnFail()) throw asFluxError(failed.reason);
	return settled.flatMap((one) =>
		one.status === 'fulfilled' ? one.value : toErrorItem(asFluxError(one.reason), errorPlaceOf(context)),
	);
}
