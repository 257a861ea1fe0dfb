import fc from 'fast-check';

/** A tenth of what `npm run fuzz` does; `FUZZ_SEED` and `FUZZ_UNIT_RUNS` set others. */
export const runs = {
	seed: Number(process.env.FUZZ_SEED ?? 20_261_120),
	numRuns: Number(process.env.FUZZ_UNIT_RUNS ?? 300),
};

const SURROGATES = { first: 0xd800, count: 0x800 };
/** Any character, as fast-check's own unit `binary`, which spends most of a second on a table of them all. */
export const character = fc.nat(0x10_ffff - SURROGATES.count).map(
	(number) => String.fromCodePoint(number < SURROGATES.first ? number : number + SURROGATES.count),
	(value) => {
		const code = (value as string).codePointAt(0) as number;
		if (String.fromCodePoint(code) !== value) throw new Error('These are several characters.');
		return code < SURROGATES.first ? code : code - SURROGATES.count;
	},
);

/** Any short text. */
export const text = fc.string({ unit: character, maxLength: 40 });
