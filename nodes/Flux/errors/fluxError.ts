import { advice, finalCodes, type ErrorCode } from './codes';

export type { ErrorCode } from './codes';

/** A job at a provider, which all parts of the node hand on. Here because errors, which tell of it, stand below all others. */
export interface Job {
	id: string;
	/** Finds the job faster than its id. */
	pollingUrl?: string;
	/** Milliseconds since the epoch: here its time begins. Undefined if nobody knows any more. */
	acceptedAt?: number;
	cost?: number;
}

/** What a submit left behind: enough to collect its image later. */
export interface Trace {
	job?: Pick<Job, 'id' | 'pollingUrl'>;
	/** The finished image, when it was made and only its download failed. */
	url?: string;
	/** Nobody knows whether the submit was accepted. */
	mayBeBilled?: boolean;
	/** Something was billed before: an image that came in an answer has neither a job nor a URL. */
	isBilled?: boolean;
	/** The provider's name for the request whose answer this is about. */
	requestId?: string;
}

const longestMessage = 600;
const perhapsBilled =
	'Another submit of this item may have been accepted and billed: look at the usage page of your account.';

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
	private leavesImages = false;

	constructor(code: ErrorCode, message: string, more: { advice?: string; trace?: Trace } = {}) {
		super(oneLine(message));
		this.name = 'FluxError';
		this.code = code;
		this.advice = more.advice ?? advice[code];
		this.trace = more.trace ?? {};
	}

	withTrace(trace: Trace): this {
		const told = ([, value]: [string, unknown]) => value !== undefined;
		this.trace = Object.fromEntries(Object.entries({ ...trace, ...this.trace }).filter(told));
		return this;
	}

	alsoSay(sentence: string): this {
		this.advice = `${this.advice} ${sentence}`;
		return this;
	}

	/** Tells what an earlier try, or another image, of the same item left behind. */
	afterTry(before: Trace): this {
		if (before.mayBeBilled === true && this.trace.mayBeBilled !== true) this.alsoSay(perhapsBilled);
		return this.withTrace(before);
	}

	/** Of a job that made so many other images, which can still be collected. */
	besides(images: number): this {
		this.leavesImages = images > 0;
		return images === 0 || this.trace.job?.id === undefined
			? this
			: this.alsoSay(
					`${images === 1 ? 'Another image' : `${images} other images`} of the job can be delivered: by Job: Get with On Error: Continue.`,
				);
	}

	/** Whether there is nothing left to collect of the job. */
	get isFinal(): boolean {
		return !this.leavesImages && finalCodes.includes(this.code);
	}

	/**
	 * Whether the job surely ended without an image, so that a new try may submit another. One that is not found may turn up, and an
	 * image whose URL is known was made: that its time is over is only what the clock here says.
	 */
	get endsJob(): boolean {
		const wasMade = this.code === 'expired' && this.trace.url !== undefined;
		return this.isFinal && this.code !== 'job-not-found' && !wasMade;
	}
}

/** Bad input, which is told before anything is submitted. `advice` says what to write in its place. */
export const invalidInput = (message: string, advice?: string): FluxError =>
	new FluxError(
		'invalid-input',
		message,
		advice === undefined ? {} : { advice: `${advice} Nothing was billed.` },
	);

/** Anything caught, as one of ours: what we did not foresee is a `bad-response` with its own words. */
export function asFluxError(error: unknown): FluxError {
	if (error instanceof FluxError) return error;
	const words = error instanceof Error ? error.message : String(error);
	return new FluxError('bad-response', `Unexpected: ${words}`, {
		advice: 'This looks like a defect of the Flux node. Please report it with these words.',
	});
}
