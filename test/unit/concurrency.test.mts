import fc from 'fast-check';

import { Deadline } from '../../nodes/Flux/limits/deadline.ts';
import {
	accountCount,
	withAccountLimits,
	type AccountLimits,
} from '../../nodes/Flux/limits/accountLimits.ts';
import { Backoff } from '../../nodes/Flux/limits/backoff.ts';
import { Concurrency, type Place } from '../../nodes/Flux/limits/concurrency.ts';

const { jest } = import.meta;

// Some wait until the test file is over, and must not end in another one.
const patient = () => new Deadline(undefined, 3_600);
const settle = async () => await new Promise(setImmediate);

/** A place of a run that may have so many jobs at once. */
const place = (runLimit: number, more: Partial<Place> = {}): Place => ({
	run: 'run',
	runLimit,
	accountLimit: undefined,
	...more,
});

/** Lets named visitors in and keeps who is inside, in the order of entering. */
function house(concurrency: Concurrency) {
	const inside: string[] = [];
	const leaves = new Map<string, () => void>();
	return {
		inside,
		come: async (name: string, limit: number | Place, deadline = patient()) => {
			const wanted = typeof limit === 'number' ? place(limit) : limit;
			const { leave } = await concurrency.enter(wanted, deadline);
			inside.push(name);
			leaves.set(name, leave);
		},
		leave: async (name: string) => {
			inside.splice(inside.indexOf(name), 1);
			leaves.get(name)?.();
			await settle();
		},
	};
}

it('lets so many in at once, and the others in the order in which they came', async () => {
	const { inside, come, leave } = house(new Concurrency());
	for (const name of ['a', 'b', 'c', 'd', 'e']) void come(name, 2);
	await settle();
	expect(inside).toEqual(['a', 'b']);
	await leave('b');
	expect(inside).toEqual(['a', 'c']);
	await leave('a');
	expect(inside).toEqual(['c', 'd']);
	await leave('c');
	await leave('d');
	expect(inside).toEqual(['e']);
});

it('gives a place back once, however often it is left', async () => {
	const concurrency = new Concurrency();
	const { inside, come } = house(concurrency);
	const { leave } = await concurrency.enter(place(1), patient());
	for (const name of ['a', 'b', 'c']) void come(name, 1);
	leave();
	leave();
	leave();
	await settle();
	expect(inside).toEqual(['a']);
});

it('gives the place of failed work to the next one', async () => {
	const concurrency = new Concurrency();
	const { inside, come } = house(concurrency);
	const work = async () => {
		const { leave } = await concurrency.enter(place(1), patient());
		try {
			throw new Error('failed');
		} finally {
			leave();
		}
	};
	const failing = work();
	void come('next', 1);
	await expect(failing).rejects.toThrow('failed');
	await settle();
	expect(inside).toEqual(['next']);
});

it('lets one who waits give up at the deadline, and forgets him', async () => {
	const { inside, come, leave } = house(new Concurrency());
	await come('a', 1);
	const impatient = come('b', 1, new Deadline(undefined, 0.03));
	void come('c', 1);
	await expect(impatient).rejects.toMatchObject({ code: 'timeout' });
	expect(inside).toEqual(['a']);
	await leave('a');
	expect(inside).toEqual(['c']);
});

it('lets one who waits give up on Stop', async () => {
	const { inside, come, leave } = house(new Concurrency());
	const stop = new AbortController();
	await come('a', 1);
	const stopped = come('b', 1, new Deadline(stop.signal, 60));
	stop.abort();
	await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
	await leave('a');
	await come('c', 1);
	expect(inside).toEqual(['c']);
});

it('lets nobody in whose time is over, and keeps no place for him', async () => {
	const { inside, come } = house(new Concurrency());
	await expect(come('late', 1, new Deadline(AbortSignal.abort(), 60))).rejects.toMatchObject({
		code: 'cancelled',
	});
	await come('next', 1);
	expect(inside).toEqual(['next']);
});

