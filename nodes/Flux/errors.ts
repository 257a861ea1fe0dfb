import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

/** What a purchase left behind: enough to collect its image later. */
export interface Trace {
	jobId?: string;
	pollingUrl?: string;
	/** The finished image, when it was made and only its download failed. */
	url?: string;
}

/** A purchase of some item of the node. */
export interface Bought extends Trace {
	itemIndex: number;
}

/** Every condition a user can meet, and the advice that goes with it where no better one is known. */
const advice = {
	'invalid-input': 'Correct the value and run the node again. Nothing was bought.',
	authentication: 'Check the API key, and for Black Forest Labs the region, in the credential.',
	'insufficient-credits': 'Add credits to the account that the key belongs to, then run the node again.',
	'rate-limited':
		'Wait a while, lower Max Concurrency in Advanced Settings, or raise Timeout so that the node can wait longer.',
	'prompt-moderated':
		'The provider refuses this prompt. Reword it, or raise Safety Tolerance if the model has it.',
	'image-moderated':
		'The picture was made and then withheld. Another seed or a reworded prompt may pass; Safety Tolerance can be raised if the model has it.',
	'job-failed':
		'The provider could not make this image. Run the node again; if it stays so, change the input.',
	'job-not-found':
		'Check the job ID and that the credential is the one that bought the job. Providers forget old jobs.',
	'job-cancelled': 'The job was cancelled at the provider. Run the node again to buy a new one.',
	timeout: 'Raise Timeout in Advanced Settings.',
	expired: 'The provider deletes images after a while. Collect them sooner; this one has to be made again.',
	'untrusted-host':
		'Nothing was sent there, so that your API key stays safe. Check the base URL in the credential.',
	'download-failed':
		'The image was made and is billed, but could not be downloaded. A new try asks for it again and is not billed.',
	'bad-response':
		'The answer was not what this API documents. Try again later; if it stays so, check the base URL in the credential.',
	'provider-unavailable': 'The service or the way to it is disturbed. Try again later.',
	cancelled: 'The execution was stopped.',
} as const;

export type ErrorCode = keyof typeof advice;

const final: ErrorCode[] = [
	'prompt-moderated',
	'image-moderated',
	'job-failed',
	'job-not-found',
	'job-cancelled',
	'expired',
];

const longestMessage = 600;

/** Providers' words may be long and hold anything; control characters and halves of characters are for no log or database. */
function oneLine(text: string): string {
	const short = text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text;
	return short.replace(/[\p{Cc}\p{Cs}]+/gu, ' ').trim();
}

/** The one error that the node raises inside; the rim turns it into n8n's. Holds no key: texts are redacted by the client. */
export class FluxError extends Error {
	readonly code: ErrorCode;
	advice: string;
	trace: Trace;

	constructor(code: ErrorCode, message: string, more: { advice?: string; trace?: Trace } = {}) {
		super(oneLine(message));
		this.name = 'FluxError';
		this.code = code;
		this.advice = more.advice ?? advice[code];
		this.trace = more.trace ?? {};
	}

	withTrace(trace: Trace): this {
		this.trace = { ...trace, ...this.trace };
		return this;
	}

	alsoSay(sentence: string): this {
		this.advice = `${this.advice} ${sentence}`;
		return this;
	}

	/** Whether there is nothing left to collect of the job. */
	get isFinal(): boolean {
		return final.includes(this.code);
	}

	/** Whether the job surely ended without an image, so that a new try may buy another; one that is not found may turn up. */
	get endsJob(): boolean {
		return this.isFinal && this.code !== 'job-not-found';
	}
}

/** Anything caught, as one of ours: what we did not foresee is a `bad-response` with its own words. */
export function asFluxError(error: unknown): FluxError {
	if (error instanceof FluxError) return error;
	const words = error instanceof Error ? error.message : String(error);
	return new FluxError('bad-response', `Unexpected: ${words}`, {
		advice: 'This looks like a defect of the Flux node. Please report it with these words.',
	});
}

