import type { ProviderName } from '../../../nodes/Flux/providers/names.ts';
import { apiframe } from './apiframe.mts';
import { blackForestLabs } from './blackForestLabs.mts';
import { fal } from './fal.mts';
import { openAiCompatible } from './openAiCompatible.mts';
import { replicate } from './replicate.mts';
import type { Style } from './style.mts';

/** The API styles that exist. */
export const realStyles: Record<ProviderName, Style> = {
	blackForestLabs,
	replicate,
	apiframe,
	fal,
	openAiCompatible,
};

/** What a person enters into the credential of a style to work on a sandbox. */
export const credentialData = ({ custom, path }: Style, { url, key }: { url: string; key: string }) => ({
	apiKey: key,
	...custom(`${url}${path}`),
});
