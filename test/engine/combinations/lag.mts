const everyMs = 10;

/** How busy the machine was: how late timers came in this process, which the provider and the node share. */
export class Lag {
	private readonly late: Array<{ at: number; ms: number }> = [];
	private due = Date.now() + everyMs;
	private readonly timer = setInterval(() => this.note(), everyMs);

	private note(): void {
		const at = Date.now();
		this.late.push({ at, ms: Math.max(0, at - this.due) });
		this.due = at + everyMs;
	}

	/** The longest time for which nothing could happen, in milliseconds. */
	longest(from: number, to: number): number {
		let longest = Math.max(0, Math.min(to, Date.now()) - this.due);
		for (let index = this.firstAfter(from); index < this.late.length; index++) {
			const { at, ms } = this.late[index];
			longest = Math.max(longest, ms);
			if (at > to) break;
		}
		return longest;
	}

	/** How much later than it could something may happen: a request and what leads to it take a few turns, some of them before. */
	slackMs(from: number, to: number): number {
		return 250 + 6 * this.longest(from - 1_000, to);
	}

	private firstAfter(from: number): number {
		let [low, high] = [0, this.late.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.late[middle].at < from) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	stop(): void {
		clearInterval(this.timer);
	}
}
