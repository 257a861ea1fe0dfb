import fc from 'fast-check';

import { Durations, nextPollMs } from '../../nodes/Flux/limits/timing.ts';
import { every, node, simulate } from '../bench/polling.mts';

describe('The next look at a job', () => {
	it.each([
		['shortly before it is due', 0, 10_000, 7_500],
		['so much sooner if some time has passed', 6_000, 10_000, 1_500],
		['not later than the longest step before it is due', 0, 60_000, 15_000],
		['in steps that grow with the root of the time', 10_000, 10_000, 500],
		['twice as far away after four times the time', 40_000, 10_000, 1_000],
		['never sooner than the floor', 900, 1_000, 200],
		['after a whole step when the first look is nearly due', 7_499, 10_000, 433],
		['at the floor if it may be ready at any time and nothing has passed', 0, 0, 200],
		['at the floor if the clock was set back', -60_000, 0, 200],
	])('comes %s', (_, elapsed, expected, next) => {
		expect(Math.round(nextPollMs(elapsed, expected))).toBe(next);
	});

	const elapsedMs = fc.nat(3_600_000);
	const expectedMs = fc.nat(3_600_000);

	it('never comes sooner than the floor nor later than the longest step', () => {
		fc.assert(
			fc.property(elapsedMs, expectedMs, (...about) => {
				const next = nextPollMs(...about);
				expect(next).toBeGreaterThanOrEqual(200);
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
					Math.max(due * 0.75, elapsed + Math.max(200, 5 * Math.sqrt(elapsed))) + 0.001,
				);
			}),
			{ seed: 2 },
		);
	});

	it.each([
		[2_000, 4],
		[10_000, 8],
		[30_000, 13],
	])('of a job that takes %i ms as always is the last of at most %i', (duration, most) => {
		let looks = 0;
		for (let elapsed = 0; elapsed < duration; looks++) elapsed += nextPollMs(elapsed, duration);
		expect(looks).toBeLessThanOrEqual(most);
	});
});

describe('Ten thousand jobs of a model', () => {
	it.each([
		[1_500, 10, 20],
		[6_000, 4, 8],
	])('of %i ms are seen soon, with no more polls than by asking every 500 ms', (medianMs, p50, p95) => {
		const lag = simulate(node(), { medianMs });
		expect(lag.p50).toBeLessThanOrEqual(p50);
		expect(lag.p95).toBeLessThanOrEqual(p95);
		expect(lag.polls).toBeLessThanOrEqual(simulate(every(500)(), { medianMs }).polls);
		expect(lag.closestMs).toBeGreaterThanOrEqual(200);
	});

	it('take no more polls where the submit is held for two seconds', () => {
		const world = { medianMs: 6_000, heldMs: 2_000 };
		const lag = simulate(node(), world);
		expect(lag.p95).toBeLessThanOrEqual(8);
		expect(lag.polls).toBeLessThanOrEqual(simulate(every(500)(), world).polls);
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

	it('is forgotten of kinds that were not seen for long, so that it cannot grow without bound', () => {
		const durations = new Durations();
		for (let kind = 0; kind < 500; kind++) durations.learn(String(kind), 1_000);
		durations.learn('0', 3_000);
		durations.learn('another', 5_000);
		expect([0, 1, 2].map((kind) => durations.expected(String(kind)))).toEqual([2_000, undefined, 1_000]);
		expect(durations.expected('another')).toBe(5_000);
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
		expect(durations.expected('a')).toBeLessThan(10_000);
	});
});
