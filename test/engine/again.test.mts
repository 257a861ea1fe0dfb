import {
	errorText,
	flux,
	fluxError,
	hurry,
	model,
	promptOfItem,
	prompts,
	requestsFor,
	runFlux,
	submitted,
	useSandbox,
} from '../support/flux.mts';
import { connect, runWorkflow, type Options, type Run } from '../support/harness.mts';
import { imageOf } from '../support/images.mts';
import { LoopNode, PassNode, RetryNode } from '../support/steps.mts';
import { apiframe, eachStyle, openAiCompatible, workflowOf } from '../support/styles.mts';

hurry(0.2);
const at = useSandbox();
const retry = (maxTries: number) => ({ retryOnFail: { maxTries, waitBetweenTries: 1 } });
const three = { items: prompts('a', 'b', 'c') };

it.each([
	['is no image', { kind: 'notAnImage' as const }],
	['cannot be fetched', { kind: 'status' as const, status: 400 }],
])('Retry On Fail submits three images for three items when one %s twice', async (_name, fault) => {
	at.sandbox.fault({ on: 'download', match: (_, job) => job?.body.prompt === 'b', times: 2, do: fault });
	const run = await runFlux(at.sandbox, { prompt: promptOfItem }, { ...three, ...retry(3) });

	expect(run.error).toBeUndefined();
	expect(run.items.map(({ json }) => json.prompt)).toEqual(['a', 'b', 'c']);
	expect(at.sandbox.billed()).toBe(3);
	const billed = Object.fromEntries(at.sandbox.jobs.map(({ id, body }) => [body.prompt, id]));
	expect(run.items.map(({ json }) => json.jobId)).toEqual(['a', 'b', 'c'].map((prompt) => billed[prompt]));
});

it.each([
	['the seed', { prompt: promptOfItem, options: { seed: '={{ Math.floor(Math.random() * 1e6) }}' } }],
	['the prompt', { prompt: '={{ $json.prompt }} at {{ $now.toMillis() }}' }],
])('submits three images for three items though in each try %s is another', async (_name, parameters) => {
	const isSecond = (_: unknown, job?: { body: { prompt?: unknown } }) =>
		String(job?.body.prompt).startsWith('b');
	at.sandbox.fault({ on: 'download', match: isSecond, times: 1, do: { kind: 'notAnImage' } });
	const run = await runFlux(at.sandbox, parameters, { ...three, ...retry(2) });

	expect(run.error).toBeUndefined();
	expect(at.sandbox.billed()).toBe(3);
	for (const { json } of run.items) {
		const { body } = at.sandbox.jobs.find(({ id }) => id === json.jobId)!;
		expect([json.prompt, json.seed]).toEqual([body.prompt, body.seed ?? json.seed]);
	}
});

it('says of jobs of the first try which model made them, though an expression gives another one now', async () => {
	at.sandbox.fault({ on: 'download', times: 4, do: { kind: 'notAnImage' } });
	const value = "={{ Math.random() < 0.5 ? 'flux-2-pro' : 'flux-2-max' }}";
	const items = prompts('a', 'b', 'c', 'd');
	const parameters = { model: { __rl: true, mode: 'id', value }, prompt: promptOfItem };
	const run = await runFlux(at.sandbox, parameters, { items, ...retry(2) });

	expect(at.sandbox.billed()).toBe(4);
	const models = Object.fromEntries(at.sandbox.jobs.map(({ id, model: made }) => [id, made]));
	for (const { json } of run.items) expect(json.model).toBe(models[json.jobId as string]);
});

