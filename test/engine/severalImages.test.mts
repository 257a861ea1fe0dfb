import { jest } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';

import { Deadline } from '../../nodes/Flux/limits/deadline.ts';
import { errorText, expectImage, fluxError, hurry, model, submitted, useSandbox } from '../support/flux.mts';
import { runWorkflow, type Options } from '../support/harness.mts';
import { gif } from '../support/images.mts';
import { atServer } from '../support/openAiServer.mts';
import { styles, workflowOf, type Style } from '../support/styles.mts';
import type { Several } from '../support/styles/style.mts';

hurry(0.25);
const at = useSandbox();

afterEach(() => jest.restoreAllMocks());

interface Case extends Several {
	style: Style;
}

const cases: Case[] = Object.values(styles).flatMap((style) =>
	style.several.map((one) => ({ ...one, style, name: `${style.label}, ${one.name}` })),
);

const run = async ({ style, server, set }: Case, options: INodeParameters, more: Partial<Options> = {}) => {
	const parameters = { ...set, options };
	return await runWorkflow(
		server === undefined
			? workflowOf(style, at.sandbox, parameters, more)
			: atServer(at.sandbox, server, parameters, more),
	).result;
};

/** All fields of the submits, those in their blocks, too. */
const sent = () =>
	(submitted(at.sandbox) as Array<Record<string, unknown>>).map((body) =>
		Object.assign({}, body, ...Object.values(body).filter((value) => typeof value === 'object')),
	) as Array<Record<string, unknown>>;

describe.each(cases)('$name', (one) => {
	it('gives three images for an item, one output item each', async () => {
		const done = await run(one, { numberOfImages: 3, seed: 7 });

		expect(done.error).toBeUndefined();
		const seeds = sent().map(({ seed }) => Number(seed));
		expect(seeds.sort()).toEqual(one.native === undefined ? [7, 8, 9] : [7]);
		if (one.native !== undefined) expect(sent()[0]).toMatchObject({ [one.native]: 3 });
		expect(done.items.map(({ json, pairedItem }) => [json.imageIndex, json.imageCount, pairedItem])).toEqual(
			[0, 1, 2].map((index) => [index, 3, { item: 0 }]),
		);
		expect(new Set(done.items.map(({ json }) => json.url)).size).toBe(3);
		expect(new Set(done.items.map(({ json }) => json.fileName)).size).toBe(3);
		for (const index of [0, 1, 2]) await expectImage(done, index);
	});
});

const oneASubmit = cases.filter(({ failure }) => failure !== undefined);
describe.each(oneASubmit)('$name, when one of three fails', (one) => {
	const failing = () =>
		at.sandbox.fault({
			on: 'submit',
			match: ({ body }) => JSON.stringify(body).includes('"seed":8'),
			do: { kind: 'state', status: one.failure!, details: 'GPU lost' },
		});

	it('gives the others beside an error item with On Error: Continue', async () => {
		failing();
		const more = { onError: 'continueRegularOutput' } as const;
		const done = await run(one, { numberOfImages: 3, seed: 7 }, more);

		expect(done.status).toBe('success');
		expect(done.items.map(({ json }) => json.imageIndex ?? 'error')).toEqual([0, 'error', 2]);
		expect(done.items.map(({ pairedItem }) => pairedItem)).toEqual([0, 0, 0].map((item) => ({ item })));
		const { error } = done.items[1].json;
		const [failed] = at.sandbox.jobs.filter((job) => job.drawings[0].seed === 8);
		const jobId = one.style.hasJobs ? failed.id : null;
		expect(error).toMatchObject({ jobId, code: expect.any(String) });
		await expectImage(done, 0);
		await expectImage(done, 2);
	});

	it('names the others in the error that is thrown', async () => {
		failing();
		const done = await run(one, { numberOfImages: 3, seed: 7 });

		expect(done.status).toBe('error');
		const others = at.sandbox.jobs.filter((job) => job.drawings[0].seed !== 8);
		expect(others).toHaveLength(2);
		expect(fluxError(done)?.undelivered).toHaveLength(2);
		for (const job of others) {
			expect(errorText(done)).toContain(one.style.hasJobs ? job.id : `/delivery/${job.id}/`);
		}
	});
});

