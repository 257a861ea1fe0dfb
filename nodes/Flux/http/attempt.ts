import { now, timeoutSignal } from '../limits/pace';

/** One attempt at a request. It ends with the item's time, or when nothing was heard for so long, however slowly the whole comes. */
export class Attempt {
	readonly signal: AbortSignal;
	private readonly silence = new AbortController();
	private heardAt = now();

	constructor(
		end: AbortSignal,
		private readonly longestSilenceMs: number,
	) {
		this.signal = AbortSignal.any([end, this.silence.signal]);
		this.watch(longestSilenceMs);
	}

	/** Something came. */
	readonly heard = (): void => {
		this.heardAt = now();
	};

	private watch(ms: number): void {
		const look = () => {
			const rest = Math.min(this.longestSilenceMs, this.heardAt + this.longestSilenceMs - now());
			if (rest > 0) this.watch(rest);
			else this.silence.abort();
		};
		timeoutSignal(ms).addEventListener('abort', look, { once: true });
	}
}
