import type { Field, ModelFacts } from './facts.mts';

const uri: Field = { type: 'string', format: 'uri' };
const number = (min: number, max: number): Field => ({ type: 'number', min, max });
const whole = (min: number, max: number): Field => ({ type: 'integer', min, max });
const prompt: Field = { type: 'string', required: true };

const row = (name: string, fields: Record<string, Field>): [string, ModelFacts] => [
	`atelier/${name}`,
	{ request: `POST /models/atelier/${name}/predictions`, fields, output: 'array' },
];

/** Models that are in no list of ours, with names for their fields as models of other owners have them. They do not exist. */
export const modelsOfOthers: Record<string, ModelFacts> = Object.fromEntries([
	row('two-loras', {
		prompt,
		seed: { type: 'integer', nullable: true },
		lora_weights: { type: 'string' },
		lora_scale: number(-1, 3),
		extra_lora: { type: 'string' },
		extra_lora_scale: number(-1, 3),
		num_inference_steps: whole(1, 50),
	}),
	row('trained', {
		prompt,
		lora_scale: number(-1, 3),
		extra_lora: { type: 'string' },
		extra_lora_scale: number(-1, 3),
		guidance_scale: number(0, 10),
		num_outputs: { type: 'integer', enum: [1, 4] },
	}),
	row('many-loras', {
		prompt,
		hf_loras: { type: 'array', items: { type: 'string' } },
		lora_scales: { type: 'array', items: { type: 'number' } },
		number_of_images: whole(1, 2),
		output_format: { type: 'string', enum: ['jpeg', 'png', 'webp'] },
	}),
	row('two-images', {
		prompt,
		input_image_1: { ...uri, required: true },
		input_image_2: { ...uri, required: true },
	}),
	row('retoucher', {
		instruction: prompt,
		image_input: { type: 'array', items: uri, maxItems: 3 },
		enable_safety_checker: { type: 'boolean' },
		cfg_scale: number(1, 8),
	}),
	row('painter', {
		prompt,
		input_image: { ...uri, required: true },
		mask_image: uri,
		strength: number(0, 1),
	}),
]);
