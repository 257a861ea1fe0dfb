import type { ErrorCode } from '../../nodes/Flux/errors/fluxError.ts';
import type { Fault, Sandbox } from '../sandbox/sandbox.mts';
import { alone, errorText, expectImage, fluxError, job, requestsFor } from '../support/flux.mts';
import { listen } from '../support/probe.mts';
import { eachStyle, openAiCompatible, runStyle, type Style } from '../support/styles.mts';

// What comes of each fault of a submit, and how often it is sent, is in faultMatrix; here is what needs a clock.
const submits = (sandbox: Sandbox) => requestsFor(sandbox, 'submit');
/** A date in whole seconds, at least one second after the run has started. */
const soon = () => new Date(Math.ceil((Date.now() + 1500) / 1000) * 1000).toUTCString();
const status = (code: number, headers?: Record<string, string>, body?: unknown) => ({
	...{ kind: 'status' as const, status: code, headers, body },
});
const atEach = <T extends readonly unknown[]>(...rows: T[]) =>
	eachStyle.flatMap(([name, style]) => rows.map((row) => [name, ...row, style] as const));

it.concurrent.each(
	atEach(
		[429, 'seconds', () => '1'],
		[429, 'a date', soon],
		[429, 'the body', () => '2'],
		[503, 'seconds', () => '1'],
		[503, 'a date', soon],
	),
)(
	'A submit to %s that is refused with %d waits as long as Retry-After says in %s',
	alone(0.05, async (sandbox, _name, code, how, retryAfter, style) => {
		const asked = (retryAfter as () => string)();
		const body = { error: 'rate_limit_exceeded', message: 'Too many requests', retry_after: Number(asked) };
		const refusal =
			how === 'the body'
				? status(code as number, {}, body)
				: status(code as number, { 'retry-after': asked });
		sandbox.fault({ on: 'submit', times: 1, do: refusal });
		const done = await runStyle(style as Style, sandbox, (style as Style).small);

		expect(done.items[0].json.status).toBe('completed');
		expect(sandbox.billed()).toBe(1);
		const [refused, accepted] = submits(sandbox);
		const allowedAt = /^\d+$/.test(asked) ? refused.at + Number(asked) * 1000 : Date.parse(asked);
		expect(accepted.at).toBeGreaterThanOrEqual(allowedAt - 10);
		// The time at the server, by which a date is told, comes in whole seconds as well.
		expect(accepted.at - refused.at).toBeLessThan(how === 'a date' ? 4500 : 3500);
	}),
);

it.concurrent.each(
	atEach(['seconds', () => '3600'], ['a date', () => new Date(Date.now() + 3_600_000).toUTCString()]),
)(
	'A submit to %s gives up a 429 that asks in %s for more time than there is',
	alone(0.05, async (sandbox, _name, _how, retryAfter, style) => {
		const asked = (retryAfter as () => string)();
		sandbox.fault({ on: 'submit', do: status(429, { 'retry-after': asked }) });
		const done = await runStyle(style as Style, sandbox, { settings: { timeout: 5 } });

		expect(fluxError(done)).toMatchObject({ code: 'rate-limited', jobId: null });
		expect(errorText(done)).toMatch(/Max Concurrency.*Nothing was billed/);
		expect(done.seconds).toBeLessThan(2);
	}),
);

it.concurrent.each(eachStyle)(
	'A submit to %s is given up soon when the server cannot be reached',
	alone(0.05, async ({ key }, _name: string, style: Style) => {
		const done = await runStyle(style, { url: 'http://127.0.0.1:9', key }, { settings: { timeout: 20 } });

		expect(fluxError(done)).toMatchObject({ code: 'provider-unavailable', jobId: null });
		expect(done.error?.message).toContain('127.0.0.1:9');
		expect(errorText(done)).not.toMatch(/may have accepted the job/);
		expect(done.seconds).toBeLessThan(10);
	}),
);

it.concurrent.each(
	atEach(
		['HTTP 408', status(408, undefined, { error: { message: 'litellm.Timeout: Request timed out' } })],
		[
			'a timeout in its body',
			{ kind: 'json' as const, body: { error: { message: 'Upstream request timed out' } } },
		],
		[
			'a server error in its body',
			{ kind: 'json' as const, body: { error: { message: 'Internal server error' } } },
		],
		[
			'a server error that only its type tells',
			{ kind: 'json' as const, body: { error: { message: 'Generation failed', type: 'server_error' } } },
		],
	),
)(
	'A submit to %s that is answered with %s may be billed, and the error does not deny it',
	alone(0.05, async (sandbox, _name, _how, fault, style) => {
		const isKeyed = (style as Style).name === 'apiframe';
		sandbox.fault({ on: 'submit', do: fault as Fault });
		const done = await runStyle(style as Style, sandbox, { settings: { timeout: 3 } });

		expect(fluxError(done)).toMatchObject({ code: 'provider-unavailable', jobId: null });
		expect(errorText(done)).toContain('may bill it');
		expect(errorText(done)).not.toContain('Nothing was billed');
		if (!isKeyed) expect(submits(sandbox)).toHaveLength(1);
	}),
);

