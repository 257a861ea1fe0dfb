import type { Field } from '../sandbox/facts.mts';
import { apiNamed, factsFor } from './apis.mts';
import { documentedFields } from './compare.mts';

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
	{ field: 'sync_mode', why: 'it would put the images into the answer' },
	...['acceleration', 'negative_prompt', 'control_lora_strength', 'preprocess_depth', 'loras.force'].map(
		(field) => ({
			...{ field, why: 'Extra Fields take it' },
		}),
	),
	...['fill_image', 'paste_back', 'resize_to_original'].map((field) => ({
		field,
		why: 'Extra Fields take it',
	})),
	...['canny', 'depth'].map((kind) => ({
		...{ field: 'image_url', model: `fal-ai/flux-control-lora-${kind}`, why: 'Extra Fields take it' },
	})),
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

const camelCase = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** A wire field of a model, and the parameter that fills it. */
export interface NamedField {
	name: string;
	parameter: string;
	required: boolean;
	field: Field;
}

/** The fields that a user can fill for a model in an operation, by the facts alone. */
export function namedFields(api: string, id: string, operation: string): NamedField[] {
	const { beside, parameters } = apiNamed(api);
	const fields = { ...documentedFields(factsFor(api, id, operation)), ...beside?.(operation) };
	return Object.entries(fields)
		.filter(
			([name]) =>
				!unfilled.some(({ field, model }) => field === name && (model === undefined || model === id)),
		)
		.map(([name, field]) => ({
			name,
			parameter: ofModel[id]?.[name] ?? parameters?.(operation)[name] ?? otherwise[name] ?? camelCase(name),
			required: field.required === true,
			field,
		}));
}