it('keeps the place of one who is stopped at the moment of entering for the next one', async () => {
	const { inside, come, leave } = house(new Concurrency());
	const stop = new AbortController();
	await come('a', 1);
	const entering = come('b', 1, new Deadline(stop.signal, 60)).then(
		() => 'entered',
		() => 'refused',
	);
	void come('c', 1);
	stop.abort();
	await leave('a');
	expect(await entering).toBe('refused');
	await settle();
	expect(inside).toEqual(['c']);
});

it('does not let a run with a small limit hold back another one', async () => {
	const { inside, come, leave } = house(new Concurrency());
	const slow = place(1, { run: 'slow' });
	const fast = place(20, { run: 'fast' });
	for (const name of ['s1', 's2', 's3']) void come(name, slow);
	for (const name of ['f1', 'f2']) void come(name, fast);
	await settle();
	expect(inside).toEqual(['s1', 'f1', 'f2']);
	await leave('s1');
	expect(inside).toEqual(['f1', 'f2', 's2']);
});

it('holds what the provider allows an account over all runs', async () => {
	const { inside, come, leave } = house(new Concurrency());
	for (const run of ['a', 'b', 'c']) {
		for (const n of [1, 2]) void come(`${run}${n}`, place(2, { run, accountLimit: 3 }));
	}
	await settle();
	expect(inside).toEqual(['a1', 'a2', 'b1']);
	await leave('a1');
	expect(inside).toEqual(['a2', 'b1', 'c1']);
});

it('lets in first the run that has the fewest inside, so that a batch is not in the way of a single job', async () => {
	const { inside, come, leave } = house(new Concurrency());
	for (let n = 1; n <= 8; n++) void come(`batch${n}`, place(100, { run: 'batch', accountLimit: 4 }));
	void come('single', place(1, { run: 'single', accountLimit: 4 }));
	await settle();
	expect(inside).toEqual(['batch1', 'batch2', 'batch3', 'batch4']);
	await leave('batch1');
	expect(inside).toEqual(['batch2', 'batch3', 'batch4', 'single']);
});

it('holds the limit of a model without holding back other models of the same run', async () => {
	const { inside, come } = house(new Concurrency());
	const model = { id: 'max', limit: 1 };
	for (const name of ['m1', 'm2']) void come(name, place(9, { model }));
	void come('other run', place(9, { run: 'other', model }));
	void come('p1', place(9));
	await settle();
	expect(inside).toEqual(['m1', 'p1']);
});

it('lets each run have what it wants where the provider names no number', async () => {
	const { inside, come } = house(new Concurrency());
	for (const name of ['a1', 'a2', 'a3']) void come(name, place(2, { run: 'a' }));
	void come('b1', place(1, { run: 'b' }));
	await settle();
	expect(inside).toEqual(['a1', 'a2', 'b1']);
});

it('never holds more than the limit, and everybody gets in, whatever the order of leaving', async () => {
	const visitors = fc.array(fc.nat(20), { minLength: 1, maxLength: 30 });
	await fc.assert(
		fc.asyncProperty(fc.integer({ min: 1, max: 5 }), visitors, async (limit, order) => {
			const { inside, come, leave } = house(new Concurrency());
			order.forEach((_, index) => void come(String(index), limit));
			await settle();
			for (const choice of order) {
				expect(inside.length).toBeGreaterThan(0);
				expect(inside.length).toBeLessThanOrEqual(limit);
				await leave(inside[choice % inside.length]);
			}
			expect(inside).toEqual([]);
		}),
		{ seed: 1, numRuns: 30 },
	);
});

