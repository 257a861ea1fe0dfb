import type { IDataObject } from 'n8n-workflow';
import type { z } from 'zod/v4';

import type { ErrorCode, Job } from './errors/fluxError';

export type { Job } from './errors/fluxError';

export type ImageOperation =
	| 'generate'
	| 'edit'
	| 'fill'
	| 'control'
	| 'remix'
	| 'expand'
	| 'erase'
	| 'deblur'
	| 'tryOn';
export type AccountOperation = 'getCredits' | 'getFinetunes';

/**
 * How an API takes an image: raw base64 only; either that or a public URL; a `data:` URI or a URL; a URL only; a link, for which
 * files are uploaded (or written into a `data:` URI if small); or a file of a multipart form.
 */
export type ImageForm = 'base64' | 'base64OrUrl' | 'dataUriOrUrl' | 'url' | 'link' | 'file';

/** One catalogue entry: all that is known of a model. Everything else about it is derived from here. */
export interface Model {
	/** The provider's own id. */
	id: string;
	/** The name shown in the model list. */
	label: string;
	description?: string;
	operations: readonly ImageOperation[];
	/** The model's own fields on the wire, as `catalogue/fields.ts` writes them: each names the parameter that fills it. */
	body: z.ZodObject;
	/** Where its fields go, for APIs that have more than one place: the path, and the block that holds them. */
	endpoint?: { path: string; block?: string };
	/** The service that has it, for credentials that choose among services. */
	service?: string;
	/** Jobs that may run at once, where the provider allows fewer than for its other models. */
	maxConcurrency?: number;
	/** How long an image takes, where it differs from the API's `typicalSeconds`. */
	typicalSeconds?: number;
	/** How long the provider keeps the image, where it differs from the API's `imageLifetimeSeconds`. */
	imageLifetimeSeconds?: number;
}

/** What is to be submitted. */
export interface SubmitRequest {
	model: Model;
	operation: ImageOperation;
	/** The model's own fields. */
	body: IDataObject;
	/** What goes beside them, such as a webhook. */
	envelope: IDataObject;
	/** The credential's choice of service, if it has one. */
	service: string | undefined;
	/** Seconds until the deadline. */
	remainingSeconds: number;
	/** Whether the node waits for the image, or wants to know no more than the job; it does unless told. */
	isAwaited?: boolean;
	/** The same for every try of the same image, at most 64 characters. */
	idempotencyKey: string;
}

/** A request as an API style describes it: no host, no key. */
export interface ProviderRequest {
	method: 'GET' | 'POST' | 'PUT' | 'DELETE';
	/** A path on the credential's base URL, or an absolute URL that the provider answered; the client decides whether to trust it. */
	url: string;
	headers?: Record<string, string>;
	/** Sent as JSON, or as multipart if it is a form. Bytes are JSON that is written out already. */
	body?: IDataObject | FormData | Buffer;
}

/** An answer whose body was read within the size limit; `body` is the parsed JSON, undefined if it was none. */
export interface ProviderAnswer {
	status: number;
	body: unknown;
	/** The first words of the body, for errors. */
	excerpt: string;
	/** The provider's name for the request, if a header gives one: its support asks for it. */
	requestId?: string;
	/** When the request of this answer was sent, in milliseconds since the epoch. */
	sentAt?: number;
	/** Whether the provider says of a refusal that another try may help. */
	mayBeRepeated?: boolean;
}

/** What an answer says of a job. */
export type JobState =
	| { is: 'running'; about?: ReadyState['about']; note?: string }
	| ReadyState
	| { is: 'promptModerated' | 'imageModerated'; reasons: string[]; cost?: number }
	| { is: 'failed'; reason: string; cost?: number }
	| { is: 'cancelled' | 'unknownJob' | 'expired' };

/** A job that has its images. */
export interface ReadyState {
	is: 'ready';
	images: ReadyImage[];
	cost?: number;
	/** When the provider says that it was finished, in milliseconds since the epoch: the lifetime of its images begins there. */
	finishedAt?: number;
	/** What the provider tells of the request that made it. */
	about?: { model?: string; prompt?: string; seed?: number };
}

