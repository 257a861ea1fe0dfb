import fc from 'fast-check';

import { Deadline } from '../../nodes/Flux/job/deadline.ts';
import { Gate, gateOf } from '../../nodes/Flux/job/gate.ts';

const { jest } = import.meta;

const patient = () => new Deadline(undefined, 60);
const settle = async () => await new Promise(setImmediate);

/** Lets named visitors in and keeps who is inside, in the order of entering. */
function house(gate: Gate) {
	const inside: string[] = [];
	const leaves = new Map<string, () => void>();
	return {
		inside,
		come: async (name: string, limit: number, deadline = patient()) => {
			const leave = await gate.enter(limit, deadline);
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
	const { inside, come, leave } = house(new Gate());
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
	const gate = new Gate();
	const { inside, come } = house(gate);
	const leave = await gate.enter(1, patient());
	for (const name of ['a', 'b', 'c']) void come(name, 1);
	leave();
	leave();
	leave();
	await settle();
	expect(inside).toEqual(['a']);
});

it('gives the place of failed work to the next one', async () => {
	const gate = new Gate();
	const { inside, come } = house(gate);
	const work = async () => {
		const leave = await gate.enter(1, patient());
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
	const { inside, come, leave } = house(new Gate());
	await come('a', 1);
	const impatient = come('b', 1, new Deadline(undefined, 0.03));
	void come('c', 1);
	await expect(impatient).rejects.toMatchObject({ code: 'timeout' });
	expect(inside).toEqual(['a']);
	await leave('a');
	expect(inside).toEqual(['c']);
});

it('lets one who waits give up on Stop', async () => {
	const { inside, come, leave } = house(new Gate());
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
	const { inside, come } = house(new Gate());
	await expect(come('late', 1, new Deadline(AbortSignal.abort(), 60))).rejects.toMatchObject({
		code: 'cancelled',
	});
	await come('next', 1);
	expect(inside).toEqual(['next']);
});

it('keeps the place of one who is stopped at the moment of entering for the next one', async () => {
	const { inside, come, leave } = house(new Gate());
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

it('obeys the limit of each visitor', async () => {
	const { inside, come, leave } = house(new Gate());
	for (const [name, limit] of [
		['a', 3],
		['b', 3],
		['c', 1],
		['d', 3],
	] as const)
		void come(name, limit);
	await settle();
	expect(inside).toEqual(['a', 'b']);
	await leave('a');
	expect(inside).toEqual(['b']);
	await leave('b');
	expect(inside).toEqual(['c', 'd']);
});

it('never holds more than the limit, and everybody gets in, whatever the order of leaving', async () => {
	const visitors = fc.array(fc.nat(20), { minLength: 1, maxLength: 30 });
	await fc.assert(
		fc.asyncProperty(fc.integer({ min: 1, max: 5 }), visitors, async (limit, order) => {
			const { inside, come, leave } = house(new Gate());
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

describe('A pause', () => {
	beforeEach(() => jest.useFakeTimers({ now: 0 }));
	afterEach(() => jest.useRealTimers());

	it('lasts as long as asked', () => {
		const gate = new Gate();
		expect(gate.pausedMs()).toBe(0);
		gate.pause(5_000);
		expect(gate.pausedMs()).toBe(5_000);
		jest.setSystemTime(4_000);
		expect(gate.pausedMs()).toBe(1_000);
		jest.setSystemTime(9_000);
		expect(gate.pausedMs()).toBe(0);
	});

	it('is not shortened by another one, only prolonged', () => {
		const gate = new Gate();
		gate.pause(5_000);
		gate.pause(1_000);
		expect(gate.pausedMs()).toBe(5_000);
		gate.pause(8_000);
		expect(gate.pausedMs()).toBe(8_000);
	});
});

it('is shared by all who name the same account, and by nobody else', () => {
	expect(gateOf('one')).toBe(gateOf('one'));
	expect(gateOf('one')).not.toBe(gateOf('two'));
});
