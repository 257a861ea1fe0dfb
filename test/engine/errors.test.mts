import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { ErrorCode } from '../../nodes/Flux/errors/fluxError.ts';
import type { Action } from '../sandbox/exchange.mts';
import { jest } from '@jest/globals';
import { MemoryCredentials } from '../support/credentials.mts';
import type { Fault } from '../sandbox/sandbox.mts';
import { errorText, fluxError, job, useSandbox } from '../support/flux.mts';
import { runWorkflow, type Options } from '../support/harness.mts';
import {
	blackForestLabs,
	workflowOf,
	replicate,
	runStyle,
	styles,
	eachStyle,
	type Style,
} from '../support/styles.mts';

const at = useSandbox();

/** A way to meet an error: what goes wrong where, what the node is asked, and what the user is told of it. */
interface Way {
	in: Style;
	fault?: [Action, Fault];
	/** More of what goes wrong. */
	before?(): void;
	ask?: INodeParameters;
	message: RegExp;
	advice: RegExp;
	/** The job is billed, and named in the error. */
	billed?: boolean;
}

const short = { settings: { timeout: 1 } };
const all = eachStyle.map(([, style]) => style);
const withJobs = all.filter(({ hasJobs }) => hasJobs);
const withoutJobs = all.filter(({ hasJobs }) => !hasJobs);
const slow = () => (at.sandbox.secondsPerImage = 60);

/** Those that no fault of one request brings about: see faultMatrix for the others. */
const ways: Partial<Record<ErrorCode, Way[]>> = {
	'invalid-input': [
		{
			in: blackForestLabs,
			ask: { width: 1000 },
			message: /^'Width' is 1000, but FLUX\.2 \[pro\] takes/,
			advice: /Nothing was billed/,
		},
		{
			in: replicate,
			ask: { options: { additionalBody: '{"safety_tolerance": 9}' } },
			message: /Replicate refused the request \(HTTP 422\): .*safety_tolerance: /,
			advice: /Nothing was billed/,
		},
	],
	'job-not-found': withJobs.map((style) => ({
		in: style,
		ask: job(style.jobIdOf?.('nobody') ?? 'nobody'),
		message: /does not know the job/,
		advice: /Check the job ID/,
	})),
	timeout: [
		...withJobs.map((style) => ({
			in: style,
			before: slow,
			ask: short,
			message: /Not finished within the timeout of 1 second/,
			advice: /Raise Timeout.*Resource "Job", Operation "Get"/,
			billed: true,
		})),
		...withoutJobs.map((style) => ({
			in: style,
			before: slow,
			ask: short,
			message: /while the job was being submitted/,
			advice: /may have accepted the job/,
		})),
	],
	expired: eachStyle.map(([, style]) => ({
		in: style,
		before: () => {
			const to = `${at.sandbox.url}/delivery/signed/0/sample.png?se=2026-01-01T00%3A00%3A00Z&sig=x`;
			at.sandbox.fault({ on: 'submit', do: { kind: 'resultUrl', to } });
		},
		fault: ['download', { kind: 'expired', status: 403 }],
		message: /The image has expired: its URL answers HTTP 403/,
		advice: /Collect them sooner/,
		billed: style.hasJobs,
	})),
};

const rows = Object.entries(ways).flatMap(([code, list]) =>
	list.map((way) => [code, way.in.name, way] as const),
);

async function meet(way: Way, options: Partial<Options> = {}) {
	at.sandbox.reset();
	at.sandbox.secondsPerImage = 0.05;
	way.before?.();
	if (way.fault !== undefined) at.sandbox.fault({ on: way.fault[0], do: way.fault[1] });
	return await runStyle(way.in, at.sandbox, way.ask ?? {}, options);
}

it.each(rows)('%s is met with %s, and says what to do', async (code, api, way) => {
	const run = await meet(way);

	const jobId = way.billed === true ? at.sandbox.jobs[0].id : (way.ask?.jobId ?? null);
	expect(fluxError(run)).toMatchObject({ code, api, jobId });
	expect(run.error?.message).toMatch(way.message);
	expect(run.error?.description).toMatch(way.advice);
	expect(run.error?.description).toMatch(new RegExp(`\\(${code}\\)$`));
	if (typeof jobId === 'string') expect(errorText(run)).toContain(jobId);

	const { items } = await meet(way, { onError: 'continueRegularOutput' });
	const error = items[0].json.error as IDataObject;
	expect(error).toMatchObject({ code, api });
	expect(error.message).toMatch(way.message);
	expect(error.description).toMatch(way.advice);
	expect(items[0].pairedItem).toEqual({ item: 0 });
	// What a user adds is sent unchecked.
	const added = JSON.stringify(way.ask ?? {}).includes('additionalBody');
	if (added) expect(at.sandbox.violations.splice(0)).toHaveLength(2);
});

it.each(eachStyle)('cancelled is met with %s when the user stops', async (api, style) => {
	slow();
	const running = runWorkflow(workflowOf(style, at.sandbox));
	while (at.sandbox.billed() === 0) await new Promise((resolve) => setTimeout(resolve, 10));
	running.stop();
	const run = await running.result;

	expect(fluxError(run)).toMatchObject({ code: 'cancelled', api });
	expect(run.error?.message).toMatch(/^The execution was canceled/);
});

it('a credential that is deleted while a job runs ends the asking, and no host is blamed for it', async () => {
	at.sandbox.secondsPerImage = 30;
	const words = 'Credential with ID "7" does not exist for type "fluxBlackForestLabsApi".';
	const read = MemoryCredentials.prototype.getDecrypted;
	const reading = jest.spyOn(MemoryCredentials.prototype, 'getDecrypted');
	reading.mockImplementation(async function (this: MemoryCredentials, ...args) {
		if (at.sandbox.billed() > 0) throw new Error(words);
		return await read.apply(this, args);
	});
	const done = await runStyle(styles.blackForestLabs, at.sandbox);
	reading.mockRestore();

	expect(fluxError(done)).toMatchObject({ code: 'authentication', jobId: at.sandbox.jobs[0].id });
	expect(done.error?.message).toBe(`The request was not sent: ${words}`);
	expect(errorText(done)).toContain('Choose one of the same account');
	expect(errorText(done)).toContain('To collect its image');
});

it('a base URL that leads elsewhere is met as such: no model, job or charge is blamed for it', async () => {
	const { blackForestLabs } = styles;
	const elsewhere = { kind: 'status' as const, status: 404, body: { detail: 'Not Found' } };
	at.sandbox.fault({ on: 'submit', do: elsewhere });
	at.sandbox.fault({ on: 'credits', do: elsewhere });
	const submit = await runStyle(blackForestLabs, at.sandbox);
	expect(submit.error?.message).toContain('either it has no such model, or the base URL');
	const account = { resource: 'account', operation: 'getCredits' };
	const credits = await runStyle(blackForestLabs, at.sandbox, account);
	expect(fluxError(credits)).toMatchObject({ code: 'bad-response' });
	expect(errorText(credits)).not.toMatch(/model|job|billed/);
});
