import type { ImageOperation } from '../../nodes/Flux/provider.ts';
import type { Values } from '../../nodes/Flux/engine/readParameters.ts';
import { fal } from '../../nodes/Flux/providers/fal/index.ts';
import { replicate } from '../../nodes/Flux/providers/replicate/index.ts';
import { buildRequest } from '../../nodes/Flux/engine/buildRequest.ts';
import { bodyOf, convert } from './build.mts';

const prompt = 'a cat';

describe('A bad value is refused with its name, itself and what is allowed', () => {
	const pro = 'flux-2-pro';
	it.each<[string, Values, string]>([
		[
			pro,
			{ prompt, safetyTolerance: 6 },
			"'Safety Tolerance' is 6, but FLUX.2 [pro] takes a whole number from 0 to 5",
		],
		[
			pro,
			{ prompt, outputFormat: 'gif' },
			'\'Output Format\' is "gif", but FLUX.2 [pro] takes jpeg, png or webp',
		],
		[
			pro,
			{ prompt, promptUpsampling: 'maybe' },
			'\'Prompt Upsampling\' is "maybe", but FLUX.2 [pro] takes true or false',
		],
		[pro, { prompt, seed: 1.5 }, "'Seed' is 1.5, but FLUX.2 [pro] takes a whole number"],
		[pro, { prompt, seed: 'abc' }, '\'Seed\' is "abc", but FLUX.2 [pro] takes a whole number'],
		[pro, { prompt, seed: true }, "'Seed' is true, but FLUX.2 [pro] takes a whole number"],
		[
			pro,
			{ prompt, width: 48 },
			"'Width' is 48, but FLUX.2 [pro] takes a whole number of at least 64 in steps of 16",
		],
		[
			pro,
			{ prompt, width: 1000 },
			"'Width' is 1000, but FLUX.2 [pro] takes a whole number of at least 64 in steps of 16; use 992 or 1008",
		],
		[pro, { prompt: ['a', 'b'] }, '\'Prompt\' is ["a","b"], but it takes a single value'],
		[pro, { prompt: { text: 'a' } }, '\'Prompt\' is {"text":"a"}, but it takes a single value'],
		[pro, {}, "'Prompt' is empty, but FLUX.2 [pro] needs it here"],
		[
			pro,
			{ prompt, webhookUrl: 'nope' },
			'\'Webhook URL\' is "nope", but FLUX.2 [pro] takes a URL such as https://example.com/hook',
		],
		[
			'flux-pro-1.1',
			{ prompt, width: 1000 },
			"'Width' is 1000, but FLUX 1.1 [pro] takes a whole number from 256 to 1440 in steps of 32; use 992 or 1024",
		],
		['flux-pro-1.1', {}, "'Prompt' is empty, and there is no Image Prompt either"],
		[
			'flux-pro-1.1-ultra',
			{ prompt, aspectRatio: '1:100' },
			'\'Aspect Ratio\' is "1:100", but FLUX 1.1 [pro] Ultra takes ratios between 21:9 and 9:21',
		],
		[
			'flux-pro-1.1-ultra',
			{ prompt, aspectRatio: '0:0' },
			'\'Aspect Ratio\' is "0:0", but FLUX 1.1 [pro] Ultra takes ratios between 21:9 and 9:21',
		],
		[
			'flux-pro-1.1-ultra',
			{ prompt, imagePromptStrength: 1.1 },
			"'Image Prompt Strength' is 1.1, but FLUX 1.1 [pro] Ultra takes a number from 0 to 1",
		],
		[
			'flux-3-image',
			{ prompt, resolution: '8k' },
			'\'Resolution\' is "8k", but FLUX.3 Image takes 768sq, 1k, 1.5k, 2k or 4k',
		],
		[
			'flux-2-flex',
			{ prompt, guidance: 11, steps: 0 },
			"'Guidance' is 11, but FLUX.2 [flex] takes a number from 1.5 to 10. 'Steps' is 0, but FLUX.2 [flex] takes a whole number from 1 to 50",
		],
		[
			'flux-pro-1.1-ultra-finetuned',
			{ prompt },
			"'Finetune ID' is empty, but FLUX 1.1 [pro] Ultra, Finetuned needs it here",
		],
	])('by %s: %j', async (id, values, message) => {
		await expect(bodyOf(id, 'generate', values)).rejects.toMatchObject({ code: 'invalid-input', message });
	});

	it.each<[string, ImageOperation, Values, string]>([
		[pro, 'edit', { prompt }, "'Reference Images' is empty, but FLUX.2 [pro] needs it here"],
		[
			pro,
			'edit',
			{ prompt, referenceImages: [...'abcdefghi'] },
			"'Reference Images' holds 9 images, but FLUX.2 [pro] takes at most 8",
		],
		[
			'flux-2-klein-4b',
			'edit',
			{ prompt, referenceImages: [...'abcde'] },
			"'Reference Images' holds 5 images, but FLUX.2 [klein] 4B takes at most 4",
		],
		['flux-pro-1.0-fill', 'fill', { mask: 'a' }, "'Image' is empty, but FLUX.1 Fill [pro] needs it here"],
		['flux-tools/erase-v1', 'erase', { image: 'a' }, "'Mask' is empty, but FLUX Erase v1 needs it here"],
		[
			'flux-tools/erase-v1',
			'erase',
			{ image: 'a', mask: 'b', dilatePixels: 26 },
			"'Dilate Pixels' is 26, but FLUX Erase v1 takes a whole number from 0 to 25",
		],
		[
			'flux-pro-1.0-expand',
			'expand',
			{ image: 'a', top: 2049 },
			"'Top' is 2049, but FLUX.1 Expand [pro] takes a whole number from 0 to 2048",
		],
	])('by %s in %s: %j', async (id, operation, values, message) => {
		await expect(bodyOf(id, operation, values)).rejects.toMatchObject({ code: 'invalid-input', message });
	});

	it.each([{}, { top: 0, left: '0' }])('by Expand if nothing would be added: %j', async (sides) => {
		await expect(bodyOf('flux-pro-1.0-expand', 'expand', { image: 'a', ...sides })).rejects.toThrow(
			"'Top' adds nothing, and neither do Bottom, Left and Right: fill in at least one of them",
		);
	});

	it('by Expand by a side that is out of range, which says nothing of the others', async () => {
		const bottom = bodyOf('flux-pro-1.0-expand', 'expand', { image: 'a', bottom: 5000 });
		await expect(bottom).rejects.toThrow(
			/^'Bottom' is 5000, but FLUX.1 Expand \[pro\] takes a whole number from 0 to 2048$/,
		);
	});

	it('not by Expand by a side that the user has written himself', async () => {
		const written = { image: 'a', additionalBody: '{"top": 64}' };
		expect(await bodyOf('flux-pro-1.0-expand', 'expand', written)).toMatchObject({ top: 64 });
	});

	it('by a model that does not have the field at all', async () => {
		await expect(bodyOf(pro, 'generate', { prompt, steps: 20 })).rejects.toMatchObject({
			code: 'invalid-input',
			message: expect.stringMatching(/^'Steps' is 20, but FLUX\.2 \[pro\] has no 'Steps'$/) as string,
			advice: "Remove 'Steps', or choose a model that has it. Nothing was billed.",
		});
	});

	it('by the area of the image', async () => {
		const area = async (width: number, height: number) =>
			await bodyOf(pro, 'generate', { prompt, width, height });
		expect(await area(2048, 2048)).toEqual({ prompt, width: 2048, height: 2048 });
		expect(await area(4096, 1024)).toEqual({ prompt, width: 4096, height: 1024 });
		await expect(area(2048, 2064)).rejects.toThrow(
			/^'Width' is 2048, but .* takes .*; together with Height at most 4 megapixels/,
		);
	});

	it('without repeating all of a long one', async () => {
		const refused = bodyOf(pro, 'generate', { prompt, user: 'x'.repeat(5000) });
		await expect(refused).rejects.toThrow(
			/^'User' is "x{59}…, but FLUX\.2 \[pro\] takes a text of at most 256/,
		);
	});
});