const severalInOne = cases.filter(({ native }) => native !== undefined);
describe.each(severalInOne)('$name, when one of three cannot be fetched', (one) => {
	const failing = (times?: number) =>
		at.sandbox.fault({
			...{ on: 'download', match: ({ url }) => url.includes('/1/sample.'), do: { kind: 'notAnImage' } },
			...(times === undefined ? {} : { times }),
		});
	const three = { numberOfImages: 3, seed: 7 };
	const goesOn = { onError: 'continueRegularOutput' } as const;

	it('gives the others beside an error item with On Error: Continue', async () => {
		failing();
		const done = await run(one, three, goesOn);

		expect(done.items.map(({ json }) => json.imageIndex ?? 'error')).toEqual([0, 'error', 2]);
		expect(done.items.map(({ pairedItem }) => pairedItem)).toEqual([0, 0, 0].map((item) => ({ item })));
		await expectImage(done, 0);
		await expectImage(done, 2);
		const [job] = at.sandbox.jobs;
		expect(done.items[1].json.error).toMatchObject({
			code: 'bad-response',
			jobId: job.api === 'openAi' ? null : job.id,
			description: expect.stringContaining(`/delivery/${job.id}/1/`),
		});
		expect(at.sandbox.billed()).toBe(1);
	});

	it('names all three in the error that is thrown, and delivers them in the next try of n8n', async () => {
		failing();
		const done = await run(one, three);
		const [job] = at.sandbox.jobs;
		const places = one.style.hasJobs ? [job.id] : [0, 1, 2].map((index) => `/delivery/${job.id}/${index}/`);
		for (const place of places) expect(errorText(done)).toContain(place);

		at.sandbox.reset();
		failing(1);
		const again = await run(one, three, { retryOnFail: { maxTries: 2, waitBetweenTries: 1 } });
		expect(again.items.map(({ json }) => json.imageIndex)).toEqual([0, 1, 2]);
		expect(at.sandbox.billed()).toBe(1);
	});

	it('fetches it in the next try of n8n when the first image is the one', async () => {
		at.sandbox.fault({
			...{ on: 'download', match: ({ url }) => url.includes('/0/sample.'), do: { kind: 'notAnImage' } },
			times: 1,
		});
		const retryOnFail = { maxTries: 2, waitBetweenTries: 1 };
		const done = await run(one, three, { ...goesOn, retryOnFail });

		expect(done.items.map(({ json }) => json.imageIndex)).toEqual([0, 1, 2]);
		expect(at.sandbox.billed()).toBe(1);
	});
});

it.each(oneASubmit)('$name: no seeds are sent for several if none was set', async (one) => {
	const done = await run(one, { numberOfImages: 2 });
	expect(done.error).toBeUndefined();
	expect(sent().map(({ seed }) => seed)).toEqual([undefined, undefined]);
	expect(done.items).toHaveLength(2);
});

it('Several images of an item, and a submit that is refused, leave one listener to the end of its time', async () => {
	const late = jest.spyOn(Deadline.prototype, 'lateSignal');
	const listening = jest.spyOn(EventTarget.prototype, 'addEventListener');
	const headers = { 'retry-after': '1' };
	at.sandbox.fault({ on: 'submit', times: 2, do: { kind: 'status', status: 429, headers } });
	const options = { numberOfImages: 3 };
	const done = await runWorkflow(workflowOf(styles.blackForestLabs, at.sandbox, { options })).result;
	expect(done.items).toHaveLength(3);
	expect(late).toHaveBeenCalledTimes(1);
	// Answers that arrive at once may all be listened to at once.
	expect(listening.mock.contexts).not.toContain(late.mock.results[0].value);
});

describe('A seed', () => {
	const monica = cases.find(({ server, failure }) => server === 'monica' && failure !== undefined)!;

	it('whose last successor the model would not take is refused before anything is billed', async () => {
		const done = await run(monica, { numberOfImages: 3, seed: 2_147_483_645 });
		expect(fluxError(done)).toMatchObject({ code: 'invalid-input' });
		expect(errorText(done)).toContain(
			"'Seed' is 2147483645, so that the last of 3 images would have 2147483647",
		);
		expect(at.sandbox.requests).toEqual([]);

		const fits = await run(monica, { numberOfImages: 2, seed: 2_147_483_645 });
		expect(fits.error).toBeUndefined();
		expect(at.sandbox.billed()).toBe(2);
	});

	it('that asks for a random one stays as it is', async () => {
		const nebius = { ...monica, server: 'nebius', set: { model: model('any', 'id') } };
		const done = await run(nebius, { numberOfImages: 2, seed: -1 });
		expect(done.error).toBeUndefined();
		expect(sent().map(({ seed }) => seed)).toEqual([-1, -1]);
	});
});

it('Of a server that answers with any number of images 200 are delivered', async () => {
	const data = Array.from({ length: 250 }, () => ({ b64_json: gif.toString('base64') }));
	at.sandbox.fault({ on: 'submit', do: { kind: 'json', body: { data } } });
	const { items } = await runWorkflow(workflowOf(styles.openAiCompatible, at.sandbox)).result;

	expect(items).toHaveLength(200);
	expect(items[199].json).toMatchObject({ status: 'completed', imageIndex: 199, imageCount: 200 });
});

it('An answer of more values than any image has is not read, as these would fill the memory of n8n', async () => {
	const body = Array.from({ length: 1_100_000 }, () => ({}));
	at.sandbox.fault({ on: 'submit', do: { kind: 'json', body } });
	const done = await runWorkflow(workflowOf(styles.openAiCompatible, at.sandbox)).result;

	expect(fluxError(done)).toMatchObject({ code: 'bad-response' });
	expect(errorText(done)).toMatch(/an answer that is too large.*may have been accepted and charged/);
});
