import type { ProviderName } from '../../nodes/Flux/providers/names.ts';
import { loadFacts, type Facts, type Field, type ModelFacts } from '../sandbox/facts.mts';

/** The tables of the facts by the API of the node that they are about. */
export const factsOf: Record<ProviderName, Facts> = {
	blackForestLabs: loadFacts('bfl'),
	replicate: loadFacts('replicate'),
	openAiCompatible: loadFacts('openai-compatible'),
	apiframe: loadFacts('apiframe'),
};

/**
 * The parameter of the node that fills a wire field, where it is not the same name in camel case. Written by hand: it is held against
 * the catalogue, so it must not come from it.
 */
const otherwise: Record<string, string> = {
	images: 'referenceImages',
	input_images: 'referenceImages',
	redux_image: 'image',
	img_cond_path: 'referenceImages',
	lora_weights: 'loraId',
	lora_scale: 'loraStrength',
	image_url: 'imagePrompt',
	n: 'numberOfImages',
	num_outputs: 'numberOfImages',
	num_inference_steps: 'steps',
	guidance_scale: 'guidance',
	output_megapixels: 'megapixels',
	disable_pup: 'promptUpsampling',
	enhance_prompt: 'promptUpsampling',
	enable_safety_checker: 'disableSafetyChecker',
	reference_offset_x: 'offsetX',
	reference_offset_y: 'offsetY',
	...Object.fromEntries(
		['', '_2', '_3', '_4', '_5', '_6', '_7', '_8'].map((number) => [
			`input_image${number}`,
			'referenceImages',
		]),
	),
};

const ofModel: Record<string, Record<string, string>> = {
	'flux-tools/outpainting-v1': { input_image: 'image' },
	'flux-pro-v1.1-ultra-text-to-image': { size: 'aspectRatio' },
};

/** Wire fields that no parameter fills, and why. */
export const unfilled: Array<{ field: string; model?: string; why: string }> = [
	{ field: 'model', why: 'it is the model that is chosen' },
	{ field: 'version', why: 'it has one value, which is the default' },
	{ field: 'input_image_blob_path', why: "it is a path in the provider's own storage" },
	{ field: 'webhookEvents', why: 'they go with every webhook' },
	{
		field: 'output_format',
		model: 'flux-pro-v1.1-ultra-text-to-image',
		why: 'it says how the answer holds the image, and the node reads both ways',
	},
];

/** What the facts of a model leave out: the document describes it for all models at once. */
const beside = (api: ProviderName, operation: string): Record<string, Field> => {
	if (api === 'replicate') return { webhook: { type: 'string' } };
	// Crazyrouter tells of edits in prose only; they are OpenAI's.
	const isForm = api === 'openAiCompatible' && operation === 'edit';
	return isForm ? { image: { type: 'array', maxItems: 16 } } : {};
};
const besideNames: Record<string, string> = { webhook: 'webhookUrl' };

const camelCase = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The fields of a model with those inside its block, and what its document says elsewhere. */
function wholeBody(api: ProviderName, { fields }: ModelFacts, operation: string): Record<string, Field> {
	const inside = Object.values(fields).map((field) => field.fields ?? {});
	const outside = Object.entries(fields).filter(([, field]) => field.fields === undefined);
	return Object.assign(Object.fromEntries(outside), beside(api, operation), ...inside) as Record<
		string,
		Field
	>;
}

/** A wire field of a model, and the parameter that fills it. */
export interface NamedField {
	name: string;
	parameter: string;
	required: boolean;
	field: Field;
}

/** The fields that a user can fill for a model in an operation, by the facts alone. */
export function namedFields(api: ProviderName, id: string, operation: string): NamedField[] {
	const isEditOf = (name: string) => api === 'openAiCompatible' && name === 'image';
	return Object.entries(wholeBody(api, factsOf[api].models[id], operation))
		.filter(
			([name]) =>
				!unfilled.some(({ field, model }) => field === name && (model === undefined || model === id)),
		)
		.map(([name, field]) => ({
			name,
			parameter:
				ofModel[id]?.[name] ??
				(isEditOf(name) ? 'referenceImages' : (besideNames[name] ?? otherwise[name] ?? camelCase(name))),
			required: field.required === true,
			field,
		}));
}
