import type { Hosts } from '../../provider';

/** Base URLs of this style come before `/models/…`. */
export const hosts: Hosts = {
	choice: 'service',
	fixed: {
		replicate: 'https://api.replicate.com/v1',
		crazyrouter: 'https://crazyrouter.com/replicate/v1',
	},
	usual: {},
	unchosen: 'replicate',
	example: 'https://images.example.com/v1',
	hasVersion: true,
	requestPath:
		/\/(?:models|deployments)\/[^/]+\/[^/]+(?:\/versions(?:\/[^/]+)?)?(?:\/predictions)?$|\/predictions(?:\/[^/]+(?:\/cancel)?)?$|(?<=[^/])\/(?:account|files|models)$/i,
	request: '/predictions',
};
