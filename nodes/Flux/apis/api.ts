import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import type { z } from 'zod/v4';

import type { ErrorCode } from '../errors';

export type ApiName = 'blackForestLabs';
export type ImageOperation = 'generate' | 'edit' | 'fill' | 'expand' | 'erase' | 'deblur' | 'tryOn';

/** One catalogue entry: all that is known of a model. Everything else about it is derived from here. */
export interface Model {
	/** The provider's own id. */
	id: string;
	/** The name shown in the model list. */
	label: string;
	description?: string;
	operations: readonly ImageOperation[];
	/** The wire body; each field that a user can set is made with `takes`, which names its parameter. */
	body: z.ZodObject;
	/** Jobs that may run at once, where the provider allows fewer than for its other models. */
	maxConcurrency?: number;
	/** How long the provider keeps the image, where it differs from the API's `imageLifetimeSeconds`. */
	imageLifetimeSeconds?: number;
}

/** A request as an API style describes it: no host, no key. */
export interface ApiRequest {
	method: 'GET' | 'POST';
	/** A path on the credential's base URL, or an absolute URL that the provider answered; the client decides whether to trust it. */
	url: string;
	body?: IDataObject;
}

/** An answer whose body was read within the size limit; `body` is the parsed JSON, undefined if it was none. */
export interface ApiAnswer {
	status: number;
	body: unknown;
	/** The first words of the body, for errors. */
	excerpt: string;
}

/** What an answer says of a job. */
export type JobState =
	| { is: 'running'; progress?: number }
	| { is: 'ready'; images: ReadyImage[]; revisedPrompt?: string; cost?: number }
	| { is: 'promptModerated' | 'imageModerated'; reasons: string[] }
	| { is: 'failed'; reason: string }
	| { is: 'cancelled' | 'unknownJob' | 'expired' };

export interface ReadyImage {
	url: string;
	seed?: number;
	prompt?: string;
}

/** A job as the provider names it. */
export interface JobReference {
	jobId: string;
	pollingUrl?: string;
}

/** An accepted submit. */
export interface Submitted extends JobReference {
	cost?: number;
	/** The provider will not tell more when asked, but calls a webhook. */
	silent?: boolean;
}

/** An answer that cannot be read: what was expected in place of it. */
export interface Unreadable {
	unreadable: string;
}

/** An API style: a pure translation between the node's words and the wire. It knows no n8n, no clock, no HTTP. */
export interface Api {
	/** The value of the parameter `authentication`. */
	name: ApiName;
	label: string;
	credential: string;
	/** Jobs in flight at once, unless Settings say otherwise. */
	maxConcurrency: number;
	costUnit: string;
	imageLifetimeSeconds: number;
	models: readonly Model[];
	/** The entry for an id that is in no list: every field of the style, loosely typed. */
	unknownModel(id: string, operation: ImageOperation): Model;
	/** The base URL that a credential means, without a trailing slash. */
	baseUrl(credential: ICredentialDataDecryptedObject): string;
	submit(model: Model, body: IDataObject): ApiRequest;
	readSubmit(answer: ApiAnswer): Submitted | Unreadable;
	poll(job: JobReference): ApiRequest;
	readPoll(answer: ApiAnswer): JobState | Unreadable;
	/** A refused request (HTTP 400 and above) in our terms. */
	refusal(answer: ApiAnswer): { code: ErrorCode; words: string };
}
