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
const own = services.filter(({ isOwn }) => isOwn);
const hosted = services.filter(({ baseUrl, isOwn }) => baseUrl !== undefined && isOwn !== true);

it('offers in the credential the services of the table, by name', () => {
	const choice = properties.find(({ name }) => name === 'service');
	const options = choice?.options as INodePropertyOptions[];
	expect(options).toEqual(
		services.map(({ name, label, description }) => ({ name: label, value: name, description })),
	);
	const labels = options.map(({ name }) => name);
	expect(labels).toEqual([...labels].sort((one, other) => one.localeCompare(other, 'en')));
	for (const kept of ['crazyrouter', 'oneRouter', 'monica', 'custom']) {
		expect(options.map(({ value }) => value)).toContain(kept);
	}
	expect(choice).toMatchObject({ default: '', required: true });
	expect(properties[0]).toBe(choice);
});

it.each([...own.map(({ name }) => name), 'custom'])(
	'asks for the address of %s, and for no other one, and n8n keeps it',
	(service) => {
		const asked = shown(service).filter(({ name }) => name === 'baseUrl');
		expect(asked).toHaveLength(1);
		expect(asked[0].required === true).toBe(service === 'custom');
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

it.each(
	services.flatMap(({ name }) =>
		['', ' http://gpu:8080/v1/ ']
			.map((baseUrl) => ({ name, baseUrl }))
			.filter(({ baseUrl }) => name !== 'custom' || baseUrl !== ''),
	),
)('tests the key of $name with "$baseUrl" where it will be used', async ({ name, baseUrl }) => {
	const { authenticate, test } = new FluxOpenAiCompatibleApi();
	const { request } = test as { request: IHttpRequestOptions };
	const credential = { apiKey: 'k', service: name, baseUrl };
	const sent = await (authenticate as Authenticate)(credential, request);
	expect(sent.url).toBe(`${(base(credential) as { baseUrl: string }).baseUrl}/models`);
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
	['custom', '<html>', []],
	['together', undefined, []],
])('finds the image models of %s in %j', (service, body, ids) => {
	expect(openAiCompatible.serverModels!(service).read(body)).toEqual(ids);
});
