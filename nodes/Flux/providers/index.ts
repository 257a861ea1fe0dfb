import type { Provider, ProviderName } from '../provider';
import { apiframe } from './apiframe';
import { blackForestLabs } from './blackForestLabs';
import { openAiCompatible } from './openAiCompatible';
import { replicate } from './replicate';

/** All API styles, in the order of the editor. */
export const providers: readonly Provider[] = [blackForestLabs, replicate, openAiCompatible, apiframe];

export function providerNamed(name: ProviderName): Provider {
	const found = providers.find((api) => api.name === name);
	if (found === undefined) throw new RangeError(`There is no API called ${name}`);
	return found;
}