it('delivers with On Error: Continue what an earlier try has finished, also while another item holds the only place', async () => {
	const isFirst = ({ body }: { body?: unknown }) => (body as { prompt?: string }).prompt === 'a';
	at.sandbox.fault({ on: 'submit', match: isFirst, times: 1, do: { kind: 'status', status: 402 } });
	at.sandbox.fault({
		on: 'poll',
		match: (_, job) => job?.body.prompt === 'a',
		do: { kind: 'state', status: 'Pending' },
	});
	const settings = { maxConcurrency: 1, timeout: "={{ $json.prompt === 'a' ? 8 : 4 }}" };
	const options = { items: prompts('a', 'b'), ...retry(2), onError: 'continueRegularOutput' } as const;
	const run = await runFlux(at.sandbox, { prompt: promptOfItem, settings }, options);

	expect(run.items.map(({ json }) => json.status ?? (json.error as { code: string }).code)).toEqual([
		'timeout',
		'completed',
	]);
	expect(at.sandbox.billed()).toBe(2);
});

it('names with On Error: Continue the job of an earlier try when the input can no longer be read', async () => {
	const inputs = await runFlux(at.sandbox, { prompt: promptOfItem }, { items: prompts('x', 'y') });
	const items = inputs.items.map(({ json }, index) => ({ json: { prompt: 'ab'[index], url: json.url } }));
	const isFirst = ({ body }: { body?: unknown }) => (body as { prompt?: string }).prompt === 'a';
	at.sandbox.fault({ on: 'submit', match: isFirst, times: 1, do: { kind: 'status', status: 402 } });
	const isInput = (_: unknown, job?: { body: { prompt?: unknown } }) => job?.body.prompt === 'y';
	at.sandbox.fault({ on: 'download', match: isInput, after: 1, do: { kind: 'status', status: 404 } });
	const parameters = {
		model: model('flux-pro-1.1'),
		prompt: promptOfItem,
		imagePrompt: '={{ $json.url }}',
	};
	const run = await runFlux(at.sandbox, parameters, { items, ...retry(2), onError: 'continueRegularOutput' });

	const job = at.sandbox.jobs.find(({ body }) => body.prompt === 'b');
	expect(run.items[0].json.status).toBe('completed');
	expect(run.items[1].json.error).toMatchObject({
		code: 'invalid-input',
		jobId: job?.id,
		description: expect.stringMatching(/Nothing more was billed.*Operation "Get"/) as string,
	});
});

it('says with On Error: Continue that an image without a job was billed by an earlier try when the input can no longer be read', async () => {
	const inputs = await runFlux(at.sandbox, { prompt: promptOfItem }, { items: prompts('x', 'y') });
	const items = inputs.items.map(({ json }, index) => ({ json: { prompt: 'ab'[index], url: json.url } }));
	at.sandbox.openAiAnswer = 'b64Only';
	const isFirst = ({ body }: { body?: unknown }) => (body as { prompt?: string }).prompt === 'a';
	at.sandbox.fault({ on: 'submit', match: isFirst, times: 1, do: { kind: 'status', status: 402 } });
	const isInput = (_: unknown, job?: { body: { prompt?: unknown } }) => job?.body.prompt === 'y';
	at.sandbox.fault({ on: 'download', match: isInput, after: 1, do: { kind: 'status', status: 404 } });
	const parameters = {
		...openAiCompatible.edit,
		prompt: promptOfItem,
		referenceImages: ['={{ $json.url }}'],
	};
	const run = await runWorkflow(
		workflowOf(openAiCompatible, at.sandbox, parameters, {
			...{ items, ...retry(2) },
			onError: 'continueRegularOutput',
		}),
	).result;

	expect(run.items[0].json.status).toBe('completed');
	expect(run.items[1].json.error).toMatchObject({
		code: 'invalid-input',
		description: expect.stringContaining('Nothing more was billed') as string,
	});
});

it('says with On Error: Continue that an earlier try may be billed when the input can no longer be read', async () => {
	const [input] = (await runFlux(at.sandbox, {})).items;
	at.sandbox.fault({ on: 'submit', times: 1, do: { kind: 'acceptThenReset' } });
	at.sandbox.fault({ on: 'download', after: 1, do: { kind: 'status', status: 404 } });
	const parameters = { model: model('flux-pro-1.1'), imagePrompt: String(input.json.url) };
	const run = await runFlux(at.sandbox, parameters, { ...retry(2), onError: 'continueRegularOutput' });

	expect(run.items[0].json.error).toMatchObject({
		code: 'invalid-input',
		description: expect.stringMatching(
			/Nothing more was billed.*Another submit of this item may have been accepted/,
		) as string,
	});
	expect(at.sandbox.billed()).toBe(2);
});

