import {
	NodeHelpers,
	type ICredentialDataDecryptedObject,
	type IHttpRequestOptions,
	type INodePropertyOptions,
} from 'n8n-workflow';

import { FluxOpenAiCompatibleApi } from '../../credentials/FluxOpenAiCompatibleApi.credentials.ts';
import { openAiCompatible } from '../../nodes/Flux/providers/openAiCompatible/index.ts';
import { services } from '../../nodes/Flux/providers/openAiCompatible/services.ts';
import { baseOf } from '../../nodes/Flux/http/baseUrl.ts';
import { fieldsOf } from '../../nodes/Flux/catalogue/modelFields.ts';

const { properties } = new FluxOpenAiCompatibleApi();
const shown = (service: string) =>
	properties.filter((property) => NodeHelpers.displayParameter({ service }, property, null, null));
const base = (data: ICredentialDataDecryptedObject) => baseOf(openAiCompatible.hosts, data);
type Authenticate = (
	credential: ICredentialDataDecryptedObject,
	request: IHttpRequestOptions,
) => Promise<IHttpRequestOptions>;
const own = services.filter(({ isSelfHosted }) => isSelfHosted);
const perUser = services.filter(({ ending }) => ending !== undefined);
const hosted = services.filter(
	({ baseUrl, isSelfHosted, ending }) =>
		baseUrl !== undefined && isSelfHosted !== true && ending === undefined,
);
const needsBaseUrl = ['custom', ...perUser.map(({ name }) => name)];

it('offers in the credential the services of the table, by name', () => {
	const choice = properties.find(({ name }) => name === 'service');
	const options = choice?.options as INodePropertyOptions[];
	expect(options).toEqual(
		services.map(({ name, label, description }) => ({ name: label, value: name, description })),
	);
	for (const { description } of options) expect(description).toMatch(/^\S.{10,110}[^.]$/);
	const labels = options.map(({ name }) => name);
	expect(labels).toEqual([...labels].sort((one, other) => one.localeCompare(other, 'en')));
	for (const kept of ['crazyrouter', 'oneRouter', 'monica', 'custom']) {
		expect(options.map(({ value }) => value)).toContain(kept);
	}
	expect(choice).toMatchObject({ default: '', required: true });
	expect(properties[0]).toBe(choice);
});

it.each([...own.map(({ name }) => name), ...needsBaseUrl])(
	'asks for the address of %s, and for no other one, and n8n keeps it',
	(service) => {
		const asked = shown(service).filter(({ name }) => name === 'baseUrl');
		expect(asked).toHaveLength(1);
		expect(asked[0].required === true).toBe(needsBaseUrl.includes(service));
		const typed = { apiKey: 'k', service, baseUrl: 'http://10.0.0.1:9/v1' };
		expect(NodeHelpers.getNodeParameters(properties, typed, true, false, null, null)).toEqual(typed);
	},
);

it.each(hosted)('asks for no address of $name, and heeds none', ({ name, baseUrl }) => {
	expect(shown(name).map((property) => property.name)).toEqual(['service', 'apiKey']);
	expect(base({ service: name, baseUrl: 'https://evil.example/v1' })).toEqual({ baseUrl });
	expect(baseUrl).toMatch(/^https:\/\/[^/]+\/.*[^/]$/);
});

it.each(own)('takes $name to be where it usually is, unless it is said', ({ name, baseUrl }) => {
	expect(base({ service: name, baseUrl: '' })).toEqual({ baseUrl });
	expect(base({ service: name })).toEqual({ baseUrl });
	expect(base({ service: name, baseUrl: ' http://gpu:8080/v1/ ' })).toEqual({
		baseUrl: 'http://gpu:8080/v1',
	});
});

it.each(perUser)('leads to the same address of $name however much of it was written', (service) => {
	const { name, baseUrl: example, ending } = service;
	const { path, query } = ending!;
	expect(base({ service: name })).toMatchObject({
		advice: expect.stringContaining(`Write it as ${example}.`),
	});
	const host = 'https://mine.cognitiveservices.azure.com';
	const images = '/openai/deployments/FLUX-1.1-pro/images/generations?api-version=2025-04-01-preview';
	const others = ['/api/projects/one', '/openai/v1/', images, '/models?api-version=2024-05-01-preview'];
	for (const written of ['', '/', path, `${path}/flux-2-pro?${query}`, ...others]) {
		expect(base({ service: name, baseUrl: `${host}${written}` })).toEqual({
			...{ baseUrl: `${host}${path}`, query },
		});
	}
	expect(base({ service: name, baseUrl: `https://gateway.example/azure${path}?api-version=2` })).toEqual({
		...{ baseUrl: `https://gateway.example/azure${path}`, query: 'api-version=2' },
	});
	expect(base({ service: name, baseUrl: `${host}?key=1` })).toMatchObject({ code: 'untrusted-host' });
});

it.each(
	services.flatMap(({ name }) =>
		['', ' http://gpu:8080/v1/ ']
			.map((baseUrl) => ({ name, baseUrl }))
			.filter(({ baseUrl }) => !needsBaseUrl.includes(name) || baseUrl !== ''),
	),
)('tests the key of $name with "$baseUrl" where it will be used', async ({ name, baseUrl }) => {
	const { authenticate, test } = new FluxOpenAiCompatibleApi();
	const { request } = test as { request: IHttpRequestOptions };
	const credential = { apiKey: 'k', service: name, baseUrl };
	const sent = await (authenticate as Authenticate)(credential, request);
	const { baseUrl: leadsTo, query } = base(credential) as { baseUrl: string; query?: string };
	const page = services.find((one) => one.name === name)?.test ?? '/models';
	const url = page.startsWith('/') ? `${leadsTo}${page}` : page;
	expect(sent.url).toBe(`${url}${query === undefined ? '' : `?${query}`}`);
	expect(sent.headers).toEqual({ Authorization: 'Bearer k' });
	expect(sent.baseURL).toBeUndefined();
});

