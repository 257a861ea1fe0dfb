import { requestsFor, runFlux, useSandbox } from '../support/flux.mts';

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
	await runFlux(at.sandbox);
	const before = requestsFor(at.sandbox, 'poll').length;
	const run = await runFlux(at.sandbox);

	expect(requestsFor(at.sandbox, 'poll').length - before).toBeLessThanOrEqual(5);
	expect(run.seconds).toBeLessThan(3);
});
