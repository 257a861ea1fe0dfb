import { alone, fluxError, hurry } from '../support/flux.mts';
import { eachStyle, runStyle, type Style } from '../support/styles.mts';

hurry(0.25);

// What comes of each fault of a download, and what is asked again, is in faultMatrix.
const faults = [
	['errors', { kind: 'status' as const, status: 500 }],
	['refusals', { kind: 'expired' as const }],
	['silence', { kind: 'hang' as const }],
	['drops', { kind: 'drip' as const }],
] as const;

it.concurrent.each(
	eachStyle.flatMap(([name, style]) => faults.map(([what, fault]) => [what, name, fault, style] as const)),
)(
	'gives up %s of the delivery host at the deadline, at %s',
	alone(0.02, async (sandbox, _what, _name, fault: (typeof faults)[number][1], style: Style) => {
		sandbox.fault({ on: 'download', do: fault });
		const run = await runStyle(style, sandbox, { ...style.small, settings: { timeout: 8 } });

		const [{ id }] = sandbox.jobs;
		expect(['timeout', 'download-failed']).toContain(fluxError(run)?.code);
		expect(fluxError(run)).toMatchObject({ url: expect.stringContaining(`/delivery/${id}/`) });
		expect(run.seconds).toBeLessThan(2.7);
		expect(sandbox.billed()).toBe(1);
	}),
);

it.concurrent.each(eachStyle)(
	'%s: leaves no half image in the output',
	alone(0.02, async (sandbox, _name: string, style: Style) => {
		sandbox.fault({ on: 'download', do: { kind: 'truncate' } });
		const parameters = { ...style.small, settings: { timeout: 8 } };
		const run = await runStyle(style, sandbox, parameters, { onError: 'continueRegularOutput' });

		const [{ id }] = sandbox.jobs;
		expect(run.items[0].binary).toBeUndefined();
		expect(run.items[0].json.error).toMatchObject({ jobId: style.hasJobs ? id : null });
	}),
);
