import type { ErrorCode } from '../../../nodes/Flux/errors/fluxError.ts';
import type { RecordedRequest } from '../../sandbox/exchange.mts';
import type { Fault, FaultRule, Sandbox } from '../../sandbox/sandbox.mts';
import { styles, type Server, type Style } from '../../support/styles.mts';
import type { Words } from '../../support/styles/style.mts';

/** What an error carries to collect what was billed: the job (with its polling URL at Black Forest Labs), the image's URL. */
type Trace = '' | ' job' | ' url' | ' job url';

/**
 * What one fault comes to at one API: the result, how many images were billed, and what the error carries of them. A dash and a
 * reason where the API has no such moment.
 */
export type Cell = 'success 1' | `${ErrorCode} ${0 | 1}${Trace}` | `– ${string}`;

/** The APIs, in the order of the columns. */
export const columns: Style[] = Object.values(styles);

/** One for all APIs, or what it is at each. */
type At<T> = T | ((style: Style) => T);
export type Cells = At<Cell>;

/** What a column of a row holds at one API. */
export const at = <T extends string | number | RegExp>(value: At<T>, style: Style): T =>
	typeof value === 'function' ? value(style) : value;

/** Where a fault happens. */
export interface Place {
	style: Style;
	sandbox: Sandbox;
	/** The address of the credential: the sandbox's own, or the public host that it plays. */
	base: string;
	/** A URL on a server that nobody trusts, which notes every request and answers it with an image. */
	foreign: string;
	/** A URL in the private network of n8n's host. */
	inner: string;
}

/** A fault, or what it is at an API. */
type Hit = Fault | ((place: Place) => Fault);

/** One fault at all APIs. */
export interface Row {
	phase: 'Connection' | 'Upload' | 'Submit' | 'Job' | 'Image' | 'Stop';
	fault: string;
	rules: (place: Place) => FaultRule[];
	cells: Cells;
	/** What the message of the error says. */
	says?: At<RegExp>;
	/** What its description says beside the advice that goes with the code everywhere. */
	advises?: At<RegExp>;
	/** How many requests of the kind that is hit are made. */
	requests?: At<number>;
	/** *Timeout* in seconds; 100 unless set. */
	timeout?: number;
	/** The job runs until it is asked for. */
	isAsked?: boolean;
	/** It is an edit of a file that is too large to go inline. */
	hasFile?: boolean;
	/** Where the credential points and with which key, if not to the sandbox. */
	server?: (server: Server) => Server;
	/** The credential is for a public host, not for one of the private network as the sandbox is. */
	isPublic?: boolean;
	/** The user presses Stop once such a request has come. */
	stopAt?: (style: Style) => RecordedRequest['action'];
	/** The untrusted server is asked, for an image. */
	asksForeign?: boolean;
	/** How often n8n tries the node. */
	maxTries?: number;
}

/** What the table calls it. */
export const nameOf = ({ phase, fault }: Row): string => `${phase}: ${fault}`;

/** Settings of a row, and how many requests its fault hits: all unless set. */
type More = Omit<Partial<Row>, 'phase' | 'fault' | 'rules' | 'cells'> & { times?: number };

const row =
	(phase: Row['phase'], aim: (fault: Fault, place: Place) => FaultRule) =>
	(fault: string, hit: Hit, cells: Cells, { times, ...more }: More = {}): Row => ({
		phase,
		fault,
		rules: (place) => [{ times, ...aim(typeof hit === 'function' ? hit(place) : hit, place) }],
		cells,
		...more,
	});

/** A fault of the request that is billed. */
export const submit = row('Submit', (fault) => ({ on: 'submit', do: fault }));

const asked = row('Job', (fault, { style }) =>
	style.hasJobs ? { on: 'poll', do: fault } : { on: 'submit', do: { ...fault, accepted: true } },
);

/**
 * A fault of the request that asks for the job. An API without jobs answers the submit when the image is made, so it is that answer
 * that is hit there.
 */
export const question: typeof asked = (fault, hit, cells, more) =>
	asked(fault, hit, cells, { isAsked: true, ...more });

/** What the submit, or the job that comes of it, turns into. */
export const outcome = row('Job', (fault) => ({ on: 'submit', do: fault }));
export const download = row('Image', (fault) => ({ on: 'download', do: fault }));
export const upload = row('Upload', (fault) => ({ on: 'upload', do: fault }));

/** An answer with this HTTP status and the provider's own kind of body. */
export const status = (code: number, retryAfter?: string): Fault => ({
	kind: 'status',
	status: code,
	...(retryAfter === undefined ? {} : { headers: { 'retry-after': retryAfter } }),
});

/** Any JSON, after the request was carried out. */
export const json = (body: unknown): Fault => ({ kind: 'json', body });

/** What the provider says in its own words. */
export const words =
	(what: keyof Words) =>
	({ style }: Place): Fault => {
		const fault = style.words[what];
		if (fault === undefined) throw new Error(`${style.label} has no words for this: ${what}`);
		return fault;
	};

/** The APIs that have words for it, and those that have none. */
export const ifTold =
	(what: keyof Words, cell: Cell, otherwise: Cell): Cells =>
	({ words: own }) =>
		own[what] === undefined ? otherwise : cell;

/** The APIs that have jobs, and those that answer with the image. */
export const jobs =
	(cell: Cell, withoutJobs: Cell): Cells =>
	({ hasJobs }) =>
		hasJobs ? cell : withoutJobs;
