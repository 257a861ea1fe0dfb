import { fluxError, hurry, promptOfItem, prompts, submitted, useSandbox } from '../support/flux.mts';
import { connect, runWorkflow, type Options, type Run } from '../support/harness.mts';
import { imageOf } from '../support/images.mts';
import { RetryNode } from '../support/steps.mts';
import { apiframe, blackForestLabs, eachStyle, workflowOf } from '../support/styles.mts';

hurry(0.25);
const at = useSandbox();
const seedOfItem = { options: { seed: '={{ $json.seed }}' } };
const withJobs = eachStyle.filter(([, { hasJobs }]) => hasJobs);

/** n8n's Retry of a failed execution, perhaps with a workflow that was changed since. */
const retry = async (options: Options, { data }: Run, hoursAgo = 0): Promise<Run> =>
	await runWorkflow({
		...options,
		others: [{ name: 'Retry', node: new RetryNode(data, hoursAgo) }],
		connections: { Start: connect('Retry'), Retry: connect('Node') },
	}).result;

it.each(withJobs)('%s: what was submitted is delivered, and billed once', async (_, style) => {
	const workflow = workflowOf(style, at.sandbox, style.small);
	at.sandbox.fault({ on: 'download', times: 1, do: { kind: 'notAnImage' } });
	const failed = await runWorkflow(workflow).result;
	expect(failed.error).toBeDefined();
	const retried = await retry(workflow, failed);

	expect(retried.items.map(({ json }) => json.prompt)).toEqual(['A red fox']);
	expect(at.sandbox.billed()).toBe(1);
});

it('makes anew in the next try what the provider has forgotten after hours', async () => {
	const options = workflowOf(apiframe, at.sandbox);
	at.sandbox.fault({ on: 'download', times: 1, do: { kind: 'notAnImage' } });
	const failed = await runWorkflow(options).result;
	const [{ id }] = at.sandbox.jobs;
	at.sandbox.fault({ on: 'poll', match: (_, job) => job?.id === id, do: { kind: 'status', status: 404 } });
	const again = { retryOnFail: { maxTries: 2, waitBetweenTries: 1 } };
	const retried = await retry({ ...options, ...again }, failed, 90);

	expect(retried.items.map(({ json }) => json.jobId)).toEqual([at.sandbox.jobs[1].id]);
	expect(at.sandbox.billed()).toBe(2);
});

it('bills nothing again of the items that stay as they were, also with files that are uploaded anew', async () => {
	const data = (await imageOf('png', 64, 48)).toString('base64');
	const items = ['7', 'a'].map((seed) => ({
		json: { seed },
		binary: { data: { data, mimeType: 'image/png' } },
	}));
	const edit = { operation: 'edit', referenceImages: ['data'] };
	const failed = await runWorkflow(workflowOf(apiframe, at.sandbox, { ...edit, ...seedOfItem }, { items }))
		.result;
	expect(fluxError(failed)).toMatchObject({ code: 'invalid-input' });
	const corrected = { options: { seed: '={{ Number.isInteger(+$json.seed) ? $json.seed : 8 }}' } };
	const retried = await retry(workflowOf(apiframe, at.sandbox, { ...edit, ...corrected }, { items }), failed);

	expect(retried.items.map(({ json }) => [json.prompt, json.seed])).toEqual([
		['A red fox', 7],
		['A red fox', 8],
	]);
	expect(at.sandbox.billed()).toBe(2);
});

it('makes an image anew where the prompt was changed in the middle', async () => {
	const long = (word: string) => ({ prompt: `${'x '.repeat(6_000)}${word}${' x'.repeat(6_000)}` });
	at.sandbox.fault({ on: 'download', times: 1, do: { kind: 'notAnImage' } });
	const failed = await runWorkflow(workflowOf(blackForestLabs, at.sandbox, long('fox'))).result;
	const retried = await retry(workflowOf(blackForestLabs, at.sandbox, long('cat')), failed);

	expect(retried.items).toHaveLength(1);
	expect(submitted(at.sandbox)).toHaveLength(2);
});

it('asks no other account for the jobs of the one that submitted them', async () => {
	const workflow = workflowOf(apiframe, at.sandbox, { prompt: promptOfItem }, { items: prompts('a', 'b') });
	at.sandbox.fault({ on: 'download', times: 2, do: { kind: 'notAnImage' } });
	const failed = await runWorkflow(workflow).result;
	const url = at.sandbox.url.replace('127.0.0.1', 'localhost');
	const other = workflowOf(apiframe, { url, key: at.sandbox.key }, { prompt: promptOfItem });
	const retried = await retry({ ...workflow, credentials: other.credentials }, failed);

	expect(retried.items).toHaveLength(2);
	expect(submitted(at.sandbox)).toHaveLength(4);
});
