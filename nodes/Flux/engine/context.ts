import type { IExecuteSingleFunctions } from 'n8n-workflow';

import type { Job, Provider } from '../provider';
import { asFluxError } from '../errors/fluxError';
import type { ErrorPlace } from '../errors/toN8n';
import type { Account } from '../http/credential';
import type { Client } from '../http/client';
import { modelValue, type Settings } from './readParameters';
import type { Deadline } from '../limits/deadline';
import type { Concurrency } from '../limits/concurrency';
import { runIndexOf } from './identity';
import type { SubmittedJobs } from './resume';

/** All that the work on one item stands on. */
export interface JobContext {
	context: IExecuteSingleFunctions;
	api: Provider;
	account: Account;
	client: Client;
	concurrency: Concurrency;
	/** What this node submitted in this execution. */
	submitted: SubmittedJobs;
	deadline: Deadline;
	settings: Settings;
}

/** Where an error happened, in the words of the workflow. */
export function errorPlaceOf(context: IExecuteSingleFunctions): ErrorPlace {
	const resource = String(context.getNodeParameter('resource', ''));
	const model = resource === 'image' ? modelValue(context) : null;
	return {
		api: String(context.getNodeParameter('authentication', '')),
		resource,
		model: typeof model === 'string' && model !== '' ? model : null,
		itemIndex: context.getItemIndex(),
		runIndex: runIndexOf(context),
	};
}

/** The work on a job, whose errors name it: the one place where they learn of it. */
export const ofJob = async <T>({ id, pollingUrl }: Partial<Job>, work: Promise<T>): Promise<T> =>
	await work.catch((error: unknown) => {
		throw asFluxError(error).withTrace({ job: id === undefined ? undefined : { id, pollingUrl } });
	});
