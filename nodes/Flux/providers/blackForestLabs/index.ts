import { z } from 'zod/v4';

import { unlistedModels } from '../../catalogue/unlistedModel';
import { invalidInput } from '../../errors/fluxError';
import type { ImageOperation, Model, Provider } from '../../provider';
import { hosts } from './hosts';
import { imageList, models } from './models';
import { notFoundAdvice } from '../common/refusals';
import { account, poll, readPoll, readSubmit, refusal, submit } from './protocol';

const anyModel = unlistedModels(models);

/** What is called FLUX.3 takes its images as one list, and keeps what it made for an hour, as the listed ones do. */
function unlistedModel(id: string, operation: ImageOperation): Model {
	// These are requests, too, but make or delete finetunes.
	if (/(^|_)finetune$/.test(id))
		throw invalidInput(`'Model' is "${id}", which makes no images`, 'Choose a model from the list.');
	const model = anyModel(id, operation);
	if (!id.startsWith('flux-3')) return model;
	const fields = Object.entries(model.body.shape);
	const others = fields.filter(([name]) => !name.startsWith('input_image'));
	const images = others.length < fields.length ? { images: imageList } : {};
	const body = z.looseObject({ ...Object.fromEntries(others), ...images });
	return { ...model, imageLifetimeSeconds: 3600, body };
}

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
	unlistedModel,
	hosts,
	submit,
	readSubmit,
	jobs: { typicalSeconds: 2, poll, readPoll, hasPollingUrl: true },
	account,
	notFound: notFoundAdvice,
	refusal,
};
