import type { INodeExecutionData } from 'n8n-workflow';

import { storeImage } from '../images/store';
import type { ReadyState } from './follow';
import { completedItem, type About } from './output';
import type { Workplace } from './workplace';

/** The finished images of a job, fetched into storage, one item each. */
export async function deliver(
	{ context, client, api, settings }: Workplace,
	state: ReadyState,
	about: About,
	lifetimeSeconds = api.imageLifetimeSeconds,
): Promise<INodeExecutionData[]> {
	const imageCount = Math.max(about.imageCount, state.images.length);
	return await Promise.all(
		state.images.map(async (image, index) => {
			const one = {
				...about,
				imageIndex: about.imageIndex + index,
				imageCount,
				cost: state.cost ?? about.cost,
			};
			const seed = image.seed ?? about.seed;
			const stored = await storeImage(context, client, {
				image,
				template: settings.fileName,
				parts: { ...one, seed },
			});
			return completedItem(one, image, stored, {
				lifetimeSeconds,
				binaryPropertyName: settings.binaryPropertyName,
			});
		}),
	);
}
