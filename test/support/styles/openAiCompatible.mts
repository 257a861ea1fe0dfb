import { FluxOpenAiCompatibleApi } from '../../../credentials/FluxOpenAiCompatibleApi.credentials.ts';
import { stateWords } from '../../../nodes/Flux/providers/common/states.ts';
import { bearer, edit, json, model, refused, type Style } from './style.mts';

const flux2 = 'black-forest-labs/flux.2-pro';

export const openAiCompatible: Style = {
	name: 'openAiCompatible',
	label: 'OpenAI-Compatible',
	credential: 'fluxOpenAiCompatibleApi',
	newCredential: () => new FluxOpenAiCompatibleApi(),
	custom: (baseUrl) => ({ service: 'custom', baseUrl }),
	copied: ['/images/generations', '/images/edits', '/models', '/images/generations/', '/images'],
	path: '/openai/v1',
	publicBase: 'https://images.example/v1',
	hosts: {
		'https://crazyrouter.com': '/crazyrouter',
		'https://image.onerouter.pro': '/onerouter',
		'https://openapi.monica.im': '/monica',
		'https://api.aimlapi.com': '/aiml',
		'https://router.huggingface.co': '/huggingface',
		'https://openrouter.ai': '/openrouter',
		'https://mine.services.ai.azure.com': '/foundry',
		'https://images.example': '/openai',
	},
	services: [
		['https://crazyrouter.com', { service: 'crazyrouter' }, { model: model('flux-dev') }],
		[
			'https://image.onerouter.pro',
			{ service: 'oneRouter' },
			{ model: model('flux-pro-v1.1-ultra-text-to-image') },
		],
		['https://openapi.monica.im', { service: 'monica' }, { model: model('flux_dev') }],
		['https://api.aimlapi.com', { service: 'aimlApi' }, { model: model('flux/dev', 'id') }],
		['https://router.huggingface.co', { service: 'huggingFaceTogether' }, { model: model('any', 'id') }],
	],
	inline: [
		['https://openrouter.ai', { service: 'openRouter' }, { model: model(flux2, 'id') }],
		[
			'https://mine.services.ai.azure.com',
			{ service: 'microsoftFoundry', baseUrl: 'https://mine.services.ai.azure.com' },
			{ model: model('FLUX.2-pro', 'id') },
		],
		['https://router.huggingface.co', { service: 'huggingFaceNscale' }, { model: model('any', 'id') }],
		['https://router.huggingface.co', { service: 'huggingFaceDeepInfra' }, { model: model('any', 'id') }],
	],
	asks: [
		['submit', { model: model('flux-dev') }],
		['submit', { ...edit, model: model('flux-kontext-pro') }],
	],
	tested: 'models',
	model: model('any-model', 'id'),
	// The sandbox lists these itself.
	shown: {
		operations: ['Generate', 'Edit'],
		models: ['flux-1-dev', 'flux-1-schnell'],
		search: 'flux-1-dev',
	},
	edit,
	small: { size: '64x64' },
	...bearer,
	keyIsOptional: true,
	hasJobs: false,
	sendsFiles: true,
	submitNotFound: 'invalid-input',
	cost: null,
	states: stateWords.openAiCompatible,
	words: {
		noIdOrImage: json({ created: 1, data: [] }),
		wrongSubmit: json({ data: [7, { url: {} }] }),
		wrongPoll: json({ data: [1] }),
		promptRefused: refused(400, { error: { message: 'Rejected', code: 'content_policy_violation' } }),
		imageWithheld: refused(400, { error: { message: 'The generated image was flagged' } }),
		noImage: json({ data: [{ url: '', b64_json: '' }] }),
		wrongImage: json({ data: [{ url: 7 }] }),
	},
	several: [
		{
			...{ name: 'one a submit', server: 'monica', failure: 'The model failed' },
			set: { model: model('flux_pro') },
		},
		{ name: 'several in one', server: 'openai', set: { model: model('any', 'id') }, native: 'n' },
		{
			...{ name: 'several in one by another name', server: 'monica', native: 'num_outputs' },
			set: { model: model('flux_dev') },
		},
	],
	asking: {
		submit: '/images/generations',
		body: { model: 'flux-1-dev', prompt: 'A red fox', size: '64x64' },
		ends: [],
	},
};
