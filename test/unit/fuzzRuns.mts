import fc from 'fast-check';

/** A tenth of what `npm run fuzz` does; `FUZZ_SEED` and `FUZZ_UNIT_RUNS` set others. */
export const runs = {
	seed: Number(process.env.FUZZ_SEED ?? 20_261_120),
	numRuns: Number(process.env.FUZZ_UNIT_RUNS ?? 300),
};

/** Any short text. */
export const text = fc.string({ unit: 'binary', maxLength: 40 });
