import { FluxApiframeApi } from '../../../credentials/FluxApiframeApi.credentials.ts';
import { stateWords } from '../../../nodes/Flux/providers/common/states.ts';
import { account, edit, json, model, refused, state, type Style } from './style.mts';

export const apiframe: Style = {
	name: 'apiframe',
	label: 'Apiframe',
	credential: 'fluxApiframeApi',
	newCredential: () => new FluxApiframeApi(),
	custom: (baseUrl) => ({ baseUrl }),
	copied: ['/v2', '/v2/images/generate', '/v2/images/edit', '/v2/jobs/123', '/v2/me/'],
	path: '/apiframe',
	publicBase: 'https://api.apiframe.ai',
	hosts: { 'https://api.apiframe.ai': '/apiframe' },
	services: [['https://api.apiframe.ai', {}, {}]],
	asks: [
		['submit', {}],
		['poll', {}],
		['upload', edit],
		['account', account('getCredits')],
	],
	tested: 'account',
	model: model('flux-2-pro'),
	shown: { operations: ['Generate', 'Edit', 'Fill'], models: ['FLUX.2 [pro]', 'FLUX LoRA'] },
	edit,
	small: { width: 256, height: 256 },
	keyHeader: 'x-api-key',
	keyValue: (key) => key,
	hasJobs: true,
	jobUrl: /^\/apiframe\/v2\/jobs\/([^&?#/]+)$/,
	isIdempotent: true,
	uploads: true,
	// It knows models by a field: its 404 says that the base URL is wrong.
	submitNotFound: 'bad-response',
	cost: { amount: 5, unit: 'credit' },
	lifetimeSeconds: 86_400,
	states: stateWords.apiframe,
	words: {
		noIdOrImage: json({ status: 'QUEUED' }),
		wrongSubmit: json({ jobId: ['a'] }),
		wrongPoll: json({ id: 7, status: {} }),
		unknownJob: refused(404),
		fails: state('FAILED', 'GPU on fire'),
		promptRefused: state('FAILED', 'The prompt was flagged'),
		imageWithheld: state('FAILED', 'NSFW content detected'),
		cancelled: state('CANCELLED'),
		deleted: json({ id: 'a', status: 'COMPLETED', result: null, expired: true }),
		noImage: json({ id: 'a', status: 'COMPLETED', result: { images: [] } }),
		wrongImage: json({ id: 'a', status: 'COMPLETED', result: { images: [7] } }),
	},
	several: [
		{ name: 'one a submit', set: { model: model('flux-2-pro') }, failure: 'FAILED' },
		{
			...{ name: 'several in one', native: 'num_outputs' },
			set: { model: model('flux-lora'), loraId: '0f8fad5b-d9cb-469f-a165-70867728950e' },
		},
	],
	asking: {
		submit: '/v2/images/generate',
		body: { model: 'flux-2-pro', prompt: 'A red fox' },
		id: 'jobId',
		poll: ({ jobId }, base) => `${base}/v2/jobs/${String(jobId)}`,
		ends: [
			{ status: 'FAILED', details: 'The prompt was flagged by the safety filter' },
			{ status: 'FAILED', details: 'Could not load the image' },
			{ status: 'CANCELLED' },
		],
	},
};
