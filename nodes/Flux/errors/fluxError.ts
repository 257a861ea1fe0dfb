import { advice, finalCodes, type ErrorCode } from './codes';

export type { ErrorCode } from './codes';

/** What a purchase left behind: enough to collect its image later. */
export interface Trace {
	jobId?: string;
	pollingUrl?: string;
	/** The finished image, when it was made and only its download failed. */
	url?: string;
	/** What the provider calls the request that it refused. */
	requestId?: string;
}

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
		return finalCodes.includes(this.code);
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
