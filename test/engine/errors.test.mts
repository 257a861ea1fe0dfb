import { jest } from '@jest/globals';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { ErrorCode } from '../../nodes/Flux/errors/fluxError.ts';
import type { Action } from '../sandbox/exchange.mts';
import type { Fault } from '../sandbox/sandbox.mts';
import { logLines } from '../support/core.mts';
import { MemoryCredentials } from '../support/credentials.mts';
import {
	errorText,
	fluxError,
	job,
	model,
	promptOfItem,
	prompts,
	runFlux,
	useSandbox,
} from '../support/flux.mts';
import { runWorkflow, type Options } from '../support/harness.mts';
import {
	blackForestLabs,
	eachStyle,
	replicate,
	runStyle,
	styles,
	workflowOf,
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
	const { blackForestLabs, fal } = styles;
	const elsewhere = { kind: 'status' as const, status: 404, body: { detail: 'Not Found' } };
	at.sandbox.fault({ on: 'submit', do: elsewhere });
	at.sandbox.fault({ on: 'credits', do: elsewhere });
	for (const style of [blackForestLabs, fal]) {
		const submit = await runStyle(style, at.sandbox);
		expect(submit.error?.message).toContain('either it has no such model or operation, or the base URL');
	}
	const account = { resource: 'account', operation: 'getCredits' };
	const credits = await runStyle(blackForestLabs, at.sandbox, account);
	expect(fluxError(credits)).toMatchObject({ code: 'bad-response' });
	expect(errorText(credits)).not.toMatch(/model|job|billed/);
});

describe('items with errors', () => {
	const keys = ['api', 'code', 'description', 'jobId', 'message', 'model', 'pollingUrl'];
	const mixed = {
		items: prompts('good', 'bad', 'fine'),
		onError: 'continueRegularOutput' as const,
	};
	const refuseBad = () =>
		at.sandbox.fault({
			on: 'submit',
			match: ({ body }) => (body as { prompt: string }).prompt === 'bad',
			do: { kind: 'state', status: 'Request Moderated' },
		});

	it('stand in the place of the image, linked, with On Error: Continue', async () => {
		refuseBad();
		const run = await runFlux(at.sandbox, { prompt: promptOfItem }, mixed);

		expect(run.status).toBe('success');
		expect(run.items.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2].map((item) => ({ item })));
		expect(run.items.map(({ json }) => json.status)).toEqual(['completed', undefined, 'completed']);
		const error = run.items[1].json.error as object;
		expect(Object.keys(error).sort()).toEqual(keys);
		const [{ id }] = at.sandbox.jobs.filter(({ body }) => body.prompt === 'bad');
		expect(error).toMatchObject({ code: 'prompt-moderated', jobId: id, model: 'flux-2-pro' });
	});

	it('go to the error output with their input', async () => {
		refuseBad();
		const run = await runFlux(
			at.sandbox,
			{ prompt: promptOfItem },
			{ ...mixed, onError: 'continueErrorOutput' },
		);

		expect(run.items.map(({ json }) => json.prompt)).toEqual(['good', 'fine']);
		expect(run.errors).toHaveLength(1);
		expect(run.errors[0]).toMatchObject({
			json: { prompt: 'bad', error: { code: 'prompt-moderated' } },
			pairedItem: { item: 1 },
		});
	});

	it('stand beside the images that the same item did get', async () => {
		at.sandbox.fault({ on: 'submit', after: 1, times: 1, do: { kind: 'status', status: 402 } });
		const run = await runFlux(
			at.sandbox,
			{ options: { numberOfImages: 3 } },
			{ onError: 'continueRegularOutput' },
		);

		expect(run.items).toHaveLength(3);
		const errors = run.items.filter(({ json }) => json.error !== undefined);
		expect(errors.map(({ json }) => json.error)).toMatchObject([{ code: 'insufficient-credits' }]);
	});

	it('name the finished images of the item when the error is thrown', async () => {
		at.sandbox.fault({ on: 'submit', after: 2, times: 1, do: { kind: 'status', status: 402 } });
		const run = await runFlux(at.sandbox, { options: { numberOfImages: 3 } });

		expect(fluxError(run)).toMatchObject({ code: 'insufficient-credits' });
		for (const { id } of at.sandbox.jobs) expect(errorText(run)).toContain(id);
	});

	it('name the model that an expression chose', async () => {
		at.sandbox.fault({ on: 'submit', do: { kind: 'status', status: 402 } });
		const run = await runFlux(at.sandbox, { model: model('={{ "flux-2-flex" }}', 'id') });

		expect(fluxError(run)).toMatchObject({ model: 'flux-2-flex' });
	});
});

