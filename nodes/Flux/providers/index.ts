import type { Provider } from '../provider';
import type { ProviderName } from './names';
import { apiframe } from './apiframe';
import { blackForestLabs } from './blackForestLabs';
import { fal } from './fal';
import { openAiCompatible } from './openAiCompatible';
import { replicate } from './replicate';

/** All API styles, in the order of the editor. */
export const providers = [blackForestLabs, replicate, openAiCompatible, apiframe, fal] as ReadonlyArray<
	Provider & { name: ProviderName }
>;

export function providerNamed(name: string): Provider {
	const found = providers.find((api) => api.name === name);
	if (found === undefined) throw new RangeError(`There is no API called ${name}`);
	return found;
}
