import { jest } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';

import { presets } from '../sandbox/openaiPresets.mts';
import { picture } from '../support/images.mts';
import {
	errorText,
	expectPicture,
	fluxError,
	model,
	requestsFor,
	submitted,
	useSandbox,
} from '../support/flux.mts';
import { runWorkflow } from '../support/harness.mts';
import { atServer, listedModels } from '../support/openAiServer.mts';

const at = useSandbox();
afterEach(() => jest.restoreAllMocks());

const png = await picture('png', 320, 208);
const dataUri = `data:image/png;base64,${png.toString('base64')}`;
const file = { name: 'image.png', type: 'image/png', size: png.length };
const at2x = { numberOfImages: 2 };

/** One kind of order with all that a user can set for it, and what the service documents that it looks like. */
interface Order {
	server: string;
	id: string;
	parameters: INodeParameters;
	wire: object;
	/** What the images say of themselves, where it is not PNG of 128 × 64. */
	type?: string;
}

const size = '128x64';
const prompt = 'A red fox';
const generations: Order[] = [
	{
		server: 'together',
		id: 'black-forest-labs/FLUX.1-schnell',
		parameters: { size, options: { ...at2x, seed: 7, steps: 4, guidance: 3.5, outputFormat: 'jpeg' } },
		wire: {
			...{ prompt, width: 128, height: 64, n: 2, seed: 7, steps: 4, guidance_scale: 3.5 },
			output_format: 'jpeg',
		},
		type: 'jpg',
	},
	{
		server: 'deepInfra',
		id: 'black-forest-labs/FLUX-1-schnell',
		parameters: { size, options: { ...at2x, user: 'me' } },
		wire: { prompt, n: 2, size, user: 'me' },
	},
	{
		server: 'nebius',
		id: 'black-forest-labs/flux-dev',
		parameters: { size, options: { seed: 7, steps: 28, guidance: 3.5, outputFormat: 'jpeg' } },
		wire: {
			...{ prompt, width: 128, height: 64, seed: 7, num_inference_steps: 28, guidance_scale: 3.5 },
			response_extension: 'jpg',
		},
		type: 'jpg',
	},
	{
		server: 'siliconFlow',
		id: 'black-forest-labs/FLUX.2-pro',
		parameters: { size, options: { seed: 7, steps: 20, outputFormat: 'jpeg' } },
		wire: { prompt, image_size: size, seed: 7, num_inference_steps: 20, output_format: 'jpeg' },
		type: 'jpg',
	},
	{
		server: 'siliconFlowChina',
		id: 'Kwai-Kolors/Kolors',
		parameters: { size, options: { ...at2x, seed: 7, steps: 20, guidance: 7.5 } },
		wire: {
			...{ prompt, image_size: size, seed: 7, num_inference_steps: 20, batch_size: 2 },
			guidance_scale: 7.5,
		},
	},
	{
		server: 'localAi',
		id: 'flux.1-dev-ggml',
		parameters: { size, options: { ...at2x, seed: 7, steps: 20 } },
		wire: { prompt, n: 2, size, seed: 7, step: 20 },
	},
	{
		server: 'stableDiffusionCpp',
		id: 'sd-cpp-local',
		parameters: {
			size,
			options: {
				...{ ...at2x, seed: 7, steps: 20, guidance: 3.5 },
				...{ outputFormat: 'webp', outputQuality: 80 },
			},
		},
		wire: {
			prompt:
				'A red fox <sd_cpp_extra_args>{"seed":7,"sample_params":{"sample_steps":20,"guidance":{"distilled_guidance":3.5}}}</sd_cpp_extra_args>',
			...{ n: 2, size, output_format: 'webp', output_compression: 80 },
		},
		type: 'webp',
	},
	{
		server: 'vllmOmni',
		id: 'Tongyi-MAI/Z-Image-Turbo',
		parameters: { size, options: { ...at2x, seed: 7, steps: 9, guidance: 1, user: 'me' } },
		wire: { prompt, n: 2, size, seed: 7, num_inference_steps: 9, guidance_scale: 1, user: 'me' },
	},
	{
		server: 'sglang',
		id: 'black-forest-labs/FLUX.1-dev',
		parameters: {
			size,
			options: {
				...{ ...at2x, seed: 7, steps: 28, guidance: 3.5, user: 'me' },
				...{ outputFormat: 'webp', outputQuality: 80 },
			},
		},
		wire: {
			...{ prompt, response_format: 'b64_json', n: 2, size, seed: 7, num_inference_steps: 28 },
			...{ guidance_scale: 3.5, user: 'me', output_format: 'webp', output_compression: 80 },
		},
		type: 'webp',
	},
];

