import { apis } from '../../nodes/Flux/apis/index.ts';
import type { ApiName, ImageOperation } from '../../nodes/Flux/apis/api.ts';
import { loadFacts, type Facts, type Field } from '../sandbox/facts.mts';
import { displayedFor } from './displayed.mts';

const facts: Record<ApiName, Facts> = {
	blackForestLabs: loadFacts('bfl'),
	replicate: loadFacts('replicate'),
	openAiCompatible: loadFacts('openai-compatible'),
	apiframe: loadFacts('apiframe'),
};

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
/** A picture is made from nothing; what works on pictures are the other operations. */
const inputs = ['referenceImages', 'image'];

/** The parameters of the node by the providers' names of fields, where they are not the same in another spelling. */
const named: Record<string, string> = {
	n: 'numberOfImages',
	num_outputs: 'numberOfImages',
	num_inference_steps: 'steps',
	guidance_scale: 'guidance',
	disable_pup: 'promptUpsampling',
	enhance_prompt: 'promptUpsampling',
	input_image: 'referenceImages',
	input_images: 'referenceImages',
	images: 'referenceImages',
	redux_image: 'image',
	image_url: 'imagePrompt',
	output_megapixels: 'megapixels',
	reference_offset_x: 'offsetX',
	reference_offset_y: 'offsetY',
	enable_safety_checker: 'disableSafetyChecker',
};
/** Fields that the node fills itself, or does without. */
const notShown: Record<string, string> = {
	model: 'the model is chosen once',
	webhookEvents: 'they go with every webhook',
	input_image_blob_path: 'a place in the storage of the provider',
	version: 'it has one value only',
};
/** What one model calls otherwise than all others; null: not shown. */
const special: Record<string, Record<string, string | null>> = {
	'flux-tools/outpainting-v1': { input_image: 'image' },
	'flux-pro-v1.1-ultra-text-to-image': { size: 'aspectRatio', output_format: null },
};
/** What stands beside the fields of the models, in the request of every order. */
const ofEveryOrder: Partial<Record<ApiName, string[]>> = { replicate: ['webhookUrl'] };
/** What the facts do not have: Crazyrouter edits by OpenAI's form. */
const beside: Record<string, string[]> = {
	'flux-kontext-pro/openAiCompatible/edit': ['referenceImages'],
	'flux-kontext-dev/openAiCompatible/edit': ['referenceImages'],
};

const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The names of all fields of a request, those in its block, too. */
const namesOf = (fields: Record<string, Field>): string[] =>
	Object.entries(fields).flatMap(([name, field]) => (field.fields ? namesOf(field.fields) : [name]));

function parametersOf(api: ApiName, id: string, operation: ImageOperation): string[] {
	const shown = namesOf(facts[api].models[id].fields).flatMap((name) => {
		const otherwise = special[id]?.[name];
		if (otherwise === null || name in notShown) return [];
		const first = name.replace(/^(input_image)_\d+$/, '$1');
		return [otherwise ?? named[first] ?? camel(first)];
	});
	const all = [
		...[...shown, ...(beside[`${id}/${api}/${operation}`] ?? [])],
		...[...(ofEveryOrder[api] ?? []), ...own],
	];
	return [...new Set(all)].filter((name) => operation !== 'generate' || !inputs.includes(name));
}

const cases = apis.flatMap(({ name, models }) =>
	models.flatMap(({ id, operations }) => operations.map((operation) => [name, id, operation] as const)),
);

it('knows the 63 models of the four APIs, those of the facts', () => {
	expect(apis.map(({ name, models }) => [name, models.length])).toEqual([
		['blackForestLabs', 22],
		['replicate', 23],
		['openAiCompatible', 10],
		['apiframe', 8],
	]);
	for (const { name, models } of apis) {
		expect(models.map(({ id }) => id).sort()).toEqual(Object.keys(facts[name].models).sort());
	}
});

it.each(cases)(
	'shows at %s for %s in %s exactly the fields of the facts, each once',
	(api, id, operation) => {
		const { fields, options, settings } = displayedFor(api, operation, id);
		const names = [...fields, ...options, ...settings]
			.map(({ name }) => name)
			.filter((name) => !selectors.includes(name));
		expect(names.sort()).toEqual(parametersOf(api, id, operation).sort());
	},
);

it('excepts no field that is not there any more', () => {
	const names = Object.values(facts).flatMap(({ models }) =>
		Object.values(models).flatMap(({ fields }) => namesOf(fields)),
	);
	expect(Object.keys({ ...named, ...notShown }).filter((name) => !names.includes(name))).toEqual([]);
});
