/** Random numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** The usual spread of the times that a model takes: 90 % lie between 0.72 and 1.39 times the median. */
export const usualSigma = 0.2;

/** Draws from a log-normal distribution with this median. */
export function logNormal(median: number, sigma: number, random: () => number): () => number {
	// Box and Muller's way to a normal distribution.
	const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
	return () => median * Math.exp(sigma * normal());
}