const two = { referenceImages: [dataUri, dataUri] };
const one = { referenceImages: [dataUri] };
const base64 = png.toString('base64');
/** A field that came several times is recorded as its last. */
const edits: Order[] = [
	{
		server: 'together',
		id: 'black-forest-labs/FLUX.1-kontext-pro',
		parameters: one,
		wire: { prompt, image_url: dataUri },
	},
	{
		server: 'together',
		id: 'black-forest-labs/FLUX.2-dev',
		parameters: two,
		wire: { prompt, reference_images: [dataUri, dataUri] },
	},
	{
		server: 'deepInfra',
		id: 'Qwen/Qwen-Image-Edit',
		parameters: { ...two, mask: dataUri },
		wire: { prompt, image: file, mask: file },
	},
	...['siliconFlow', 'siliconFlowChina'].map((server) => ({
		...{ server, id: 'Qwen/Qwen-Image-Edit', parameters: one },
		wire: { prompt, image: dataUri },
	})),
	{
		server: 'localAi',
		id: 'flux.1-kontext-dev',
		parameters: two,
		wire: { prompt, ref_images: [base64, base64] },
	},
	{
		server: 'stableDiffusionCpp',
		id: 'sd-cpp-local',
		parameters: { ...one, mask: dataUri },
		wire: { prompt, 'image[]': file, mask: file },
	},
	{
		server: 'vllmOmni',
		id: 'Qwen/Qwen-Image-Edit-2511',
		parameters: { ...two, options: { outputFormat: 'webp', outputQuality: 80, steps: 9 } },
		wire: {
			...{ prompt, image: file, output_format: 'webp' },
			...{ output_compression: '80', num_inference_steps: '9' },
		},
		type: 'webp',
	},
	{
		server: 'sglang',
		id: 'black-forest-labs/FLUX.2-klein-4B',
		parameters: two,
		wire: { prompt, response_format: 'b64_json', 'image[]': file },
	},
];

const run = async ({ server, id, parameters }: Omit<Order, 'wire'>, operation = 'generate') =>
	await runWorkflow(atServer(at.sandbox, server, { operation, model: model(id, 'id'), ...parameters }))
		.result;

it('tries every preset of the sandbox', () => {
	expect(generations.map(({ server }) => server).sort()).toEqual(presets.map(({ name }) => name).sort());
	const withEdits = presets.filter(({ files, jsonImages }) => files ?? jsonImages);
	expect([...new Set(edits.map(({ server }) => server))].sort()).toEqual(
		withEdits.map(({ name }) => name).sort(),
	);
});

describe.each(generations)('$server', (order) => {
	const { server, id, wire, type = 'png', parameters } = order;

	it('is sent all that can be set in the form that it documents, and its images are read', async () => {
		const done = await run(order);

		expect(done.error).toBeUndefined();
		expect(submitted(at.sandbox)).toEqual([{ model: id, ...wire }]);
		const { pictures } = at.sandbox.jobs[0];
		expect(done.items).toHaveLength(pictures.length);
		expect(await expectPicture(done, pictures.length - 1)).toEqual({ width: 128, height: 64, type });
		const { seed, user } = parameters.options as { seed?: number; user?: string };
		expect(seed ?? user).toBeDefined();
		expect(done.items[0].json).toMatchObject({ prompt, ...(seed === undefined ? {} : { seed }) });
		expect(pictures[0]).toMatchObject({ prompt, ...(seed === undefined ? {} : { seed }) });
	});

	it('is sent nothing that was not set, but what it always needs', async () => {
		const done = await run({ server, id, parameters: {} });

		expect(done.error).toBeUndefined();
		const always = server === 'sglang' ? { response_format: 'b64_json' } : {};
		expect(submitted(at.sandbox)).toEqual([{ model: id, prompt, ...always }]);
	});

	it('is quoted when it refuses', async () => {
		const text = 'The safety system does not like foxes';
		at.sandbox.fault({ on: 'submit', do: { kind: 'state', status: text } });
		const refused = await run(order);
		expect(fluxError(refused)).toMatchObject({ code: 'prompt-moderated' });
		expect(errorText(refused)).toContain(text);
		expect(errorText(refused)).not.toContain('{');
	});
});

