import type {
	DeclarativeRestApiSettings,
	IExecutePaginationFunctions,
	IExecuteSingleFunctions,
	INodeExecutionData,
} from 'n8n-workflow';

import { apiNamed } from '../apis';
import type { AccountOperation, ApiName, ImageOperation } from '../apis/api';
import { asFluxError, toErrorItem, toNodeError } from '../errors';
import { accountOf } from '../http/account';
import { Client } from '../http/client';
import type { Network } from '../http/transport';
import { readSettings } from '../parameters/read';
import { askAccount } from './account';
import { cancelOperation } from './cancel';
import { collectJob } from './collect';
import { Deadline } from './deadline';
import { withGate } from './gate';
import { makeImages } from './make';
import { Purchases } from './purchases';
import { placeOf, type Workplace } from './workplace';

/**
 * n8n's pagination hook, which wraps the whole request of one item: it waits for a place, buys, polls, fetches and tidies up.
 * Errors become error items with *On Error: Continue*; otherwise they are thrown.
 */
export async function runJob(
	this: IExecutePaginationFunctions,
	requestData: DeclarativeRestApiSettings.ResultOptions,
): Promise<INodeExecutionData[]> {
	const place = placeOf(this);
	const purchases = new Purchases(this);
	purchases.begin();
	const done = await work(this, requestData).then(
		(items) => ({ items }),
		(error: unknown) => ({ error: asFluxError(error) }),
	);
	if ('items' in done) return done.items;
	if (this.continueOnFail()) return [toErrorItem(done.error, place)];
	purchases.fail();
	throw toNodeError(done.error, this.getNode(), place, () => purchases.bought());
}

async function work(
	context: IExecuteSingleFunctions,
	requestData: DeclarativeRestApiSettings.ResultOptions,
): Promise<INodeExecutionData[]> {
	const api = apiNamed(context.getNodeParameter('authentication') as ApiName);
	const resource = context.getNodeParameter('resource') as string;
	const operation = context.getNodeParameter('operation') as string;
	const settings = readSettings(context);
	const deadline = new Deadline(context.getExecutionCancelSignal(), settings.timeout);
	// After Stop, n8n's Retry On Fail still starts the next try.
	deadline.check();
	const account = await accountOf(context, api);
	return await withGate(account.id, async (gate) => {
		const client = new Client(context, api, account, networkOf(requestData.options), deadline, gate);
		return await perform({ context, api, account, client, gate, deadline, settings }, resource, operation);
	});
}

async function perform(
	workplace: Workplace,
	resource: string,
	operation: string,
): Promise<INodeExecutionData[]> {
	switch (`${resource}/${operation}`) {
		case 'job/get':
			return await collectJob(workplace);
		case 'job/cancel':
			return await cancelOperation(workplace);
		default:
			return resource === 'account'
				? await askAccount(workplace, operation as AccountOperation)
				: await makeImages(workplace, operation as ImageOperation);
	}
}

/** n8n's own settings for requests, which it applies only to those that it sends itself. */
function networkOf({
	proxy,
	skipSslCertificateValidation,
	allowedDomains,
}: DeclarativeRestApiSettings.HttpRequestOptions): Network {
	return {
		...(proxy === undefined ? {} : { proxy }),
		...(allowedDomains === undefined ? {} : { allowedDomains }),
		...(skipSslCertificateValidation === true ? { skipSslCertificateValidation } : {}),
	};
}
