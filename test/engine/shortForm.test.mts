import { setTimeout as wait } from 'node:timers/promises';

import type { INodeExecutionData } from 'n8n-workflow';

import { imageOperationTexts } from '../../nodes/Flux/catalogue/operations.ts';
import { isOldN8n, n8nWorkflow } from '../support/core.mts';
import {
	expectImage,
	fluxError,
	job,
	model,
	promptOfItem,
	prompts,
	requestsFor,
	useSandbox,
} from '../support/flux.mts';
import { runWorkflow } from '../support/harness.mts';
import { imageOf } from '../support/images.mts';
import { eachStyle, runStyle, testCredential, workflowOf } from '../support/styles.mts';

// What everybody needs of the node, in half a minute: the oldest n8n that it works in runs it too.

const at = useSandbox();
const three = { items: prompts('one', 'two', 'three') };

describe.each(eachStyle)('With %s, the node', (_, style) => {
	const run = async (parameters: object, more: object = {}) =>
		await runStyle(style, at.sandbox, { ...style.small, ...parameters }, more);

	it.each(['filesystem', 'default'] as const)(
		'makes an image for each item, kept in %s',
		async (binaryMode) => {
			const done = await run({ prompt: promptOfItem }, { ...three, binaryMode });

			expect(done.error).toBeUndefined();
			expect(done.items.map(({ json }) => json.prompt)).toEqual(['one', 'two', 'three']);
			expect(done.items.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2].map((item) => ({ item })));
			for (const index of done.items.keys()) await expectImage(done, index);
			expect(at.sandbox.billed()).toBe(3);
		},
	);

	it('edits the file of an item', async () => {
		const bytes = await imageOf('png', 64, 48);
		const data = { data: bytes.toString('base64'), mimeType: 'image/png', fileName: 'photo.png' };
		const items: INodeExecutionData[] = [{ json: {}, binary: { data } }];
		const done = await runStyle(style, at.sandbox, { prompt: 'Make it snow', ...style.edit }, { items });

		expect(done.error).toBeUndefined();
		await expectImage(done);
		const { source, references = [] } = at.sandbox.jobs[0].drawings[0].edit ?? {};
		expect([source, ...references].some((image) => image?.equals(bytes))).toBe(true);
	});

	it('gives an item with its error in the place of an image that was refused', async () => {
		const match = ({ body }: { body?: unknown }) => JSON.stringify(body).includes('"two"');
		at.sandbox.fault({ on: 'submit', match, do: { kind: 'status', status: 402 } });
		const done = await run({ prompt: promptOfItem }, { ...three, onError: 'continueRegularOutput' });

		expect(done.status).toBe('success');
		expect(done.items.map(({ json }) => json.status)).toEqual(['completed', undefined, 'completed']);
		expect(done.items[1]).toMatchObject({
			json: { error: { code: 'insufficient-credits' } },
			pairedItem: { item: 1 },
		});
	});

	it('bills no image that n8n does not take because it cannot read an expression of the last item', async () => {
		const prompt = '={{ $json.prompt === "three" ? $("Nowhere").item.json.prompt : $json.prompt }}';
		const done = await run({ prompt }, { ...three, onError: 'continueRegularOutput' });

		// What has begun would submit after the end.
		await wait(500);
		const made = done.items.filter(({ binary }) => binary !== undefined);
		expect(made).toHaveLength(isOldN8n ? 0 : 2);
		expect(at.sandbox.billed()).toBe(made.length);
	});

	it('ends with an error that says what to do', async () => {
		const done = await run({ prompt: '={{ " " }}' });

		expect(done.status).toBe('error');
		expect(fluxError(done)).toMatchObject({ code: 'invalid-input' });
		expect(at.sandbox.requests).toEqual([]);
	});

	it('submits nothing a second time with Retry On Fail', async () => {
		at.sandbox.fault({ on: 'download', times: 1, do: { kind: 'notAnImage' } });
		const retryOnFail = { maxTries: 2, waitBetweenTries: 1 };
		const done = await run({}, { retryOnFail });

		expect(done.error).toBeUndefined();
		await expectImage(done);
		expect(at.sandbox.billed()).toBe(1);
	});

	it('ends on Stop', async () => {
		at.sandbox.secondsPerImage = 60;
		const running = runWorkflow(workflowOf(style, at.sandbox, style.small));
		while (at.sandbox.billed() === 0) await wait(10);
		running.stop();
		const pressed = Date.now();
		const done = await running.result;

		expect(Date.now() - pressed).toBeLessThan(1000);
		expect(done.status).toBe('canceled');
		expect(requestsFor(at.sandbox, 'submit')).toHaveLength(1);
	});

	(style.hasJobs ? it : it.skip)('collects the job that an earlier node has submitted', async () => {
		const first = workflowOf(style, at.sandbox, { ...style.small, waitForCompletion: false });
		const id = '{{ $json.jobId }}';
		const get = job(`=${style.jobIdOf?.(id) ?? id}`, { authentication: style.name });
		const done = await runWorkflow({ ...first, others: [{ name: 'Get', node: first.node, parameters: get }] })
			.result;

		expect(done.error).toBeUndefined();
		const [item] = done.output('Get');
		const { jobId } = done.items[0].json;
		expect(item.json).toMatchObject({
			status: 'completed',
			jobId: expect.stringContaining(String(jobId)) as string,
		});
		expect(await done.binary(item)).toHaveLength(item.json.fileSize as number);
		expect(at.sandbox.billed()).toBe(1);
	});

	it('has a credential whose test tells a right key from a wrong one, where a page judges keys', async () => {
		const tests = [at.sandbox, { ...at.sandbox, key: 'wrong-key' }];
		const statuses = tests.map(async (server) => (await testCredential(style, server)).status);
		expect(await Promise.all(statuses)).toEqual([
			style.untestable === undefined ? 'success' : 'error',
			'error',
		]);
	});
});

it.each(eachStyle)(
	'stands in a workflow at %s whatever operation and model were chosen before',
	(_, style) => {
		const { node, parameters } = workflowOf(style, at.sandbox);
		const getKnownTypes = () => ({});
		const nodeTypes = { getByName: () => node, getByNameAndVersion: () => node, getKnownTypes };
		for (const [index, operation] of Object.keys(imageOperationTexts).entries()) {
			const chosen = [undefined, model('flux-pro-1.0-expand'), style.model][index % 3];
			const step = { ...parameters, operation, ...(chosen === undefined ? {} : { model: chosen }) };
			const description = { id: '1', name: 'Flux', type: 'flux', typeVersion: 1, parameters: step };
			const nodes = [{ ...description, position: [0, 0] as [number, number] }];
			const build = () => new n8nWorkflow.Workflow({ nodes, connections: {}, active: false, nodeTypes });
			expect(build).not.toThrow();
		}
	},
);

it('runs in the n8n that it is meant for', () => {
	expect(isOldN8n).toBe('isOldN8nWanted' in globalThis);
});
