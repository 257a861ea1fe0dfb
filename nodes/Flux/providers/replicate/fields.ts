import { z } from 'zod/v4';

import {
	choice,
	entry,
	flag,
	image,
	images,
	number,
	only,
	outpaintWays,
	prompt,
	seed,
	text,
	webhook,
	whole,
} from '../../catalogue/fields';
import { field, fieldsOf } from '../../catalogue/modelFields';
import type { ImageOperation } from '../../provider';

/** Whether pixels of a model count with the aspect ratio `custom` alone. */
export const hasCustomRatio = (body: z.ZodObject): boolean =>
	fieldsOf(body).some(({ name, enum: ratios }) => name === 'aspect_ratio' && ratios?.includes('custom'));

/** A model's `input`, and what stands beside it. */
export function input(fields: z.ZodRawShape): z.ZodObject {
	const body = z.object({ ...fields, webhook: webhook('Replicate') });
	const counts = ({ aspect_ratio: chosen }: Record<string, unknown>) =>
		chosen === undefined || chosen === 'custom' || !hasCustomRatio(body);
	return body
		.refine(...only('width', counts, customOnly))
		.refine(...only('height', (sent) => sent.width !== undefined || counts(sent), customOnly));
}
const customOnly = 'only counts if Aspect Ratio is empty or custom';

/** A model, of Black Forest Labs unless its name has an owner. */
export const model: ReturnType<typeof entry> = (name, ...more) =>
	anyModel(name.includes('/') ? name : `black-forest-labs/${name}`, ...more);
const anyModel = entry(input);

/** The sides of an image with the aspect ratio `custom`. */
export const pixels = (max: number) => ({
	width: whole('width', { min: 256, max, multipleOf: 32 }),
	height: whole('height', { min: 256, max, multipleOf: 32 }),
});

export const safetyTolerance = (min: number, max: number) =>
	whole('safetyTolerance', { min, max, default: 2 });
export const upsampling = (usual: boolean) => flag('promptUpsampling', { default: usual });
export const goFast = (usual: boolean) => flag('goFast', { default: usual });
export const steps = (min: number, usual: number) => whole('steps', { min, max: 50, default: usual });
export const guidance = (min: number, max: number, usual: number) =>
	number('guidance', { min, max, default: usual });
export const ratio = (usual: string, words: string) => choice('aspectRatio', words, { default: usual });
export const megapixels = (words: string) => choice('megapixels', words, { default: '1' });
export const jpgOrPng = (usual: 'jpg' | 'png') => choice('outputFormat', 'jpg png', { default: usual });

/** The file as most models make it. */
export const file = (format: 'webp' | 'jpg', quality: number) => ({
	output_format: choice('outputFormat', 'webp jpg png', { default: format }),
	output_quality: whole('outputQuality', { min: 0, max: 100, default: quality }),
});
export const webpFile = file('webp', 80);

export const disableSafetyChecker = flag('disableSafetyChecker', { default: false });
/** The image that is worked on. */
export const neededImage = image('image', 'link', { required: true });
export const mask = image('mask', 'link');
export const imagePrompt = image('imagePrompt', 'link');
/** The only image that a Kontext model takes. */
export const inputImage = (required: boolean) => image('referenceImages', 'link', { position: 0, required });

export const flux2Ratio = ratio('1:1', 'match_input_image custom 1:1 16:9 3:2 2:3 4:5 5:4 9:16 3:4 4:3');

/** What the FLUX.2 models of Black Forest Labs' own servers take. */
export const flux2 = (max: number, more: z.ZodRawShape = {}) => ({
	prompt,
	input_images: images('link', { max }),
	aspect_ratio: flux2Ratio,
	resolution: field('resolution', z.enum(['match_input_image', '0.5 MP', '1 MP', '2 MP', '4 MP']), {
		default: '1 MP',
	}),
	seed,
	...webpFile,
	safety_tolerance: safetyTolerance(1, 5),
	...more,
	...pixels(2048),
});

/** What the FLUX.2 [klein] models take; `more` is in what they differ. */
export const klein = (more: z.ZodRawShape) => ({
	prompt,
	images: images('link', { max: 5 }),
	...more,
	output_megapixels: megapixels('0.25 0.5 1 2 4'),
	seed,
	...file('jpg', 95),
	disable_safety_checker: disableSafetyChecker,
});

export const kontext = {
	prompt,
	input_image: inputImage(false),
	aspect_ratio: ratio(
		'match_input_image',
		'match_input_image 1:1 16:9 9:16 4:3 3:4 3:2 2:3 4:5 5:4 21:9 9:21 2:1 1:2',
	),
	seed,
	prompt_upsampling: upsampling(false),
	output_format: jpgOrPng('png'),
	safety_tolerance: safetyTolerance(0, 6),
};

