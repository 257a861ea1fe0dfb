import type { Deadline } from './deadline';

/**
 * Lets at most so many jobs of one account run at once, over all executions of this process, in the order in which they came.
 * A pause (after a 429) holds back everybody.
 */
export class Gate {
	private running = 0;
	private readonly queue: Array<{ limit: number; enter: () => void }> = [];
	private pausedUntil = 0;

	/** Waits for a place; the answer gives it back. Throws the deadline's reason if time is up first. */
	async enter(limit: number, deadline: Deadline): Promise<() => void> {
		deadline.check();
		let given = false;
		const release = () => {
			if (!given) return;
			given = false;
			this.running--;
			this.admit();
		};
		const place = new Promise<void>((resolve) => {
			this.queue.push({
				limit,
				enter: () => {
					given = true;
					resolve();
				},
			});
		});
		const mine = this.queue[this.queue.length - 1];
		this.admit();
		try {
			await deadline.unlessOver(place);
		} finally {
			const waiting = this.queue.indexOf(mine);
			if (waiting >= 0) {
				this.queue.splice(waiting, 1);
				this.admit();
			}
			if (deadline.signal.aborted) release();
		}
		return release;
	}

	pause(ms: number): void {
		this.pausedUntil = Math.max(this.pausedUntil, Date.now() + ms);
	}

	/** Milliseconds that the pause still lasts. */
	pausedMs(): number {
		return Math.max(0, this.pausedUntil - Date.now());
	}

	private admit(): void {
		while (this.queue.length > 0 && this.running < this.queue[0].limit) {
			this.running++;
			this.queue.shift()?.enter();
		}
	}
}

const gates = new Map<string, Gate>();

/** The gate of an account, named by something that tells accounts apart and holds no key. */
export function gateOf(account: string): Gate {
	const gate = gates.get(account) ?? new Gate();
	gates.set(account, gate);
	return gate;
}
