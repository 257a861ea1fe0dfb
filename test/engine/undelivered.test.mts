import { logLines } from '../support/core.mts';
import { errorText, fluxError, promptOfItem, prompts, runFlux, useSandbox } from '../support/flux.mts';
import { eachStyle, runStyle } from '../support/styles.mts';

const at = useSandbox();
const three = { items: prompts('a', 'b', 'c') };
const failing = (prompt: string, times?: number) =>
	at.sandbox.fault({
		on: 'download',
		match: (_, job) => job?.body.prompt === prompt,
		...(times === undefined ? {} : { times }),
		do: { kind: 'notAnImage' },
	});
const billed = () => Object.fromEntries(at.sandbox.jobs.map(({ id, body }) => [String(body.prompt), id]));
const pollingUrl = (id: string) => `${at.sandbox.url}/v1/get_result?id=${id}`;

describe('The error of a node that stops', () => {
	it('lists what the other items submitted, finished or not, and how to collect it', async () => {
		failing('b');
		failing('c');
		const run = await runFlux(at.sandbox, { prompt: promptOfItem }, three);

		const { a, b, c } = billed();
		expect(fluxError(run)).toMatchObject({
			jobId: b,
			undelivered: [
				{ itemIndex: 0, jobId: a, pollingUrl: pollingUrl(a) },
				{ itemIndex: 2, jobId: c, pollingUrl: pollingUrl(c) },
			],
		});
		expect(errorText(run)).toContain(`job ${a} (item 0, Polling URL ${pollingUrl(a)}); job ${c} (item 2`);
		expect(errorText(run)).toContain('Resource "Job", Operation "Get"');
		expect(run.items).toEqual([]);
		expect(at.sandbox.billed()).toBe(3);
	});

	it('lists them also when it failed long before they were done', async () => {
		at.sandbox.secondsPerImage = 0.5;
		const run = await runFlux(
			at.sandbox,
			{ prompt: promptOfItem, width: '={{ $json.prompt === "a" ? 1000 : 512 }}' },
			three,
		);

		const { b, c } = billed();
		expect(fluxError(run)).toMatchObject({ code: 'invalid-input', jobId: null });
		expect(errorText(run)).toContain(`job ${b} (item 1`);
		expect(errorText(run)).toContain(`job ${c} (item 2`);
	});

	describe('because n8n cannot read an expression of its last item', () => {
		const prompt = '={{ $json.prompt === "c" ? $("Nowhere").item.json.prompt : $json.prompt }}';
		const batches = { batching: { batch: { batchSize: 2, batchInterval: 50 } } };

		it.each([
			['all items', {}],
			['batches', { requestOptions: batches }],
			['small batches', { requestOptions: { batching: { batch: { batchSize: 1, batchInterval: 100 } } } }],
		])('is all there is: nothing of %s was submitted', async (_, more) => {
			const before = logLines().length;
			const run = await runFlux(at.sandbox, { prompt, ...more }, three);

			expect(run.error?.message).toContain('Referenced node');
			// What has begun would submit after the end.
			const says = () => logLines().slice(before).join().includes('expression of item 2 cannot be read');
			while (!says()) await new Promise((done) => setTimeout(done, 10));
			expect(at.sandbox.billed()).toBe(0);
		});

		it('comes with the images of the others if they are to go on', async () => {
			const run = await runFlux(at.sandbox, { prompt }, { ...three, onError: 'continueRegularOutput' });
			expect(run.items.filter(({ binary }) => binary !== undefined)).toHaveLength(2);
		});

		it('does not come if only the first one is executed', async () => {
			const run = await runFlux(at.sandbox, { prompt }, { ...three, executeOnce: true });
			expect(run.error).toBeUndefined();
			expect(at.sandbox.billed()).toBe(1);
		});
	});

	it.each([
		['in one go', {}],
		['in batches', { requestOptions: { batching: { batch: { batchSize: 2, batchInterval: 50 } } } }],
	])('does not come where all items can be read, %s', async (_, more) => {
		const run = await runFlux(at.sandbox, { prompt: promptOfItem, ...more }, three);
		expect(run.items.map(({ json }) => json.prompt)).toEqual(['a', 'b', 'c']);
	});

	it('lists the other images of the same item', async () => {
		at.sandbox.fault({ on: 'download', match: (_, job) => job?.body.seed === 2, do: { kind: 'notAnImage' } });
		const run = await runFlux(at.sandbox, { options: { numberOfImages: 3, seed: 1 } });

		const others = at.sandbox.jobs.filter(({ body }) => body.seed !== 2);
		expect(fluxError(run)?.undelivered).toHaveLength(2);
		for (const { id } of others) expect(errorText(run)).toContain(`job ${id} (item 0`);
	});

	it('lists nothing when nothing else was billed', async () => {
		failing('a');
		const run = await runFlux(at.sandbox, { prompt: 'a' });

		expect(fluxError(run)?.undelivered).toEqual([]);
		expect(errorText(run)).not.toContain('not delivered');
	});

	it('lists what an earlier try submitted, and not what ended without an image', async () => {
		failing('b', 1);
		at.sandbox.fault({
			on: 'submit',
			match: ({ body }) => (body as { prompt: string }).prompt === 'c',
			do: { kind: 'state', status: 'Error' },
		});
		const run = await runFlux(
			at.sandbox,
			{ prompt: promptOfItem },
			{ ...three, retryOnFail: { maxTries: 2, waitBetweenTries: 1 } },
		);

		const { a, b } = billed();
		expect(fluxError(run)).toMatchObject({
			code: 'job-failed',
			undelivered: [
				{ itemIndex: 0, jobId: a },
				{ itemIndex: 1, jobId: b },
			],
		});
	});
});

