import fc from 'fast-check';

/** `FUZZ_SEED` and `FUZZ_UNIT_RUNS` set other ones, for long runs. */
export const runs = {
	seed: Number(process.env.FUZZ_SEED ?? 20_261_120),
	numRuns: Number(process.env.FUZZ_UNIT_RUNS ?? 1_500),
};

/** Any short text. */
export const text = fc.string({ unit: 'binary', maxLength: 40 });
