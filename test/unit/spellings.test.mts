import { providers } from '../../nodes/Flux/providers/index.ts';
import { apiframe } from '../../nodes/Flux/providers/apiframe/index.ts';
import { blackForestLabs } from '../../nodes/Flux/providers/blackForestLabs/index.ts';
import { openAiCompatible } from '../../nodes/Flux/providers/openAiCompatible/index.ts';
import { replicate } from '../../nodes/Flux/providers/replicate/index.ts';
import type { Provider, Model } from '../../nodes/Flux/provider.ts';
import { buildRequest } from '../../nodes/Flux/engine/buildRequest.ts';
import type { Values } from '../../nodes/Flux/engine/readParameters.ts';
import { parameterOf, type ParameterName } from '../../nodes/Flux/catalogue/parameters.ts';
import { modelParameters } from '../../nodes/Flux/catalogue/modelParameters.ts';
import { schemaOf, fieldsOf } from '../../nodes/Flux/catalogue/modelFields.ts';
import { convert } from './build.mts';

const bodyFor = async (model: Model, values: Values) => {
	const { body, envelope } = await buildRequest(
		model,
		model.operations[0],
		values,
		async (value, form, label) =>
			form === 'file' ? new File([], 'a.png') : await convert(value, form, label),
	);
	return { ...envelope, ...body };
};
const named = (api: Provider, id: string) => api.models.find((model) => model.id === id)!;

/** All models that are in a list, and one of each style that is in none. */
const models = providers.flatMap((api) =>
	[...api.models, api.unlistedModel('any', 'generate', 'custom')].map(
		(model) => [`${api.name} ${model.id} ${model.service ?? ''}`, model] as const,
	),
);

/** What a model needs, in values that it takes. */
function needed(model: Model): Values {
	// Expand needs one side to add something at.
	const offered = modelParameters(model, model.operations[0]).filter(
		({ required, parameter }) => required || parameter === 'right',
	);
	const hasPrompt = fieldsOf(model.body).some(({ parameter }) => parameter === 'prompt');
	const values = Object.fromEntries(
		offered.map(({ parameter, type }) => [
			parameter,
			parameter === 'loraId'
				? '0f8fad5b-d9cb-469f-a165-70867728950e'
				: type === 'integer'
					? 512
					: parameterOf(parameter).list === true
						? ['data']
						: 'data',
		]),
	);
	return hasPrompt ? { prompt: 'a', ...values } : values;
}

const withParameter = (parameter: ParameterName) =>
	models.filter(([, model]) => fieldsOf(model.body).some((field) => field.parameter === parameter));

describe('A negative seed', () => {
	const seedOf = ({ body }: Model) => fieldsOf(body).find(({ parameter }) => parameter === 'seed')!.name;
	const seeded = withParameter('seed').filter(
		([, { body, ...model }]) => (schemaOf(body).properties[seedOf({ body, ...model })].minimum ?? 0) >= 0,
	);

	it.each(seeded)('is not sent to %s, which documents none', async (_, model) => {
		const { name } = fieldsOf(model.body).find(({ parameter }) => parameter === 'seed')!;
		for (const seed of [-1, '-1', -42]) {
			expect(await bodyFor(model, { ...needed(model), seed })).not.toHaveProperty(name);
		}
		expect(await bodyFor(model, { ...needed(model), seed: 0 })).toHaveProperty(name, 0);
	});

	it('is looked at everywhere', () => expect(seeded.length).toBeGreaterThan(40));

	it.each(['nebius', 'stableDiffusionCpp'])('is sent to %s, which documents -1', async (service) => {
		const model = openAiCompatible.unlistedModel('any', 'generate', service);
		expect(await bodyFor(model, { prompt: 'a', seed: -1 })).toMatchObject({ seed: -1 });
	});

	it('is sent to Pruna AI, which documents -1', async () => {
		const model = named(replicate, 'prunaai/flux-fast');
		expect(await bodyFor(model, { prompt: 'a', seed: -1 })).toMatchObject({ seed: -1 });
	});

	it('must be a whole number all the same', async () => {
		const model = named(blackForestLabs, 'flux-2-pro');
		await expect(bodyFor(model, { prompt: 'a', seed: -1.5 })).rejects.toThrow("'Seed' is -1.5");
	});
});