/** A finished image: where it lies (absolute, or relative to the base URL), or its bytes. */
export interface ReadyImage {
	url?: string;
	base64?: string;
	seed?: number;
	/** The prompt that was used, if the provider rewrote it. */
	prompt?: string;
	/** The provider's safety checker flagged it, so that what lies there may be all black. */
	isWithheld?: boolean;
}

/** An accepted submit. Synchronous APIs have no job, so no `id`: their answer is the finished `state`. */
export interface Submitted extends Partial<Job> {
	/** What the answer already says of the job. */
	state?: JobState;
	/** The provider will not tell more when asked, but calls a webhook. */
	webhookOnly?: boolean;
}

/** An answer that cannot be read: what was expected in place of it, and what to do if that is known. */
export interface Unreadable {
	unreadable: string;
	advice?: string;
}

export const isUnreadable = (read: unknown): read is Unreadable =>
	typeof read === 'object' && read !== null && 'unreadable' in read;

/** What an account operation asks for and answers, one item each. */
interface AccountRequest {
	request: ProviderRequest;
	read(answer: ProviderAnswer): IDataObject[] | Unreadable;
}

/** How files are handed to a provider that takes images as links. */
export interface Uploads {
	/** Files up to so many bytes go as `data:` URI in the request itself. 0: never. */
	inlineBytes: number;
	request(file: Blob, fileName: string): ProviderRequest;
	/** The link to the uploaded file; with `put` the file itself is still to be put there, without the key. */
	read(answer: ProviderAnswer): { url: string; put?: string } | Unreadable;
}

/** The models that a server itself says it has, beside those of the catalogue. */
export interface ServerModels {
	/** Left out where the server has no list, but it is known what it would say. */
	request?: ProviderRequest;
	/** The ids of image models in the answer's JSON; none if it cannot be read. */
	read(body: unknown): string[];
}

/** What a model is to do. */
export interface Wanted {
	operation: ImageOperation;
	/** The parameters that are set. */
	set: readonly string[];
	/** Fields that the user wrote into the request by their names on the wire. */
	written: readonly string[];
}

/** A free question by which a provider tells the fields of a model. */
export interface ModelQuestion {
	request: ProviderRequest;
	/** The model as it is wanted, with a field for what is set where it has one; undefined if the answer does not tell. */
	read(answer: ProviderAnswer, wanted: Wanted): Model | undefined;
}

/** How jobs are asked for, where submits become jobs. */
export interface Jobs {
	/** How long a job takes: when to look at the first one, before the node knows it better. */
	typicalSeconds?: number;
	poll(job: Job): ProviderRequest;
	readPoll(answer: ProviderAnswer): JobState | Unreadable;
	/** A second request for what a finished job made, where `readPoll` gives it without images. `readResult` may say that it failed. */
	result?(job: Job): ProviderRequest;
	readResult?(answer: ProviderAnswer): JobState | Unreadable;
	/** Its jobs have polling URLs, which find a job faster than its id. */
	hasPollingUrl?: boolean;
	/** Ends a running job, where the provider can. */
	cancel?(job: Job): ProviderRequest;
	/** What the provider was told to do with a job that is not finished at the deadline, as a sentence for the user. */
	atDeadline?: string;
}

/** Where the servers of an API style are, and what may be written as a base URL in its credential. */
export interface Hosts {
	/** A domain whose hosts are one for the key: answers name others of them. */
	family?: string;
	/** The credential's field that chooses the server; `custom` means the base URL beside it. Without, there is only that. */
	choice?: 'region' | 'service';
	/** The base URLs by choice that nobody can change, without a trailing slash. */
	fixed: Readonly<Record<string, string>>;
	/** By base URL, the other server of its owner that takes files, and the key with them. Without, the base URL takes them. */
	files?: Readonly<Record<string, string>>;
	/** By choice, where a server is whose base URL is left empty. */
	usual: Readonly<Record<string, string>>;
	/** By choice, what follows behind the host of every base URL, however much of it was written, and how one is written. */
	endings?: Readonly<Record<string, { path: string; query: string; example: string }>>;
	/** By choice, the page that judges a key, if it is not the one that the credential's test asks for. */
	tests?: Readonly<Record<string, string>>;
	/** What is meant where nothing is chosen; without, nothing is sent then. */
	unchosen?: string;
	/** What to do if nothing is chosen. */
	adviceToChoose?: string;
	/** A base URL as it should be written. */
	example: string;
	/** Whether a version such as `/v1` is part of the base URL; if not, it is part of each request's path. */
	hasVersion: boolean;
	/** The path of a request at the end of a URL, which may have been copied along with the base URL. */
	requestPath: RegExp;
	/** Such a request, to show as an example. */
	request: string;
	/** A query of the base URL is part of each request, as some gateways need it. */
	keepsQuery?: true;
	/** Some servers ask for no key. */
	keyIsOptional?: true;
}

