import { providers } from '../../nodes/Flux/providers/index.ts';
import { parameters } from '../../nodes/Flux/catalogue/parameters.ts';
import { apis, factsFor } from './apis.mts';
import { documentedFields } from './compare.mts';
import { displayedFor } from './displayed.mts';
import { namedFields, unfilled } from './wireNames.mts';

/** What the node shows whatever the model. */
const selectors = [
	'authentication',
	'resource',
	'operation',
	'model',
	'waitForCompletion',
	'options',
	'settings',
];
const own = [
	'additionalBody',
	'numberOfImages',
	'binaryPropertyName',
	'fileName',
	'timeout',
	'maxConcurrency',
];
/** An image is made from nothing; what works on images are the other operations. */
const inputs = ['referenceImages', 'image'];

const known = apis.flatMap(({ provider, facts }) =>
	Object.keys(facts.models).map((id) => [provider.name, id] as const),
);
const cases = providers.flatMap(({ name, models }) =>
	models.flatMap(({ id, operations }) => operations.map((operation) => [name, id, operation] as const)),
);

it('knows the models of the facts, and no other', () => {
	const ours = apis.flatMap(({ provider: { name, models }, documentedAs }) =>
		models.map((model) => `${name}: ${documentedAs?.(model) ?? model.id}`),
	);
	expect(ours.sort()).toEqual(known.map(([api, id]) => `${api}: ${id}`).sort());
	expect(
		providers.flatMap(({ models }) => models.filter(({ operations }) => operations.length === 0)),
	).toEqual([]);
});

it.each(cases)(
	'shows at %s for %s in %s exactly the fields of the facts, each once',
	(api, id, operation) => {
		const shownFor = (model: string) => {
			const { fields, options, settings } = displayedFor(api, operation, model);
			return [...fields, ...options, ...settings]
				.map(({ name }) => name)
				.filter((name) => !selectors.includes(name));
		};
		const shown = shownFor(id);
		// Another service may have another model under the id.
		const isOfService = providers.some(
			({ name, models }) => name === api && models.some((one) => one.id === id && one.service !== undefined),
		);
		const usual = isOfService ? shownFor('an/unlisted-model') : [];
		const documented = namedFields(api, id, operation)
			.map(({ parameter }) => parameter)
			.filter((name) => operation !== 'generate' || !inputs.includes(name));
		expect(shown.sort()).toEqual([...new Set([...documented, ...own, ...usual])].sort());
	},
);

it('has a field of some model for each of its parameters', () => {
	const documented = cases.flatMap((one) => namedFields(...one).map(({ parameter }) => parameter));
	expect(Object.keys(parameters).sort()).toEqual([...new Set([...documented, 'additionalBody'])].sort());
});

it.each(unfilled)('leaves out $field, because $why', ({ field, model }) => {
	const having = cases.filter(([api, id, operation]) => {
		const fields = documentedFields(factsFor(api, id, operation));
		return field in fields && (model === undefined || model === id);
	});
	expect(having).not.toEqual([]);
});