describe('An aspect ratio', () => {
	const ratios: Array<[string, Model, string]> = [
		['Black Forest Labs', named(blackForestLabs, 'flux-pro-1.1-ultra'), 'aspect_ratio'],
		['Black Forest Labs with choices', named(blackForestLabs, 'flux-3-image'), 'aspect_ratio'],
		['Replicate', named(replicate, 'black-forest-labs/flux-1.1-pro'), 'aspect_ratio'],
		['Apiframe', named(apiframe, 'flux-2-pro'), 'aspect_ratio'],
		['OneRouter', named(openAiCompatible, 'flux-pro-v1.1-ultra-text-to-image'), 'size'],
	];
	const written = ['16:9', '16x9', '16X9', '16×9', '16/9', '16 : 9', ' 16:9\n', '16：9', '16 ∶ 9'];

	it.each(ratios.flatMap((one) => written.map((text) => [text, ...one] as const)))(
		'%j is 16:9 at %s',
		async (text, _, model, field) => {
			expect(await bodyFor(model, { prompt: 'a', aspectRatio: text })).toMatchObject({ [field]: '16:9' });
		},
	);

	it.each(['match_input_image', 'custom'])('%s stays as it is', async (aspectRatio) => {
		const model = replicate.unlistedModel('any', 'generate');
		expect(await bodyFor(model, { prompt: 'a', aspectRatio })).toMatchObject({ aspect_ratio: aspectRatio });
	});

	it('that the model does not have is told in its own words', async () => {
		const model = named(replicate, 'black-forest-labs/flux-1.1-pro');
		await expect(bodyFor(model, { prompt: 'a', aspectRatio: '7x3' })).rejects.toThrow(
			/^'Aspect Ratio' is "7:3", but .* takes .*16:9/,
		);
	});
});

it.each(['1024x768', '1024 x 768', '1024×768', ' 1024 X 768 ', '1024*768'])(
	'%j is the size 1024x768',
	async (size) => {
		const known = named(openAiCompatible, 'flux-kontext-pro');
		expect(await bodyFor(known, { ...needed(known), prompt: 'a', size })).toMatchObject({ size: '1024x768' });
		const any = openAiCompatible.unlistedModel('any', 'generate', 'custom');
		expect(await bodyFor(any, { prompt: 'a', size })).toMatchObject({ size: '1024x768' });
	},
);

describe('One fault is told once', () => {
	it.each([
		['wide', /^'Aspect Ratio' is "wide", but FLUX 1\.1 \[pro\] Ultra takes width:height such as 16:9$/],
		['1:10', /^'Aspect Ratio' is "1:10", but FLUX 1\.1 \[pro\] Ultra takes ratios between 21:9 and 9:21$/],
	])('of the aspect ratio %s', async (aspectRatio, message) => {
		const model = named(blackForestLabs, 'flux-pro-1.1-ultra');
		await expect(bodyFor(model, { prompt: 'a', aspectRatio })).rejects.toThrow(message);
	});

	const wrong = ['wide', '-5', 1e9, 0.5, 'x'.repeat(5_000), '0:0', '1001'];
	it.each(models)('whatever is wrong for %s', async (_, model) => {
		const told: string[] = [];
		for (const { name, parameter, image } of fieldsOf(model.body)) {
			if (image !== undefined) continue;
			for (const value of wrong) {
				const error = await bodyFor(model, { ...needed(model), [parameter]: value }).catch(
					(one: Error) => one,
				);
				if (!(error instanceof Error)) continue;
				const label = parameterOf(parameter).displayName;
				// A size has two sides, each with a fault of its own.
				const faults = error.message.split(/\. (?=[A-Z])/).map((one) => one.split(' is ')[0]);
				if (new Set(faults).size !== faults.length || !error.message.includes(label)) {
					told.push(`${name} ${String(value)}: ${error.message}`);
				}
			}
		}
		expect(told).toEqual([]);
		expect(Object.keys(schemaOf(model.body).properties).length).toBeGreaterThan(0);
	});
});
