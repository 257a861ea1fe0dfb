import type { z } from 'zod/v4';

import { unlistedModels } from '../../catalogue/unlistedModel';
import type { Provider } from '../../provider';
import { notFoundAdvice } from '../common/refusals';
import { hosts } from './hosts';
import { controlled, models } from './models';
import { jobs, mayBeRepeated, modelId, readSubmit, refusal, submit, uploads } from './protocol';

const unlisted = unlistedModels(models, {
	ignoresUnknown: true,
	more: (operation): z.ZodRawShape => (operation === 'control' ? controlled : {}),
});

/** fal's queue: submit to a model's endpoint, ask for the state, then for the result, each at a URL of its own. */
export const fal: Provider = {
	name: 'fal',
	label: 'fal',
	credential: 'fluxFalApi',
	maxConcurrency: 10,
	costUnit: 'USD',
	imageLifetimeSeconds: undefined,
	maxInputBytes: 25 * 1024 * 1024,
	// With `sync_mode` in the extra fields an answer holds the images.
	maxAnswerBytes: 100 * 1024 * 1024,
	models,
	modelId,
	// An id that is in no list is an endpoint by itself.
	unlistedModel: (id, operation) => ({ ...unlisted(id, operation), endpoint: undefined }),
	hosts,
	submit,
	readSubmit,
	jobs,
	uploads,
	mayBeRepeated,
	refusal,
	notFound: notFoundAdvice,
};
