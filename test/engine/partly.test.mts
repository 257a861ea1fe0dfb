import { errorText, fluxError, hurry, model, useSandbox } from '../support/flux.mts';
import { fal, replicate, runStyle, type Style } from '../support/styles.mts';

hurry(0.25);
const at = useSandbox();
const retry = { retryOnFail: { maxTries: 2, waitBetweenTries: 1 } };

/** Answers to polls by which one of three images cannot be delivered. */
const cases: Array<[string, Style, string, string, (urls: string[]) => object]> = [
	[
		'withheld',
		fal,
		'fal-ai/flux/schnell',
		'image-moderated',
		(urls) => ({
			...{ status: 'COMPLETED', images: urls.map((url) => ({ url })), seed: 1, prompt: 'x' },
			has_nsfw_concepts: [false, true, false],
		}),
	],
	[
		'gone',
		replicate,
		'black-forest-labs/flux-schnell',
		'expired',
		([one, , three]) => ({
			...{ id: 'p1', status: 'succeeded', error: null },
			output: [one, `${at.sandbox.url}/delivery/old.png?se=2026-01-01T00:00:00Z`, three],
		}),
	],
];

describe.each(cases)('Of three images of a job one is %s', (_, style, id, code, answer) => {
	const parameters = { model: model(id), prompt: 'x', options: { numberOfImages: 3 } };
	beforeEach(async () => {
		const { items } = await runStyle(style, at.sandbox, parameters);
		const body = answer(items.map(({ json }) => json.url as string));
		at.sandbox.fault({ on: 'poll', do: { kind: 'json', body } });
		if ('id' in body) at.sandbox.fault({ on: 'submit', do: { kind: 'json', body } });
	});

	it('so the error names the job and how to get the others, and a retry submits none again', async () => {
		const billed = at.sandbox.billed();
		const done = await runStyle(style, at.sandbox, parameters, retry);

		expect(fluxError(done)).toMatchObject({ code, jobId: expect.stringMatching(/^p1$|-/) });
		expect(errorText(done)).toContain(
			'2 other images of the job can be delivered: by Job: Get with On Error: Continue',
		);
		expect(errorText(done)).toContain('use Resource "Job", Operation "Get"');
		expect(at.sandbox.billed()).toBe(billed + 1);
	});

	it('and what is left to collect of another one is not lost with it', async () => {
		at.sandbox.fault({ on: 'download', times: 1, do: { kind: 'notAnImage' } });
		const billed = at.sandbox.billed();
		await runStyle(style, at.sandbox, parameters, retry);

		expect(at.sandbox.billed()).toBe(billed + 1);
	});

	it('and with On Error: Continue the others come out', async () => {
		const done = await runStyle(style, at.sandbox, parameters, { onError: 'continueRegularOutput' });

		const ends = done.items.map(({ json }) => json.status ?? (json.error as { code: string }).code);
		expect(ends).toEqual(['completed', code, 'completed']);
		expect(JSON.stringify(done.items[1].json)).not.toContain('other images');
	});
});
