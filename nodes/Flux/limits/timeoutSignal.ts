import { pace } from './pace';

/**
 * A signal that aborts after so many milliseconds. Node's garbage collection loses a timeout that only `AbortSignal.any` knows, so that
 * it never ends anything; one with a listener of its own is kept.
 */
export function timeoutSignal(ms: number): AbortSignal {
	const signal = AbortSignal.timeout(Math.ceil(ms * pace.unitMs));
	signal.addEventListener('abort', () => {}, { once: true });
	return signal;
}
