import { addQueue, queue, QueueCredential } from '../madeUpProvider.mts';
import { edit, jobAbc, json, model, refused, state, type Style } from './style.mts';

addQueue();

/** No API that exists: a queue whose result is a second request. What holds for it holds for the next style, too. */
export const madeUp: Style = {
	name: 'queue',
	label: queue.label,
	credential: queue.credential,
	newCredential: () => new QueueCredential(),
	custom: (baseUrl) => ({ baseUrl }),
	copied: ['/requests', '/requests/abc', '/requests/abc/status'],
	path: '/queue',
	publicBase: 'https://queue.example',
	hosts: { 'https://queue.example': '/queue' },
	services: [['https://queue.example', { baseUrl: 'https://queue.example' }, {}]],
	asks: [
		['submit', {}],
		['poll', {}],
		['cancel', { ...jobAbc, operation: 'cancel' }],
	],
	tested: 'account',
	model: model('made-up/flux'),
	shown: { operations: ['Generate', 'Edit'], models: ['Made up'] },
	edit,
	small: { width: 64, height: 64 },
	keyHeader: 'authorization',
	keyValue: (key) => `Key ${key}`,
	hasJobs: true,
	cancels: true,
	cancelUrl: /^\/queue\/requests\/[^&?#/]+\/cancel$/,
	jobUrl: /^\/queue\/requests\/([^&?#/]+)\/status$/,
	submitNotFound: 'invalid-input',
	cost: { amount: 2, unit: 'credit' },
	states: { IN_QUEUE: 'running', IN_PROGRESS: 'running', COMPLETED: 'ready', CANCELLED: 'cancelled' },
	words: {
		noIdOrImage: json({ status: 'IN_QUEUE' }),
		wrongSubmit: json({ request_id: {} }),
		wrongPoll: json({ status: {} }),
		unknownJob: refused(404),
		fails: state('FAILED', 'GPU on fire'),
		promptRefused: state('FAILED', 'The prompt was flagged'),
		imageWithheld: state('FAILED', 'NSFW content detected'),
		cancelled: state('CANCELLED'),
		noImage: json({ status: 'COMPLETED', images: [] }),
		wrongImage: json({ status: 'COMPLETED', images: [{ url: 7 }] }),
	},
	several: [{ name: 'one a submit', set: { model: model('made-up/flux') }, failure: 'FAILED' }],
	asking: {
		submit: '/made-up/flux',
		body: { prompt: 'A red fox', seed: 7, width: 64, height: 64 },
		id: 'request_id',
		poll: ({ request_id: id }, base) => `${base}/requests/${String(id)}/status`,
		ends: [{ status: 'FAILED', details: 'GPU on fire' }, { status: 'CANCELLED' }],
	},
};
