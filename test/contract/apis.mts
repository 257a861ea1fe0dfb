import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { apiframe } from '../../nodes/Flux/providers/apiframe/index.ts';
import { blackForestLabs } from '../../nodes/Flux/providers/blackForestLabs/index.ts';
import { fal } from '../../nodes/Flux/providers/fal/index.ts';
import { openAiCompatible } from '../../nodes/Flux/providers/openAiCompatible/index.ts';
import { replicate } from '../../nodes/Flux/providers/replicate/index.ts';
import type { Model, Provider } from '../../nodes/Flux/provider.ts';
import { loadFacts, type Facts, type Field, type ModelFacts } from '../sandbox/facts.mts';
import type { Difference } from './compare.mts';

/** What a document says of the API itself, beside its models. */
interface ApiFacts {
	baseUrls?: string[];
	imageLifetimeSeconds?: number;
	poll?: Partial<Record<'running' | 'ready' | 'moderated' | 'failed' | 'cancelled' | 'unknownJob', string[]>>;
	services?: Record<string, { baseUrl: string }>;
}

/** One API: its document, our translation, and where the two differ on purpose. */
export interface Api {
	provider: Provider;
	facts: Facts & ApiFacts;
	/** Each must still be so somewhere. */
	deviations: Array<Difference & { why: string }>;
	/** The choices of the credential whose base URLs the document names, in its order. */
	choices: ICredentialDataDecryptedObject[];
	/** What the document calls a model in an operation, where that is an endpoint of its own. */
	documentedAs?(model: Model): string;
	/** What the document calls the service that has a model. */
	serviceOf?(model: Model): string;
	/** Fields that the document describes for all models at once, or in prose. */
	beside?(operation: string): Record<string, Field>;
	/** Wire fields that no other API means so, and the parameter that fills them. */
	parameters?(operation: string): Record<string, string>;
	/** Fields that the request fills by itself. */
	filled?(operation: string): string[];
}

const ours = (field: string, rule: string, facts: unknown, own: unknown, why: string) => ({
	...{ field, rule, facts, ours: own, why },
});
const leftOut = (field: string, why: string) => ours(field, 'field', true, false, why);
const emptyPrompt = ours('prompt', 'minLength', undefined, 1, 'an empty prompt is a mistake');
const emptyId = ours('finetune_id', 'minLength', undefined, 1, 'an empty id names nothing');

/** What fal calls the image of an operation. */
const falImages: Record<string, string> = {
	...{
		generate: 'imagePrompt',
		edit: 'referenceImages',
		fill: 'image',
		remix: 'image',
		control: 'controlImage',
	},
};
const falSizes = ['landscape_16_9', 'landscape_4_3', 'portrait_16_9', 'portrait_4_3', 'square', 'square_hd'];
const opposite = 'told of its parameter, which says the opposite';
const rounded = 'Replicate rounds what is no multiple, which is not what the user asked for';
const serviceNames: Record<string, string> = {
	crazyrouter: 'crazyrouter',
	oneRouter: 'onerouter',
	monica: 'monica',
};

