import fc from 'fast-check';

import { Durations, nextPollMs } from '../../nodes/Flux/engine/poll.ts';

describe('The next look at a job', () => {
	it.each([
		['shortly before it is due', 0, 10_000, undefined, 8_500],
		['so much sooner if some time has passed', 6_000, 10_000, undefined, 2_500],
		['not later than the longest step before it is due', 0, 60_000, undefined, 15_000],
		['a tenth of the duration later around the due time', 8_500, 10_000, undefined, 1_000],
		['still a tenth later when just due', 10_000, 10_000, undefined, 1_000],
		['in steps that grow when it is late', 20_000, 10_000, undefined, 2_500],
		['never after more than the longest step', 600_000, 10_000, undefined, 15_000],
		['never sooner than the floor', 900, 1_000, undefined, 250],
		['not before the floor when it is nearly due', 8_499, 10_000, undefined, 250],
		['at the floor if nothing is known and nothing has passed', 0, undefined, undefined, 250],
		['after a quarter of the time if nothing is known', 8_000, undefined, undefined, 2_000],
		['not after the longest step if nothing is known', 100_000, undefined, undefined, 15_000],
		['later if the provider tells that it is slow', 5_000, 6_000, 0.25, 12_000],
		['sooner if the provider tells that it is nearly done', 9_000, 60_000, 0.9, 1_000],
		['by what the provider tells if nothing else is known', 2_000, undefined, 0.5, 1_400],
	])('comes %s', (_, elapsed, expected, progress, next) => {
		expect(nextPollMs(elapsed, expected, progress)).toBe(next);
	});

	it.each([0, 0.01, 1, 50, 100, -1, Number.NaN])('takes no notice of a progress of %d', (progress) => {
		expect(nextPollMs(2_000, 10_000, progress)).toBe(6_500);
	});

	const elapsedMs = fc.nat(3_600_000);
	const expectedMs = fc.option(fc.integer({ min: 1, max: 3_600_000 }), { nil: undefined });
	const progress = fc.option(fc.double({ noNaN: true }), { nil: undefined });

	it('never comes sooner than the floor nor later than the longest step', () => {
		fc.assert(
			fc.property(elapsedMs, expectedMs, progress, (...about) => {
				const next = nextPollMs(...about);
				expect(next).toBeGreaterThanOrEqual(250);
				expect(next).toBeLessThanOrEqual(15_000);
			}),
			{ seed: 1 },
		);
	});

	it('never comes when the job is already overdue, unless the floor asks for it', () => {
		fc.assert(
			fc.property(elapsedMs, fc.integer({ min: 1, max: 3_600_000 }), (elapsed, due) => {
				fc.pre(elapsed < due);
				expect(elapsed + nextPollMs(elapsed, due)).toBeLessThanOrEqual(
					Math.max(due * 1.1, elapsed + 250) + 0.001,
				);
			}),
			{ seed: 2 },
		);
	});

	it.each([
		[2_000, 5],
		[10_000, 3],
		[30_000, 4],
	])('of a job that takes %i ms as always is the last of at most %i', (duration, most) => {
		let looks = 0;
		for (let elapsed = 0; elapsed < duration; looks++) elapsed += nextPollMs(elapsed, duration);
		expect(looks).toBeLessThanOrEqual(most);
	});
});

describe('What is known of durations', () => {
	it('is nothing at first, then the first one, then a mean that follows', () => {
		const durations = new Durations();
		expect(durations.expected('flux-2-pro')).toBeUndefined();
		durations.learn('flux-2-pro', 10_000);
		expect(durations.expected('flux-2-pro')).toBe(10_000);
		durations.learn('flux-2-pro', 20_000);
		expect(durations.expected('flux-2-pro')).toBe(15_000);
	});

	it('is kept apart by kind', () => {
		const durations = new Durations();
		durations.learn('slow', 60_000);
		durations.learn('fast', 1_000);
		expect([durations.expected('slow'), durations.expected('fast')]).toEqual([60_000, 1_000]);
	});

	it('comes close to a new duration within ten jobs', () => {
		const durations = new Durations();
		durations.learn('a', 60_000);
		for (let job = 0; job < 10; job++) durations.learn('a', 5_000);
		expect(durations.expected('a')).toBeLessThan(7_000);
	});
});
