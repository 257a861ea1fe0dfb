/** No two looks at a job come closer together than this. */
export const floorMs = 250;
const longestStepMs = 15_000;

/** How long jobs of a kind took lately, in milliseconds; a running mean that follows the last few. */
export class Durations {
	private readonly known = new Map<string, number>();

	/** Undefined for a kind that was never seen. */
	expected(kind: string): number | undefined {
		return this.known.get(kind);
	}

	learn(kind: string, tookMs: number): void {
		const before = this.known.get(kind);
		this.known.set(kind, before === undefined ? tookMs : (before + tookMs) / 2);
	}
}

/**
 * Milliseconds until the next look at a job that runs since `elapsedMs` and is expected to take `expectedMs`. The first look
 * comes shortly before it is due; around the due time steps are a tenth of the expectation; when late they grow with the delay.
 * `progress` (0 to 1), where a provider tells it, corrects the expectation. With no expectation at all the steps are a quarter
 * of the time that has passed.
 */
export function nextPollMs(elapsedMs: number, expectedMs: number | undefined, progress?: number): number {
	const told = progress !== undefined && progress > 0.05 && progress < 1 ? elapsedMs / progress : undefined;
	const due = told ?? expectedMs;
	if (due === undefined) return clamp(elapsedMs * 0.25);
	const first = due * 0.85;
	if (elapsedMs < first) return clamp(first - elapsedMs);
	const late = Math.max(0, elapsedMs - due);
	return clamp(Math.max(due * 0.1, late * 0.25));
}

const clamp = (ms: number) => Math.min(Math.max(ms, floorMs), longestStepMs);
