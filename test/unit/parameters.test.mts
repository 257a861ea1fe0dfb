import type { ImageOperation } from '../../nodes/Flux/provider.ts';
import { blackForestLabs } from '../../nodes/Flux/providers/blackForestLabs/index.ts';
import { buildRequest } from '../../nodes/Flux/engine/buildRequest.ts';
import type { Values } from '../../nodes/Flux/engine/readParameters.ts';
import { bodyOf, convert, modelNamed } from './build.mts';

const prompt = 'a cat';

describe('A value reaches the wire', () => {
	it.each<[string, string, ImageOperation, Values, object]>([
		['only if it is set', 'flux-2-pro', 'generate', { prompt }, { prompt }],
		['as text where it is a prompt', 'flux-2-pro', 'generate', { prompt: '123' }, { prompt: '123' }],
		['as text though the prompt is a number', 'flux-2-pro', 'generate', { prompt: 123 }, { prompt: '123' }],
		[
			'as text though the prompt is a boolean',
			'flux-2-pro',
			'generate',
			{ prompt: true },
			{ prompt: 'true' },
		],
		['as text though it is JSON', 'flux-2-pro', 'generate', { prompt: '{"a":1}' }, { prompt: '{"a":1}' }],
		[
			'as number though it is a text',
			'flux-2-pro',
			'generate',
			{ prompt, width: '1024', height: ' 512 ' },
			{ prompt, width: 1024, height: 512 },
		],
		[
			'as part of a number',
			'flux-2-flex',
			'generate',
			{ prompt, guidance: '4.5', steps: '20' },
			{ prompt, guidance: 4.5, steps: 20 },
		],
		['as a number with a sign', 'flux-2-pro', 'generate', { prompt, seed: '+5' }, { prompt, seed: 5 }],
		[
			'as zero',
			'flux-2-pro',
			'generate',
			{ prompt, seed: 0, safetyTolerance: '0' },
			{ prompt, seed: 0, safety_tolerance: 0 },
		],
		[
			'as boolean though it is a text',
			'flux-pro-1.1-ultra',
			'generate',
			{ prompt, raw: 'TRUE' },
			{ prompt, raw: true },
		],
		['as false', 'flux-3-image', 'generate', { prompt, grounding: false }, { prompt, grounding: false }],
		[
			'under its own name',
			'flux-2-flex',
			'generate',
			{ prompt, promptUpsampling: false },
			{ prompt, prompt_upsampling: false },
		],
		[
			'turned round where the field says the opposite',
			'flux-2-pro',
			'generate',
			{ prompt, promptUpsampling: false },
			{ prompt, disable_pup: true },
		],
		[
			'turned round the other way',
			'flux-2-pro',
			'generate',
			{ prompt, promptUpsampling: true },
			{ prompt, disable_pup: false },
		],
		[
			'turned round though it is a text',
			'flux-2-pro',
			'generate',
			{ prompt, promptUpsampling: 'false' },
			{ prompt, disable_pup: true },
		],
		[
			'beside a webhook',
			'flux-2-pro',
			'generate',
			{ prompt, webhookUrl: 'https://a.example/h', webhookSecret: 's' },
			{ prompt, webhook_url: 'https://a.example/h', webhook_secret: 's' },
		],
		[
			'in the models that need no prompt',
			'flux-pro-1.1',
			'generate',
			{ imagePrompt: 'data' },
			{ image_prompt: "'Image Prompt' data as base64" },
		],
		[
			'without what the node itself does',
			'flux-2-pro',
			'generate',
			{ prompt, numberOfImages: 3 },
			{ prompt },
		],
	])('%s', async (_, id, operation, values, expected) => {
		expect(await bodyOf(id, operation, values)).toEqual(expected);
	});
});

