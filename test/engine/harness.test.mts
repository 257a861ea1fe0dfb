import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';

import { binaryStore, folder, n8nWorkflow } from '../support/core.mts';
import { connect, runWorkflow, type Step } from '../support/harness.mts';
import { listen, probe, texts } from '../support/probe.mts';
import { LoopNode, PassNode } from '../support/steps.mts';

const image = Buffer.from('GIF89a not much of an image');

it('runs a declarative node for every item and links what comes out', async () => {
	const run = await runWorkflow(
		probe(
			async function () {
				return [{ json: { text: this.getNodeParameter('text'), index: this.getItemIndex() } }];
			},
			{ items: texts('a', 'b') },
		),
	).result;

	expect(run.status).toBe('success');
	expect(run.items).toEqual([
		{ json: { text: 'a', index: 0 }, pairedItem: { item: 0 } },
		{ json: { text: 'b', index: 1 }, pairedItem: { item: 1 } },
	]);
});

it('links nothing when an item makes several, unless the node does it', async () => {
	const several = (linked: boolean) =>
		probe(
			async function () {
				const pairedItem = linked ? { item: this.getItemIndex() } : undefined;
				return [
					{ json: {}, pairedItem },
					{ json: {}, pairedItem },
				];
			},
			{ items: texts('a', 'b') },
		);

	const [unlinked, linked] = [
		await runWorkflow(several(false)).result,
		await runWorkflow(several(true)).result,
	];

	expect(unlinked.items.map(({ pairedItem }) => pairedItem)).toEqual(Array(4).fill(undefined));
	expect(linked.items.map(({ pairedItem }) => pairedItem)).toEqual([0, 0, 1, 1].map((item) => ({ item })));
});

it('starts all items at once', async () => {
	let running = 0;
	let most = 0;
	const run = await runWorkflow(
		probe(
			async () => {
				most = Math.max(most, ++running);
				await new Promise(setImmediate);
				running--;
				return [{ json: {} }];
			},
			{ items: texts(...Array<string>(60).fill('x')) },
		),
	).result;

	expect(run.items).toHaveLength(60);
	expect(most).toBe(60);
});

it('drops parameters that are hidden, but none that an expression hides', async () => {
	const node = probe(
		async function () {
			const read = (name: string) => this.getNodeParameter(name, 'absent');
			return [{ json: { text: read('text'), detail: read('detail') } }];
		},
		{ items: [{ json: { n: 3 } }] },
	);
	const json = async (text: string) => {
		const parameters = { text, detail: '={{ $json.n + 1 }}' };
		return (await runWorkflow({ ...node, parameters }).result).items[0].json;
	};

	expect(await json('plain')).toEqual({ text: 'plain', detail: 'absent' });
	expect(await json('detailed')).toEqual({ text: 'detailed', detail: 4 });
	expect(await json('={{ $json.n * 14 }} is the answer')).toEqual({ text: '42 is the answer', detail: 4 });
});

it('runs nodes in a row, and expressions of a later one reach the earlier ones', async () => {
	const run = await runWorkflow({
		...probe(
			async function () {
				return [{ json: { seen: this.getNodeParameter('text') } }];
			},
			{ items: texts('a', 'b') },
		),
		others: [
			{
				name: 'Last',
				node: new PassNode(),
				parameters: { value: '={{ $json.seen }} {{ $("Start").item.json.text }}' },
			},
		],
	}).result;

	expect(run.output('Last').map(({ json }) => json.value)).toEqual(['a a', 'b b']);
});

it('runs a loop: another run index each time, the same context of the node', async () => {
	const run = await runWorkflow({
		...probe(
			async function () {
				const kept = this.getContext('node') as { runs?: number };
				kept.runs = (kept.runs ?? 0) + 1;
				return [{ json: { index: this.getWorkflowDataProxy(0).$runIndex, runs: kept.runs } }];
			},
			{ items: texts('a', 'b', 'c') },
		),
		others: [
			{ name: 'Loop', node: new LoopNode(), parameters: { batchSize: 1 } },
			{ name: 'Done', node: new PassNode() },
		],
		connections: { Start: connect('Loop'), Loop: connect('Done', 'Node'), Node: connect('Loop') },
	}).result;

	const expected = [0, 1, 2].map((index) => ({ index, runs: index + 1 }));
	expect(run.items.map(({ json }) => json)).toEqual(expected);
	expect(run.output('Done').map(({ json }) => json)).toEqual(expected);
});

describe.each(['filesystem', 'default'] as const)('with binary data mode %s', (binaryMode) => {
	const stored = ({ id }: IBinaryData) => id !== undefined && binaryStore().getPath(id);

	it('hands binary data in and out through n8n', async () => {
		const run = await runWorkflow(
			probe(
				async function () {
					const bytes = await this.helpers.getBinaryDataBuffer('photo');
					const binary = this.helpers.assertBinaryData('photo');
					const made = await this.helpers.prepareBinaryData(bytes, 'out.gif', 'image/gif');
					return [{ json: { name: binary.fileName }, binary: { data: made } }];
				},
				{
					binaryMode,
					items: [
						{
							json: {},
							binary: {
								photo: { data: image.toString('base64'), fileName: 'in.gif', mimeType: 'image/gif' },
							},
						},
					],
				},
			),
		).result;

		const [item] = run.items;
		expect(item.json).toEqual({ name: 'in.gif' });
		expect(item.binary?.data).toMatchObject({
			fileName: 'out.gif',
			mimeType: 'image/gif',
			bytes: image.length,
		});
		expect(await run.binary(item)).toEqual(image);
		const path = stored(item.binary!.data);
		if (binaryMode === 'default') return expect(path).toBe(false);
		expect(path).toContain(folder);
		expect(existsSync(path as string)).toBe(true);
	});
});