it.concurrent.each([
	[503, { error: { message: 'No available channel for model m under group default (distributor)' } }],
	[503, { error: { message: '当前分组 default 下对于模型 m 无可用渠道' } }],
	[503, { error: { code: 'model_not_found', message: 'Not here' } }],
	[200, { error: { message: 'No available channel for model m' } }],
])(
	'HTTP %d with %j of a gateway that has nobody for the model says so, and that nothing was billed',
	alone(0.05, async (sandbox, httpStatus: number, body: object) => {
		sandbox.fault({ on: 'submit', do: status(httpStatus, undefined, body) });
		const done = await runStyle(openAiCompatible, sandbox);

		expect(fluxError(done)).toMatchObject({ code: 'invalid-input' });
		expect(errorText(done)).toMatch(/has no such model, or has switched it off.*Nothing was billed/);
		expect(submits(sandbox)).toHaveLength(1);
	}),
);

it.concurrent.each([
	['Insufficient balance', 'insufficient-credits', 1],
	['You exceeded your current quota, please check your plan and billing details', 'insufficient-credits', 1],
	['Budget has been exceeded! Current cost: 5.0, Max budget: 1.0', 'insufficient-credits', 1],
	['Rate limit reached for images per minute', 'rate-limited', 3],
	['Too many requests', 'rate-limited', 3],
])(
	'A 429 of an OpenAI-compatible server that says "%s" is %s',
	alone(0.05, async (sandbox, message: string, code: string, sent: number) => {
		const refused = status(429, undefined, { error: { message } });
		sandbox.fault({ on: 'submit', times: 2, do: refused });
		sandbox.fault({ on: 'submit', do: status(429, { 'retry-after': '3600' }, { error: { message } }) });
		const done = await runStyle(openAiCompatible, sandbox);

		expect(fluxError(done)).toMatchObject({ code });
		expect(done.error?.message).toContain(message);
		expect(submits(sandbox)).toHaveLength(sent);
	}),
);

it.concurrent.each(
	atEach(
		['lists', '['.repeat(20_000) + ']'.repeat(20_000)],
		['an error of lists', `{"error":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
		['objects', `${'{"data":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
	),
)(
	'A submit to %s that is answered by %s, 20,000 deep, may have been billed, and says so',
	alone(0.05, async (sandbox, _name, _what, body, style) => {
		const server = await listen((_request, response) => void response.end(body));
		const done = await runStyle(
			style as Style,
			{ url: server.url, key: sandbox.key },
			(style as Style).small,
		);
		server.close();

		expect(errorText(done)).not.toMatch(/Unexpected|call stack/);
		expect(errorText(done)).toMatch(/may have (been )?accepted/);
	}),
);

/** What becomes of a job that is asked for, by what its state means. */
const outcomes: Record<string, ErrorCode> = {
	promptModerated: 'prompt-moderated',
	imageModerated: 'image-moderated',
	failed: 'job-failed',
	cancelled: 'job-cancelled',
	unknownJob: 'job-not-found',
};

const words = eachStyle
	.filter(([, { hasJobs }]) => hasJobs)
	.flatMap(([api, style]) =>
		Object.entries(style.states).map(([word, is]) => [api, word, is, style] as const),
	);

it.concurrent.each(words)(
	'A job of %s that is "%s" is %s',
	alone(0.05, async (sandbox, _api: string, word: string, is: string, style: Style) => {
		const { items } = await runStyle(style, sandbox, { ...style.small, waitForCompletion: false });
		const id = items[0].json.jobId as string;
		const get = job(style.jobIdOf?.(id) ?? id);
		const isOver = is in outcomes;
		const state = { kind: 'state' as const, status: word };
		if (is !== 'ready') sandbox.fault({ on: 'poll', times: isOver ? 9 : 2, do: state });
		const run = await runStyle(style, sandbox, get);

		if (isOver) expect(fluxError(run)).toMatchObject({ code: outcomes[is], jobId: get.jobId });
		else await expectImage(run);
		if (is === 'running') expect(requestsFor(sandbox, 'poll').length).toBeGreaterThanOrEqual(3);
		expect(sandbox.billed()).toBe(1);
	}),
);