it.each(['generate', 'edit'] as const)('shows for any id all that any service takes to %s', (operation) => {
	const parametersOf = (service?: string) => {
		const models = ['some-model', 'kontext', 'kolors'].map((id) =>
			openAiCompatible.unlistedModel(id, operation, service),
		);
		return new Set(models.flatMap(({ body }) => fieldsOf(body).map(({ parameter }) => parameter)));
	};
	const all = parametersOf();
	for (const { name } of services) expect([...parametersOf(name)].filter((one) => !all.has(one))).toEqual([]);
	const used = new Set(
		services.filter(({ name }) => name !== 'custom').flatMap(({ name }) => [...parametersOf(name)]),
	);
	expect(used).toEqual(all);
});

it.each([
	[
		'custom',
		{ data: [{ id: 'flux-2-pro' }, { id: 'gpt-5' }, { id: 'dall-e-3' }] },
		['flux-2-pro', 'dall-e-3'],
	],
	[
		'custom',
		[{ id: 'm', type: 'image' }, { id: 'black-forest-labs/FLUX.1-schnell' }, { id: 7 }, null],
		['m', 'black-forest-labs/FLUX.1-schnell'],
	],
	['together', [{ id: 'a', type: 'image' }, { id: 'flux', type: 'language' }, { id: 'b' }], ['a']],
	['localAi', { data: [{ id: 'a', output_modalities: ['text', 'image'] }, { id: 'b' }] }, ['a']],
	[
		'sglang',
		{
			data: [
				{ id: 'a', task_type: 'T2I' },
				{ id: 'b', task_type: 'I2V' },
			],
		},
		['a'],
	],
	['vllmOmni', { data: [{ id: 'anything' }, {}, null] }, ['anything']],
	[
		'openRouter',
		{ data: [{ id: 'black-forest-labs/flux.2-pro' }, { id: 'a/b' }] },
		['black-forest-labs/flux.2-pro', 'a/b'],
	],
	['microsoftFoundry', undefined, ['FLUX.2-pro', 'FLUX.2-flex', 'FLUX.1-Kontext-pro', 'FLUX-1.1-pro']],
	['custom', '<html>', []],
	['together', undefined, []],
])('finds the image models of %s in %j', (service, body, ids) => {
	expect(openAiCompatible.serverModels!(service).read(body)).toEqual(ids);
});

describe('What a service tells of a model', () => {
	const id = 'black-forest-labs/flux.2-pro';
	const model = openAiCompatible.unlistedModel(id, 'edit', 'openRouter');
	const question = openAiCompatible.modelQuestion!(model, 'openRouter')!;
	const answered = (body: unknown, status = 200) =>
		question.read({ status, body, excerpt: '' }, { operation: 'edit', set: [], written: [] });
	const read = (supported_parameters: unknown, status?: number) =>
		answered({ data: [null, { id, supported_parameters }] }, status);
	const parameters = (told: unknown) => [...new Set(fieldsOf(read(told)!.body).map(({ name }) => name))];

	it('is asked for where its list tells it, and nowhere else', () => {
		expect(question.request).toEqual({ method: 'GET', url: '/images/models' });
		const asked = services.filter(({ name }) => openAiCompatible.modelQuestion!(model, name) !== undefined);
		expect(asked.map(({ name }) => name)).toEqual(['openRouter']);
	});

	it('leaves the model what it has, with its ranges and choices', () => {
		const told = {
			...{ seed: { type: 'boolean' }, input_references: { type: 'range', min: 0, max: 2 } },
			...{ aspect_ratio: { type: 'enum', values: ['1:1', '16:9'] }, n: { type: 'range', min: 1, max: 4 } },
			...{ quality: { type: 'enum', values: ['low'] }, output_compression: { type: 'new' } },
		};
		expect(parameters(told).sort()).toEqual(
			['aspect_ratio', 'input_references', 'n', 'output_compression', 'prompt', 'seed', 'user'].sort(),
		);
		const by = Object.fromEntries(fieldsOf(read(told)!.body).map((one) => [one.name, one]));
		expect(by).toMatchObject({
			aspect_ratio: { enum: ['1:1', '16:9'], parameter: 'size', side: 'ratio' },
			input_references: { maxItems: 2, image: 'dataUriOrUrl' },
			n: { minimum: 1, maximum: 4 },
		});
		expect(read(told)!.operations).toEqual(['generate', 'edit']);
	});

	it('is nothing in a refusal', () => {
		expect(read(['seed'], 404)).toBeUndefined();
	});

	it('takes a list of names as well', () => {
		expect(parameters(['seed', 'size'])).toEqual(['prompt', 'seed', 'user', 'size']);
	});

	it('leaves several images to several requests where a request makes one, and an edit to who takes images', () => {
		const told = {
			n: { type: 'range', min: 1, max: 1 },
			input_references: { type: 'range', min: 0, max: 0 },
		};
		expect(parameters(told)).toEqual(['prompt', 'user']);
		expect(read(told)!.operations).toEqual(['generate']);
	});

	it.each([[undefined], ['<html>'], [{ data: [] }], [{ data: [{ id: 'other' }] }], [{ data: [{ id }] }]])(
		'is nothing in %j',
		(body) => {
			expect(answered(body)).toBeUndefined();
		},
	);
});