it('does not say of a batch that nothing was billed when one of its items is wrong', async () => {
	const parameters = { prompt: promptOfItem, width: "={{ $json.prompt === 'b' ? 1000 : 512 }}" };
	const run = await runFlux(at.sandbox, parameters, three);

	expect(errorText(run)).toMatch(/Nothing more was billed.*Also submitted and not delivered/);
	expect(fluxError(run)?.description).toContain('Nothing more was billed');
});

it('resumes every image of an item', async () => {
	at.sandbox.fault({ on: 'download', times: 1, do: { kind: 'notAnImage' } });
	const run = await runFlux(at.sandbox, { options: { numberOfImages: 3, seed: 1 } }, retry(2));

	expect(run.items.map(({ json }) => json.seed)).toEqual([1, 2, 3]);
	expect(at.sandbox.billed()).toBe(3);
});

it('tells two items with the same prompt apart', async () => {
	at.sandbox.fault({ on: 'download', times: 1, do: { kind: 'notAnImage' } });
	const run = await runFlux(at.sandbox, {}, { items: prompts('same', 'same'), ...retry(2) });

	expect(at.sandbox.billed()).toBe(2);
	expect(new Set(run.items.map(({ json }) => json.jobId)).size).toBe(2);
});

it('collects in the next try what ran out of time in the first', async () => {
	at.sandbox.secondsPerImage = 0.9;
	const run = await runFlux(at.sandbox, { settings: { timeout: 3 } }, retry(3));

	expect(run.error).toBeUndefined();
	expect(run.items[0].json.status).toBe('completed');
	expect(at.sandbox.billed()).toBe(1);
});

it('submits a new image for a job that ended without one', async () => {
	at.sandbox.fault({ on: 'submit', times: 1, do: { kind: 'state', status: 'Error' } });
	const run = await runFlux(at.sandbox, { prompt: promptOfItem }, { ...three, ...retry(2) });

	expect(run.error).toBeUndefined();
	expect(at.sandbox.billed()).toBe(4);
});

it('asks again for a job that was not found, and submits no other', async () => {
	at.sandbox.fault({ on: 'poll', do: { kind: 'state', status: 'Task not found', httpStatus: 404 } });
	const run = await runFlux(at.sandbox, { settings: { timeout: 25 } }, retry(2));

	expect(fluxError(run)).toMatchObject({ code: 'job-not-found', jobId: at.sandbox.jobs[0].id });
	expect(at.sandbox.billed()).toBe(1);
});

it('tries bad input again and again for nothing', async () => {
	const run = await runFlux(at.sandbox, { width: 1000 }, retry(5));

	expect(fluxError(run)).toMatchObject({ code: 'invalid-input' });
	expect(at.sandbox.requests).toEqual([]);
});

it('submits nothing again when an error item stands first with On Error: Continue', async () => {
	at.sandbox.fault({ on: 'submit', times: 1, do: { kind: 'status', status: 402 } });
	const run = await runFlux(
		at.sandbox,
		{ prompt: promptOfItem },
		{ ...three, ...retry(3), onError: 'continueRegularOutput' },
	);

	expect(run.items.map(({ json }) => json.status)).toEqual(['completed', 'completed', 'completed']);
	expect(at.sandbox.billed()).toBe(3);
	expect(requestsFor(at.sandbox, 'submit')).toHaveLength(4);
});

it('keeps the tries of one run of a loop apart from the next run', async () => {
	at.sandbox.fault({ on: 'download', after: 1, times: 1, do: { kind: 'notAnImage' } });
	const run = await runWorkflow({
		...flux(at.sandbox),
		...retry(3),
		items: prompts('a', 'b', 'c'),
		others: [
			{ name: 'Loop', node: new LoopNode() },
			{ name: 'Done', node: new PassNode() },
		],
		connections: { Start: connect('Loop'), Loop: connect('Done', 'Node'), Node: connect('Loop') },
	}).result;

	expect(run.error).toBeUndefined();
	expect(submitted(at.sandbox)).toHaveLength(3);
	expect(new Set(run.output('Done').map(({ json }) => json.jobId)).size).toBe(3);
});