it('delivers in the next try what the error listed, and submits nothing for it', async () => {
	failing('b', 1);
	failing('c', 1);
	const run = await runFlux(
		at.sandbox,
		{ prompt: promptOfItem },
		{ ...three, retryOnFail: { maxTries: 2, waitBetweenTries: 1 } },
	);

	expect(run.error).toBeUndefined();
	expect(run.items.map(({ json }) => json.jobId)).toEqual(['a', 'b', 'c'].map((prompt) => billed()[prompt]));
	expect(at.sandbox.billed()).toBe(3);
});

it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
	'delivers the others at once with On Error: %s, each linked to its input',
	async (onError) => {
		failing('b');
		const run = await runFlux(at.sandbox, { prompt: promptOfItem }, { ...three, onError });

		const all = [...run.items, ...run.errors];
		const whole = all.filter(({ json }) => json.status === 'completed');
		expect(whole.map(({ json, pairedItem }) => [json.prompt, pairedItem])).toEqual([
			['a', { item: 0 }],
			['c', { item: 2 }],
		]);
		const [failed] = all.filter(({ json }) => json.error !== undefined);
		expect(failed.pairedItem).toEqual({ item: 1 });
		expect(failed.json.error).toMatchObject({ code: 'bad-response', jobId: billed().b });
		expect(at.sandbox.billed()).toBe(3);
	},
);

it('leaves each accepted job in the log of n8n, without prompt and key', async () => {
	const run = await runFlux(at.sandbox, { prompt: promptOfItem }, { items: prompts('a secret fox') });

	const [{ id }] = at.sandbox.jobs;
	const lines = run.logs.filter((line) => line.includes('Flux: job'));
	expect(lines).toHaveLength(1);
	expect(lines[0]).toContain(`job ${id} accepted by Black Forest Labs, Polling URL ${pollingUrl(id)}`);
	expect(lines[0]).not.toContain('a secret fox');
	expect(lines[0]).not.toContain(at.sandbox.key);
});

it.each(eachStyle)('names a submit of another item that may be billed, at %s', async (_, style) => {
	const isSecond = ({ body }: { body: unknown }) => JSON.stringify(body).includes('second');
	at.sandbox.fault({
		on: 'submit',
		match: (request) => !isSecond(request),
		do: { kind: 'status', status: 402 },
	});
	at.sandbox.fault({ on: 'submit', match: isSecond, do: { kind: 'hang', accepted: true } });
	const parameters = { ...style.small, prompt: promptOfItem, settings: { timeout: 1 } };
	const run = await runStyle(style, at.sandbox, parameters, { items: prompts('first', 'second') });

	expect(fluxError(run)).toMatchObject({ code: 'insufficient-credits' });
	expect(run.error?.description).toContain('a submit that may be billed (item 1)');
});