export const apis: Api[] = [
	{
		provider: blackForestLabs,
		facts: loadFacts('bfl'),
		choices: [{ region: 'global' }, { region: 'eu' }, { region: 'us' }],
		deviations: [
			leftOut('version', 'it has one value, which is the default'),
			leftOut('input_image_blob_path', "a path in the provider's own storage"),
			emptyPrompt,
			ours('prompt', 'default', '', undefined, 'an empty prompt is a mistake'),
			emptyId,
			ours('aspect_ratio', 'pattern', undefined, '^\\d+:\\d+$', 'the guide: from 21:9 to 9:21'),
			ours('images', 'type', 'string or array', 'array', 'a list holds one image as well'),
			ours('disable_pup', 'default', false, true, opposite),
			ours('webhook_url', 'minLength', 1, undefined, 'a URL is never empty'),
		],
	},
	{
		provider: replicate,
		facts: loadFacts('replicate'),
		choices: [{ service: 'replicate' }, { service: 'crazyrouter' }],
		beside: () => ({ webhook: { type: 'string' } }),
		parameters: () => ({ webhook: 'webhookUrl' }),
		deviations: [
			emptyPrompt,
			emptyId,
			ours('webhook', 'field', false, true, 'it goes beside the input, which is all that a schema describes'),
			...['width', 'height'].map((field) => ours(field, 'multipleOf', undefined, 32, rounded)),
			ours(
				'output_format',
				'enum',
				'',
				'jpg,png,webp',
				'the formats of all others, for a schema that lists none',
			),
		],
	},
	{
		provider: apiframe,
		facts: loadFacts('apiframe'),
		choices: [{}],
		filled: (operation) => (operation === 'fill' ? ['model', 'mode'] : ['model']),
		deviations: [
			leftOut('model', 'the request is told of the model'),
			leftOut('webhookEvents', 'they go with every webhook'),
			ours('mode', 'required', true, false, 'it is filled in'),
			ours('mode', 'default', undefined, 'inpaint', 'it is filled in'),
		],
	},
	{
		provider: fal,
		facts: loadFacts('fal'),
		choices: [{}],
		documentedAs: ({ endpoint }) => endpoint!.path.slice(1),
		beside: () => ({ fal_webhook: { type: 'string' } }),
		parameters: (operation) => ({
			image_url: falImages[operation],
			...{ fal_webhook: 'webhookUrl', image_urls: 'referenceImages', mask_url: 'mask' },
			...{ control_lora_image_url: 'controlImage', strength: 'promptStrength', num_images: 'numberOfImages' },
			...{ image_size: 'size', 'image_size.width': 'width', 'image_size.height': 'height' },
			...{ 'loras.path': 'loraId', 'loras.scale': 'loraStrength', resolution_mode: 'aspectRatio' },
			enable_prompt_expansion: 'promptUpsampling',
		}),
		deviations: [
			leftOut('sync_mode', 'it would put the images into the answer'),
			leftOut('acceleration', 'each endpoint has its own default, and Extra Fields take it'),
			leftOut('negative_prompt', 'two models of all have it, and Extra Fields take it'),
			leftOut('control_lora_strength', 'it is no strength of a LoRA of the user, and Extra Fields take it'),
			leftOut('preprocess_depth', 'Extra Fields take it'),
			leftOut('loras.force', 'Extra Fields take it'),
			...['fill_image', 'paste_back', 'resize_to_original'].map((name) =>
				leftOut(name, 'Extra Fields take it'),
			),
			leftOut(
				'image_url',
				'what the two control LoRAs start from beside the control image; Extra Fields take it',
			),
			emptyPrompt,
			ours('prompt', 'default', '', undefined, 'an empty prompt is none'),
			ours(
				'image_size',
				'enum',
				falSizes.join(),
				'',
				'a text: it takes the ratios by their own names, and pixels',
			),
			ours('image_size', 'enum', ['auto', ...falSizes].join(), '', 'auto is what it is when left out'),
			ours(
				'image_size',
				'pattern',
				undefined,
				'^(square_hd|landscape_4_3|portrait_4_3|landscape_16_9|portrait_16_9)$',
				'square are pixels',
			),
			...Object.entries({
				...{
					image_size: ['landscape_4_3', 'square_hd', 'auto'],
					aspect_ratio: ['1:1'],
					...{ output_format: ['jpeg', 'png'], safety_tolerance: ['2'], image_prompt_strength: [0.1] },
					strength: [0.85, 0.95],
				},
				...{
					num_inference_steps: [4, 8, 28, 30, 40],
					guidance_scale: [2.5, 3.5, 4.5, 5, 30],
					'loras.scale': [1],
				},
			}).flatMap(([field, usual]: [string, unknown[]]) =>
				usual.map((one) => ours(field, 'default', one, undefined, 'a field looks alike at all endpoints')),
			),
			ours('fal_webhook', 'field', false, true, 'it goes into the query, and a schema describes the body'),
			ours('enable_safety_checker', 'default', true, false, opposite),
		],
	},
	{
		provider: openAiCompatible,
		facts: loadFacts('openai-compatible'),
		choices: [],
		serviceOf: ({ service }) => serviceNames[service!],
		// Crazyrouter tells of edits in prose only; they are OpenAI's.
		beside: (operation): Record<string, Field> =>
			operation === 'edit' ? { image: { type: 'array', maxItems: 16 } } : {},
		parameters: () => ({ image: 'referenceImages' }),
		filled: () => ['model'],
		deviations: [
			leftOut('model', 'the request puts it in'),
			leftOut('output_format', 'the node takes either answer'),
			emptyPrompt,
			ours('image', 'field', false, true, 'Kontext models edit by /images/edits'),
			ours('enable_safety_checker', 'default', false, true, opposite),
		],
	},
];

export const apiNamed = (name: string): Api => apis.find(({ provider }) => provider.name === name)!;

/** What a document says of a model. */
export function factsOf({ provider, facts, documentedAs }: Api, model: Model): ModelFacts {
	const id = documentedAs?.(model) ?? model.id;
	if (id in facts.models) return facts.models[id];
	throw new Error(`test/contract/facts has no ${id} at ${provider.name}: add it from the provider's page`);
}

/** The same by the id of the model and an operation that it has. */
export function factsFor(api: string, id: string, operation: string): ModelFacts {
	const found = apiNamed(api);
	const entries = found.provider.models.filter((model) => model.id === id);
	const has = ({ operations }: Model) => operations.some((one) => one === operation);
	return factsOf(found, entries.find(has) ?? entries[0]);
}
