import { FluxError } from '../errors/fluxError';
import { now, pause, timeoutSignal } from './pace';

// n8n's sleep cannot be interrupted, so an abandoned one must not linger.
const sliceMs = 1_000;

/** The end of an item's time: whichever comes first of the user's Stop and the timeout from Settings. */
export class Deadline {
	/** Aborts on Stop and on timeout; every request of the item runs under it. */
	readonly signal: AbortSignal;
	private readonly endsAt: number;
	/** Those who wait. Of many listeners to one signal Node 20 warns. */
	private readonly waiting = new Set<() => void>();

	constructor(
		/** Aborts on Stop alone. */
		readonly stop: AbortSignal | undefined,
		readonly seconds: number,
	) {
		this.endsAt = now() + seconds * 1000;
		const timeout = timeoutSignal(seconds * 1000);
		this.signal = AbortSignal.any(stop === undefined ? [timeout] : [stop, timeout]);
		this.signal.addEventListener('abort', () => this.waiting.forEach((leave) => leave()), { once: true });
	}

	remainingMs(): number {
		return Math.max(0, this.endsAt - now());
	}

	/** Too late to begin with something that is billed. */
	get isNear(): boolean {
		return this.remainingMs() < Math.min(1_000, this.seconds * 100);
	}

	get stopped(): boolean {
		return this.stop?.aborted === true;
	}

	/** Throws `cancelled` after Stop and `timeout` after the deadline. */
	check(): void {
		if (this.signal.aborted || this.remainingMs() === 0) throw this.reason();
	}

	reason(): FluxError {
		// n8n records an execution as canceled only if the error says this word.
		if (this.stopped) return new FluxError('cancelled', 'The execution was canceled');
		const seconds = `${this.seconds} second${this.seconds === 1 ? '' : 's'}`;
		return new FluxError('timeout', `Not finished within the timeout of ${seconds}`);
	}

	/** Aborts so long after the end: to cut off a submit that is under way would not undo it. */
	lateSignal(ms: number, endsAtStop: boolean): AbortSignal {
		const late = new AbortController();
		const cut = () => late.abort();
		const end = () => timeoutSignal(ms).addEventListener('abort', cut, { once: true });
		this.signal.addEventListener('abort', end, { once: true });
		if (endsAtStop) this.stop?.addEventListener('abort', cut, { once: true });
		return late.signal;
	}

	/** Waits, and throws as `check` does as soon as time is up. */
	async wait(ms: number): Promise<void> {
		const until = now() + ms;
		for (let rest = ms; rest > 0; rest = until - now()) {
			this.check();
			await this.unlessOver(pause(Math.min(rest, sliceMs)));
		}
		this.check();
	}

	/** The promise's outcome, or this deadline's reason if it comes first. */
	async unlessOver<T>(promise: Promise<T>): Promise<T> {
		this.check();
		let leave = () => {};
		const over = new Promise<never>((_, reject) => {
			leave = () => reject(this.reason());
			this.waiting.add(leave);
		});
		return await Promise.race([promise, over]).finally(() => this.waiting.delete(leave));
	}
}
