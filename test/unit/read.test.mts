import type { IDataObject, IExecuteSingleFunctions } from 'n8n-workflow';

import { providerNamed } from '../../nodes/Flux/providers/index.ts';
import { blackForestLabs } from '../../nodes/Flux/providers/blackForestLabs/index.ts';
import {
	readModel,
	readNumberOfImages,
	readSettings,
	readValues,
} from '../../nodes/Flux/engine/readParameters.ts';

const file = { mimeType: 'image/png', data: 'AAAA', fileName: 'a.png' };
const other = { mimeType: 'image/png', data: 'BBBB', fileName: 'b.png' };

/** What n8n gives for the parameters of one item: hidden ones are not there. */
const context = (parameters: IDataObject) =>
	({
		getInputData: () => ({ json: {}, binary: { data: file, other } }),
		getNodeParameter: (name: string, otherwise?: unknown) => parameters[name] ?? otherwise,
	}) as unknown as IExecuteSingleFunctions;

describe('The values of an item', () => {
	it.each<[string, IDataObject, object]>([
		['are none if nothing is set', {}, {}],
		[
			'come from the node, its options and its settings',
			{ prompt: 'a', options: { seed: 0, raw: false }, settings: { webhookUrl: 'u', fileName: 'f' } },
			{ prompt: 'a', seed: 0, raw: false, webhookUrl: 'u' },
		],
		[
			'leave out what is empty',
			{ prompt: '', width: '', aspectRatio: null, referenceImages: [], options: { user: '' } },
			{},
		],
		['do not come from the wrong place', { seed: 1, options: { prompt: 'a', webhookUrl: 'u' } }, {}],
		['hold a list', { referenceImages: ['a', 'b'] }, { referenceImages: ['a', 'b'] }],
		['hold a list without gaps', { referenceImages: ['', 'a', null, ' '] }, { referenceImages: ['a'] }],
		['hold a list written as text', { referenceImages: 'a, b\nc' }, { referenceImages: ['a', 'b', 'c'] }],
		[
			'do not cut a data URI at its comma',
			{ referenceImages: ['data:image/png;base64,AAAA', 'a'] },
			{ referenceImages: ['data:image/png;base64,AAAA', 'a'] },
		],
		['leave out white space', { prompt: ' \n\u00a0', options: { user: '\t' } }, {}],
		['leave out characters that nobody sees', { prompt: '\u200b\ufeff' }, {}],
		['keep the white space around a prompt', { prompt: ' a\n' }, { prompt: ' a\n' }],
		['hold one image', { image: 'data', mask: file }, { image: 'data', mask: file }],
		['hold the only image of a list', { image: [file] }, { image: file }],
		['hold files', { referenceImages: [file, 'data', ''] }, { referenceImages: [file, 'data'] }],
		['hold a list of files', { referenceImages: [[file, other]] }, { referenceImages: [file, other] }],
		['hold images written as JSON', { referenceImages: '["a","b"]' }, { referenceImages: ['a', 'b'] }],
		[
			'do not cut a URL at its commas',
			{ image: 'https://a.example/w_1,h_1/a.png' },
			{ image: 'https://a.example/w_1,h_1/a.png' },
		],
		['hold what is no image as it was written', { image: 'a cat, on a mat' }, { image: 'a cat, on a mat' }],
	])('%s', (_, parameters, expected) => {
		expect(readValues(context(parameters))).toEqual(expected);
	});
});

it.each<[string, unknown]>([
	['names', 'data, other'],
	['a list', ['data', 'https://a.example/b.png']],
	['all files of an item', { data: file, other }],
])('One image cannot be %s', (_, image) => {
	expect(() => readValues(context({ image } as IDataObject))).toThrow(
		"'Image' takes one image, but 2 were given",
	);
});

