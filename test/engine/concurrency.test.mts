import { setTimeout as wait } from 'node:timers/promises';

import {
	alone,
	fluxError,
	model,
	promptOfItem,
	prompts,
	requestsFor,
	runFlux,
	useSandbox,
} from '../support/flux.mts';
import { blackForestLabs, eachStyle, runStyle, type Style } from '../support/styles.mts';

const at = useSandbox(0.3);
const many = (count: number) => ({
	items: prompts(...Array.from({ length: count }, (_, index) => `number ${index}`)),
});
const { small } = blackForestLabs;
const ofItem = (maxConcurrency: number, size = small) => ({
	...{ ...size, prompt: promptOfItem, settings: { maxConcurrency } },
});

it.each([1, 3])('never runs more than %d jobs at once', async (most) => {
	const run = await runFlux(at.sandbox, ofItem(most), many(7));

	expect(run.items.map(({ json }) => json.prompt)).toEqual(many(7).items.map(({ json }) => json.prompt));
	expect(at.sandbox.peakConcurrency()).toBe(most);
});

it('counts the images of one item', async () => {
	await runFlux(at.sandbox, { ...small, options: { numberOfImages: 6 }, settings: { maxConcurrency: 2 } });

	expect(at.sandbox.billed()).toBe(6);
	expect(at.sandbox.peakConcurrency()).toBe(2);
});

it("limits this node's run, and no other one", async () => {
	await Promise.all([1, 2, 3].map(async () => await runFlux(at.sandbox, ofItem(2), many(3))));

	expect(at.sandbox.billed()).toBe(9);
	expect(at.sandbox.peakConcurrency()).toBe(6);
});

it('holds what the provider allows an account over all executions of the process', async () => {
	// Long enough for a slow machine to submit that many meanwhile.
	at.sandbox.secondsPerImage = 1.5;
	const runs = await Promise.all([1, 2, 3].map(async () => await runFlux(at.sandbox, ofItem(20), many(20))));

	expect(runs.flatMap(({ items }) => items)).toHaveLength(60);
	expect(at.sandbox.peakConcurrency()).toBe(24);
	expect(requestsFor(at.sandbox, 'submit').filter(({ status }) => status !== 200)).toEqual([]);
});

it.concurrent.each(eachStyle)(
	'does not make a job of %s wait for the batch of another workflow',
	// A slow machine is done with one image while two or three of the batch are made.
	alone(0.6, async (sandbox, _: string, style: Style) => {
		const batch = runStyle(style, sandbox, ofItem(1, style.small), many(8));
		while (sandbox.billed() === 0) await wait(10);
		const single = await runStyle(style, sandbox, style.small);

		expect(single.status).toBe('success');
		expect(requestsFor(sandbox, 'submit').length).toBeLessThan(5);
		expect((await batch).items).toHaveLength(8);
	}),
);

it.concurrent.each(eachStyle)(
	'learns from the refusals of %s for how many jobs there is room',
	alone(0.3, async (sandbox, _: string, style: Style) => {
		const running = () => sandbox.jobs.filter((job) => job.running).length;
		sandbox.fault({ on: 'submit', match: () => running() >= 3, do: { kind: 'status', status: 429 } });
		const run = await runStyle(style, sandbox, ofItem(12, style.small), many(12));

		expect(run.items.map(({ json }) => json.status)).toEqual(Array(12).fill('completed'));
		expect(sandbox.billed()).toBe(12);
		// Nine at first, and then one now and then, in place of all that wait each time.
		const refused = requestsFor(sandbox, 'submit').filter(({ status }) => status === 429);
		expect(refused.length).toBeLessThanOrEqual(30);
	}),
);

it('stays by itself below what the provider allows', async () => {
	const run = await runFlux(at.sandbox, { ...small, prompt: promptOfItem }, many(40));

	expect(run.items).toHaveLength(40);
	expect(at.sandbox.peakConcurrency()).toBe(20);
	expect(requestsFor(at.sandbox, 'submit').filter(({ status }) => status !== 200)).toEqual([]);
});

it('keeps the smaller limit of Kontext [max]', async () => {
	const run = await runFlux(at.sandbox, { model: model('flux-kontext-max'), prompt: promptOfItem }, many(12));

	expect(run.items).toHaveLength(12);
	expect(at.sandbox.peakConcurrency()).toBe(5);
	expect(requestsFor(at.sandbox, 'submit').filter(({ status }) => status !== 200)).toEqual([]);
});

it('gives the place of a job back however it ends', async () => {
	at.sandbox.fault({ on: 'submit', times: 1, do: { kind: 'state', status: 'Request Moderated' } });
	at.sandbox.fault({ on: 'submit', after: 1, times: 1, do: { kind: 'status', status: 402 } });
	at.sandbox.fault({ on: 'download', times: 1, do: { kind: 'notAnImage' } });
	const run = await runFlux(at.sandbox, ofItem(1), { ...many(5), onError: 'continueRegularOutput' });

	expect(run.items.filter(({ json }) => json.error !== undefined)).toHaveLength(3);
	expect(run.items.filter(({ json }) => json.status === 'completed')).toHaveLength(2);
	expect(at.sandbox.peakConcurrency()).toBe(1);
});

it('lets an item time out while it waits for a place, without submitting it', async () => {
	at.sandbox.secondsPerImage = 60;
	const run = await runFlux(
		at.sandbox,
		{ prompt: promptOfItem, settings: { maxConcurrency: 1, timeout: 1 } },
		{ ...many(2), onError: 'continueRegularOutput' },
	);

	const [{ id }] = at.sandbox.jobs;
	expect(run.items.map(({ json }) => json.error)).toEqual([
		expect.objectContaining({ code: 'timeout', jobId: id }),
		expect.objectContaining({ code: 'timeout', jobId: null }),
	]);
	expect(run.seconds).toBeLessThan(1.6);
	expect(at.sandbox.billed()).toBe(1);
});

it('refuses a limit of zero', async () => {
	const run = await runFlux(at.sandbox, ofItem(0), many(2));

	expect(fluxError(run)).toMatchObject({ code: 'invalid-input' });
});