it.each(edits)('$server is sent the images of an edit by $id as it documents', async (order) => {
	const done = await run(order, 'edit');

	expect(done.error).toBeUndefined();
	expect(submitted(at.sandbox)).toEqual([{ model: order.id, ...order.wire }]);
	const { edit } = at.sandbox.jobs[0].pictures[0];
	expect(edit?.source.equals(png)).toBe(true);
	expect(edit?.references).toHaveLength((order.parameters.referenceImages as unknown[]).length - 1);
	expect(edit?.mask?.equals(png)).toBe(order.parameters.mask === undefined ? undefined : true);
	expect((await expectPicture(done)).type).toBe(order.type ?? 'png');
});

it.each([
	[
		'steps',
		'deepInfra',
		'generate',
		{ options: { steps: 4 } },
		["'Steps' is 4", 'DeepInfra', "Remove 'Steps'"],
	],
	['guidance', 'siliconFlow', 'generate', { options: { guidance: 3 } }, ["'Guidance' is 3", 'SiliconFlow']],
	['no size', 'together', 'generate', { size: 'square' }, ['\'Size\' is "square"', 'such as 1024x768']],
	[
		'too small a size',
		'nebius',
		'generate',
		{ size: '1024x32' },
		["'Size' (height) is 32", 'from 64 to 2048'],
	],
	['a mask', 'vllmOmni', 'edit', { ...one, mask: dataUri }, ['Mask', 'vLLM-Omni']],
	['two images', 'siliconFlow', 'edit', two, ["'Reference Images' holds 2 images", 'at most 1']],
	['an edit', 'nebius', 'edit', one, ["does not have the operation 'Edit'", 'Nebius']],
] as Array<[string, string, string, INodeParameters, string[]]>)(
	'buys nothing for %s at %s, which does not have it',
	async (_, server, operation, parameters, texts) => {
		const refused = await run({ server, id: 'm', parameters }, operation);
		expect(fluxError(refused)).toMatchObject({ code: 'invalid-input' });
		for (const text of texts) expect(errorText(refused)).toContain(text);
		expect(at.sandbox.requests).toEqual([]);
	},
);

it('makes several images of a service that makes one an order by several orders', async () => {
	const done = await run({
		...{ server: 'nebius', id: 'black-forest-labs/flux-dev' },
		parameters: { size, options: { ...at2x, seed: 7 } },
	});
	expect(done.items.map(({ json }) => json.seed)).toEqual([7, 8]);
	expect(at.sandbox.purchases()).toBe(2);
});

it('sends a link as it is to a service that takes links', async () => {
	const link = 'https://example.com/a.png';
	const parameters = { referenceImages: [link] };
	await run({ server: 'together', id: 'black-forest-labs/FLUX.1-kontext-pro', parameters }, 'edit');
	expect(submitted(at.sandbox)[0]).toMatchObject({ image_url: link });
});

it('says who it is when it fetches an image: some stores turn away who does not', async () => {
	await run({ server: 'together', id: 'm', parameters: {} });
	const [{ headers }] = requestsFor(at.sandbox, 'download');
	expect(headers['user-agent']).toMatch(/\w/);
});

it('takes an additional body at its word, also against what is always sent', async () => {
	const parameters = { options: { additionalBody: '{"negative_prompt": "cats", "response_format": null}' } };
	const done = await run({ server: 'sglang', id: 'm', parameters });
	expect(submitted(at.sandbox)).toEqual([
		{ model: 'm', prompt, negative_prompt: 'cats', response_format: null },
	]);
	expect(errorText(done)).toContain('response_format');
});

it.each([
	['together', '/models', ['black-forest-labs/FLUX.2-dev', 'google/imagen-4']],
	['deepInfra', '/models', ['black-forest-labs/FLUX-2-dev']],
	['nebius', '/models', ['black-forest-labs/flux-dev']],
	['siliconFlow', '/models?type=image', ['Kwai-Kolors/Kolors', 'black-forest-labs/FLUX.2-pro']],
	['siliconFlowChina', '/models?type=image', ['Kwai-Kolors/Kolors', 'black-forest-labs/FLUX.2-pro']],
	['localAi', '/models/capabilities', ['my-pictures']],
	['stableDiffusionCpp', '/models', ['sd-cpp-local']],
	['vllmOmni', '/models', ['Tongyi-MAI/Z-Turbo']],
	['sglang', '/models', ['/models/klein']],
])('lists of %s the models that make images', async (server, path, ids) => {
	const { prefix } = presets.find(({ name }) => name === server)!;
	expect(await listedModels(atServer(at.sandbox, server, {}))).toEqual(ids);
	expect(at.sandbox.requests.map(({ url }) => url)).toEqual([`${prefix}${path}`]);
});