it('captures what nodes log, and what n8n logs of an error', async () => {
	const run = await runWorkflow(
		probe(async function () {
			this.logger.info('From the node', { detail: 'with metadata' });
			throw new n8nWorkflow.NodeApiError(this.getNode(), { message: 'Broken on purpose' });
		}),
	).result;

	expect(run.logs.join('\n')).toContain('"detail":"with metadata"');
	expect(run.everything()).toContain('Broken on purpose');
});

it('reports a workflow that n8n does not start because a required parameter is missing', async () => {
	const node = probe(async () => []);
	node.node.description.properties[2].required = true;

	const run = await runWorkflow({ ...node, parameters: { text: '' } }).result;

	expect(run.status).toBe('error');
	expect(run.error?.message).toContain('has issues');
});

describe('With On Error', () => {
	const threeItems = { items: texts('good', 'bad', 'fine') };

	/** The item called `bad` is refused in this way, the others pass. */
	const refusing = (refuse: (item: number) => INodeExecutionData, options: Partial<Step> = {}) =>
		probe(
			async function () {
				const text = this.getNodeParameter('text') as string;
				return text === 'bad' ? [refuse(this.getItemIndex())] : [{ json: { text } }];
			},
			{ ...threeItems, ...options },
		);

	const refuseByThrowing = () => {
		throw new n8nWorkflow.NodeApiError(
			{ name: 'Node' } as never,
			{ message: 'Refused' },
			{ description: 'Why' },
		);
	};

	const branches = {
		others: [
			{ name: 'Good', node: new PassNode() },
			{ name: 'Failed', node: new PassNode() },
		],
		connections: { Start: connect('Node'), Node: connect('Good', 'Failed') },
	};

	it('drops what the other items made when one throws and nothing is set', async () => {
		const finished: string[] = [];
		const run = await runWorkflow(
			probe(async function () {
				const text = this.getNodeParameter('text') as string;
				if (text === 'bad') refuseByThrowing();
				finished.push(text);
				return [{ json: { text } }];
			}, threeItems),
		).result;

		expect(run.status).toBe('error');
		expect(run.error).toMatchObject({ name: 'NodeApiError', message: 'Refused', description: 'Why' });
		expect(run.error).toMatchObject({ context: { itemIndex: 1, runIndex: 0 } });
		expect(finished).toEqual(['good', 'fine']);
		expect(run.items).toEqual([]);
	});

	it('cuts a thrown error down to its message with continueRegularOutput', async () => {
		const run = await runWorkflow(refusing(refuseByThrowing, { onError: 'continueRegularOutput' })).result;

		expect(run.status).toBe('success');
		expect(run.items.map(({ json }) => json)).toEqual([
			{ text: 'good' },
			{ error: 'Refused' },
			{ text: 'fine' },
		]);
		expect(run.items[1].error).toBeInstanceOf(n8nWorkflow.NodeApiError);
	});

	it('sends a thrown error to the error output, cut down to its message', async () => {
		const run = await runWorkflow({
			...refusing(refuseByThrowing, { onError: 'continueErrorOutput' }),
			...branches,
		}).result;

		expect(run.output('Good').map(({ json }) => json.text)).toEqual(['good', 'fine']);
		expect(run.errors.map(({ json }) => json)).toEqual([{ error: 'Refused' }]);
		expect(run.output('Failed')).toHaveLength(1);
	});

	it('sends an item with json.error alone to the error output with all its data and its input', async () => {
		const refuse = (item: number) => ({ json: { error: { code: 'refused' } }, pairedItem: { item } });
		const run = await runWorkflow({ ...refusing(refuse, { onError: 'continueErrorOutput' }), ...branches })
			.result;

		expect(run.output('Good').map(({ json }) => json.text)).toEqual(['good', 'fine']);
		expect(run.errors).toEqual([
			{ json: { text: 'bad', error: { code: 'refused' } }, pairedItem: { item: 1 } },
		]);
		expect(run.output('Failed')[0].json).toEqual({ text: 'bad', error: { code: 'refused' } });
	});

	it('leaves an item whose json holds more than the error on the first output', async () => {
		const refuse = (item: number) => ({ json: { error: 'refused', more: true }, pairedItem: { item } });
		const run = await runWorkflow({ ...refusing(refuse, { onError: 'continueErrorOutput' }), ...branches })
			.result;

		expect(run.output('Good')).toHaveLength(3);
		expect(run.errors).toEqual([]);
	});
});

describe('Retry On Fail', () => {
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
});
