import { outputPreviews } from '../../nodes/Flux/editor/outputPreviews.ts';
import {
	expectImage,
	flux,
	model,
	promptOfItem,
	prompts,
	requestsFor,
	runFlux,
	submitted,
	useSandbox,
} from '../support/flux.mts';
import { connect, runWorkflow } from '../support/harness.mts';
import { LoopNode, PassNode } from '../support/steps.mts';

const at = useSandbox();

it('takes settings that an expression gives as text, and an empty one for the usual', async () => {
	const parameters = { waitForCompletion: "={{ 'false' }}", settings: { timeout: "={{ '' }}" } };
	const run = await runFlux(at.sandbox, parameters);

	expect(run.error).toBeUndefined();
	expect(run.items[0].json.status).toBe('submitted');
});

it('makes five images from five items, in order and linked', async () => {
	const texts = ['one', 'two', 'three', 'four', 'five'];
	const run = await runFlux(
		at.sandbox,
		{ prompt: promptOfItem, width: 256, height: 128 },
		{ items: prompts(...texts) },
	);

	expect(run.items.map(({ json }) => json.prompt)).toEqual(texts);
	expect(run.items.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2, 3, 4].map((item) => ({ item })));
	for (const index of texts.keys()) await expectImage(run, index);
	const seen = await Promise.all(run.items.map(async (item) => (await run.binary(item)).toString('base64')));
	expect(new Set(seen).size).toBe(5);
});

it('gives the keys that the editor announces before the first run, those that matter most first', async () => {
	const keysOf = (operation: string) => Object.keys(outputPreviews[operation].properties);
	const { items } = await runFlux(at.sandbox, {});
	expect(Object.keys(items[0].json)).toEqual(keysOf('image/generate'));
	expect(Object.keys(items[0].json).slice(0, 3)).toEqual(['prompt', 'model', 'url']);
	const account = async (operation: string) =>
		Object.keys((await runFlux(at.sandbox, { resource: 'account', operation })).items[0].json);
	expect(await account('getCredits')).toEqual(keysOf('account/getCredits'));
	expect(await account('getFinetunes')).toEqual(keysOf('account/getFinetunes'));
});

it('makes several images of an item with rising seeds', async () => {
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
	expect(at.sandbox.billed()).toBe(6);
});

it('sends no seeds for several images if none was set', async () => {
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
		expect(at.sandbox.violations.splice(0)).toEqual([expect.stringContaining('brand_new')]);

		expect(submitted(at.sandbox)).toEqual([{ prompt: 'A red fox', seed: 9, brand_new: [1] }]);
	},
);

it('puts the image where the settings want it, under the name they want', async () => {
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
	await expectImage(run, 3, 'photo');
});

it('hands the image over in memory where n8n keeps binary data so', async () => {
	const run = await runFlux(at.sandbox, {}, { binaryMode: 'default' });

	expect(run.items[0].binary?.data.id).toBeUndefined();
	await expectImage(run);
});

it('submits anew in every run of a loop', async () => {
	const run = await runWorkflow({
		...flux(at.sandbox),
		items: prompts('a', 'b', 'c'),
		others: [
			{ name: 'Loop', node: new LoopNode() },
			{ name: 'Done', node: new PassNode() },
		],
		connections: { Start: connect('Loop'), Loop: connect('Done', 'Node'), Node: connect('Loop') },
	}).result;

	expect(at.sandbox.billed()).toBe(3);
	expect(new Set(run.output('Done').map(({ json }) => json.jobId)).size).toBe(3);
});

it('hands its image to a second Flux node, which edits it, and to a node after that', async () => {
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

it('sends no seed when one was added and left empty', async () => {
	const run = await runFlux(at.sandbox, { options: { seed: '' } });

	expect(run.error).toBeUndefined();
	expect(submitted(at.sandbox)).toEqual([{ prompt: 'A red fox' }]);
});