/** What the error says beside its message: what to do, and how to collect an image that was bought. */
function describe(error: FluxError): string {
	const { jobId, pollingUrl, url } = error.trace;
	const lines = [error.advice];
	if (jobId !== undefined && !error.isFinal) {
		const where = pollingUrl === undefined ? '' : ` and Polling URL ${pollingUrl}`;
		lines.push(
			`Job ${jobId} was accepted by the provider. To collect its image without buying again, use Resource "Job", Operation "Get" with Job ID ${jobId}${where}.`,
		);
	} else if (jobId !== undefined) {
		lines.push(`Job ${jobId}.${pollingUrl === undefined ? '' : ` Polling URL ${pollingUrl}`}`);
	}
	if (url !== undefined && !error.isFinal)
		lines.push(`The image is at ${url} until the provider deletes it.`);
	return lines.join(' ');
}

/** What other items, or other images of the same item, bought: n8n hands on nothing of a node that fails. */
function describeLost(lost: Bought[]): string {
	if (lost.length === 0) return '';
	const each = lost.map(({ itemIndex, jobId, pollingUrl, url }) => {
		const what = jobId === undefined ? `image ${url ?? 'without a URL'}` : `job ${jobId}`;
		const where = pollingUrl === undefined ? '' : `, Polling URL ${pollingUrl}`;
		return `${what} (item ${itemIndex}${where})`;
	});
	const collect = lost.some(({ jobId }) => jobId !== undefined)
		? ' Each job can be collected in the same way: Resource "Job", Operation "Get".'
		: '';
	return ` Also bought and not delivered, because the node stops at an error: ${each.join('; ')}.${collect} Retry On Fail resumes what was bought; On Error: Continue delivers it.`;
}

export interface ErrorPlace {
	api: string;
	model: string | null;
	itemIndex: number;
	runIndex: number;
}

/** The error as data, for items that go on with *On Error: Continue*. */
export function toErrorItem(error: FluxError, place: ErrorPlace): INodeExecutionData {
	const { jobId = null, pollingUrl = null, url } = error.trace;
	const json: IDataObject = {
		message: error.message,
		description: describe(error),
		code: error.code,
		api: place.api,
		model: place.model,
		jobId,
		pollingUrl,
	};
	if (url !== undefined) json.url = url;
	// An `item.error` would be cut down to its message and lose its link to the input.
	return { json: { error: json }, pairedItem: { item: place.itemIndex } };
}

// n8n shows descriptions as HTML, and prompts or provider texts must not become markup.
const escapeHtml = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/**
 * The error as n8n shows it on the node; the data is in `context.flux`.
 *
 * @param bought what the node has bought, asked for when n8n reads the error: it waits for all other items first
 */
export function toNodeError(
	error: FluxError,
	node: INode,
	place: ErrorPlace,
	bought: () => Bought[] = () => [],
): NodeApiError {
	const item = toErrorItem(error, place).json.error as IDataObject;
	const { jobId, url } = error.trace;
	const isOther = (one: Bought) =>
		one.jobId === undefined ? one.url === undefined || one.url !== url : one.jobId !== jobId;
	const lost = () => bought().filter(isOther);
	const describeAll = () => `${escapeHtml(`${describe(error)}${describeLost(lost())}`)} (${error.code})`;
	const shown = new NodeApiError(
		node,
		{ message: error.message },
		{ message: error.message, itemIndex: place.itemIndex, runIndex: place.runIndex },
	);
	// n8n replaces messages that contain words such as ENOTFOUND, which would hide ours.
	shown.message = error.message;
	Object.defineProperty(shown, 'description', { enumerable: true, configurable: true, get: describeAll });
	Object.defineProperty(item, 'undelivered', { enumerable: true, get: lost });
	shown.context.flux = item;
	return shown;
}
