import { FluxBlackForestLabsApi } from '../../../credentials/FluxBlackForestLabsApi.credentials.ts';
import { stateWords } from '../../../nodes/Flux/providers/common/states.ts';
import { account, edit, json, model, state, type Style } from './style.mts';

const reasons = { 'Moderation Reasons': ['Violence', 'Hate'] };

export const blackForestLabs: Style = {
	name: 'blackForestLabs',
	label: 'Black Forest Labs',
	credential: 'fluxBlackForestLabsApi',
	newCredential: () => new FluxBlackForestLabsApi(),
	custom: (baseUrl) => ({ region: 'custom', baseUrl }),
	copied: ['/v1', '/v1/get_result', '/v1/flux-2-pro', '/v1/flux-tools/erase-v1', '/v1/credits/'],
	path: '',
	publicBase: 'https://api.bfl.ai',
	hosts: {
		'https://api.bfl.ai': '',
		'https://api.eu.bfl.ai': '',
		'https://api.us.bfl.ai': '',
		'https://api.us1.bfl.ai': '',
	},
	services: [
		['https://api.bfl.ai', {}, {}],
		['https://api.eu.bfl.ai', { region: 'eu' }, {}],
		['https://api.us.bfl.ai', { region: 'us' }, {}],
		['https://api.us1.bfl.ai', { region: 'custom', baseUrl: 'https://api.us1.bfl.ai/' }, {}],
	],
	asks: [
		['submit', {}],
		['poll', {}],
		['credits', account('getCredits')],
		['finetunes', account('getFinetunes')],
	],
	tested: 'credits',
	model: model('flux-2-pro'),
	shown: {
		operations: ['Generate', 'Edit', 'Fill', 'Expand', 'Erase', 'Deblur', 'Try On'],
		models: ['FLUX.2 [pro]', 'FLUX.3 Image'],
	},
	edit,
	small: { width: 64, height: 64 },
	keyHeader: 'x-key',
	keyValue: (key) => key,
	hasJobs: true,
	jobUrl: /^\/v1\/get_result\?id=([^&?#/]+)$/,
	pollingUrl: (base, id) => `${base}/v1/get_result?id=${id}`,
	foreignPollingUrl: 'untrusted-host 1 job',
	accountLimit: 24,
	submitNotFound: 'invalid-input',
	cost: { unit: 'credit' },
	lifetimeSeconds: 600,
	states: stateWords.blackForestLabs,
	words: {
		noIdOrImage: json({ polling_url: 'https://api.bfl.ai/v1/get_result?id=1' }),
		wrongSubmit: json({ id: 7, polling_url: [] }),
		wrongPoll: json({ id: 7, status: [] }),
		unknownJob: state('Task not found', undefined, 404),
		fails: state('Error', 'GPU on fire'),
		promptRefused: state('Request Moderated', { 'Moderation Reasons': ['Violence'] }),
		imageWithheld: state('Content Moderated', { 'Moderation Reasons': ['Nudity'] }),
		noImage: json({ id: 'a', status: 'Ready', result: {} }),
		wrongImage: json({ id: 'a', status: 'Ready', result: { sample: 7 } }),
	},
	several: [{ name: 'one a submit', set: { model: model('flux-2-pro') }, failure: 'Error' }],
	asking: {
		submit: '/v1/flux-2-pro',
		body: { prompt: 'A red fox', seed: 7, width: 64, height: 64 },
		id: 'id',
		poll: ({ polling_url: url }) => String(url),
		ends: [
			{ status: 'Request Moderated', details: reasons },
			{ status: 'Content Moderated', details: reasons },
			{ status: 'Error', details: { error: 'GPU on fire' } },
			{ status: 'Task not found' },
		],
	},
};
