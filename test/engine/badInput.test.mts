import type { INodeParameters } from 'n8n-workflow';

import { imageOperationTexts } from '../../nodes/Flux/catalogue/operations.ts';
import type { ImageOperation } from '../../nodes/Flux/provider.ts';
import { providerNamed } from '../../nodes/Flux/providers/index.ts';
import {
	errorText,
	expectImage,
	fluxError,
	hurry,
	model,
	promptOfItem,
	requestsFor,
	runFlux,
	submitted,
	useSandbox,
} from '../support/flux.mts';
import { runWorkflow } from '../support/harness.mts';
import { atServer } from '../support/openAiServer.mts';
import {
	apiframe,
	blackForestLabs,
	eachStyle,
	realStyles,
	replicate,
	runStyle,
	workflowOf,
	type Style,
} from '../support/styles.mts';

hurry(0.25);
const at = useSandbox();

/** What is wrong, the parameters, and what the error has to say: the field, its value, what is allowed. */
const mistakes: Array<[string, INodeParameters, string[]]> = [
	['an empty prompt', { prompt: '={{ "" }}' }, ['Prompt', 'empty']],
	['a prompt that the item does not have', { prompt: promptOfItem }, ['Prompt', 'empty']],
	['an object as prompt', { prompt: '={{ { text: "fox" } }}' }, ['Prompt', '{"text":"fox"}', 'object']],
	['a list as prompt', { prompt: '={{ ["fox"] }}' }, ['Prompt', '["fox"]', 'list']],
	[
		'a width below the least',
		{ model: model('flux-pro-1.1'), width: 100 },
		['Width', '100', '256', '1440', '32'],
	],
	['a width beside the steps', { width: 1000 }, ['Width', '1000', '16', '992', '1008']],
	['a width that is no number', { width: '={{ "wide" }}' }, ['Width', 'wide', 'whole number']],
	['a width with a fraction', { width: '={{ 512.5 }}' }, ['Width', '512.5', 'whole number']],
	['too many pixels', { width: 2560, height: 2560 }, ['Width', '2560', '4 megapixels']],
	[
		'a guidance above the most',
		{ model: model('flux-2-flex'), options: { guidance: 50 } },
		['Guidance', '50', '1.5', '10'],
	],
	[
		'an aspect ratio that is too long',
		{ model: model('flux-pro-1.1-ultra'), aspectRatio: '1:10' },
		['Aspect Ratio', '1:10', '21:9', '9:21'],
	],
	[
		'an aspect ratio that is none',
		{ model: model('flux-pro-1.1-ultra'), aspectRatio: 'wide' },
		['Aspect Ratio', 'wide', '16:9'],
	],
	[
		'an aspect ratio that is no choice of the model',
		{ model: model('flux-3-image'), aspectRatio: '={{ "1:10" }}' },
		['Aspect Ratio', '1:10', '16:9', 'auto'],
	],
	['a seed that is no number', { options: { seed: '={{ "lucky" }}' } }, ['Seed', 'lucky', 'whole number']],
	[
		'a safety tolerance above the most',
		{ model: model('flux-3-image'), options: { safetyTolerance: 8 } },
		['Safety Tolerance', '8', '0', '7'],
	],
	[
		'an option of another model',
		{ model: model('={{ "flux-2-pro" }}', 'id'), options: { raw: true } },
		['Raw', 'true', 'FLUX.2 [pro]'],
	],
	[
		'an unknown output format',
		{ options: { outputFormat: '={{ "gif" }}' } },
		['Output Format', 'gif', 'jpeg', 'png', 'webp'],
	],
	[
		'no JSON as additional body',
		{ options: { additionalBody: '{seed: 1' } },
		['Extra Fields (JSON)', '{seed: 1', 'JSON'],
	],
	[
		'a list as additional body',
		{ options: { additionalBody: '[1]' } },
		['Extra Fields (JSON)', '[1]', 'object'],
	],
	['no timeout', { settings: { timeout: 0 } }, ['Timeout', '0', '1', '86400']],
	['no concurrency', { settings: { maxConcurrency: 0 } }, ['Max Concurrency', '0', '1', '100']],
	['too much concurrency', { settings: { maxConcurrency: 101 } }, ['Max Concurrency', '101', '1', '100']],
	['no images at all', { options: { numberOfImages: 0 } }, ['Number of Images', '0', '1', '100']],
	['half an image', { options: { numberOfImages: 1.5 } }, ['Number of Images', '1.5', 'whole number']],
	['a model that cannot be one', { model: model('../credits', 'id') }, ['Model', '../credits']],
	['no model', { model: model('={{ "" }}', 'id') }, ['Model', 'empty', 'flux-']],
	['no binary property', { settings: { binaryPropertyName: ' ' } }, ['Put Output File in Field', 'data']],
	[
		'an operation of a newer version of the node',
		{ operation: 'upscale' },
		["Black Forest Labs does not have the operation 'upscale'", 'Generate'],
	],
	['no job ID', { resource: 'job', operation: 'get', jobId: '={{ "" }}' }, ['Job ID', 'empty']],
];

