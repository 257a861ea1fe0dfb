import { existsSync } from 'node:fs';

import type { IBinaryData } from 'n8n-workflow';

import { binaryStore, folder, n8nWorkflow } from '../support/core.mts';
import { connect, runWorkflow } from '../support/harness.mts';
import { probe, texts } from '../support/probe.mts';
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
