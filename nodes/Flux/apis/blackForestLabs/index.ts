import type { Api } from '../api';
import { account } from './account';
import { readPoll, readSubmit, refusal } from './answer';
import { hosts } from './baseUrl';
import { models } from './models';
import { poll, submit } from './request';
import { unknownModel } from './unknown';

/** Black Forest Labs' own API: submit, then ask the polling URL; the image lies on a delivery host for ten minutes. */
export const blackForestLabs: Api = {
	name: 'blackForestLabs',
	label: 'Black Forest Labs',
	credential: 'fluxBlackForestLabsApi',
	maxConcurrency: 20,
	accountConcurrency: () => 24,
	costUnit: 'credit',
	imageLifetimeSeconds: 600,
	mostInputBytes: 20 * 1024 * 1024,
	models,
	unknownModel,
	hosts,
	submit,
	readSubmit,
	jobs: { poll, readPoll },
	account,
	refusal,
};