const three = { items: prompts('a', 'b', 'c') };
const failing = (prompt: string, times?: number) =>
	at.sandbox.fault({
		on: 'download',
		match: (_, job) => job?.body.prompt === prompt,
		...(times === undefined ? {} : { times }),
		do: { kind: 'notAnImage' },
	});
const billed = () => Object.fromEntries(at.sandbox.jobs.map(({ id, body }) => [String(body.prompt), id]));
const pollingUrl = (id: string) => `${at.sandbox.url}/v1/get_result?id=${id}`;

describe('The error of a node that stops', () => {
	it('lists what the other items submitted, finished or not, and how to collect it', async () => {
		failing('b');
		failing('c');
		const run = await runFlux(at.sandbox, { prompt: promptOfItem }, three);

		const { a, b, c } = billed();
		expect(fluxError(run)).toMatchObject({
			jobId: b,
			undelivered: [
				{ itemIndex: 0, jobId: a, pollingUrl: pollingUrl(a) },
				{ itemIndex: 2, jobId: c, pollingUrl: pollingUrl(c) },
			],
		});
		expect(errorText(run)).toContain(`job ${a} (item 0, Polling URL ${pollingUrl(a)}); job ${c} (item 2`);
		expect(errorText(run)).toContain('Resource "Job", Operation "Get"');
		expect(run.items).toEqual([]);
		expect(at.sandbox.billed()).toBe(3);
	});

	it('lists them also when it failed long before they were done', async () => {
		at.sandbox.secondsPerImage = 0.5;
		const run = await runFlux(
			at.sandbox,
			{ prompt: promptOfItem, width: '={{ $json.prompt === "a" ? 1000 : 512 }}' },
			three,
		);

		const { b, c } = billed();
		expect(fluxError(run)).toMatchObject({ code: 'invalid-input', jobId: null });
		expect(errorText(run)).toContain(`job ${b} (item 1`);
		expect(errorText(run)).toContain(`job ${c} (item 2`);
	});

	describe('because n8n cannot read an expression of its last item', () => {
		const prompt = '={{ $json.prompt === "c" ? $("Nowhere").item.json.prompt : $json.prompt }}';
		const batches = { batching: { batch: { batchSize: 2, batchInterval: 50 } } };

		it.each([
			['all items', {}],
			['batches', { requestOptions: batches }],
			['small batches', { requestOptions: { batching: { batch: { batchSize: 1, batchInterval: 100 } } } }],
		])('is all there is: nothing of %s was submitted', async (_, more) => {
			const before = logLines().length;
			const run = await runFlux(at.sandbox, { prompt, ...more }, three);

			expect(run.error?.message).toContain('Referenced node');
			// What has begun would submit after the end.
			const says = () => logLines().slice(before).join().includes('expression of item 2 cannot be read');
			while (!says()) await new Promise((done) => setTimeout(done, 10));
			expect(at.sandbox.billed()).toBe(0);
		});

		it('comes with the images of the others if they are to go on', async () => {
			const run = await runFlux(at.sandbox, { prompt }, { ...three, onError: 'continueRegularOutput' });
			expect(run.items.filter(({ binary }) => binary !== undefined)).toHaveLength(2);
		});

		it('does not come if only the first one is executed', async () => {
			const run = await runFlux(at.sandbox, { prompt }, { ...three, executeOnce: true });
			expect(run.error).toBeUndefined();
			expect(at.sandbox.billed()).toBe(1);
		});
	});

	it.each([
		['in one go', {}],
		['in batches', { requestOptions: { batching: { batch: { batchSize: 2, batchInterval: 50 } } } }],
	])('does not come where all items can be read, %s', async (_, more) => {
		const run = await runFlux(at.sandbox, { prompt: promptOfItem, ...more }, three);
		expect(run.items.map(({ json }) => json.prompt)).toEqual(['a', 'b', 'c']);
	});

	it('lists the other images of the same item', async () => {
		at.sandbox.fault({ on: 'download', match: (_, job) => job?.body.seed === 2, do: { kind: 'notAnImage' } });
		const run = await runFlux(at.sandbox, { options: { numberOfImages: 3, seed: 1 } });

		const others = at.sandbox.jobs.filter(({ body }) => body.seed !== 2);
		expect(fluxError(run)?.undelivered).toHaveLength(2);
		for (const { id } of others) expect(errorText(run)).toContain(`job ${id} (item 0`);
	});

	it('lists nothing when nothing else was billed', async () => {
		failing('a');
		const run = await runFlux(at.sandbox, { prompt: 'a' });

		expect(fluxError(run)?.undelivered).toEqual([]);
		expect(errorText(run)).not.toContain('not delivered');
	});

	it('lists what an earlier try submitted, and not what ended without an image', async () => {
		failing('b', 1);
		at.sandbox.fault({
			on: 'submit',
			match: ({ body }) => (body as { prompt: string }).prompt === 'c',
			do: { kind: 'state', status: 'Error' },
		});
		const run = await runFlux(
			at.sandbox,
			{ prompt: promptOfItem },
			{ ...three, retryOnFail: { maxTries: 2, waitBetweenTries: 1 } },
		);

		const { a, b } = billed();
		expect(fluxError(run)).toMatchObject({
			code: 'job-failed',
			undelivered: [
				{ itemIndex: 0, jobId: a },
				{ itemIndex: 1, jobId: b },
			],
		});
	});
});