it.each(mistakes)('refuses %s before anything is sent', async (_name, parameters, words) => {
	const run = await runFlux(at.sandbox, parameters);

	expect(run.status).toBe('error');
	expect(fluxError(run)).toMatchObject({ code: 'invalid-input', jobId: null });
	for (const word of words) expect(errorText(run)).toContain(word);
	expect(at.sandbox.requests).toEqual([]);
	expect(at.sandbox.billed()).toBe(0);
});

it.each(
	eachStyle
		.filter(([name]) => name in realStyles)
		.flatMap(([name, style]) =>
			(Object.keys(imageOperationTexts) as ImageOperation[])
				.filter((operation) =>
					providerNamed(name).models.every(({ operations }) => !operations.includes(operation)),
				)
				.map((operation) => [name, operation, style] as const),
		),
)('says that %s does not have the operation %s, and which it has', async (_, operation, style) => {
	const run = await runStyle(style, at.sandbox, { ...style.small, operation });

	expect(fluxError(run)).toMatchObject({ code: 'invalid-input' });
	const { label } = providerNamed(style.name);
	const words = `${label} does not have the operation '${imageOperationTexts[operation].name}' It has Generate`;
	expect(errorText(run)).toContain(words);
	expect(at.sandbox.requests).toEqual([]);
});

it('names every wrong field at once', async () => {
	const run = await runFlux(at.sandbox, { width: 1000, height: 10, options: { safetyTolerance: 9 } });

	for (const name of ['Width', 'Height', 'Safety Tolerance']) expect(run.error?.message).toContain(name);
});

it('refuses one item and makes the others with On Error: Continue', async () => {
	const run = await runFlux(
		at.sandbox,
		{ width: '={{ $json.width }}' },
		{
			items: [256, 100, 512].map((width) => ({ json: { width } })),
			onError: 'continueRegularOutput',
		},
	);

	expect(run.items.map(({ json }) => json.width)).toEqual([256, undefined, 512]);
	expect(run.items[1].json.error).toMatchObject({ code: 'invalid-input' });
	expect(at.sandbox.billed()).toBe(2);
});

it('refuses a prompt that was left empty in the editor', async () => {
	const run = await runFlux(at.sandbox, { prompt: '' });

	expect(run.status).toBe('error');
	expect(run.error?.message).toContain('Prompt');
	expect(at.sandbox.requests).toEqual([]);
});

it('does not send an option of another model that the editor has hidden', async () => {
	await runFlux(at.sandbox, { options: { raw: true } });

	expect(submitted(at.sandbox)).toEqual([{ prompt: 'A red fox' }]);
});

describe('What means the same is taken however it is spelled', () => {
	const run = async (style: Style, parameters: INodeParameters) =>
		await runWorkflow(workflowOf(style, at.sandbox, parameters)).result;
	const sent = () => JSON.stringify(requestsFor(at.sandbox, 'submit')[0].body);

	describe.each(eachStyle)('At %s', (_, style) => {
		it.each([-1, '={{ "-1" }}', -42])('the seed %s means a random one: none is sent', async (seed) => {
			const done = await run(style, { ...style.small, options: { seed, numberOfImages: 2 } });

			expect(done.error).toBeUndefined();
			await expectImage(done);
			expect(done.items).toHaveLength(2);
			expect(sent()).not.toContain('seed');
			const seeds = done.items.map(({ json }) => json.seed);
			expect(seeds).not.toContain(Number(seed));
		});

		it.each([' ', '\n\t ', '\u00a0', '\u200b'])(
			'a prompt of white space only (%j) is empty',
			async (prompt) => {
				const done = await run(style, { prompt });

				expect(fluxError(done)).toMatchObject({ code: 'invalid-input' });
				expect(done.error?.message).toMatch(/^'Prompt' is empty/);
				expect(at.sandbox.requests).toEqual([]);
			},
		);
	});

	const ratios: Array<[string, Style, string]> = [
		['Black Forest Labs', blackForestLabs, 'flux-pro-1.1-ultra'],
		['Replicate', replicate, 'black-forest-labs/flux-1.1-pro'],
		['Apiframe', apiframe, 'flux-2-pro'],
	];
	const written = ['16x9', '16/9', '16 : 9', '16：9'];

	it.each(ratios.flatMap((one) => written.map((text) => [text, ...one] as const)))(
		'%j is the aspect ratio 16:9 at %s',
		async (aspectRatio, _, style, id) => {
			const done = await run(style, { model: model(id), aspectRatio: `={{ "${aspectRatio}" }}` });

			expect(done.error).toBeUndefined();
			expect(sent()).toContain('"aspect_ratio":"16:9"');
		},
	);

	it.each(written)('%j is the aspect ratio 16:9 at OneRouter', async (aspectRatio) => {
		const parameters = {
			model: model('flux-pro-v1.1-ultra-text-to-image'),
			aspectRatio: `={{ "${aspectRatio}" }}`,
		};
		const done = await runWorkflow(atServer(at.sandbox, 'oneRouter', parameters)).result;

		expect(done.error).toBeUndefined();
		expect(sent()).toContain('"size":"16:9"');
	});

	it('one fault is told once', async () => {
		const done = await run(blackForestLabs, { model: model('flux-pro-1.1-ultra'), aspectRatio: 'wide' });

		expect(done.error?.message).toBe(
			'\'Aspect Ratio\' is "wide", but FLUX 1.1 [pro] Ultra takes width:height such as 16:9',
		);
	});
});
