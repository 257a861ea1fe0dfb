import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { Deadline } from '../../nodes/Flux/limits/deadline.ts';

const { jest } = import.meta;

const stopped = { code: 'cancelled', message: 'The execution was canceled' };
const timedOut = { code: 'timeout', message: 'Not finished within the timeout of 0.03 seconds' };
const pending = () => new Promise<never>(() => {});
const listeners = ({ signal }: Deadline) => getEventListeners(signal, 'abort').length;

describe('A deadline', () => {
	it('counts down from its seconds and lets everything pass until then', () => {
		jest.useFakeTimers({ now: 1_000_000 });
		const deadline = new Deadline(undefined, 60);
		expect(deadline.remainingMs()).toBe(60_000);
		jest.advanceTimersByTime(59_000);
		expect(deadline.remainingMs()).toBe(1_000);
		expect(() => deadline.check()).not.toThrow();
		jest.advanceTimersByTime(11_000);
		expect(deadline.remainingMs()).toBe(0);
		expect(() => deadline.check()).toThrow('Not finished within the timeout of 60 seconds');
		jest.useRealTimers();
	});

	it.each([3_600_000, -3_600_000])('takes no notice of a clock that is set by %d ms', (ms) => {
		const deadline = new Deadline(undefined, 60);
		jest.spyOn(Date, 'now').mockReturnValue(Date.now() + ms);
		expect(deadline.remainingMs()).toBeGreaterThan(59_000);
		expect(deadline.remainingMs()).toBeLessThanOrEqual(60_000);
		jest.restoreAllMocks();
	});

	it('ends waiting at its time with the code timeout', async () => {
		const deadline = new Deadline(undefined, 0.03);
		await expect(deadline.wait(60_000)).rejects.toMatchObject(timedOut);
		expect(deadline.signal.aborted).toBe(true);
		expect(deadline.stopped).toBe(false);
		expect(() => deadline.check()).toThrow(timedOut.message);
	});

	it.each([undefined, new AbortController().signal])(
		'ends waiting although memory is cleaned up meanwhile (%p)',
		async (stop) => {
			setFlagsFromString('--expose-gc');
			const collect = runInNewContext('gc') as () => void;
			const waiting = new Deadline(stop, 0.05).unlessOver(pending());
			const outcome = expect(waiting).rejects.toMatchObject({ code: 'timeout' });
			// What only a finished turn lets go is collected after it.
			await new Promise(setImmediate);
			collect();
			await outcome;
		},
	);

	it('ends waiting on Stop at once with the code cancelled', async () => {
		const stop = new AbortController();
		const deadline = new Deadline(stop.signal, 60);
		const waiting = deadline.wait(60_000);
		stop.abort();
		await expect(waiting).rejects.toMatchObject(stopped);
		expect(deadline.signal.aborted).toBe(true);
		expect(deadline.stopped).toBe(true);
	});

	it('refuses everything after Stop, also before anything began', async () => {
		const deadline = new Deadline(AbortSignal.abort(), 60);
		expect(() => deadline.check()).toThrow(stopped.message);
		await expect(deadline.wait(0)).rejects.toMatchObject(stopped);
		await expect(deadline.unlessOver(Promise.resolve('done'))).rejects.toMatchObject(stopped);
	});

	it('speaks of Stop rather than of the time when both are over', async () => {
		const stop = new AbortController();
		const deadline = new Deadline(stop.signal, 0.03);
		await expect(deadline.wait(60_000)).rejects.toMatchObject(timedOut);
		stop.abort();
		expect(deadline.reason()).toMatchObject(stopped);
	});

	it('waits as long as asked', async () => {
		const deadline = new Deadline(undefined, 60);
		const before = performance.now();
		await deadline.wait(40);
		expect(performance.now() - before).toBeGreaterThanOrEqual(38);
		await deadline.wait(0);
		await deadline.wait(-5);
	});
});

describe('Work under a deadline', () => {
	it('hands on its outcome and leaves no listener behind', async () => {
		const deadline = new Deadline(undefined, 60);
		const before = listeners(deadline);
		expect(await deadline.unlessOver(Promise.resolve('done'))).toBe('done');
		await expect(deadline.unlessOver(Promise.reject(new Error('no')))).rejects.toThrow('no');
		expect(listeners(deadline)).toBe(before);
	});

	it('is given up at the time, and leaves no listener behind', async () => {
		const deadline = new Deadline(undefined, 0.03);
		await expect(deadline.unlessOver(pending())).rejects.toMatchObject(timedOut);
		expect(listeners(deadline)).toBe(0);
	});

	it('of many at once takes no more listeners, of which Node.js would warn in the log of n8n', async () => {
		const deadline = new Deadline(undefined, 0.03);
		const all = Array.from({ length: 100 }, async () => await deadline.unlessOver(pending()));
		expect(listeners(deadline)).toBeLessThan(3);
		const ends = await Promise.allSettled(all);
		expect(ends).toEqual(all.map(() => ({ status: 'rejected', reason: expect.objectContaining(timedOut) })));
	});

	it('may still fail afterwards without harm', async () => {
		const stop = new AbortController();
		const deadline = new Deadline(stop.signal, 60);
		let fail = (_: Error) => {};
		const work = new Promise<never>((_, reject) => (fail = reject));
		const outcome = deadline.unlessOver(work);
		stop.abort();
		await expect(outcome).rejects.toMatchObject(stopped);
		fail(new Error('too late'));
		await new Promise(setImmediate);
	});
});
