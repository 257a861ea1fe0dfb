import { now } from './pace';

/** Those that share a limit are held back no longer. */
export const longestPauseMs = 60_000;

/** The pauses after a 429: requests of one kind, such as the submits of an account, wait together. */
export class Backoff {
	private readonly pausedUntil = new Map<string, number>();

	/** Holds back all requests of a kind that begin within so many milliseconds, and at most a minute: the limit may have been raised. */
	pause(kind: string, ms: number): void {
		const until = now() + Math.min(ms, longestPauseMs);
		this.pausedUntil.set(kind, Math.max(this.pausedUntil.get(kind) ?? 0, until));
	}

	/** Milliseconds that the pause of a kind still lasts. */
	pausedMs(kind: string): number {
		return Math.max(0, (this.pausedUntil.get(kind) ?? 0) - now());
	}

	/** Nobody is told to wait. */
	get isIdle(): boolean {
		return [...this.pausedUntil.keys()].every((kind) => this.pausedMs(kind) === 0);
	}
}
