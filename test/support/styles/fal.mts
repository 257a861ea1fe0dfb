import { FluxFalApi } from '../../../credentials/FluxFalApi.credentials.ts';
import { stateWords } from '../../../nodes/Flux/providers/common/states.ts';
import { edit, json, model, refused, state, type Style } from './style.mts';

const polled = { resource: 'job', jobId: 'fal-ai/flux-2-pro/abc' };

export const fal: Style = {
	name: 'fal',
	label: 'fal',
	credential: 'fluxFalApi',
	newCredential: () => new FluxFalApi(),
	custom: (baseUrl) => ({ baseUrl }),
	copied: [
		'/fal-ai/flux-2-pro',
		'/fal-ai/flux-2/klein/9b/edit',
		'/fal-ai/flux-2-pro/requests/abc/status',
		'/fal-ai/flux-2-pro/requests/abc/cancel',
		'/workflows/acme/my-flux/requests/abc/status',
	],
	path: '/fal',
	publicBase: 'https://queue.fal.run',
	hosts: { 'https://queue.fal.run': '/fal', 'https://rest.fal.ai': '/fal' },
	services: [['https://queue.fal.run', {}, {}]],
	asks: [
		['submit', {}],
		['poll', {}],
		['poll', { ...polled, operation: 'get' }],
		['cancel', { ...polled, operation: 'cancel' }],
		['upload', edit],
	],
	jobIdOf: (id) => `fal-ai/flux-2-pro/${id}`,
	tested: 'poll',
	untestable: /did not refuse this API key.*the credential is saved/,
	model: model('fal-ai/flux-2-pro'),
	shown: {
		operations: ['Generate', 'Edit', 'Fill', 'Control', 'Remix'],
		models: ['FLUX.2 [pro]', 'FLUX.1 Kontext [max]'],
	},
	edit,
	small: { width: 256, height: 256 },
	keyHeader: 'authorization',
	keyValue: (key) => `Key ${key}`,
	hasJobs: true,
	cancels: true,
	cancelUrl: /^\/fal\/fal-ai\/[^/]+\/requests\/[^&?#/]+\/cancel$/,
	jobUrl: /^\/fal\/fal-ai\/[^/]+\/requests\/([^&?#/]+)\/status$/,
	resultUrl: /^\/fal\/fal-ai\/[^/]+\/requests\/[^&?#/]+$/,
	pollingUrl: (base, id) => `${base}/fal-ai/flux-2-pro/requests/${id}/status`,
	// What an answer names is not asked.
	foreignPollingUrl: 'success 1',
	uploads: true,
	submitNotFound: 'invalid-input',
	cost: null,
	states: stateWords.fal,
	words: {
		noIdOrImage: json({ status: 'IN_QUEUE' }),
		wrongSubmit: json({ request_id: {} }),
		wrongPoll: json({ status: {} }),
		unknownJob: refused(404),
		fails: state('FAILED', 'GPU on fire'),
		promptRefused: state('FAILED', 'The prompt was flagged'),
		imageWithheld: state('FAILED', 'NSFW content detected'),
		cancelled: state('CANCELED'),
		noImage: json({ status: 'COMPLETED', images: [] }),
		wrongImage: json({ status: 'COMPLETED', images: [{ url: 7 }] }),
	},
	several: [
		{ name: 'one a submit', set: { model: model('fal-ai/flux-2-pro') }, failure: 'FAILED' },
		{ name: 'several in one', native: 'num_images', set: { model: model('fal-ai/flux/schnell') } },
	],
	asking: {
		submit: '/fal-ai/flux-2-pro',
		body: { prompt: 'A red fox', seed: 7, image_size: { width: 64, height: 64 } },
		id: 'request_id',
		poll: ({ status_url: url }) => String(url),
		result: ({ response_url: url }) => String(url),
		ends: [
			{ status: 'FAILED', details: 'GPU on fire' },
			{ status: 'FAILED', details: 'The prompt was flagged' },
			{ status: 'CANCELED' },
		],
	},
};
