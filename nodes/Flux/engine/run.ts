import type {
	DeclarativeRestApiSettings,
	IExecutePaginationFunctions,
	IExecuteSingleFunctions,
	INodeExecutionData,
} from 'n8n-workflow';

import { providerNamed } from '../providers';
import type { AccountOperation, ImageOperation } from '../provider';
import { asFluxError, invalidInput } from '../errors/fluxError';
import { toErrorItem, toNodeError } from '../errors/toN8n';
import { accountOf } from '../http/credential';
import { Client } from '../http/client';
import { readSettings } from './readParameters';
import { getAccount } from './getAccount';
import { endJob, getJob } from './jobs';
import { Deadline } from '../limits/deadline';
import { withAccountLimits } from '../limits/accountLimits';
import { generateImages } from './generate';
import { isTaken } from './isTaken';
import { isWhole } from './output';
import { SubmittedJobs } from './resume';
import { errorPlaceOf } from './context';
import { endCall, failCall, forModel, isTool } from './tool';

/**
 * n8n's pagination hook, which wraps the whole request of one item: it waits for a place, submits, polls, fetches and tidies up.
 * Errors become error items with *On Error: Continue*, and for an agent; otherwise they are thrown.
 */
export async function runJob(
	this: IExecutePaginationFunctions,
	requestData: DeclarativeRestApiSettings.ResultOptions,
): Promise<INodeExecutionData[]> {
	const place = errorPlaceOf(this);
	const submitted = new SubmittedJobs(this);
	submitted.begin();
	if (!(await isTaken(this))) return [];
	const done = await work(this, requestData, submitted).then(
		(items) => ({ items }),
		(error: unknown) => ({ error: asFluxError(error) }),
	);
	if ('items' in done) {
		endCall(this);
		if (isTool(this) && !isWhole(done.items)) submitted.fail();
		return isTool(this) ? done.items.map(forModel) : done.items;
	}
	// An agent that asks again resumes also what came out as an error item.
	if (isTool(this) || !this.continueOnFail()) submitted.fail();
	if (this.continueOnFail()) {
		endCall(this);
		const item = toErrorItem(done.error.afterTry(submitted.ofItem), place);
		return [isTool(this) ? forModel(item) : item];
	}
	const told = isTool(this) ? failCall(this, done.error) : undefined;
	if (told !== undefined) return [forModel(toErrorItem(told, place))];
	throw toNodeError(done.error, this.getNode(), place, () => submitted.undelivered());
}

/** n8n adds it to the resources and operations of every node, to lead to its HTTP Request node. */
const customCall = '__CUSTOM_API_CALL__';
const customCallAdvice =
	"Use n8n's HTTP Request node with Authentication 'Predefined Credential Type' and the credential of this node, or choose another resource or operation here.";

async function work(
	context: IExecuteSingleFunctions,
	requestData: DeclarativeRestApiSettings.ResultOptions,
	submitted: SubmittedJobs,
): Promise<INodeExecutionData[]> {
	const api = providerNamed(context.getNodeParameter('authentication') as string);
	const resource = context.getNodeParameter('resource') as string;
	const operation = context.getNodeParameter('operation', '') as string;
	if ([resource, operation].includes(customCall))
		throw invalidInput('This node makes no custom API calls', customCallAdvice);
	const settings = readSettings(context);
	const deadline = new Deadline(context.getExecutionCancelSignal(), settings.timeout);
	// After Stop, n8n's Retry On Fail still starts the next try.
	deadline.check();
	const account = await accountOf(context, api);
	// n8n applies its settings for requests only to those that it sends itself.
	const { proxy, allowedDomains, skipSslCertificateValidation: skipsSsl } = requestData.options;
	const network = { proxy, allowedDomains, skipSslCertificateValidation: skipsSsl === true };
	return await withAccountLimits(account.id, async ({ concurrency, backoff }) => {
		const client = new Client(context, api, account, network, deadline, backoff);
		const jobContext = { context, api, account, client, concurrency, submitted, deadline, settings };
		if (resource === 'job' && operation === 'get') return await getJob(jobContext);
		if (resource === 'job' && operation === 'cancel') return await endJob(jobContext);
		if (resource === 'account') return await getAccount(jobContext, operation as AccountOperation);
		return await generateImages(jobContext, operation as ImageOperation);
	});
}
