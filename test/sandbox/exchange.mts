import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Document } from './documents/documents.mts';
import type { ForcedState, Job } from './jobs.mts';
import type { Problem } from './schema.mts';

/** What a request is for, in whichever dialect; faults are aimed by it. */
export type Action =
	| 'submit'
	| 'poll'
	| 'cancel'
	| 'download'
	| 'upload'
	| 'credits'
	| 'account'
	| 'models'
	| 'finetunes'
	| 'list'
	| 'unknown';

/** One request that reached the sandbox. */
export interface RecordedRequest {
	/** Milliseconds since the epoch. */
	at: number;
	method: string;
	/** Path and query. */
	url: string;
	headers: IncomingHttpHeaders;
	/** The parsed JSON, or a multipart form's fields (files as `{name, type, size}`), else undefined. */
	body: unknown;
	/** The HTTP status answered; undefined while there is none, or when the connection was dropped. */
	status: number | undefined;
	dialect: string;
	action: Action;
	/** The kind of the fault that hit it. */
	fault?: string;
}

/** How an answer leaves: all at once, or in one of the ways in which networks and servers fail. */
export type Sender =
	| 'plain'
	| 'reset'
	| 'hang'
	| 'drip'
	| 'cutBody'
	| 'cutConnection'
	| 'wrongLength'
	| 'endless';

/** What a handler wants to be answered. */
export interface Answer {
	status: number;
	/** A JSON body … */
	json?: unknown;
	/** … or any bytes, of the type in `headers`. */
	bytes?: Buffer;
	headers?: Record<string, string>;
	send?: Sender;
	/** For the sender: bytes off (`wrongLength`), milliseconds between bytes (`drip`), bytes (`endless`). */
	amount?: number;
}

/** One request on its way to its answer. */
export interface Exchange {
	request: IncomingMessage;
	response: ServerResponse;
	url: URL;
	/** The groups of the route's path, decoded. */
	params: string[];
	raw: Buffer;
	form?: FormData;
	record: RecordedRequest;
	job?: Job;
	/** What a fault put in place of the normal course. */
	instead: { state?: ForcedState; pollingUrl?: string; resultUrl?: string };
}

/** One kind of request of a dialect. */
export interface Route {
	action: Action;
	method: 'GET' | 'POST' | 'PUT';
	/** Matched against the path behind the dialect's prefix; its groups become `params`. */
	path: RegExp;
	/** No key is asked for. */
	open?: boolean;
	/** The model that is asked for, where it stands elsewhere than in the body. */
	model?(exchange: Exchange): string | undefined;
	handle(exchange: Exchange): Answer | Promise<Answer>;
}

/** A provider's way to talk: its routes, its keys and its error bodies. */
export interface Dialect {
	name: string;
	/** Where its paths begin, e.g. `/replicate/v1`; empty for Black Forest Labs. */
	prefix: string;
	routes: Route[];
	/** The refusal of a request without the right key. */
	refuse(exchange: Exchange): Answer | undefined;
	/** The provider's own document, by which requests and answers are judged. */
	document?: Document;
	/** The refusal of a request that the document does not take. */
	invalid?(problems: Problem[]): Answer;
	/** The body of an error that no route answers, e.g. 404. */
	error(status: number, message: string): unknown;
}
