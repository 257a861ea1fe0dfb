import type { Hosts } from '../../provider';

/** Base URLs of Black Forest Labs come before `/v1`. */
export const hosts: Hosts = {
	choice: 'region',
	family: 'bfl.ai',
	fixed: {
		global: 'https://api.bfl.ai',
		eu: 'https://api.eu.bfl.ai',
		us: 'https://api.us.bfl.ai',
	},
	usual: {},
	unchosen: 'global',
	example: 'https://images.example.com',
	hasVersion: false,
	requestPath:
		/\/v\d+(?:\/(?:get_result|credits|my_finetunes|finetune_details|delete_finetune|flux[^/]*(?:\/[^/]+)?))?$/i,
	request: '/v1/flux-2-pro',
};
