import { setTimeout as wait } from 'node:timers/promises';

import { logLines } from '../support/core.mts';
import { startWholeSandbox } from '../support/madeUpDialect.mts';
import type { Sandbox } from '../sandbox/sandbox.mts';
import { alone, fluxError, hurry, promptOfItem, prompts, requestsFor } from '../support/flux.mts';
import { eachStyle, runStyle, type Style } from '../support/styles.mts';

/** A third of all pauses; what is compared with them is told in the node's time, too. */
const wall = hurry(1 / 3);
const retryAfter = (seconds: number) => ({
	kind: 'status' as const,
	status: 429,
	headers: { 'retry-after': String(seconds) },
});
const withJobs = eachStyle.filter(([, { hasJobs }]) => hasJobs);

/** When the requests of an action came, in milliseconds after the first submit. */
const times = (sandbox: Sandbox, action: string) => {
	const [first] = requestsFor(sandbox, 'submit');
	return requestsFor(sandbox, action).map(({ at }) => at - first.at);
};
const until = async (sandbox: Sandbox, action: string, count = 1) => {
	while (requestsFor(sandbox, action).length < count) await wait(10);
};

/** Until the node knows that the first submit was told to wait, which the sandbox knows before. */
const untilRefused = async ({ url }: Sandbox) => {
	const refused = (line: string) => line.includes(new URL(url).host) && line.includes(' answered 429 ');
	const hasPaused = () => {
		const lines = logLines();
		const from = lines.findIndex(refused);
		return from !== -1 && lines.slice(from).some((line) => line.includes(' ms, as each '));
	};
	while (!hasPaused()) await wait(10);
};

it.concurrent.each(eachStyle)(
	'%s: a submit that is told to wait holds back no poll and no download of another job',
	alone(0.6, async (sandbox, _: string, style: Style) => {
		sandbox.fault({ on: 'submit', after: 1, times: 1, do: retryAfter(9) });
		const finished = runStyle(style, sandbox, style.small);
		await until(sandbox, 'submit');
		const told = runStyle(style, sandbox, style.small);
		const run = await finished;

		expect(run.items[0].json.status).toBe('completed');
		expect(times(sandbox, 'download')[0]).toBeLessThan(wall(8_000));
		expect((await told).items[0].json.status).toBe('completed');
		const [, refused, again] = times(sandbox, 'submit');
		expect(again - refused).toBeGreaterThanOrEqual(wall(9_000) - 50);
	}),
);

it.concurrent.each(withJobs)(
	'%s: a poll that is told to wait holds back no submit and no download of another job',
	// Replicate holds the answer to a submit until such a short job is done, and only a longer one is polled.
	alone(2.5, async (sandbox, _: string, style: Style) => {
		sandbox.fault({ on: 'poll', times: 1, do: retryAfter(8) });
		const told = runStyle(style, sandbox, style.small);
		await until(sandbox, 'poll');
		sandbox.secondsPerImage = 0.1;
		const next = runStyle(style, sandbox, style.small);
		await until(sandbox, 'submit', 2);

		expect(times(sandbox, 'submit')[1] - times(sandbox, 'poll')[0]).toBeLessThan(wall(6_000));
		expect((await next).items[0].json.status).toBe('completed');
		expect((await told).items[0].json.status).toBe('completed');
	}),
);

it.concurrent.each(eachStyle)(
	'%s: a download that is told to wait holds back nobody',
	alone(0.05, async (sandbox, _: string, style: Style) => {
		sandbox.fault({ on: 'download', times: 1, do: retryAfter(9) });
		const told = runStyle(style, sandbox, style.small);
		await until(sandbox, 'download');
		const next = await runStyle(style, sandbox, style.small);

		expect(next.seconds * 1000).toBeLessThan(wall(8_000));
		expect((await told).items[0].json.status).toBe('completed');
	}),
);

it.concurrent.each(withJobs)(
	'%s: the time of a job begins when it is accepted, not with the pause before',
	alone(0.3, async (sandbox, _: string, style: Style) => {
		sandbox.fault({ on: 'submit', times: 1, do: retryAfter(16) });
		sandbox.fault({ on: 'poll', times: 1, do: style.words.unknownJob! });
		const run = await runStyle(style, sandbox, style.small);

		expect(run.error).toBeUndefined();
		expect(run.seconds * 1000).toBeGreaterThan(wall(16_000));
		expect(Number(run.items[0].json.durationMs)).toBeLessThan(6_000);
		for (const poll of times(sandbox, 'poll')) expect(poll).toBeLessThan(wall(16_000 + 6_000));
		expect(sandbox.billed()).toBe(1);
	}),
);

it.concurrent.each(eachStyle)(
	'%s: a 429 pauses everybody, in all executions, and then all are served',
	alone(0.3, async (sandbox, _: string, style: Style) => {
		sandbox.fault({ on: 'submit', times: 1, do: retryAfter(3) });
		const parameters = { ...style.small, prompt: promptOfItem, settings: { maxConcurrency: 2 } };
		const runs = await Promise.all(
			[1, 2].map(
				async () => await runStyle(style, sandbox, parameters, { items: prompts('one', 'two', 'three') }),
			),
		);

		expect(runs.flatMap(({ items }) => items)).toHaveLength(6);
		const meanwhile = times(sandbox, 'submit').filter((at) => at < wall(3_000) - 50);
		// Those of the four places may have been under way when the answer came.
		expect(meanwhile.length).toBeLessThanOrEqual(4);
		expect(sandbox.billed()).toBe(6);
	}),
);

it.concurrent.each(eachStyle)(
	'%s: a 429 does not hold up another account',
	alone(0.3, async (sandbox, _: string, style: Style) => {
		const other = await startWholeSandbox({ key: `${sandbox.key}-2`, secondsPerImage: 0.3 });
		sandbox.fault({ on: 'submit', times: 1, do: retryAfter(9) });
		const held = runStyle(style, sandbox, style.small);
		await untilRefused(sandbox);
		const free = await runStyle(style, other, style.small).finally(async () => await other.close());

		expect(free.items[0].json.status).toBe('completed');
		// The other one still waits.
		expect(requestsFor(sandbox, 'submit')).toHaveLength(1);
		expect(sandbox.billed()).toBe(0);
		const done = await held;
		expect(done.items[0].json.status).toBe('completed');
		expect(done.seconds * 1000).toBeGreaterThanOrEqual(wall(9_000) - 100);
		expect(free.seconds).toBeLessThan(done.seconds * 0.7);
	}),
);

it.concurrent.each(eachStyle)(
	'%s: a 429 lets items whose time is up go, without submitting',
	alone(0.3, async (sandbox, _: string, style: Style) => {
		sandbox.fault({ on: 'submit', times: 1, do: retryAfter(9) });
		const patient = runStyle(style, sandbox, style.small);
		await untilRefused(sandbox);
		const hasty = await runStyle(style, sandbox, { ...style.small, settings: { timeout: 3 } });

		expect(fluxError(hasty)).toMatchObject({ code: 'timeout', jobId: null });
		// It did not wait for the end of the pause.
		expect(requestsFor(sandbox, 'submit')).toHaveLength(1);
		const done = await patient;
		expect(done.status).toBe('success');
		expect(hasty.seconds).toBeLessThan(done.seconds * 0.6);
		expect(sandbox.billed()).toBe(1);
	}),
);
