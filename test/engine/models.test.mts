import type { INodeParameters } from 'n8n-workflow';

import {
	expectImage,
	hurry,
	imageKeys,
	model,
	requestsFor,
	runFlux,
	submitted,
	useSandbox,
} from '../support/flux.mts';

hurry(0.25);
const at = useSandbox();

const options = (given: INodeParameters): INodeParameters => ({ options: given });

/** Each model with all that a user can set, and what is to go over the wire for it. */
const models: Array<[string, INodeParameters, object]> = [
	[
		'flux-3-image',
		{
			aspectRatio: '2:1',
			resolution: '768sq',
			...options({ safetyTolerance: 4, grounding: false, user: 'someone' }),
		},
		{ aspect_ratio: '2:1', resolution: '768sq', safety_tolerance: 4, grounding: false, user: 'someone' },
	],
	[
		'flux-2-pro',
		{
			width: 512,
			height: 256,
			...options({ seed: 42, safetyTolerance: 5, outputFormat: 'png', promptUpsampling: false, user: 'me' }),
		},
		{
			width: 512,
			height: 256,
			seed: 42,
			safety_tolerance: 5,
			output_format: 'png',
			disable_pup: true,
			user: 'me',
		},
	],
	[
		'flux-2-flex',
		{
			width: 256,
			height: 512,
			...options({ seed: 0, steps: 50, guidance: 1.5, promptUpsampling: true, outputFormat: 'webp' }),
		},
		{
			width: 256,
			height: 512,
			seed: 0,
			steps: 50,
			guidance: 1.5,
			prompt_upsampling: true,
			output_format: 'webp',
		},
	],
	[
		'flux-pro-1.1',
		{
			width: 256,
			height: 1440,
			...options({ seed: 7, promptUpsampling: true, safetyTolerance: 6, outputFormat: 'png' }),
		},
		{
			width: 256,
			height: 1440,
			seed: 7,
			prompt_upsampling: true,
			safety_tolerance: 6,
			output_format: 'png',
		},
	],
	[
		'flux-pro-1.1-ultra',
		{ aspectRatio: '21:9', ...options({ seed: 7, raw: true, safetyTolerance: 0, outputFormat: 'jpeg' }) },
		{ aspect_ratio: '21:9', seed: 7, raw: true, safety_tolerance: 0, output_format: 'jpeg' },
	],
];

describe.each(models)('%s', (id, parameters, wire) => {
	it('makes an image from a prompt and sends nothing that was not set', async () => {
		const run = await runFlux(at.sandbox, { model: model(id), prompt: 'A red fox' });

		expect(run.error).toBeUndefined();
		expect(run.items).toHaveLength(1);
		expect(submitted(at.sandbox)).toEqual([{ prompt: 'A red fox' }]);
		expect(requestsFor(at.sandbox, 'submit')[0].url).toBe(`/v1/${id}`);
		await expectImage(run);
		const [{ json }] = run.items;
		const [made] = at.sandbox.jobs;
		expect(Object.keys(json).sort()).toEqual(imageKeys);
		expect(json).toMatchObject({
			api: 'blackForestLabs',
			model: id,
			jobId: made.id,
			prompt: 'A red fox',
			revisedPrompt: null,
			seed: made.drawings[0].seed,
			imageIndex: 0,
			imageCount: 1,
			url: expect.stringContaining(`${at.sandbox.url}/delivery/${made.id}`),
			cost: { amount: made.cost, unit: 'credit' },
		});
		expect(json.fileName).toMatch(new RegExp(`^${id}-${made.drawings[0].seed}\\.`));
		expect(json.durationMs).toBeGreaterThan(0);
		const lives = (Date.parse(json.expiresAt as string) - Date.now()) / 1000;
		const expected = id === 'flux-3-image' ? 3600 : 600;
		expect(lives).toBeGreaterThan(expected - 20);
		expect(lives).toBeLessThanOrEqual(expected);
	});

	it('sends all its options under the wire names of the model', async () => {
		const run = await runFlux(at.sandbox, { model: model(id), ...parameters });

		expect(run.error).toBeUndefined();
		expect(submitted(at.sandbox)).toEqual([{ prompt: 'A red fox', ...wire }]);
		expect(at.sandbox.jobs[0].ignoredFields).toEqual([]);
		const { type, ...size } = await expectImage(run);
		const { width, height } = parameters;
		if (width !== undefined) expect(size).toMatchObject({ width, height });
		const { outputFormat } = parameters.options as { outputFormat?: string };
		if (outputFormat !== undefined) expect(type).toBe(outputFormat === 'jpeg' ? 'jpg' : outputFormat);
	});
});
