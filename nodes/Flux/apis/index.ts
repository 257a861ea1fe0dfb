import type { Api, ApiName } from './api';
import { apiframe } from './apiframe';
import { blackForestLabs } from './blackForestLabs';
import { openAiCompatible } from './openAiCompatible';
import { replicate } from './replicate';

/** All API styles, in the order of the editor. */
export const apis: readonly Api[] = [blackForestLabs, replicate, openAiCompatible, apiframe];

export function apiNamed(name: ApiName): Api {
	const found = apis.find((api) => api.name === name);
	if (found === undefined) throw new RangeError(`There is no API called ${name}`);
	return found;
}
