import { imageSize } from 'image-size';
import type { INodeParameters } from 'n8n-workflow';

import {
	flux,
	imageKeys,
	model,
	promptOfItem,
	prompts,
	requestsFor,
	runFlux,
	submitted,
	useSandbox,
} from './flux.mts';
import { connect, runWorkflow, type Run } from './harness.mts';
import { LoopNode, PassNode } from './steps.mts';

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

/** Compares what the item says of its picture with the bytes in storage. */
async function expectPicture(run: Run, index = 0, property = 'data') {
	const { json, binary } = run.items[index];
	const bytes = await run.binary(run.items[index], property);
	const { width, height, type } = imageSize(bytes);
	const mimeType = type === 'jpg' ? 'image/jpeg' : `image/${type}`;
	expect(json).toMatchObject({ status: 'completed', width, height, fileSize: bytes.length, mimeType });
	const fileName = expect.stringMatching(new RegExp(`.\\.${type}$`));
	expect(json.fileName).toEqual(fileName);
	expect(binary?.[property]).toMatchObject({ fileName: json.fileName, mimeType, fileExtension: type });
	return { width, height, type };
}

describe.each(models)('%s', (id, parameters, wire) => {
	it('makes a picture from a prompt and sends nothing that was not set', async () => {
		const run = await runFlux(at.sandbox, { model: model(id), prompt: 'A red fox' });

		expect(run.error).toBeUndefined();
		expect(run.items).toHaveLength(1);
		expect(submitted(at.sandbox)).toEqual([{ prompt: 'A red fox' }]);
		expect(requestsFor(at.sandbox, 'submit')[0].url).toBe(`/v1/${id}`);
		await expectPicture(run);
		const [{ json }] = run.items;
		const [made] = at.sandbox.jobs;
		expect(Object.keys(json).sort()).toEqual(imageKeys);
		expect(json).toMatchObject({
			api: 'blackForestLabs',
			model: id,
			jobId: made.id,
			prompt: 'A red fox',
			revisedPrompt: null,
			seed: made.pictures[0].seed,
			imageIndex: 0,
			imageCount: 1,
			url: expect.stringContaining(`${at.sandbox.url}/delivery/${made.id}`),
			cost: { amount: made.cost, unit: 'credit' },
		});
		expect(json.fileName).toMatch(new RegExp(`^${id}-${made.pictures[0].seed}\\.`));
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
		const { type, ...size } = await expectPicture(run);
		const { width, height } = parameters;
		if (width !== undefined) expect(size).toMatchObject({ width, height });
		const { outputFormat } = parameters.options as { outputFormat?: string };
		if (outputFormat !== undefined) expect(type).toBe(outputFormat === 'jpeg' ? 'jpg' : outputFormat);
	});
});

it('makes five pictures from five items, in order and linked', async () => {
	const texts = ['one', 'two', 'three', 'four', 'five'];
	const run = await runFlux(
		at.sandbox,
		{ prompt: promptOfItem, width: 256, height: 128 },
		{ items: prompts(...texts) },
	);

	expect(run.items.map(({ json }) => json.prompt)).toEqual(texts);
	expect(run.items.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2, 3, 4].map((item) => ({ item })));
	for (const index of texts.keys()) await expectPicture(run, index);
	const seen = await Promise.all(run.items.map(async (item) => (await run.binary(item)).toString('base64')));
	expect(new Set(seen).size).toBe(5);
});

it('makes several pictures of an item with rising seeds', async () => {
	const run = await runFlux(
		at.sandbox,
		{ prompt: promptOfItem, options: { numberOfImages: 3, seed: 10 } },
		{ items: prompts('a', 'b') },
	);

	expect(
		run.items.map(({ json: { prompt, seed, imageIndex, imageCount } }) => [
			prompt,
			seed,
			imageIndex,
			imageCount,
		]),
	).toEqual(['a', 'b'].flatMap((prompt) => [0, 1, 2].map((index) => [prompt, 10 + index, index, 3])));
	expect(run.items.map(({ pairedItem }) => pairedItem)).toEqual([0, 0, 0, 1, 1, 1].map((item) => ({ item })));
	expect(at.sandbox.purchases()).toBe(6);
});

it('sends no seeds for several pictures if none was set', async () => {
	const run = await runFlux(at.sandbox, { options: { numberOfImages: 2 } });

	expect(submitted(at.sandbox)).toEqual([{ prompt: 'A red fox' }, { prompt: 'A red fox' }]);
	expect(new Set(run.items.map(({ json }) => json.fileName)).size).toBe(2);
});

