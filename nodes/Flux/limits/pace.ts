import { sleep } from 'n8n-workflow';

/** How fast the node's time runs. A test that sets `unitMs` to 0.1 waits a tenth of all pauses, steps and timeouts. */
export const pace = {
	/** Milliseconds of a clock on the wall for each of the node's own. */
	unitMs: 1,
	/** In [0, 1), for the jitter of pauses. */
	random: Math.random,
};

/** Milliseconds since the epoch by the node's own clock, which runs on evenly when somebody sets the computer's. */
export const now = (): number => (performance.timeOrigin + performance.now()) / pace.unitMs;

/** A moment of that clock by the computer's, as which other processes know it. */
export const onWall = (moment: number): number => Date.now() - (now() - moment);

/** Waits by the node's own clock. */
export const pause = async (ms: number): Promise<void> => await sleep(ms * pace.unitMs);

/**
 * A signal that aborts after so many milliseconds. Node's garbage collection loses a timeout that only `AbortSignal.any` knows, so that
 * it never ends anything; one with a listener of its own is kept.
 */
export function timeoutSignal(ms: number): AbortSignal {
	const signal = AbortSignal.timeout(Math.ceil(ms * pace.unitMs));
	signal.addEventListener('abort', () => {}, { once: true });
	return signal;
}
