import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Provider, ReadyImage } from '../provider';
import type { StoredImage } from '../images/store';

/** What is told of an image beside the image. Unknown is null. */
export interface About {
	api: Provider;
	model: string | null;
	jobId: string | null;
	prompt: string | null;
	/** The seed that was sent. */
	seed: number | null;
	imageIndex: number;
	imageCount: number;
	cost: number | undefined;
	/** When the job was accepted, in milliseconds since the epoch. */
	acceptedAt: number;
	itemIndex: number;
}

const base = ({ api, model, jobId, prompt, seed, imageIndex, imageCount, cost }: About): IDataObject => ({
	api: api.name,
	model,
	jobId,
	status: 'completed',
	prompt,
	revisedPrompt: null,
	seed,
	imageIndex,
	imageCount,
	url: null,
	expiresAt: null,
	fileName: null,
	mimeType: null,
	fileSize: null,
	width: null,
	height: null,
	cost: cost === undefined ? null : { amount: cost, unit: api.costUnit },
	durationMs: null,
});

const linked = (json: IDataObject, { itemIndex }: About): INodeExecutionData => ({
	json,
	pairedItem: { item: itemIndex },
});

/** The output item of a finished image. A provider's raw answer is never spread into it. */
export function completedItem(
	about: About,
	image: ReadyImage,
	stored: StoredImage,
	{ expiresAt, binaryPropertyName }: { expiresAt: number | undefined; binaryPropertyName: string },
): INodeExecutionData {
	const now = Date.now();
	const used = image.prompt?.trim() ?? '';
	const revised = used !== '' && used !== about.prompt?.trim() ? used : null;
	const json = {
		...base(about),
		revisedPrompt: revised,
		seed: image.seed ?? about.seed,
		url: stored.url,
		expiresAt: stored.url === null || expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
		fileName: stored.fileName,
		mimeType: stored.mimeType,
		fileSize: stored.fileSize,
		width: stored.width,
		height: stored.height,
		durationMs: now - about.acceptedAt,
	};
	return { ...linked(json, about), binary: { [binaryPropertyName]: stored.binary } };
}

/** The output item of a job that is not waited for. */
export const submittedItem = (about: About, pollingUrl: string | undefined): INodeExecutionData =>
	linked({ ...base(about), status: 'submitted', pollingUrl: pollingUrl ?? null }, about);