it('keeps two Flux nodes of one workflow apart', async () => {
	at.sandbox.fault({ on: 'download', after: 1, times: 1, do: { kind: 'notAnImage' } });
	const { node, parameters } = flux(at.sandbox);
	const second = { name: 'Second', node, parameters, ...retry(2) };
	const run = await runWorkflow({ ...flux(at.sandbox), ...retry(2), others: [second] }).result;

	expect(run.error).toBeUndefined();
	expect(at.sandbox.billed()).toBe(2);
	const [first] = run.items;
	expect(run.output('Second')[0].json.jobId).not.toBe(first.json.jobId);
});

it('keeps nothing from one execution to the next', async () => {
	await runFlux(at.sandbox, { options: { seed: 1 } });
	await runFlux(at.sandbox, { options: { seed: 1 } });

	expect(at.sandbox.billed()).toBe(2);
});

describe('n8n retries a failed execution', () => {
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
		const retried = await retry(
			workflowOf(apiframe, at.sandbox, { ...edit, ...corrected }, { items }),
			failed,
		);

		expect(retried.items.map(({ json }) => [json.prompt, json.seed])).toEqual([
			['A red fox', 7],
			['A red fox', 8],
		]);
		expect(at.sandbox.billed()).toBe(2);
	});

	it.each(withJobs)(
		'%s: bills nothing again of the items that stay as they were, also where each execution has a webhook of its own',
		async (_, style) => {
			const items = ['A red fox', ''].map((prompt) => ({ json: { prompt } }));
			const inExecution = (id: number, prompt: string) => {
				const settings = { webhookUrl: `${at.sandbox.url}/waiting/${id}` };
				const parameters = { ...style.small, prompt, settings, waitForCompletion: false };
				return workflowOf(style, at.sandbox, parameters, { items });
			};
			const failed = await runWorkflow(inExecution(1, promptOfItem)).result;
			expect(fluxError(failed)).toMatchObject({ code: 'invalid-input' });
			expect(at.sandbox.billed()).toBe(1);
			const retried = await retry(inExecution(2, "={{ $json.prompt || 'A cat' }}"), failed);

			expect(retried.items.map(({ json }) => json.prompt)).toEqual(['A red fox', 'A cat']);
			expect(at.sandbox.billed()).toBe(2);
		},
	);

	it.each(withJobs)(
		'%s: makes an image anew where the prompt was changed in the middle',
		async (_, style) => {
			const long = (word: string) => ({
				...style.small,
				prompt: `${'x '.repeat(600)}${word}${' x'.repeat(300)}`,
			});
			at.sandbox.fault({ on: 'download', times: 1, do: { kind: 'notAnImage' } });
			const failed = await runWorkflow(workflowOf(style, at.sandbox, long('fox'))).result;
			const retried = await retry(workflowOf(style, at.sandbox, long('cat')), failed);

			expect(retried.items).toHaveLength(1);
			expect(submitted(at.sandbox)).toHaveLength(2);
		},
	);

	it('gives each image of an item its own job, also under the id of an execution that a crash ended', async () => {
		const settings = { maxConcurrency: 1 };
		const workflow = workflowOf(
			apiframe,
			at.sandbox,
			{ options: { numberOfImages: 2 }, settings },
			{ executionId: 'crashed with two images' },
		);
		at.sandbox.fault({ on: 'submit', times: 1, do: { kind: 'status', status: 402 } });
		const failed = await runWorkflow(workflow).result;
		expect(at.sandbox.billed()).toBe(1);
		const [{ id }] = at.sandbox.jobs;
		const { items } = await retry(workflow, failed);

		expect(items.map(({ json }) => json.jobId)).toEqual([at.sandbox.jobs[1].id, id]);
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
});
