import { alone, fluxError, hurry, requestsFor, runFlux } from '../support/flux.mts';
import { eachStyle, runStyle, type Style } from '../support/styles.mts';

hurry(0.5);
const again = { retryOnFail: { maxTries: 3, waitBetweenTries: 1 } };
const brief = { settings: { timeout: 4 } };
const gone = (status: number) => ({ kind: 'expired' as const, status });
const answers = eachStyle.flatMap(([, style]) =>
	[401, 403, 404, 410].map((status) => [status, style.label, style] as const),
);

it.concurrent.each(answers)(
	'a finished image whose URL answers %d for a moment is fetched, and charged once, at %s',
	alone(0.05, async (sandbox, status: number, _: string, style: Style) => {
		sandbox.fault({ on: 'download', times: 3, do: gone(status) });
		const run = await runStyle(style, sandbox, style.small, again);

		expect(run.error).toBeUndefined();
		const drawn = (await sandbox.jobs[0].drawn.get(0)) as Buffer;
		expect((await run.binary(run.items[0])).equals(drawn)).toBe(true);
		expect(requestsFor(sandbox, 'download')).toHaveLength(4);
		expect(sandbox.billed()).toBe(1);
	}),
);

it.concurrent.each(eachStyle.filter(([, { hasJobs }]) => hasJobs))(
	'%s: answers that make no sense are counted by themselves, not with outages before',
	alone(0.05, async (sandbox, _: string, style: Style) => {
		sandbox.fault({ on: 'poll', times: 3, do: { kind: 'status', status: 502 } });
		sandbox.fault({ on: 'poll', times: 1, do: { kind: 'html' } });
		const run = await runStyle(style, sandbox, style.small);

		expect(run.error).toBeUndefined();
		expect(sandbox.billed()).toBe(1);
	}),
);

it.concurrent.each(eachStyle.filter(([, { hasJobs }]) => hasJobs))(
	'%s: a running job that a gateway does not find once, long after the submit, is asked for again',
	alone(8, async (sandbox, _: string, style: Style) => {
		const lateAt = Date.now() + 4_500;
		let isLost = false;
		const match = () => (isLost ||= Date.now() > lateAt);
		sandbox.fault({ on: 'poll', times: 1, match, do: { kind: 'html', status: 404 } });
		const run = await runStyle(style, sandbox, style.small);

		expect(isLost).toBe(true);
		expect(run.error).toBeUndefined();
		expect(sandbox.billed()).toBe(1);
	}),
);

it.concurrent.each(eachStyle)(
	'%s: an image whose URL answers 404 until the next try is fetched in that one, and charged once',
	alone(0.05, async (sandbox, _: string, style: Style) => {
		sandbox.fault({ on: 'download', times: 3, do: gone(404) });
		const run = await runStyle(style, sandbox, { ...style.small, ...brief }, again);

		expect(run.error).toBeUndefined();
		expect(sandbox.billed()).toBe(1);
	}),
);

it.concurrent.each(eachStyle)(
	'%s: an image whose URL answers 404 until the timeout is not lost: the error names it',
	alone(0.05, async (sandbox, _: string, style: Style) => {
		sandbox.fault({ on: 'download', do: gone(404) });
		const run = await runStyle(style, sandbox, { ...style.small, ...brief });

		const [{ id }] = sandbox.jobs;
		expect(fluxError(run)).toMatchObject({
			...{ code: 'download-failed', jobId: style.hasJobs ? id : null },
			url: expect.stringContaining(`/delivery/${id}/`),
		});
		expect(run.error?.message).toContain('HTTP 404');
		if (style.hasJobs) expect(run.error?.description).toContain(`Job ID ${id}`);
	}),
);

it.concurrent.each(eachStyle)(
	'%s: an image whose URL tells that its time is over has expired, and no try submits another by the clock here',
	alone(0.05, async (sandbox, _: string, style: Style) => {
		const to = `${sandbox.url}/delivery/old.png?X-Amz-Date=20260101T000000Z&X-Amz-Expires=600`;
		sandbox.fault({ on: 'submit', times: 1, do: { kind: 'resultUrl', to } });
		const run = await runStyle(style, sandbox, style.small, again);

		expect(fluxError(run)).toMatchObject({ code: 'expired', url: to });
		expect(sandbox.billed()).toBe(1);
	}),
);

it.concurrent.each(['expires=3600', 'expires=', 'se=10'])(
	'an image whose URL says %s, which is no time, has not expired by that',
	alone(0.05, async (sandbox, query: string) => {
		sandbox.fault({ on: 'download', times: 1, do: gone(404) });
		const match = (_: unknown, job?: { id: string; resultUrl?: string }) => {
			job!.resultUrl = `${sandbox.url}/delivery/${job!.id}/0/sample.jpeg?${query}`;
			return false;
		};
		sandbox.fault({ on: 'poll', match, do: gone(404) });
		const run = await runFlux(sandbox);

		expect(run.error).toBeUndefined();
		expect(run.items[0].json.url).toContain(query);
	}),
);

it.concurrent(
	'an image has not expired because the clock here is ahead of the clock of the provider',
	alone(0.05, async (sandbox) => {
		sandbox.fault({ on: 'download', times: 1, do: gone(404) });
		const anHourAgo = (_request: unknown, job?: { dueAt: number }) => {
			if (job !== undefined) job.dueAt = Date.now() - 3600_000;
			return false;
		};
		sandbox.fault({ on: 'poll', match: anHourAgo, do: gone(404) });
		const run = await runFlux(sandbox);

		expect(run.error).toBeUndefined();
		expect(sandbox.billed()).toBe(1);
	}),
);

it.concurrent.each(eachStyle.filter(([, { hasJobs }]) => hasJobs))(
	'%s: the next try asks the job again, whose URL may be fresh',
	// Longer than Replicate holds the answer to a submit.
	alone(3, async (sandbox, _: string, style: Style) => {
		const to = `${sandbox.url}/delivery/first/0/sample.png`;
		sandbox.fault({
			on: 'poll',
			match: (_request, job) => job?.running === false,
			times: 1,
			do: { kind: 'resultUrl', to },
		});
		const run = await runStyle(style, sandbox, { settings: { timeout: 30 } }, again);

		expect(run.error).toBeUndefined();
		expect(
			requestsFor(sandbox, 'download').filter(({ url }) => url.includes('/first/')).length,
		).toBeGreaterThan(0);
		expect(sandbox.billed()).toBe(1);
	}),
);
