import type { Provider } from '../../provider';
import { account } from './account';
import { readPoll, readSubmit, refusal } from './answer';
import { hosts } from './hosts';
import { models } from './models';
import { poll, submit, uploads } from './request';
import { unlistedModel } from './unlistedModel';

/** Apiframe's API, version 2: submit with a key of one's own, then ask for the job; images lie there for a day. */
export const apiframe: Provider = {
	name: 'apiframe',
	label: 'Apiframe',
	credential: 'fluxApiframeApi',
	maxConcurrency: 10,
	costUnit: 'credit',
	imageLifetimeSeconds: 86_400,
	isIdempotent: true,
	maxInputBytes: 25 * 1024 * 1024,
	models,
	unlistedModel: unlistedModel,
	hosts,
	submit,
	readSubmit,
	jobs: { poll, readPoll },
	uploads,
	account,
	refusal,
};
