import { whole } from '../../catalogue/fields';
import { unlistedModels } from '../../catalogue/unlistedModel';
import type { Provider } from '../../provider';
import { hosts } from './hosts';
import { models } from './models';
import { account, poll, readPoll, readSubmit, refusal, submit, uploads } from './protocol';

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
	unlistedModel: unlistedModels(models, {
		without: ['numberOfImages'],
		more: () => ({ safety_tolerance: whole('safetyTolerance', { min: 0 }) }),
	}),
	hosts,
	submit,
	readSubmit,
	jobs: { typicalSeconds: 2, poll, readPoll },
	uploads,
	account,
	refusal,
};