export const ultra = {
	prompt,
	image_prompt: imagePrompt,
	aspect_ratio: ratio('1:1', '21:9 16:9 3:2 4:3 5:4 1:1 4:5 3:4 2:3 9:16 9:21'),
	seed,
	raw: flag('raw', { default: false }),
	image_prompt_strength: number('imagePromptStrength', { min: 0, max: 1, default: 0.1 }),
	output_format: jpgOrPng('jpg'),
	safety_tolerance: safetyTolerance(1, 6),
};
export const finetune = {
	finetune_id: text('finetuneId', { min: 1, required: true }),
	finetune_strength: number('finetuneStrength', { min: 0, max: 2, default: 1 }),
};

/** The ratios of the open models. */
export const openRatio = ratio('1:1', '1:1 16:9 21:9 3:2 2:3 4:5 5:4 3:4 4:3 9:16 9:21');
/** The same, or that of the image. */
export const openOrInputRatio = (usual: '1:1' | 'match_input_image') =>
	ratio(usual, '1:1 16:9 21:9 3:2 2:3 4:5 5:4 3:4 4:3 9:16 9:21 match_input_image');
/** What the open models end with. */
export const open = {
	seed,
	num_outputs: whole('numberOfImages', { min: 1, max: 4, default: 1 }),
	...webpFile,
	disable_safety_checker: disableSafetyChecker,
};
export const openSteps = { num_inference_steps: steps(1, 28) };

/** What the open models take that work on an image. */
export const openEdit = (usualGuidance: number) => ({
	prompt,
	guidance: guidance(0, 100, usualGuidance),
	megapixels: megapixels('1 0.25 match_input'),
	...openSteps,
	...open,
});

/** What the [pro] tools of FLUX.1 take beside the image. */
export const proTool = (minSteps: number, scale: z.ZodType) => ({
	prompt,
	steps: steps(minSteps, 50),
	guidance: scale,
	prompt_upsampling: upsampling(false),
	seed,
	output_format: jpgOrPng('jpg'),
	safety_tolerance: safetyTolerance(1, 6),
});

export const outpaint = field('outpaint', z.enum(['None', ...outpaintWays]), {
	default: 'None',
	description: 'How to extend the image. The mask then does not count.',
});

// A LoRA that is none would fail the job only when it is already running, and charged.
const isLora = (text: string) => /^[^\s/]+(\/[^\s/]*)+$/.test(text);
const loraForms = 'takes owner/name, owner/name:version, huggingface.co/owner/name or a URL';

const anyLora = field('loraId', z.string().refine(isLora, loraForms), {
	description:
		'The LoRA to use: a Hugging Face model (huggingface.co/owner/name), a model of Replicate (owner/name or owner/name:version), a CivitAI model or the URL of a .safetensors file',
});
/** The LoRA that a model is to use, and how much. */
export const lora = {
	lora_weights: anyLora,
	lora_scale: number('loraStrength', { min: -1, max: 3, default: 1 }),
};
/** The same where its strength has another name. */
export const kontextLora = { lora_weights: anyLora, lora_strength: number('loraStrength', { default: 1 }) };

/** What the models based on FLUX.1 [dev] take, with the ratios and what else one has. */
export const dev = (ratios: z.ZodType, more: z.ZodRawShape = {}) => ({
	prompt,
	image: image('image', 'link'),
	prompt_strength: number('promptStrength', { min: 0, max: 1, default: 0.8 }),
	aspect_ratio: ratios,
	megapixels: megapixels('1 0.25'),
	guidance: guidance(0, 10, 3),
	go_fast: goFast(true),
	...openSteps,
	...open,
	...more,
});

/** Both [schnell] models take few steps. */
export const fewSteps = { num_inference_steps: whole('steps', { min: 1, max: 4, default: 4 }) };

/** What the models of Pruna AI take. */
export const pruna = (ratios: z.ZodType, usualSteps: number, usualGuidance: number) => ({
	prompt,
	aspect_ratio: ratios,
	seed: whole('seed', { min: -1, default: -1 }),
	guidance: guidance(0, 10, usualGuidance),
	num_inference_steps: steps(1, usualSteps),
	output_format: choice('outputFormat', 'webp jpg png', { default: 'jpg' }),
	output_quality: whole('outputQuality', { min: 1, max: 100, default: 80 }),
});

/** What models that are in no list take, such as FLUX.3 Image, and those of other owners with a LoRA of one's own. */
export const ofOthers = (operation: ImageOperation): z.ZodRawShape => ({
	lora_weights: text('loraId'),
	hf_lora: text('loraId'),
	lora_scale: number('loraStrength'),
	lora_strength: number('loraStrength'),
	guidance_scale: number('guidance'),
	grounding: flag('grounding'),
	...(operation === 'edit' ? { input_image: image('image', 'link') } : {}),
	...(operation === 'remix' ? { image: image('image', 'link') } : {}),
});
