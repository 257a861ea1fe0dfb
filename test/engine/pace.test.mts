import type { INodeParameters } from 'n8n-workflow';

import { providerNamed } from '../../nodes/Flux/providers/index.ts';
import { model, requestsFor, runFlux, useSandbox } from '../support/flux.mts';
import { replicate, runStyle } from '../support/styles.mts';

const at = useSandbox(0.05);

it('is not slow with the next jobs because one was disturbed', async () => {
	at.sandbox.fault({ on: 'poll', times: 4, do: { kind: 'status', status: 500 } });
	const disturbed = await runFlux(at.sandbox);
	const next = [];
	for (let count = 0; count < 5; count++) next.push((await runFlux(at.sandbox)).seconds);

	expect(next[0]).toBeLessThan(disturbed.seconds * 0.6);
	expect(next[4]).toBeLessThan(disturbed.seconds * 0.25);
});

it('looks at a job of two seconds a handful of times, and delivers it soon after', async () => {
	at.sandbox.secondsPerImage = 2;
	const another = { model: model('flux-2-max') };
	await runFlux(at.sandbox, another);
	const before = requestsFor(at.sandbox, 'poll').length;
	const run = await runFlux(at.sandbox, another);

	expect(requestsFor(at.sandbox, 'poll').length - before).toBeLessThanOrEqual(5);
	expect(run.seconds).toBeLessThan(3);
});

it('looks at small images soon although large ones of the same model take long', async () => {
	const klein = { model: model('flux-2-klein-9b') };
	const [large, small] = [1024, 256].map((width) => ({ ...klein, width, height: width }));
	const secondsOf = async (parameters: INodeParameters, secondsPerImage: number) => {
		at.sandbox.secondsPerImage = secondsPerImage;
		return (await runFlux(at.sandbox, parameters)).seconds;
	};
	await secondsOf(small, 0.2);
	await secondsOf(large, 2);
	await secondsOf(large, 2);

	expect(await secondsOf(small, 0.2)).toBeLessThan(0.8);
});

it('looks at the first job of a model when the catalogue says that it is about due', async () => {
	const klein = providerNamed('blackForestLabs').models.find(({ id }) => id === 'flux-2-klein-4b')!;
	Object.assign(klein, { typicalSeconds: 1 });
	const run = await runFlux(at.sandbox, { model: model(klein.id) });

	expect(run.items[0].json.durationMs).toBeGreaterThan(700);
	expect(requestsFor(at.sandbox, 'poll')).toHaveLength(1);
});

it('looks at a job before a short timeout, although its model took much longer before', async () => {
	const slow = { model: model('flux-2-flex'), width: 512, height: 512 };
	at.sandbox.secondsPerImage = 4;
	await runFlux(at.sandbox, slow);
	at.sandbox.secondsPerImage = 0.2;
	const run = await runFlux(at.sandbox, { ...slow, settings: { timeout: 2 } });

	expect(run.error).toBeUndefined();
	expect(requestsFor(at.sandbox, 'poll').length).toBeGreaterThan(1);
});

it('counts the time that Replicate holds the submit as time of the job', async () => {
	at.sandbox.secondsPerImage = 2.2;
	const run = await runStyle(replicate, at.sandbox);

	expect(run.items[0].json.durationMs).toBeGreaterThanOrEqual(2_200);
	expect(requestsFor(at.sandbox, 'poll')).toHaveLength(1);
});
