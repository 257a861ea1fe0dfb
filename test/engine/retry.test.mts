import { setTimeout as wait } from 'node:timers/promises';

import { runWorkflow } from '../support/harness.mts';
import { listen, probe, texts } from '../support/probe.mts';

/** Resolves on abort. */
const aborted = (signal: AbortSignal) =>
	new Promise<void>((resolve) => {
		if (signal.aborted) resolve();
		else signal.addEventListener('abort', () => resolve(), { once: true });
	});

it('runs the whole node again for all items, and the context of the node survives', async () => {
	const calls: string[] = [];
	const run = await runWorkflow(
		probe(
			async function () {
				const text = this.getNodeParameter('text') as string;
				const kept = this.getContext('node') as Record<string, number>;
				kept[text] = (kept[text] ?? 0) + 1;
				calls.push(`${text}${kept[text]}`);
				if (text === 'b' && kept.b < 3) throw new Error('not yet');
				return [{ json: { tries: kept[text] } }];
			},
			{ items: texts('a', 'b'), retryOnFail: { maxTries: 3, waitBetweenTries: 1 } },
		),
	).result;

	expect(run.status).toBe('success');
	expect(calls).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
	expect(run.items.map(({ json }) => json)).toEqual([{ tries: 3 }, { tries: 3 }]);
});

it.each([
	[0, 1000],
	[1, 1],
])('with a wait of %d ms between tries waits %d ms', async (waitBetweenTries, expected) => {
	let tries = 0;
	const run = await runWorkflow(
		probe(
			async () => {
				if (++tries === 1) throw new Error('not yet');
				return [{ json: {} }];
			},
			{ retryOnFail: { maxTries: 2, waitBetweenTries } },
		),
	).result;

	expect(tries).toBe(2);
	expect(run.seconds * 1000).toBeGreaterThanOrEqual(expected - 1);
	expect(run.seconds * 1000).toBeLessThan(expected + 700);
});

it.each([
	['an object', { code: 'refused' }, 3],
	['an empty text', '', 3],
	['null', null, 1],
	['false', false, 1],
])('also tries again when json.error of the first item is %s', async (_name, error, expected) => {
	let tries = 0;
	const run = await runWorkflow(
		probe(async () => [{ json: { error, try: ++tries } }], {
			retryOnFail: { maxTries: 3, waitBetweenTries: 1 },
		}),
	).result;

	expect(tries).toBe(expected);
	expect(run.items[0].json.try).toBe(expected);
});

it('does not try again for the json.error of a later item', async () => {
	let tries = 0;
	await runWorkflow(
		probe(
			async function () {
				tries++;
				return [{ json: this.getItemIndex() === 1 ? { error: 'refused' } : {} }];
			},
			{ items: texts('a', 'b'), retryOnFail: { maxTries: 3, waitBetweenTries: 1 } },
		),
	).result;

	expect(tries).toBe(2);
});

it('aborts the signal of every item on Stop, and then waits for the node', async () => {
	let started = 0;
	let ended = 0;
	const running = runWorkflow(
		probe(
			async function () {
				if (++started === 2) running.stop();
				await aborted(this.getExecutionCancelSignal()!);
				ended++;
				return [{ json: {} }];
			},
			{ items: texts('a', 'b') },
		),
	);
	const run = await running.result;

	expect(run.status).toBe('canceled');
	expect(run.error?.name).toBe('ManualExecutionCancelledError');
	expect(run.data.finished).toBe(false);
	expect(ended).toBe(2);
});

it.each([
	['The execution was canceled', 'canceled'],
	['anything else', 'error'],
])(
	'tries again after Stop with an aborted signal, and an error "%s" ends it as %s',
	async (message, status) => {
		const signals: boolean[] = [];
		const running = runWorkflow(
			probe(
				async function () {
					const signal = this.getExecutionCancelSignal()!;
					signals.push(signal.aborted);
					if (signals.length === 1) running.stop();
					await aborted(signal);
					throw new Error(message);
				},
				{ retryOnFail: { maxTries: 3, waitBetweenTries: 1 } },
			),
		);
		const run = await running.result;

		expect(signals).toEqual([false, true, true]);
		expect(run.items).toEqual([]);
		expect(run.status).toBe(status);
	},
);

it('ends requests with authentication on Stop', async () => {
	const server = await listen((request) => request.socket.once('close', () => hungUp()));
	let hungUp = () => {};
	const ended = new Promise<void>((resolve) => (hungUp = resolve));
	const running = runWorkflow(
		probe(async function () {
			const answer = this.helpers.httpRequestWithAuthentication.call(this, 'probeFunctionApi', {
				url: server.url,
			});
			while (server.requests.length === 0) await wait(5);
			running.stop();
			return [
				{
					json: {
						answer: await answer.then(
							() => 'came',
							() => 'ended',
						),
					},
				},
			];
		}),
	);

	await ended;
	expect((await running.result).items[0].json.answer).toBe('ended');
	server.close();
});

it('stops the execution after the time set in the workflow', async () => {
	const run = await runWorkflow(
		probe(
			async function () {
				await aborted(this.getExecutionCancelSignal()!);
				return [{ json: {} }];
			},
			{ executionTimeoutSeconds: 0.2 },
		),
	).result;

	expect(run.status).toBe('canceled');
	expect(run.error?.name).toMatch(/ExecutionCancelledError$/);
	expect(run.seconds).toBeLessThan(1);
});