/**
 * An API style: a pure translation between the node's words and the wire. It knows no n8n, no clock, no HTTP.
 *
 * @example
 * const example: Provider = {
 *   name: 'example', label: 'Example', credential: 'fluxExampleApi', costUnit: 'USD',
 *   maxConcurrency: 4, imageLifetimeSeconds: 3600, maxInputBytes: 20 * 1024 * 1024,
 *   hosts, models, unlistedModel: unlistedModels(models),
 *   submit: ({ model, body }) => ({ method: 'POST', url: `/${model.id}`, body }),
 *   readSubmit: reader(z.object({ id: jobId }), 'a job id'),
 *   jobs: { poll: ({ id }) => ({ method: 'GET', url: `/jobs/${id}` }), readPoll },
 *   refusal: ({ status, body, excerpt }) => ({ code: codeOf(status), words: problemIn(body)?.words ?? excerpt }),
 * };
 */
export interface Provider {
	/** The value of the parameter `authentication`. */
	name: string;
	label: string;
	credential: string;
	/** Jobs of a node's run at once, unless Settings say otherwise. */
	maxConcurrency: number;
	/** Jobs that the provider runs at once for an account; it may depend on the service. Undefined where it names no number. */
	accountConcurrency?(service: string | undefined): number | undefined;
	costUnit: string;
	imageLifetimeSeconds: number | undefined;
	/** The provider knows a submit again by its key, so one that was lost may be sent again. */
	isIdempotent?: boolean;
	/** The largest image, in bytes, that it takes as input. */
	maxInputBytes: number;
	/** What to do if the URL of a finished image on the service's own host leads to nothing. */
	adviceForOwnUrls?: string;
	/** The largest answer in bytes; by default 2 MB. Answers that hold images need more. */
	maxAnswerBytes?: number;
	models: readonly Model[];
	/** The id that a text means: a bare name, or the address of a model's page. What means nothing comes back as it is. */
	modelId?(text: string): string;
	/**
	 * The entry for an id that is in no list: every field of the style, loosely typed; or the fields of the credential's service
	 * if it is known, which are among those.
	 */
	unlistedModel(id: string, operation: ImageOperation, service?: string): Model;
	/** The list of the credential's service. */
	serverModels?(service: string | undefined): ServerModels;
	/**
	 * What to ask about a model before anything is submitted: once in an execution, and where there is no answer the model counts as it
	 * is known here. Undefined if nothing has to be asked, or nobody would answer.
	 */
	modelQuestion?(model: Model, service: string | undefined): ModelQuestion | undefined;
	/** Where its servers are. */
	hosts: Hosts;
	submit(request: SubmitRequest): ProviderRequest;
	readSubmit(answer: ProviderAnswer, request: SubmitRequest): Submitted | Unreadable;
	/** Without, the answer to a submit is the image itself. */
	jobs?: Jobs;
	uploads?: Uploads;
	account?: Partial<Record<AccountOperation, AccountRequest>>;
	/** What a submit that is answered with HTTP 404 may mean, to follow the answer's own words. */
	notFound?: string;
	/** A refused request (HTTP 400 and above) in our terms. */
	refusal(answer: ProviderAnswer): { code: ErrorCode; words: string };
	/** Whether the headers of a refusal say that the same request may succeed later; undefined if they say nothing. */
	mayBeRepeated?(headers: IDataObject): boolean | undefined;
}
