import { apis } from '../../nodes/Flux/apis/index.ts';
import type { ImageOperation, Model } from '../../nodes/Flux/apis/api.ts';
import { wireFields } from '../../nodes/Flux/parameters/wire.ts';
import { displayedFor } from './displayed.mts';

/** What the node shows whatever the model; the other tests of this folder hold the models against the facts. */
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
/** A picture is made from nothing; what works on pictures are the other operations. */
const inputs = ['referenceImages', 'image'];

const cases = apis.flatMap(({ name, models }) =>
	models.flatMap((model) => model.operations.map((operation) => [name, model.id, operation, model] as const)),
);

function taken(model: Model, operation: ImageOperation): string[] {
	const names = wireFields(model.body).map(({ parameter }) => parameter as string);
	return [...new Set([...names, ...own])].filter(
		(name) => operation !== 'generate' || !inputs.includes(name),
	);
}

it('knows the 63 models of the four APIs', () => {
	expect(apis.map(({ name, models }) => [name, models.length])).toEqual([
		['blackForestLabs', 22],
		['replicate', 23],
		['openAiCompatible', 10],
		['apiframe', 8],
	]);
});

it.each(cases)('shows at %s for %s in %s exactly its fields, each once', (api, id, operation, model) => {
	const { fields, options, settings } = displayedFor(api, operation, id);
	const names = [...fields, ...options, ...settings]
		.map(({ name }) => name)
		.filter((name) => !selectors.includes(name));
	expect(names.sort()).toEqual(taken(model, operation).sort());
});
