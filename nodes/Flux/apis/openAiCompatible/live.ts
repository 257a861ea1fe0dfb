import { z } from 'zod/v4';

import type { LiveModels } from '../api';

const imageModel =
	/flux|image|diffusion|dall-?e|kontext|sdxl|\bsd-?[123]|seedream|ideogram|recraft|hidream|kolors|krea|midjourney/i;

const entry = z.object({ id: z.string().min(1).max(200), type: z.string().optional().catch(undefined) });
const entries = z.array(entry.or(z.unknown().transform(() => undefined)));
const list = z.union([entries, z.object({ data: entries }).transform(({ data }) => data)]);

/** The server's own models: of all that it lists, those whose id or type speaks of images. */
export const liveModels: LiveModels = {
	request: { method: 'GET', url: '/models' },
	read: (body) => {
		const read = list.safeParse(body);
		if (!read.success) return [];
		return read.data.flatMap((one) =>
			one !== undefined && (one.type === 'image' || imageModel.test(one.id)) ? [one.id] : [],
		);
	},
};
