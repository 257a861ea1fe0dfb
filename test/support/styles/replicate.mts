import { FluxReplicateApi } from '../../../credentials/FluxReplicateApi.credentials.ts';
import { stateWords } from '../../../nodes/Flux/providers/common/states.ts';
import { bearer, edit, jobAbc, json, model, refused, state, type Style } from './style.mts';

export const replicate: Style = {
	name: 'replicate',
	label: 'Replicate',
	credential: 'fluxReplicateApi',
	newCredential: () => new FluxReplicateApi(),
	custom: (baseUrl) => ({ service: 'custom', baseUrl }),
	copied: [
		'/models/black-forest-labs/flux-2-pro/predictions',
		'/predictions',
		'/predictions/abc',
		'/account',
	],
	path: '/replicate/v1',
	publicBase: 'https://api.replicate.com/v1',
	hosts: { 'https://api.replicate.com': '/replicate', 'https://crazyrouter.com': '/crazyrouter' },
	services: [
		['https://api.replicate.com', {}, {}],
		['https://crazyrouter.com', { service: 'crazyrouter' }, {}],
	],
	asks: [
		['submit', {}],
		// With little time left Replicate is not told to hold the submit.
		['poll', { settings: { timeout: 3 } }],
		['poll', jobAbc],
		['cancel', { ...jobAbc, operation: 'cancel' }],
		['upload', edit],
	],
	tested: 'account',
	model: model('black-forest-labs/flux-2-pro'),
	shown: {
		operations: ['Generate', 'Edit', 'Fill', 'Control', 'Remix'],
		models: ['FLUX.1 [schnell]', 'FLUX.2 [pro]'],
	},
	edit,
	small: { width: 256, height: 256 },
	...bearer,
	hasJobs: true,
	cancels: true,
	cancelUrl: /^\/replicate\/v1\/predictions\/[^&?#/]+\/cancel$/,
	jobUrl: /^\/replicate\/v1\/predictions\/([^&?#/]+)$/,
	foreignPollingUrl: 'success 1',
	uploads: true,
	submitNotFound: 'invalid-input',
	cost: null,
	lifetimeSeconds: 3600,
	states: stateWords.replicate,
	words: {
		noIdOrImage: json({ status: 'starting', output: null }),
		wrongSubmit: json({ id: {}, status: 1 }),
		wrongPoll: json({ id: 7, status: 1 }),
		unknownJob: refused(404),
		fails: state('failed', 'GPU on fire'),
		promptRefused: state('failed', 'Your prompt was flagged as sensitive'),
		imageWithheld: state('failed', 'NSFW content detected in the output (E005)'),
		cancelled: state('canceled'),
		deleted: json({ id: 'a', status: 'succeeded', output: null, data_removed: true }),
		noImage: json({ id: 'a', status: 'succeeded', output: null }),
		wrongImage: json({ id: 'a', status: 'succeeded', output: { url: 7 } }),
	},
	several: [
		{ name: 'one a submit', set: { model: model('black-forest-labs/flux-2-pro') }, failure: 'failed' },
		{
			...{ name: 'several in one', native: 'num_outputs' },
			set: { model: model('black-forest-labs/flux-schnell') },
		},
	],
	asking: {
		submit: '/models/black-forest-labs/flux-2-pro/predictions',
		body: { input: { prompt: 'A red fox', seed: 7 } },
		id: 'id',
		poll: ({ id }, base) => `${base}/predictions/${String(id)}`,
		ends: [
			{ status: 'failed', details: 'The input was flagged as sensitive (E005)' },
			{ status: 'failed', details: 'NSFW content detected in the output' },
			{ status: 'failed', details: 'CUDA out of memory' },
			{ status: 'canceled' },
		],
	},
};

/** Its API as a proxy speaks it, which names Replicate's own host in its answers. */
export const crazyrouterReplicate: Style = {
	...replicate,
	path: '/crazyrouter/replicate/v1',
	cancelUrl: /^\/crazyrouter\/replicate\/v1\/predictions\/[^&?#/]+\/cancel$/,
};
