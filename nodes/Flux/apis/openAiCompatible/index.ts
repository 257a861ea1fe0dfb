import type { Api } from '../api';
import { readSubmit, refusal } from './answer';
import { hosts } from './baseUrl';
import { liveModels } from './live';
import { models } from './models';
import { submit } from './request';
import { serviceNamed } from './services';
import { unknownModel } from './unknown';

/** OpenAI's images API, as many services and servers speak it: the answer to the order is the image itself. */
export const openAiCompatible: Api = {
	name: 'openAiCompatible',
	label: 'OpenAI-Compatible',
	credential: 'fluxOpenAiCompatibleApi',
	maxConcurrency: 8,
	accountConcurrency: (service) => serviceNamed(service).accountConcurrency,
	costUnit: 'USD',
	imageLifetimeSeconds: undefined,
	mostInputBytes: 50 * 1024 * 1024,
	// Several large images as base64.
	mostAnswerBytes: 100 * 1024 * 1024,
	models,
	unknownModel,
	liveModels,
	hosts,
	submit,
	readSubmit,
	refusal,
};
