/** No two looks at a job come closer together: at most five a second. */
const floorMs = 200;
const longestStepMs = 15_000;
/** Hardly a job takes less than so much of what its kind took lately. */
const firstLookAt = 0.75;
/** A step of 200 ms after 1.6 s, of 390 ms after 6 s, of 1.2 s after a minute. */
const stepPerRoot = 5;
/** So many jobs make the mean of a kind. */
const meanOf = 8;
/** Of so many kinds the durations are known; the one that was not seen for longest makes room. */
const maxKinds = 500;

/**
 * Milliseconds until the next look at a job that was accepted `elapsedMs` ago and is expected to take `expectedMs`, 0 if it may be
 * ready at any time. Steps grow with the square root of the time: proportional ones would come too often for quick jobs, and too
 * seldom for slow ones. `npm run bench -- polling` compares them with others.
 */
export function nextPollMs(elapsedMs: number, expectedMs: number): number {
	// A clock may have been set back.
	const ran = Math.max(0, elapsedMs);
	const step = Math.max(expectedMs * firstLookAt - ran, stepPerRoot * Math.sqrt(ran));
	return Math.min(Math.max(step, floorMs), longestStepMs);
}

/** `nextMs`, or less if time would be up then: however long its kind took lately, a job is looked at shortly before the end. */
export function inTimeMs(nextMs: number, remainingMs: number, timeoutMs: number): number {
	const last = remainingMs - Math.min(2_000, timeoutMs / 5);
	return last > 0 ? Math.min(nextMs, Math.max(last, floorMs)) : nextMs;
}

/** How long jobs of a kind took lately, in milliseconds; a running mean that follows the last few. */
export class Durations {
	private readonly known = new Map<string, { mean: number; jobs: number }>();

	/** Undefined for a kind that was never seen. */
	expected(kind: string): number | undefined {
		return this.known.get(kind)?.mean;
	}

	learn(kind: string, tookMs: number): void {
		const { mean, jobs } = this.known.get(kind) ?? { mean: 0, jobs: 0 };
		const count = Math.min(jobs + 1, meanOf);
		this.known.delete(kind);
		this.known.set(kind, { mean: mean + (tookMs - mean) / count, jobs: count });
		const [oldest] = this.known.keys();
		if (this.known.size > maxKinds) this.known.delete(oldest);
	}
}
