import type { Api } from '../api';
import { account } from './account';
import { readPoll, readSubmit, refusal } from './answer';
import { hosts } from './baseUrl';
import { models } from './models';
import { poll, submit, uploads } from './request';
import { unknownModel } from './unknown';

/** Apiframe's API, version 2: submit with a key of one's own, then ask for the job; images lie there for a day. */
export const apiframe: Api = {
	name: 'apiframe',
	label: 'Apiframe',
	credential: 'fluxApiframeApi',
	maxConcurrency: 10,
	costUnit: 'credit',
	imageLifetimeSeconds: 86_400,
	isIdempotent: true,
	mostInputBytes: 25 * 1024 * 1024,
	models,
	unknownModel,
	hosts,
	submit,
	readSubmit,
	jobs: { poll, readPoll },
	uploads,
	account,
	refusal,
};
