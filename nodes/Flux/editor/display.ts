import type { IDisplayOptions } from 'n8n-workflow';

import type { Provider } from '../provider';

/** Shows something at the APIs that have it; without a rule if all do. */
export const shownAt = (
	apis: readonly Provider[],
	has: (api: Provider) => boolean,
): { displayOptions?: IDisplayOptions } => {
	const names = apis.filter(has).map(({ name }) => name);
	return names.length === apis.length ? {} : { displayOptions: { show: { authentication: names } } };
};