describe('A provider that has room for fewer than are allowed', () => {
	/** Comes, and is refused as long as more than `room` are inside. */
	function crowd(room: { places: number }, count: number) {
		const concurrency = new Concurrency();
		const inside = new Set<number>();
		const ends: Array<() => void> = [];
		let [refusals, done] = [0, 0];
		const come = async (name: number) => {
			const ticket = await concurrency.enter(place(100), patient());
			while (inside.size >= room.places) {
				refusals++;
				ticket.refused();
				await ticket.again();
			}
			inside.add(name);
			await new Promise<void>((resolve) => ends.push(resolve));
			inside.delete(name);
			done++;
			ticket.leave();
		};
		for (let name = 0; name < count; name++) void come(name);
		return {
			inside,
			refusals: () => refusals,
			done: () => done,
			endOne: async () => {
				ends.shift()?.();
				await settle();
			},
		};
	}

	it('gets no more than it has room for, and each waits for its turn', async () => {
		const { inside, refusals, endOne } = crowd({ places: 3 }, 10);
		await settle();
		expect([...inside]).toEqual([0, 1, 2]);
		expect(refusals()).toBe(7);
		await endOne();
		expect([...inside]).toEqual([1, 2, 3]);
	});

	it('is asked for one more now and then, and so gets all that it has room for again', async () => {
		const room = { places: 4 };
		const { inside, refusals, done, endOne } = crowd(room, 100);
		await settle();
		room.places = 12;
		for (let ended = 0; ended < 20; ended++) await endOne();
		expect(inside.size).toBe(12);
		const before = refusals();
		for (let ended = 0; ended < 24; ended++) await endOne();
		expect(refusals() - before).toBeLessThanOrEqual(10);
		while (done() < 100) await endOne();
	});

	it('holds back no other model that has a limit of its own', async () => {
		const concurrency = new Concurrency();
		const model = { id: 'max', limit: 6 };
		const [first, second] = [
			await concurrency.enter(place(9, { model }), patient()),
			await concurrency.enter(place(9, { model }), patient()),
		];
		expect(second.refused()).toBe(true);
		void second.again();
		await concurrency.enter(place(9), patient());
		expect(first.refused()).toBe(false);
	});
});

describe('A pause', () => {
	beforeEach(() => jest.useFakeTimers({ now: 0 }));
	afterEach(() => jest.useRealTimers());

	it('lasts as long as asked', () => {
		const backoff = new Backoff();
		expect(backoff.pausedMs('submit')).toBe(0);
		backoff.pause('submit', 5_000);
		expect(backoff.pausedMs('submit')).toBe(5_000);
		jest.advanceTimersByTime(4_000);
		expect(backoff.pausedMs('submit')).toBe(1_000);
		jest.advanceTimersByTime(5_000);
		expect(backoff.pausedMs('submit')).toBe(0);
	});

	it('is a minute at most, though a refusal asks for more', () => {
		const backoff = new Backoff();
		backoff.pause('submit', 86_400_000);
		expect(backoff.pausedMs('submit')).toBe(60_000);
	});

	it('is not shortened by another one, only prolonged', () => {
		const backoff = new Backoff();
		backoff.pause('submit', 5_000);
		backoff.pause('submit', 1_000);
		expect(backoff.pausedMs('submit')).toBe(5_000);
		backoff.pause('submit', 8_000);
		expect(backoff.pausedMs('submit')).toBe(8_000);
	});
});

it('holds back only what was refused', () => {
	const backoff = new Backoff();
	backoff.pause('submit', 5_000);
	expect(backoff.pausedMs('poll')).toBe(0);
});

it('is shared by all who work for the same account at once, by nobody else, and forgotten afterwards', async () => {
	const used: AccountLimits[] = [];
	await withAccountLimits('one', async (one) => {
		used.push(one);
		await withAccountLimits('one', async (same) => void used.push(same));
		await withAccountLimits('two', async (other) => void used.push(other));
	});
	expect(used[1]).toBe(used[0]);
	expect(used[2]).not.toBe(used[0]);
	for (let account = 0; account < 1_000; account++) await withAccountLimits(String(account), async () => {});
	expect(accountCount()).toBeLessThan(3);
});

it('keeps a pause for those who come later', async () => {
	await withAccountLimits('paused', async ({ backoff }) => backoff.pause('submit', 60_000));
	await withAccountLimits('another', async () => {});
	await withAccountLimits('paused', async ({ backoff }) =>
		expect(backoff.pausedMs('submit')).toBeGreaterThan(50_000),
	);
});
