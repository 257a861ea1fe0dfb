import { z } from 'zod/v4';

import type { ImageOperation, Model } from '../../provider';
import { serviceNamed } from './services';

/**
 * For an id that is in no list of the credential's service: what that service takes, or OpenAI's fields. The editor does not know
 * the service and shows the latter, among which are the former; a parameter that the service has not is refused before anything is bought.
 */
export function unlistedModel(id: string, operation: ImageOperation, service?: string): Model {
	const { label, baseUrl, fields } = serviceNamed(service);
	const { generate, edit } =
		fields.find(({ models }) => models === undefined || models.test(id)) ?? fields[0];
	const shapes: Partial<Record<ImageOperation, z.ZodRawShape>> = { generate, ...(edit && { edit }) };
	return {
		id,
		label: baseUrl === undefined ? id : `${id} (${label})`,
		operations: Object.keys(shapes) as ImageOperation[],
		body: z.looseObject(shapes[operation] ?? generate),
	};
}
