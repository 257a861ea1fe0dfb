import type { IDataObject } from 'n8n-workflow';
import type { z } from 'zod/v4';

/** What a service takes for its models that are in no list, by operation. Without `edit` it has no edits. */
export interface Fields {
	/** The ids to which this applies; without, all the others. */
	models?: RegExp;
	generate: z.ZodRawShape;
	edit?: z.ZodRawShape;
}

/** Where a server lists its models, and how those that make images are told in it. */
export interface ModelList {
	path: string;
	/** The field of an entry that tells, and what it must hold; without, all of them make images. */
	marked?: { field: string; by: RegExp };
}

/** One service or kind of server: its address, and in what it differs from OpenAI. What is left out is as OpenAI has it. */
export interface Service {
	/** The value of the credential's field `service`. */
	name: string;
	label: string;
	description?: string;
	/** What comes before `/images/…`; of a server of the user's own, where it usually is. Undefined: nobody knows but the user. */
	baseUrl?: string;
	/** A server of the user's own, whose address can be changed. */
	isOwn?: true;
	/** The first whose `models` fit counts. */
	fields: readonly Fields[];
	/** Sent with every submit. */
	fixed?: IDataObject;
	/** Edits are orders like the others, with images in their JSON, and no forms of files. */
	editsAreJson?: true;
	/** Whether the name of an edit's files has brackets at the end; OpenAI's has them where there are several. */
	brackets?: 'always' | 'never';
	/** What is said at the end of the prompt: the fields declared as `outside`. */
	promptTail?(outside: IDataObject): string;
	/** Requests that it answers at once for an account, where it says so. */
	accountConcurrency?: number;
	/** Without, image models are told by their ids. */
	models?: ModelList;
}
