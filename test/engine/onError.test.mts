import type { INodeExecutionData } from 'n8n-workflow';

import { n8nWorkflow } from '../support/core.mts';
import { connect, runWorkflow, type Step } from '../support/harness.mts';
import { probe, texts } from '../support/probe.mts';
import { PassNode } from '../support/steps.mts';

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