it('takes model and options from expressions, numbers as text included', async () => {
	const run = await runFlux(
		at.sandbox,
		{
			model: model('={{ $json.model }}', 'id'),
			prompt: '=A {{ $json.animal }}',
			width: '={{ $json.width }}',
			options: { steps: '={{ $json.steps }}', promptUpsampling: '={{ "false" }}' },
		},
		{ items: [{ json: { model: 'flux-2-flex', animal: 'fox', width: '256', steps: '12' } }] },
	);

	expect(run.error).toBeUndefined();
	expect(submitted(at.sandbox)).toEqual([
		{ prompt: 'A fox', width: 256, steps: 12, prompt_upsampling: false },
	]);
	expect(run.items[0].json.model).toBe('flux-2-flex');
});

it.each(['123', '={{ 123 }}', '={{ "123" }}'])('sends the prompt %s as the string "123"', async (prompt) => {
	const run = await runFlux(at.sandbox, { prompt });

	expect(submitted(at.sandbox)).toEqual([{ prompt: '123' }]);
	expect(run.items[0].json.prompt).toBe('123');
});

it('sends a model that is in no list as it is, with every field', async () => {
	const { sandbox } = at;
	await runFlux(sandbox, { waitForCompletion: false });
	const [{ id }] = sandbox.jobs;
	const polling_url = `${sandbox.url}/v1/get_result?id=${id}`;
	sandbox.fault({ on: 'unknown', do: { kind: 'json', body: { id, polling_url } } });

	const run = await runFlux(sandbox, {
		model: model('flux-9-ultra', 'id'),
		width: 123,
		aspectRatio: '1:3',
		options: { raw: true, guidance: 99, seed: 1 },
	});

	const sent = requestsFor(sandbox, 'unknown')[0];
	expect(sent).toMatchObject({
		url: '/v1/flux-9-ultra',
		body: { prompt: 'A red fox', width: 123, aspect_ratio: '1:3', raw: true, guidance: 99, seed: 1 },
	});
	expect(run.items[0].json).toMatchObject({ model: 'flux-9-ultra', status: 'completed', jobId: id });
});

it.each([['{"seed": 9, "brand_new": [1]}'], [{ seed: 9, brand_new: [1] }]])(
	'merges the additional body %j last',
	async (additionalBody) => {
		await runFlux(at.sandbox, { options: { seed: 5, additionalBody: additionalBody as string } });

		expect(submitted(at.sandbox)).toEqual([{ prompt: 'A red fox', seed: 9, brand_new: [1] }]);
	},
);

it('puts the picture where the settings want it, under the name they want', async () => {
	const run = await runFlux(
		at.sandbox,
		{
			options: { numberOfImages: 2, seed: 3 },
			settings: {
				binaryPropertyName: 'photo',
				fileName: '={{ $json.prompt }}/{model} {seed} {index} {item}.png',
			},
		},
		{ items: prompts('a', 'b') },
	);

	expect(run.items.map(({ json }) => json.fileName)).toEqual([
		'a-flux-2-pro 3 1 0.jpg',
		'a-flux-2-pro 4 2 0.jpg',
		'b-flux-2-pro 3 1 1.jpg',
		'b-flux-2-pro 4 2 1.jpg',
	]);
	expect(Object.keys(run.items[0].binary!)).toEqual(['photo']);
	await expectPicture(run, 3, 'photo');
});

it('hands the picture over in memory where n8n keeps binary data so', async () => {
	const run = await runFlux(at.sandbox, {}, { binaryMode: 'default' });

	expect(run.items[0].binary?.data.id).toBeUndefined();
	await expectPicture(run);
});

it('buys anew in every run of a loop', async () => {
	const run = await runWorkflow({
		...flux(at.sandbox),
		items: prompts('a', 'b', 'c'),
		others: [
			{ name: 'Loop', node: new LoopNode() },
			{ name: 'Done', node: new PassNode() },
		],
		connections: { Start: connect('Loop'), Loop: connect('Done', 'Node'), Node: connect('Loop') },
	}).result;

	expect(at.sandbox.purchases()).toBe(3);
	expect(new Set(run.output('Done').map(({ json }) => json.jobId)).size).toBe(3);
});

it('hands its picture to a second Flux node, which edits it, and to a node after that', async () => {
	const first = flux(at.sandbox, { width: 256, height: 128, options: { outputFormat: 'png' } });
	const run = await runWorkflow({
		...first,
		others: [
			{
				name: 'Edit',
				node: first.node,
				parameters: {
					...first.parameters,
					operation: 'edit',
					prompt: 'Make it blue',
					referenceImages: ['data'],
				},
			},
			{
				name: 'Last',
				node: new PassNode(),
				parameters: { value: '={{ $binary.data.fileName }} {{ $("Start").item.json.from }}' },
			},
		],
		items: [{ json: { from: 'start' } }],
	}).result;

	expect(run.error).toBeUndefined();
	const bytes = await run.binary(run.items[0]);
	expect(submitted(at.sandbox)[1]).toMatchObject({ input_image: bytes.toString('base64') });
	expect(run.output('Last')[0].json.value).toMatch(/^flux-2-pro-\d+\.png start$/);
});
