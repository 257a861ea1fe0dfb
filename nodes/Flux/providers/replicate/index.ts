import { unlistedModels } from '../../catalogue/unlistedModel';
import type { Provider } from '../../provider';
import { hosts } from './hosts';
import { ofOthers } from './fields';
import { models } from './models';
import { modelFromSchema } from './modelFromSchema';
import { jobs, modelId, readSubmit, refusal, submit, uploads } from './protocol';

/** Replicate's predictions, as its proxies speak them, too: submit, then ask on the base URL; files live for an hour. */
export const replicate: Provider = {
	name: 'replicate',
	label: 'Replicate',
	credential: 'fluxReplicateApi',
	maxConcurrency: 20,
	costUnit: 'USD',
	imageLifetimeSeconds: 3600,
	maxInputBytes: 100 * 1024 * 1024,
	// A prediction repeats its input, with the images that went as `data:` URIs.
	maxAnswerBytes: 20 * 1024 * 1024,
	models,
	modelId,
	unlistedModel: unlistedModels(models, { ignoresUnknown: true, more: ofOthers }),
	modelQuestion: (model) => (models.includes(model) ? undefined : modelFromSchema(model.id)),
	hosts,
	submit,
	readSubmit,
	jobs,
	uploads,
	notFound:
		' (either there is no such model, or it is none that Replicate runs by its name alone: then write owner/name:version)',
	refusal,
};