describe('The model', () => {
	const read = (model: unknown, operation: 'generate' | 'edit' = 'generate') =>
		readModel(context({ model } as IDataObject), blackForestLabs, operation, undefined);

	it('is the entry of its id', () => {
		expect(read('flux-2-pro').label).toBe('FLUX.2 [pro]');
		expect(read(' flux-2-pro\n').label).toBe('FLUX.2 [pro]');
	});

	it.each(['flux-9', 'flux-tools/new-v1', 'black-forest-labs/flux-9:0a1b', 'v1.5_x'])(
		'may be %s although no list has it',
		(id) => {
			expect(read(id)).toMatchObject({ id, label: id, operations: ['generate'] });
		},
	);

	it.each([
		'../credits',
		'a/../../b',
		'./a',
		'a//b',
		'/a',
		'a/',
		'a?b',
		'a#b',
		'a b',
		'a\\b',
		'a%2fb',
		'https://evil.example',
		'x'.repeat(201),
	])('cannot be %s, which could leave its place in the path', (id) => {
		expect(() => read(id)).toThrow(/^'Model' is ".*", which cannot be a model ID$/);
	});

	it.each(['', '  ', null, undefined, 7, {}])('cannot be %j', (id) => {
		expect(() => read(id)).toThrow("'Model' is empty");
	});

	it.each<[string, string, string]>([
		['flux-schnell', 'replicate', 'black-forest-labs/flux-schnell'],
		['https://replicate.com/black-forest-labs/flux-dev', 'replicate', 'black-forest-labs/flux-dev'],
		[
			'replicate.com/someone/flux-thing/versions/' + 'a'.repeat(64),
			'replicate',
			'someone/flux-thing:' + 'a'.repeat(64),
		],
		['FLUX.2 [max]', 'replicate', 'black-forest-labs/flux-2-max'],
		['FLUX.2 [max]', 'blackForestLabs', 'flux-2-max'],
	])('is understood as %s at %s', (text, api, id) => {
		const model = { __rl: true, mode: 'id', value: text };
		const reads = { getNodeParameter: (_: string, __: unknown, how?: object) => (how ? text : model) };
		expect(readModel(reads as never, providerNamed(api), 'generate', undefined).id).toBe(id);
	});

	it('of another API is refused when it was chosen from the list, with the way out', () => {
		const cachedResultName = 'FLUX.3 Image – Newest model';
		const model = { mode: 'list', value: 'flux-3-image', cachedResultName };
		const reads = { getNodeParameter: (_: string, __: unknown, how?: object) => (how ? model.value : model) };
		const read = () => readModel(reads as never, providerNamed('replicate'), 'generate', undefined);
		expect(read).toThrow(
			"'Model' is FLUX.3 Image, a model of Black Forest Labs, but the node uses Replicate",
		);
	});

	it('of another service is refused when the credential was changed after it was chosen', () => {
		const cachedResultName = 'FLUX 1.1 [pro] (Crazyrouter)';
		const model = { mode: 'list', value: 'flux-1.1-pro', cachedResultName };
		const reads = { getNodeParameter: (_: string, __: unknown, how?: object) => (how ? model.value : model) };
		const at = (service: string) =>
			readModel(reads as never, providerNamed('openAiCompatible'), 'generate', service);
		expect(() => at('togetherAi')).toThrow(
			"'Model' is FLUX 1.1 [pro] (Crazyrouter), but the service chosen in the credential is another one",
		);
		expect(at('crazyrouter').label).toBe(cachedResultName);
	});

	it.each<[string, string | undefined, string]>([
		['blackForestLabs', undefined, ', or write its ID, for example flux-2-pro.'],
		['openAiCompatible', 'monica', ', or write its ID, for example flux_pro.'],
		['openAiCompatible', 'custom', ', or write its ID.'],
		['openAiCompatible', 'deepInfra', ', or write its ID.'],
	])('is advised by the ID of one that %s has with the service %s', (api, service, advice) => {
		const read = () => readModel(context({ model: '' }), providerNamed(api), 'generate', service);
		expect(read).toThrow(
			expect.objectContaining({ advice: `Choose a model from the list${advice} Nothing was billed.` }),
		);
	});

	it('must have the operation', () => {
		expect(() => read('flux-pro-1.1', 'edit')).toThrow("FLUX 1.1 [pro] does not have the operation 'Edit'");
	});
});

describe('The settings', () => {
	const read = (settings: IDataObject) => readSettings(context({ settings }));

	it('have defaults', () => {
		const defaults = {
			binaryPropertyName: 'data',
			fileName: undefined,
			timeout: 300,
			maxConcurrency: undefined,
		};
		expect(read({})).toEqual(defaults);
		expect(readSettings(context({}))).toEqual(defaults);
	});

	it('are taken as set, also from texts', () => {
		expect(
			read({ binaryPropertyName: ' image ', fileName: 'f', timeout: '12.5', maxConcurrency: '3' }),
		).toEqual({ binaryPropertyName: 'image', fileName: 'f', timeout: 12.5, maxConcurrency: 3 });
	});

	it.each<[IDataObject, string]>([
		[{ timeout: 0 }, "'Timeout' is 0, but it takes a number from 1 to 86400"],
		[{ timeout: -1 }, "'Timeout' is -1, but it takes a number from 1 to 86400"],
		[{ timeout: 86_401 }, "'Timeout' is 86401, but it takes a number from 1 to 86400"],
		[{ timeout: 'soon' }, '\'Timeout\' is "soon", but it takes a number from 1 to 86400'],
		[{ maxConcurrency: 0 }, "'Max Concurrency' is 0, but it takes a number from 1 to 100"],
		[{ maxConcurrency: 101 }, "'Max Concurrency' is 101, but it takes a number from 1 to 100"],
		[{ maxConcurrency: 1.5 }, "'Max Concurrency' is 1.5, but it takes a whole number from 1 to 100"],
		[{ binaryPropertyName: '  ' }, "'Put Output File in Field' is empty; the usual name is data"],
	])('refuse %j', (settings, message) => {
		expect(() => read(settings)).toThrow(message);
	});
});

describe('The number of images', () => {
	it.each([
		[undefined, 1],
		[1, 1],
		['4', 4],
		[100, 100],
	])('%j means %i', (numberOfImages, expected) => {
		expect(readNumberOfImages(numberOfImages === undefined ? {} : { numberOfImages })).toBe(expected);
	});

	it.each([0, -1, 101, 1.5, 'many', true])('cannot be %j', (numberOfImages) => {
		expect(() => readNumberOfImages({ numberOfImages })).toThrow("'Number of Images' is ");
	});
});
