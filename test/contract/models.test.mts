import { stateOf } from '../../nodes/Flux/providers/common/states.ts';
import { schemaOf } from '../../nodes/Flux/catalogue/modelFields.ts';
import { baseOf } from '../../nodes/Flux/http/baseUrl.ts';
import type { ProviderName } from '../../nodes/Flux/providers/names.ts';
import { providers } from '../../nodes/Flux/providers/index.ts';
import type { Model } from '../../nodes/Flux/provider.ts';
import { apis, factsOf } from './apis.mts';
import { differencesOf, documentedFields, isSame } from './compare.mts';

interface Checked {
	safeParse(value: unknown): { success: boolean };
}

/** What a document lists words for. */
const states = new Set(['running', 'ready', 'moderated', 'failed', 'cancelled', 'unknownJob']);

it('holds every API against its document', () => {
	expect(apis.map(({ provider }) => provider.name).sort()).toEqual(providers.map(({ name }) => name).sort());
});

it('says of a model without facts where they belong', () => {
	const [api] = apis;
	const model = { ...api.provider.models[0], id: 'flux-9' };
	expect(() => factsOf(api, model)).toThrow('test/contract/facts has no flux-9 at blackForestLabs: add it');
});

describe.each(apis)('$provider.label', (api) => {
	const { provider, facts, deviations, choices, serviceOf, documentedAs = ({ id }: Model) => id } = api;
	const known = provider.models.filter((model) => documentedAs(model) in facts.models);
	const each = known.map((model) => [documentedAs(model), model, factsOf(api, model)] as const);
	const all = known.flatMap((model) => differencesOf(model, factsOf(api, model)));

	it('has every model of the facts, and no other', () => {
		expect(provider.models.map((model) => documentedAs(model)).sort()).toEqual(
			Object.keys(facts.models).sort(),
		);
	});

	it.each(each)(
		'takes for %s what its document says, and refuses what it refuses',
		(_, model, documented) => {
			const others = differencesOf(model, documented);
			expect(others.filter((one) => !deviations.some((other) => isSame(one, other)))).toEqual([]);
			const refuses = schemaOf(model.body).additionalProperties === false;
			expect(refuses || documented.unknownFields !== 'refused').toBe(true);
		},
	);

	it.each(deviations)('deviates still in $rule of $field, to $ours: $why', (deviation) => {
		expect(all.some((one) => isSame(one, deviation))).toBe(true);
	});

	it.each(each)('is asked for %s where its document says', (_, model, documented) => {
		const operation = model.operations.find((one) => one === 'generate') ?? model.operations[0];
		const { method, url } = provider.submit({
			...{ model, operation, body: {}, envelope: {}, service: model.service },
			...{ remainingSeconds: 60, idempotencyKey: 'key' },
		});
		const service = serviceOf?.(model);
		expect(documented.service).toBe(service);
		const server = service === undefined ? '' : facts.services![service].baseUrl;
		const base = service === undefined ? '' : provider.hosts.fixed[model.service!];
		expect(`${method} ${base}${url}`).toBe(documented.request.replace('/', `${server}/`));
	});

	const numbers = each.flatMap(([id, { body }, documented]) =>
		Object.entries(documentedFields(documented))
			.filter(([name, { min, max }]) => name in body.shape && (min !== undefined || max !== undefined))
			.map(([name, field]) => [id, name, field, body.shape[name] as Checked] as const),
	);

	// fal tells no ranges.
	(numbers.length === 0 ? it.skip : it).each(
		numbers.length === 0 ? [['', '', {}, {} as Checked] as const] : numbers,
	)(
		'takes for %s a number up to its limits and no further: %s',
		(_, __, { type, min, max, multipleOf }, schema) => {
			const takes = (value: number) => schema.safeParse(value).success;
			const step = multipleOf ?? (type === 'integer' ? 1 : 0.01);
			if (min !== undefined) expect([takes(min - step)]).toEqual([false]);
			if (max !== undefined) expect([takes(max + step)]).toEqual([false]);
			expect([min ?? max!, max ?? min!].map(takes)).toEqual([true, true]);
			if (multipleOf !== undefined && multipleOf !== 1) expect(takes((min ?? 0) + 1)).toBe(false);
		},
	);

	it('knows every word for a state', () => {
		const words = Object.entries(facts.poll ?? {}).filter(([state]) => states.has(state)) as Array<
			[string, string[]]
		>;
		expect(words.length > 0).toBe(provider.jobs !== undefined);
		const meanings = words.map(([state, list]) => [
			state,
			list.map((word) => stateOf(provider.name as ProviderName, word)),
		]);
		const wanted = words.map(([state, list]) => [
			state,
			state === 'moderated' ? ['promptModerated', 'imageModerated'] : list.map(() => state),
		]);
		expect(meanings).toEqual(wanted);
	});

	it('has the hosts that the document names, and keeps images as long as it says', () => {
		const urls = choices.map((choice) => baseOf(provider.hosts, choice));
		expect(urls).toEqual((facts.baseUrls ?? []).map((baseUrl) => ({ baseUrl })));
		expect(provider.imageLifetimeSeconds).toBe(facts.imageLifetimeSeconds);
	});
});
