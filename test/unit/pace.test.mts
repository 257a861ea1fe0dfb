import { Backoff } from '../../nodes/Flux/limits/backoff.ts';
import { Deadline } from '../../nodes/Flux/limits/deadline.ts';
import { now, pace } from '../../nodes/Flux/limits/pace.ts';

describe('The pace of a test', () => {
	beforeEach(() => void (pace.unitMs = 0.1));
	afterEach(() => void (pace.unitMs = 1));

	it('makes pauses, timeouts and the clock ten times as fast', async () => {
		const [real, own] = [Date.now(), now()];
		const deadline = new Deadline(undefined, 60);
		await deadline.wait(2_000);
		expect(now() - own).toBeGreaterThanOrEqual(1_900);
		expect(Date.now() - real).toBeLessThan(1_000);
		expect(deadline.remainingMs()).toBeLessThan(58_100);
		await expect(new Deadline(undefined, 1).wait(5_000)).rejects.toMatchObject({ code: 'timeout' });
		expect(Date.now() - real).toBeLessThan(1_500);
	});

	it('lets the pauses of an account pass as fast', async () => {
		const backoff = new Backoff();
		backoff.pause('submit', 1_000);
		expect(backoff.pausedMs('submit')).toBeGreaterThan(500);
		await new Promise((resolve) => setTimeout(resolve, 150));
		expect(backoff.pausedMs('submit')).toBe(0);
	});
});

it('is that of the clock unless a test sets another', () => {
	const [before, own, after] = [Date.now(), now(), Date.now()];
	expect(own).toBeGreaterThan(before - 1_000);
	expect(own).toBeLessThan(after + 1_000);
});
