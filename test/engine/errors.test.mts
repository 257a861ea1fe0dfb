import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { ErrorCode } from '../../nodes/Flux/errors/fluxError.ts';
import type { Action } from '../sandbox/exchange.mts';
import type { Fault } from '../sandbox/sandbox.mts';
import { errorText, fluxError, job, useSandbox } from '../support/flux.mts';
import { runWorkflow, type Options } from '../support/harness.mts';
import {
	apiframe,
	blackForestLabs,
	workflowOf,
	openAiCompatible,
	replicate,
	runStyle,
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
	/** The job is bought, and named in the error. */
	bought?: boolean;
}

const failing = (status: string, details?: unknown): [Action, Fault] => [
	'submit',
	{ kind: 'state', status, details },
];
const http = (status: number, body?: unknown): [Action, Fault] => [
	'submit',
	{ kind: 'status', status, body },
];
const short = { settings: { timeout: 1 } };
const poor = () => (at.sandbox.credits = 0);
const slow = () => (at.sandbox.secondsPerImage = 60);

const ways: Record<Exclude<ErrorCode, 'cancelled'>, Way[]> = {
	'invalid-input': [
		{
			in: blackForestLabs,
			ask: { width: 1000 },
			message: /^Width is 1000, but FLUX\.2 \[pro\] takes/,
			advice: /Nothing was billed/,
		},
		{
			in: replicate,
			ask: { options: { additionalBody: '{"safety_tolerance": 9}' } },
			message: /Replicate refused the request \(HTTP 422\): .*safety_tolerance: /,
			advice: /Nothing was billed/,
		},
		{
			in: apiframe,
			fault: http(400, { error: 'Validation failed' }),
			message: /Apiframe refused the request \(HTTP 400\): Validation failed/,
			advice: /Change the value/,
		},
		{
			in: openAiCompatible,
			fault: http(422, { error: 'Bad size' }),
			message: /HTTP 422\): Bad size/,
			advice: /Change the value/,
		},
	],
	authentication: eachStyle.map(([, style]) => ({
		in: style,
		fault: http(403, { detail: 'No', error: 'No' }),
		message: /HTTP 403\): No/,
		advice: /Check the API key.*Nothing was billed/,
	})),
	'insufficient-credits': eachStyle.map(([, style]) => ({
		in: style,
		before: poor,
		message: /HTTP 402/,
		advice: /Add credits.*Nothing was billed/,
	})),
	'rate-limited': eachStyle.map(([, style]) => ({
		in: style,
		fault: ['submit', { kind: 'status', status: 429, headers: { 'retry-after': '3600' } }],
		message: /HTTP 429/,
		advice: /lower Max Concurrency in Advanced Settings, or raise Timeout/,
	})),
	'prompt-moderated': [
		{
			in: blackForestLabs,
			fault: failing('Request Moderated', { 'Moderation Reasons': ['Hate', 'Gore'] }),
			message: /Black Forest Labs refused the prompt: Hate, Gore/,
			advice: /Reword it.*Safety Tolerance/,
			bought: true,
		},
		{
			in: replicate,
			fault: failing('failed', 'The prompt was flagged as sensitive'),
			message: /Replicate refused the prompt: The prompt was flagged/,
			advice: /Reword it/,
			bought: true,
		},
		{
			in: apiframe,
			fault: failing('FAILED', 'Prompt violates the content policy'),
			message: /Apiframe refused the prompt: Prompt violates/,
			advice: /Reword it/,
			bought: true,
		},
		{
			in: openAiCompatible,
			fault: http(400, { error: { message: 'Violence', code: 'content_policy_violation' } }),
			message: /OpenAI-Compatible refused the prompt \(HTTP 400\): Violence/,
			advice: /Reword it/,
		},
	],
	'image-moderated': [
		{
			in: blackForestLabs,
			fault: failing('Content Moderated', { 'Moderation Reasons': 'Nudity' }),
			message: /Black Forest Labs withheld the finished image: Nudity/,
			advice: /another seed.*Safety Tolerance/,
			bought: true,
		},
		{
			in: replicate,
			fault: failing('failed', 'NSFW content detected. (E005)'),
			message: /Replicate withheld the finished image: NSFW content/,
			advice: /another seed/,
			bought: true,
		},
		{
			in: apiframe,
			fault: failing('FAILED', 'The output was flagged'),
			message: /Apiframe withheld the finished image: The output/,
			advice: /another seed/,
			bought: true,
		},
		{
			in: openAiCompatible,
			fault: http(400, { error: { message: 'The generated image was flagged' } }),
			message: /OpenAI-Compatible withheld the finished image \(HTTP 400\)/,
			advice: /another seed/,
		},
	],
	'job-failed': [
		{
			in: blackForestLabs,
			fault: failing('Error', { error: 'GPU lost' }),
			message: /Black Forest Labs could not make the image: .*GPU lost/,
			advice: /Run the node again/,
			bought: true,
		},
		{
			in: replicate,
			fault: failing('failed', 'CUDA out of memory'),
			message: /Replicate could not make the image: CUDA/,
			advice: /Run the node again/,
			bought: true,
		},
		{
			in: apiframe,
			fault: failing('FAILED', 'GPU lost'),
			message: /Apiframe could not make the image: GPU lost/,
			advice: /Run the node again/,
			bought: true,
		},
	],
	'job-not-found': [blackForestLabs, replicate, apiframe].map((style) => ({
		in: style,
		ask: job('nobody'),
		message: /does not know the job/,
		advice: /Check the job ID/,
	})),
	'job-cancelled': [
		{
			in: replicate,
			fault: failing('canceled'),
			message: /cancelled at the provider/,
			advice: /Run the node again/,
			bought: true,
		},
		{
			in: apiframe,
			fault: failing('CANCELLED'),
			message: /cancelled at the provider/,
			advice: /Run the node again/,
			bought: true,
		},
	],
	timeout: [
		...[blackForestLabs, replicate, apiframe].map((style) => ({
			in: style,
			before: slow,
			ask: short,
			message: /Not finished within the timeout of 1 seconds/,
			advice: /Raise Timeout.*Resource "Job", Operation "Get"/,
			bought: true,
		})),
		{
			in: openAiCompatible,
			before: slow,
			ask: short,
			message: /while the job was being submitted/,
			advice: /may have accepted the job/,
		},
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
		bought: style.hasJobs,
	})),
	'untrusted-host': eachStyle.map(([, style]) => ({
		in: style,
		fault: ['submit', { kind: 'redirect', to: 'https://evil.example/' }],
		message: /redirects to evil\.example, which was not followed/,
		advice: /into the credential if you trust it/,
	})),
	'download-failed': eachStyle.map(([, style]) => ({
		in: style,
		fault: ['download', { kind: 'status', status: 500 }],
		ask: short,
		message: /could not be fetched: HTTP 500/,
		advice: /is billed, but could not be downloaded.*The image is at http/,
		bought: style.hasJobs,
	})),
	'bad-response': [
		...eachStyle.map(
			([, style]): Way => ({
				in: style,
				fault: ['submit', { kind: 'html' }],
				message: /answered the submit without .*Just a moment/,
				advice: /may have been accepted and charged/,
			}),
		),
		...eachStyle.map(
			([, style]): Way => ({
				in: style,
				fault: ['download', { kind: 'notAnImage' }],
				message: /The downloaded file is not an image/,
				advice: /The image is at http/,
				bought: style.hasJobs,
			}),
		),
	],
	'provider-unavailable': eachStyle.map(([, style]) => ({
		in: style,
		fault: http(500, { detail: 'Down', error: 'Down' }),
		ask: short,
		message: /HTTP 500/,
		advice: style.isIdempotent
			? /may have accepted the job.*Retry On Fail finds/
			: /may have accepted the job/,
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

	const jobId = way.bought === true ? at.sandbox.jobs[0].id : (way.ask?.jobId ?? null);
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
});

it.each(eachStyle)('cancelled is met with %s when the user stops', async (api, style) => {
	slow();
	const running = runWorkflow(workflowOf(style, at.sandbox));
	while (at.sandbox.purchases() === 0) await new Promise((resolve) => setTimeout(resolve, 10));
	running.stop();
	const run = await running.result;

	expect(fluxError(run)).toMatchObject({ code: 'cancelled', api });
	expect(run.error?.message).toMatch(/^The execution was canceled/);
});
