import {
	errorText,
	fluxError,
	hurry,
	model,
	promptOfItem,
	prompts,
	runFlux,
	useSandbox,
} from '../support/flux.mts';

hurry(0.25);
const at = useSandbox();

describe('items with errors', () => {
	const keys = ['api', 'code', 'description', 'jobId', 'message', 'model', 'pollingUrl'];
	const mixed = {
		items: prompts('good', 'bad', 'fine'),
		onError: 'continueRegularOutput' as const,
	};
	const refuseBad = () =>
		at.sandbox.fault({
			on: 'submit',
			match: ({ body }) => (body as { prompt: string }).prompt === 'bad',
			do: { kind: 'state', status: 'Request Moderated' },
		});

	it('stand in the place of the image, linked, with On Error: Continue', async () => {
		refuseBad();
		const run = await runFlux(at.sandbox, { prompt: promptOfItem }, mixed);

		expect(run.status).toBe('success');
		expect(run.items.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2].map((item) => ({ item })));
		expect(run.items.map(({ json }) => json.status)).toEqual(['completed', undefined, 'completed']);
		const error = run.items[1].json.error as object;
		expect(Object.keys(error).sort()).toEqual(keys);
		const [{ id }] = at.sandbox.jobs.filter(({ body }) => body.prompt === 'bad');
		expect(error).toMatchObject({ code: 'prompt-moderated', jobId: id, model: 'flux-2-pro' });
	});

	it('go to the error output with their input', async () => {
		refuseBad();
		const run = await runFlux(
			at.sandbox,
			{ prompt: promptOfItem },
			{ ...mixed, onError: 'continueErrorOutput' },
		);

		expect(run.items.map(({ json }) => json.prompt)).toEqual(['good', 'fine']);
		expect(run.errors).toHaveLength(1);
		expect(run.errors[0]).toMatchObject({
			json: { prompt: 'bad', error: { code: 'prompt-moderated' } },
			pairedItem: { item: 1 },
		});
	});

	it('stand beside the images that the same item did get', async () => {
		at.sandbox.fault({ on: 'submit', after: 1, times: 1, do: { kind: 'status', status: 402 } });
		const run = await runFlux(
			at.sandbox,
			{ options: { numberOfImages: 3 } },
			{ onError: 'continueRegularOutput' },
		);

		expect(run.items).toHaveLength(3);
		const errors = run.items.filter(({ json }) => json.error !== undefined);
		expect(errors.map(({ json }) => json.error)).toMatchObject([{ code: 'insufficient-credits' }]);
	});

	it('name the finished images of the item when the error is thrown', async () => {
		at.sandbox.fault({ on: 'submit', after: 2, times: 1, do: { kind: 'status', status: 402 } });
		const run = await runFlux(at.sandbox, { options: { numberOfImages: 3 } });

		expect(fluxError(run)).toMatchObject({ code: 'insufficient-credits' });
		for (const { id } of at.sandbox.jobs) expect(errorText(run)).toContain(id);
	});

	it('name the model that an expression chose', async () => {
		at.sandbox.fault({ on: 'submit', do: { kind: 'status', status: 402 } });
		const run = await runFlux(at.sandbox, { model: model('={{ "flux-2-flex" }}', 'id') });

		expect(fluxError(run)).toMatchObject({ model: 'flux-2-flex' });
	});
});
