import { unlistedModels } from '../../catalogue/unlistedModel';
import type { Provider } from '../../provider';
import { hosts } from './hosts';
import { models } from './models';
import { account, poll, readPoll, readSubmit, refusal, submit } from './protocol';

/** Black Forest Labs' own API: submit, then ask the polling URL; the image lies on a delivery host for ten minutes. */
export const blackForestLabs: Provider = {
	name: 'blackForestLabs',
	label: 'Black Forest Labs',
	credential: 'fluxBlackForestLabsApi',
	maxConcurrency: 20,
	accountConcurrency: () => 24,
	costUnit: 'credit',
	imageLifetimeSeconds: 600,
	maxInputBytes: 20 * 1024 * 1024,
	models,
	unlistedModel: unlistedModels(models),
	hosts,
	submit,
	readSubmit,
	jobs: { poll, readPoll, hasPollingUrl: true },
	account,
	refusal,
};
