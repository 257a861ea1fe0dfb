import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import type { FluxError, Trace } from './fluxError';

/** A submit of some item of the node that was accepted and not delivered. */
export interface UndeliveredJob extends Trace {
	itemIndex: number;
}

/** What the error says beside its message: what to do, and how to collect an image that was submitted. */
function describe(error: FluxError, { resource }: ErrorPlace, lost: UndeliveredJob[] = []): string {
	const { job: { id: jobId, pollingUrl } = {}, url, requestId, mayBeBilled, isBilled } = error.trace;
	// The user named the job, which may not even exist.
	const isNamed = resource === 'job';
	const leftSome = jobId !== undefined || url !== undefined || mayBeBilled === true || isBilled === true;
	const hasBilled = !isNamed && leftSome;
	// What was refused now was free; what other items or an earlier try submitted was not.
	const advice =
		hasBilled || lost.length > 0
			? error.advice.replace('Nothing was billed', 'Nothing more was billed')
			: error.advice;
	// Of the job that is meant nobody here knows whether it was.
	const lines = [isNamed ? advice.replaceAll(' Nothing was billed.', '') : advice];
	if (jobId !== undefined && (isNamed || error.isFinal)) {
		lines.push(`Job ID: ${jobId}.${pollingUrl === undefined ? '' : ` Polling URL: ${pollingUrl}.`}`);
	} else if (jobId !== undefined) {
		const where = pollingUrl === undefined ? '' : ` and Polling URL ${pollingUrl}`;
		lines.push(
			`Job ${jobId} was accepted by the provider. To collect its image without being billed again, use Resource "Job", Operation "Get" with Job ID ${jobId}${where}.`,
		);
	}
	if (isNamed && error.code === 'timeout') lines.push('The job may still be running: run the node again.');
	if (url !== undefined && !error.isFinal)
		lines.push(`The image is at ${url} until the provider deletes it.`);
	if (requestId !== undefined) lines.push(`Request ID of the provider: ${requestId}.`);
	return lines.join(' ');
}

/** What other items, or other images of the same item, left behind: n8n hands on nothing of a node that fails. */
function describeLost(lost: UndeliveredJob[]): string {
	if (lost.length === 0) return '';
	const each = lost.map(({ itemIndex, job, url, mayBeBilled }) => {
		if (mayBeBilled === true) return `a submit that may be billed (item ${itemIndex})`;
		const what = job === undefined ? `image ${url ?? 'without a URL'}` : `job ${job.id}`;
		const where = job?.pollingUrl === undefined ? '' : `, Polling URL ${job.pollingUrl}`;
		return `${what} (item ${itemIndex}${where})`;
	});
	const collect = lost.some(({ job }) => job !== undefined)
		? ' To collect each job, use Resource "Job", Operation "Get".'
		: '';
	// What may be billed is submitted again.
	const isKnown = lost.some(({ mayBeBilled }) => mayBeBilled !== true);
	const resume = isKnown
		? ' Retry On Fail resumes these jobs; On Error: Continue delivers their images.'
		: '';
	return ` Also submitted and not delivered, because the node stops at an error: ${each.join('; ')}.${collect}${resume}`;
}

export interface ErrorPlace {
	api: string;
	resource: string;
	model: string | null;
	itemIndex: number;
	runIndex: number;
}

/** The error as data, for items that go on with *On Error: Continue*. */
export function toErrorItem(error: FluxError, place: ErrorPlace): INodeExecutionData {
	const { job, url, requestId } = error.trace;
	const json: IDataObject = {
		message: error.message,
		description: describe(error, place),
		code: error.code,
		api: place.api,
		model: place.model,
		jobId: job?.id ?? null,
		pollingUrl: job?.pollingUrl ?? null,
	};
	if (url !== undefined) json.url = url;
	if (requestId !== undefined) json.requestId = requestId;
	// An `item.error` would be cut down to its message and lose its link to the input.
	return { json: { error: json }, pairedItem: { item: place.itemIndex } };
}

// n8n shows descriptions as HTML, and prompts or provider texts must not become markup.
const escapeHtml = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/**
 * The error as n8n shows it on the node; the data is in `context.flux`.
 *
 * @param submittedJobs what the node has submitted, asked for when n8n reads the error: it waits for all other items first
 */
export function toNodeError(
	error: FluxError,
	node: INode,
	place: ErrorPlace,
	submittedJobs: () => UndeliveredJob[] = () => [],
): NodeApiError {
	const item = toErrorItem(error, place).json.error as IDataObject;
	const { job, url } = error.trace;
	const isOther = (one: UndeliveredJob) => {
		if (one.mayBeBilled === true)
			return error.trace.mayBeBilled !== true || one.itemIndex !== place.itemIndex;
		return one.job === undefined ? one.url === undefined || one.url !== url : one.job.id !== job?.id;
	};
	const lost = () => submittedJobs().filter(isOther);
	const describeAll = () => {
		const others = lost();
		return `${escapeHtml(`${describe(error, place, others)}${describeLost(others)}`)} (${error.code})`;
	};
	const shown = new NodeApiError(
		node,
		{ message: error.message },
		{ message: error.message, itemIndex: place.itemIndex, runIndex: place.runIndex },
	);
	// n8n replaces messages that contain words such as ENOTFOUND, which would hide ours.
	shown.message = error.message;
	// n8n's panel shows it as the error code.
	shown.httpCode = error.code;
	Object.defineProperty(shown, 'description', { enumerable: true, configurable: true, get: describeAll });
	const undelivered = () =>
		lost().map(({ itemIndex, job: one, url: image }) =>
			one === undefined
				? { itemIndex, url: image }
				: { itemIndex, jobId: one.id, pollingUrl: one.pollingUrl },
		);
	Object.defineProperty(item, 'description', { enumerable: true, get: () => describe(error, place, lost()) });
	Object.defineProperty(item, 'undelivered', { enumerable: true, get: undelivered });
	shown.context.flux = item;
	return shown;
}
