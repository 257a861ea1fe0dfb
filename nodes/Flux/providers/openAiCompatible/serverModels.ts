import { z } from 'zod/v4';

import type { ServerModels } from '../../provider';
import type { ModelList } from './serviceTypes';
import { serviceNamed } from './services';

const imageModel =
	/flux|image|diffusion|dall-?e|kontext|sdxl|\bsd-?[123]|seedream|ideogram|recraft|hidream|kolors|krea|midjourney/i;

const entry = z.looseObject({ id: z.string().min(1).max(200) });
type Entry = z.infer<typeof entry>;
const entries = z.array(entry.or(z.unknown().transform(() => undefined)));
const list = z.union([entries, z.object({ data: entries }).transform(({ data }) => data)]);

/** Of a server of which nothing is known: the models whose id or type speaks of images. */
const byWords = ({ id, type }: Entry) => type === 'image' || imageModel.test(id);
const byMark =
	({ marked }: ModelList) =>
	(one: Entry) =>
		marked === undefined || marked.by.test(String(one[marked.field]));

/** The server's own models that make images. */
export function serverModels(service: string | undefined): ServerModels {
	const { models } = serviceNamed(service);
	const makesImages = models === undefined ? byWords : byMark(models);
	return {
		request: { method: 'GET', url: models?.path ?? '/models' },
		read: (body) => {
			const read = list.safeParse(body);
			if (!read.success) return [];
			return read.data.flatMap((one) => (one !== undefined && makesImages(one) ? [one.id] : []));
		},
	};
}
