import type { Api } from '../api';
import { readPoll, readSubmit, refusal, retryAfterSeconds } from './answer';
import { hosts } from './baseUrl';
import { models } from './models';
import { cancel, poll, submit, uploads } from './request';
import { unknownModel } from './unknown';

/** Replicate's predictions, as its proxies speak them, too: submit, then ask on the base URL; files live for an hour. */
export const replicate: Api = {
	name: 'replicate',
	label: 'Replicate',
	credential: 'fluxReplicateApi',
	maxConcurrency: 20,
	costUnit: 'USD',
	imageLifetimeSeconds: 3600,
	mostInputBytes: 100 * 1024 * 1024,
	models,
	unknownModel,
	hosts,
	submit,
	readSubmit,
	jobs: {
		poll,
		readPoll,
		cancel,
		atDeadline:
			'Replicate was told to cancel the job at this time, unless a webhook waits for it: if it is cancelled there, nothing is left to collect.',
	},
	uploads,
	refusal,
	retryAfterSeconds,
};
