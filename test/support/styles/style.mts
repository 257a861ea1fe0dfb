import type { ICredentialDataDecryptedObject, ICredentialType, INodeParameters } from 'n8n-workflow';

import type { ErrorCode } from '../../../nodes/Flux/errors/fluxError.ts';
import type { StateName } from '../../../nodes/Flux/providers/common/states.ts';
import type { ProviderName } from '../../../nodes/Flux/providers/names.ts';
import type { Action } from '../../sandbox/exchange.mts';
import type { Fault } from '../../sandbox/sandbox.mts';

/** The real APIs, and the made-up one. */
export type StyleName = ProviderName | 'queue';

/** A model as the list of the editor sets it. */
export const model = (value: string, mode: 'list' | 'id' = 'list'): INodeParameters => ({
	__rl: true,
	mode,
	value,
});

/** How the provider says in its own words what each of them can say; left out what it has no words for. */
export interface Words {
	/** An accepted submit that names no job and no image. */
	noIdOrImage: Fault;
	/** A submit and a poll whose fields are of other types. */
	wrongSubmit: Fault;
	wrongPoll: Fault;
	unknownJob?: Fault;
	fails?: Fault;
	promptRefused: Fault;
	imageWithheld: Fault;
	cancelled?: Fault;
	/** The job is done, and its images are no more. */
	deleted?: Fault;
	/** It is done without an image, or with one of another type. */
	noImage: Fault;
	wrongImage: Fault;
}

/** A way to several images for an item. */
export interface Several {
	name: string;
	set: INodeParameters;
	/** A server of the sandbox, if not the style's own. */
	server?: string;
	/** The wire's name of the number, where the model makes several for one submit. */
	native?: string;
	/** How its server calls a job that failed, where the model makes one for each submit. */
	failure?: string;
}

/** A public server: its address, and what chooses it in the credential and on the node. */
export type Service = [origin: string, data: ICredentialDataDecryptedObject, parameters: INodeParameters];

/** How answers are got from the sandbox without the node. */
export interface Asking {
	submit: string;
	body: Record<string, unknown>;
	/** The field of an accepted submit that names the job, and where it is then asked for. */
	id?: string;
	poll?(answer: Record<string, unknown>, base: string): string;
	/** Where its images are asked for, if its state does not name them. */
	result?(answer: Record<string, unknown>): string;
	/** State words of jobs that end without an image. */
	ends: Array<{ status: string; details?: unknown }>;
}

/** All that shared tests know of an API style: how the node is set up for it, and how it is met at the sandbox. */
export interface Style {
	name: StyleName;
	label: string;
	/** The credential's type. */
	credential: string;
	newCredential(): ICredentialType & { test: { request: object } };
	/** What a user types into it beside the key, for another server than the provider's. */
	custom(baseUrl: string): ICredentialDataDecryptedObject;
	/** Paths of requests as they may have been copied behind the base URL. */
	copied: string[];
	/** Where the sandbox plays it: the path of the base URL. */
	path: string;
	/** A base URL on a public host. */
	publicBase: string;
	/** The hosts of its services, and where the sandbox plays them. */
	hosts: Record<string, string>;
	services: Service[];
	/** Services whose answers hold the images themselves. */
	inline?: Service[];
	/** Every kind of request that carries the key in a workflow, and how to make the node send it. */
	asks: Array<[Action, INodeParameters]>;
	/** How a job is named where its ID alone does not say which model it is of. */
	jobIdOf?(id: string): string;
	/** What the test of its credential asks. */
	tested: Action;
	/** What the test says of a right key, where no page judges one. */
	untestable?: RegExp;
	/** A model that most tests use. */
	model: INodeParameters;
	/** What the editor offers. A model is searched for where the node comes without one that the sandbox has. */
	shown: { operations: string[]; models: string[]; search?: string };
	/** Parameters of an edit, and of an image of few pixels. */
	edit: INodeParameters;
	small: INodeParameters;
	/** The header that carries the key, and what it then holds. */
	keyHeader: string;
	keyValue(key: string): string;
	/** Whether some of its servers ask for no key. */
	keyIsOptional?: boolean;
	/** Whether a submit becomes a job that is asked for; otherwise its answer is the image. */
	hasJobs: boolean;
	/** Whether a running job can be ended, and how such a request looks. */
	cancels?: boolean;
	cancelUrl?: RegExp;
	/** A poll of a job as the sandbox sees it, with the id in its group. */
	jobUrl?: RegExp;
	/** A question for the images of a finished job, if it is another one. */
	resultUrl?: RegExp;
	/** The polling URL that it names for a job, if it names one by which the node asks. */
	pollingUrl?(base: string, id: string): string;
	/** What it comes to if a submit is told to ask at a foreign host; undefined if it tells no such URL. */
	foreignPollingUrl?: 'untrusted-host 1 job' | 'success 1';
	/** Whether a submit whose answer is lost is sent again, because its key names it. */
	isIdempotent?: boolean;
	/** Jobs that it runs at once for an account, where its document says. */
	accountLimit?: number;
	/** Whether an edit is a form that holds the files themselves. */
	sendsFiles?: boolean;
	/** Whether files go apart from the submit. */
	uploads?: boolean;
	/** What HTTP 404 means for a submit: the model, unless its id stands elsewhere than in the path. */
	submitNotFound: ErrorCode;
	/** What an image costs, as the node tells it, without the amount where models differ, and how long it lives. */
	cost: { amount?: number; unit: string } | null;
	lifetimeSeconds?: number;
	/** The words for states that its document has, and what they mean. */
	states: Record<string, StateName>;
	words: Words;
	several: Several[];
	asking: Asking;
}

export const bearer = { keyHeader: 'authorization', keyValue: (key: string) => `Bearer ${key}` };
export const edit = { operation: 'edit', referenceImages: ['data'] };
export const account = (operation: string) => ({ resource: 'account', operation });
export const jobAbc = { resource: 'job', operation: 'get', jobId: 'abc' };

export const json = (body: unknown, status?: number): Fault => ({ kind: 'json', body, status });
export const state = (word: string, details?: unknown, httpStatus?: number): Fault => ({
	...{ kind: 'state', status: word, details, httpStatus },
});
export const refused = (code: number, body?: unknown): Fault => ({ kind: 'status', status: code, body });