it('delivers in the next try what the error listed, and submits nothing for it', async () => {
	failing('b', 1);
	failing('c', 1);
	const run = await runFlux(
		at.sandbox,
		{ prompt: promptOfItem },
		{ ...three, retryOnFail: { maxTries: 2, waitBetweenTries: 1 } },
	);

	expect(run.error).toBeUndefined();
	expect(run.items.map(({ json }) => json.jobId)).toEqual(['a', 'b', 'c'].map((prompt) => billed()[prompt]));
	expect(at.sandbox.billed()).toBe(3);
});

it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
	'delivers the others at once with On Error: %s, each linked to its input',
	async (onError) => {
		failing('b');
		const run = await runFlux(at.sandbox, { prompt: promptOfItem }, { ...three, onError });

		const all = [...run.items, ...run.errors];
		const whole = all.filter(({ json }) => json.status === 'completed');
		expect(whole.map(({ json, pairedItem }) => [json.prompt, pairedItem])).toEqual([
			['a', { item: 0 }],
			['c', { item: 2 }],
		]);
		const [failed] = all.filter(({ json }) => json.error !== undefined);
		expect(failed.pairedItem).toEqual({ item: 1 });
		expect(failed.json.error).toMatchObject({ code: 'bad-response', jobId: billed().b });
		expect(at.sandbox.billed()).toBe(3);
	},
);

it('leaves each accepted job in the log of n8n, without prompt and key', async () => {
	const run = await runFlux(at.sandbox, { prompt: promptOfItem }, { items: prompts('a secret fox') });

	const [{ id }] = at.sandbox.jobs;
	const lines = run.logs.filter((line) => line.includes('Flux: job'));
	expect(lines).toHaveLength(1);
	expect(lines[0]).toContain(`job ${id} accepted by Black Forest Labs, Polling URL ${pollingUrl(id)}`);
	expect(lines[0]).not.toContain('a secret fox');
	expect(lines[0]).not.toContain(at.sandbox.key);
});

it.each(eachStyle)('names a submit of another item that may be billed, at %s', async (_, style) => {
	const isSecond = ({ body }: { body: unknown }) => JSON.stringify(body).includes('second');
	at.sandbox.fault({
		on: 'submit',
		match: (request) => !isSecond(request),
		do: { kind: 'status', status: 402 },
	});
	at.sandbox.fault({ on: 'submit', match: isSecond, do: { kind: 'hang', accepted: true } });
	const parameters = { ...style.small, prompt: promptOfItem, settings: { timeout: 1 } };
	const run = await runStyle(style, at.sandbox, parameters, { items: prompts('first', 'second') });

	expect(fluxError(run)).toMatchObject({ code: 'insufficient-credits' });
	expect(run.error?.description).toContain('a submit that may be billed (item 1)');
	expect(run.error?.description).not.toContain('resumes these jobs');
	const lines = run.logs.filter((line) => line.includes('"warn"') && line.includes('may be billed'));
	expect(lines).toEqual([expect.stringMatching(/by .*, but no job is known \(node .*, item 1, execution /)]);
});
