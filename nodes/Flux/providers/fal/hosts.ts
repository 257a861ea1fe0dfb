import type { Hosts } from '../../provider';

/** Base URLs of fal's queue come before the id of a model. */
export const hosts: Hosts = {
	fixed: {},
	usual: { custom: 'https://queue.fal.run' },
	files: { 'https://queue.fal.run': 'https://rest.fal.ai' },
	example: 'https://queue.fal.run',
	hasVersion: false,
	requestPath: /\/fal-ai\/.+$|(?:\/(?:workflows|comfy))?\/[^/]+\/[^/]+\/requests(?:\/.*)?$/i,
	request: '/fal-ai/flux-2-pro',
};