it.each<[string, Values, string]>([
	['fal-ai/flux-2-pro', { width: 512 }, "'Width' only counts together with Height"],
	['fal-ai/flux-2-pro', { height: 512 }, "'Height' only counts together with Width"],
	['fal-ai/flux-2-pro', { size: '16:9', width: 512, height: 512 }, "'Size' only counts without 'Width'"],
	['fal-ai/flux-2-pro', { size: '1024x768', height: 512 }, "'Size' only counts without 'Height'"],
	['fal-ai/flux-lora', { loraStrength: 0.5 }, "'LoRA Strength' only counts with a LoRA ID"],
	[
		'black-forest-labs/flux-2-pro',
		{ aspectRatio: '1:1', height: 512 },
		"'Height' only counts if Aspect Ratio is empty or custom",
	],
	[
		'black-forest-labs/flux-2-pro',
		{ aspectRatio: '1:1', width: 512, height: 512 },
		"'Width' only counts if Aspect Ratio is empty or custom",
	],
])('What counts only beside other fields is refused by %s with %j', async (id, values, message) => {
	const model = [...fal.models, ...replicate.models].find((one) => one.id === id)!;
	await expect(buildRequest(model, 'generate', { prompt, ...values }, convert)).rejects.toMatchObject({
		code: 'invalid-input',
		message,
	});
});
