import type { Provider } from '../../provider';
import { hosts } from './hosts';
import { modelQuestion, models, serverModels, unlistedModel } from './models';
import { serviceNamed } from './services';
import { readSubmit, refusal, submit } from './protocol';

/** OpenAI's images API, as many services and servers speak it: the answer to the submit is the image itself. */
export const openAiCompatible: Provider = {
	name: 'openAiCompatible',
	label: 'OpenAI-Compatible',
	credential: 'fluxOpenAiCompatibleApi',
	maxConcurrency: 8,
	accountConcurrency: (service) => serviceNamed(service).accountConcurrency,
	costUnit: 'USD',
	imageLifetimeSeconds: undefined,
	maxInputBytes: 50 * 1024 * 1024,
	// Some servers answer with the path of a file, or ask for the key at its URL.
	adviceForOwnUrls:
		'If this server does not give out images by their URL, add {"response_format": "b64_json"} to Extra Fields (JSON): then its answer holds the image itself.',
	// Several large images as base64.
	maxAnswerBytes: 100 * 1024 * 1024,
	models,
	unlistedModel,
	serverModels,
	modelQuestion,
	hosts,
	submit,
	readSubmit,
	refusal,
};