describe('Images reach the wire', () => {
	it.each<[string, string, ImageOperation, Values, object]>([
		[
			'one after the other',
			'flux-2-pro',
			'edit',
			{ prompt, referenceImages: ['a', 'b', 'c'] },
			{
				prompt,
				input_image: "'Reference Images' 1 a as base64OrUrl",
				input_image_2: "'Reference Images' 2 b as base64OrUrl",
				input_image_3: "'Reference Images' 3 c as base64OrUrl",
			},
		],
		[
			'one alone though it is no list',
			'flux-kontext-pro',
			'edit',
			{ prompt, referenceImages: 'a' },
			{ prompt, input_image: "'Reference Images' 1 a as base64OrUrl" },
		],
		[
			'as a list',
			'flux-3-image',
			'edit',
			{ prompt, referenceImages: ['a', 'b'] },
			{ prompt, images: ["'Reference Images' 1 a as base64OrUrl", "'Reference Images' 2 b as base64OrUrl"] },
		],
		[
			'as raw base64',
			'flux-pro-1.0-fill',
			'fill',
			{ image: 'a', mask: 'b' },
			{ image: "'Image' a as base64", mask: "'Mask' b as base64" },
		],
		[
			'as base64 or URL',
			'flux-tools/vto-v2',
			'tryOn',
			{ prompt, person: 'a', garment: 'b' },
			{ prompt, person: "'Person' a as base64OrUrl", garment: "'Garment' b as base64OrUrl" },
		],
		[
			'under the name that outpainting has for it',
			'flux-tools/outpainting-v1',
			'expand',
			{ image: 'a', width: 2048, height: 1024, offsetX: -5 },
			{ input_image: "'Image' a as base64OrUrl", width: 2048, height: 1024, reference_offset_x: -5 },
		],
	])('%s', async (_, id, operation, values, expected) => {
		expect(await bodyOf(id, operation, values)).toEqual(expected);
	});

	it('up to the last of eight', async () => {
		const body = await bodyOf('flux-2-pro', 'edit', { prompt, referenceImages: [...'abcdefgh'] });
		expect(Object.keys(body)).toHaveLength(9);
		expect(body.input_image_8).toBe("'Reference Images' 8 h as base64OrUrl");
	});

	it('not before everything that is missing is there', async () => {
		const asked: string[] = [];
		const build = buildRequest(
			modelNamed('flux-tools/vto-v2'),
			'tryOn',
			{ prompt, person: 'a' },
			async (value) => {
				asked.push(String(value));
				return String(value);
			},
		);
		await expect(build).rejects.toThrow("'Garment' is empty");
		expect(asked).toEqual([]);
	});
});

describe('Additional Body', () => {
	it.each<[string, unknown, object]>([
		['is merged last', '{"seed": 7, "prompt": "a dog"}', { prompt: 'a dog', seed: 7 }],
		['adds what the node does not know', { new_field: [1] }, { prompt, seed: 1, new_field: [1] }],
		['may be empty', '{}', { prompt, seed: 1 }],
	])('%s', async (_, additionalBody, expected) => {
		expect(await bodyOf('flux-2-pro', 'generate', { prompt, seed: 1, additionalBody })).toEqual(expected);
	});

	it.each([['[1]'], ['7'], ['null'], ['"text"'], ['{"a":'], ['not JSON']])(
		'refuses %s',
		async (additionalBody) => {
			await expect(bodyOf('flux-2-pro', 'generate', { prompt, additionalBody })).rejects.toMatchObject({
				code: 'invalid-input',
				message: expect.stringMatching(
					/^'Extra Fields \(JSON\)' is ".*", but it takes a JSON object such as/,
				) as string,
			});
		},
	);
});

describe('A model that is in no list', () => {
	it('takes every field of the style, and checks no more than its type', async () => {
		const build = async (values: Values) =>
			(await buildRequest(blackForestLabs.unlistedModel('flux-9', 'edit'), 'edit', values, convert)).body;
		const values = {
			prompt,
			referenceImages: ['a'],
			steps: '900',
			outputFormat: 'avif',
			promptUpsampling: false,
		};
		expect(await build(values)).toEqual({
			prompt,
			input_image: "'Reference Images' 1 a as base64OrUrl",
			steps: 900,
			output_format: 'avif',
			prompt_upsampling: false,
		});
		await expect(build({ ...values, steps: 'many' })).rejects.toThrow('\'Steps\' is "many"');
	});
});
