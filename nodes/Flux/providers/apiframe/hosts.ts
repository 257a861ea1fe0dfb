import type { Hosts } from '../../provider';

/** Base URLs of Apiframe come before `/v2`. */
export const hosts: Hosts = {
	fixed: {},
	usual: { custom: 'https://api.apiframe.ai' },
	example: 'https://api.apiframe.ai',
	hasVersion: false,
	requestPath: /\/v\d+(?:\/(?:images|jobs|uploads|loras|models|me)(?:\/.*)?)?$/i,
	request: '/v2/images/generate',
};
