import type { IDataObject } from 'n8n-workflow';

import type { Fields } from './fields';

/**
 * One service or kind of server: its address, and in what it differs from OpenAI. What is left out is as OpenAI has it.
 *
 * @example
 * const local: Service = {
 *   name: 'local', label: 'Local', description: 'A server of your own', baseUrl: 'http://localhost:8000/v1',
 *   fields: [{ generate: { prompt, n, size, num_inference_steps: whole('steps', { min: 1, max: 200 }) } }],
 * };
 */
export interface Service {
	/** The value of the credential's field `service`. */
	name: string;
	label: string;
	/** What it is good for, in one line: the credential and `docs/services.md` show it. */
	description: string;
	/** Where its keys are made; left out where the administrator of the server knows. */
	account?: string;
	asksNoKey?: true;
	/** What comes before `/images/…`; of a server of the user's own, where it usually is. Undefined: nobody knows but the user. */
	baseUrl?: string;
	/** A server of the user's own, whose address can be changed, as all of `selfHosted.ts` are. */
	isSelfHosted?: true;
	/** Each user has an address of his own, `baseUrl` shows its form: what follows behind the host is always the same. */
	ending?: { path: string; query: string };
	/** The first whose `models` fit counts. */
	fields: readonly Fields[];
	fixed?: IDataObject;
	/** Without a seed it makes the same image each time, so it is given one. */
	needsSeed?: true;
	/** How the values of a field are written, where they are more than their text. */
	written?: Readonly<Record<string, (value: string) => IDataObject | string>>;
	/** Edits are sent with images in their JSON, and not as forms of files: like the other submits, or to a path of their own. */
	editsAreJson?: true | `/${string}`;
	/** Whether the name of an edit's files has brackets at the end; OpenAI's has them where there are several. */
	brackets?: 'always' | 'never';
	/** What is said at the end of the prompt: the fields declared as `outside`. */
	promptTail?(outside: IDataObject): string;
	/** Requests that it works on at once for an account, where it says so: what else is sent would wait there, while its time runs. */
	accountConcurrency?: number;
	/**
	 * Where it lists its models, and the field of an entry that tells those that make images; without `marked`, all do. Without any of
	 * this they are told by their ids.
	 */
	models?: { path: string; marked?: { field: string; by: RegExp } };
	/** Its models, where it has no list of them. */
	ids?: readonly string[];
	/** The field of an entry of that list that tells which parameters the model takes: it refuses all others. */
	parametersIn?: string;
	/** The free page that judges a key, where its list of models does not: a path on the base URL, or a URL on the same host. */
	test?: string;
}
