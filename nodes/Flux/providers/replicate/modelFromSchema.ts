import { z } from 'zod/v4';

import type { FieldOptions } from '../../catalogue/modelFields';
import type { ParameterName } from '../../catalogue/parameters';
import type { ImageOperation, Model, ModelQuestion, ProviderAnswer, Wanted } from '../../provider';
import { input } from './fields';
import { placeOfSchema } from './protocol';
import { declared, fieldsIn, type SchemaField } from './schema';

/** What the models call a parameter; of several names the first that a model has is the one. */
const names: ReadonlyArray<[ParameterName, string]> = [
	['prompt', 'prompt text_prompt instruction'],
	['mask', 'mask mask_image'],
	['finetuneId', 'finetune_id'],
	['aspectRatio', 'aspect_ratio'],
	['resolution', 'resolution size'],
	['width', 'width'],
	['height', 'height'],
	['seed', 'seed'],
	['numberOfImages', 'num_outputs number_of_images num_images'],
	['outputFormat', 'output_format'],
	['outputQuality', 'output_quality'],
	['megapixels', 'megapixels output_megapixels'],
	['safetyTolerance', 'safety_tolerance'],
	['steps', 'steps num_inference_steps num_steps'],
	['guidance', 'guidance guidance_scale cfg_scale cfg'],
	['promptUpsampling', 'prompt_upsampling enhance_prompt'],
	['raw', 'raw'],
	['grounding', 'grounding'],
	['interval', 'interval'],
	['imagePromptStrength', 'image_prompt_strength'],
	['promptStrength', 'prompt_strength strength'],
	['goFast', 'go_fast'],
	['disableSafetyChecker', 'disable_safety_checker enable_safety_checker'],
	['finetuneStrength', 'finetune_strength'],
	['outpaint', 'outpaint'],
	['imagePrompt', 'image_prompt'],
];
/** Names that say the opposite of their parameter. */
const inverted = ['enable_safety_checker'];

/** Where a model takes LoRAs, one each or a list, and where how strong they are. */
const loras: ReadonlyArray<[lora: string, strength: string]> = [
	['lora_weights', 'lora_scale lora_strength'],
	['hf_lora', 'lora_scale lora_strength'],
	['hf_loras', 'lora_scales'],
	['extra_lora', 'extra_lora_scale'],
];
/** Of a model that holds its own LoRA. */
const strengthOfOneLora = 'lora_scale lora_strength';

/** Images that an operation works on, the usual names first. */
const inputNames =
	'input_images images image_input image_urls reference_images image input_image img_cond_path init_image source_image reference_image image_url';
/** Images that a model has for something else, unless there are no others. */
const otherNames = 'control_image redux_image image_prompt';
const firstNames: Partial<Record<ImageOperation, string>> = {
	control: 'control_image',
	remix: 'redux_image',
};
const maskNames = 'mask mask_image';

const listed = (words = '') => words.split(' ');

/** Asks Replicate for a model's own input schema. */
export function modelFromSchema(id: string): ModelQuestion | undefined {
	const url = placeOfSchema(id);
	if (url === undefined) return undefined;
	return { request: { method: 'GET', url }, read: (answer, wanted) => read(id, answer, wanted) };
}

const version = z.object({ openapi_schema: z.unknown() });
const told = z.union([z.object({ latest_version: version }).transform((all) => all.latest_version), version]);

function read(id: string, { status, body }: ProviderAnswer, wanted: Wanted): Model | undefined {
	const answer = status === 200 ? told.safeParse(body).data : undefined;
	const fields = fieldsIn(answer?.openapi_schema);
	if (fields === undefined) return undefined;
	// What the user wrote himself is not missing.
	const isMissing = ({ name, required }: SchemaField) => required && !wanted.written.includes(name);
	const asked = fields.map((one) => ({ ...one, required: isMissing(one) }));
	return modelOf(id, asked, wanted);
}

/** The catalogue's entry for a model with these fields, in which what is `set` fills a field where there is one for it. */
function modelOf(id: string, fields: SchemaField[], wanted: Wanted): Model {
	const shape: Record<string, z.ZodType> = {};
	const free = (words: string) =>
		listed(words).flatMap((name) => fields.filter((one) => one.name === name && !Object.hasOwn(shape, name)));
	const fill = (parameter: ParameterName, one: SchemaField | undefined, options: FieldOptions = {}) => {
		if (one === undefined) return;
		const image = isImage(one) ? { image: 'link' as const } : {};
		const opposite = inverted.includes(one.name) ? { inverted: true as const } : {};
		// What lists no formats has the usual ones of Replicate.
		const usual = parameter === 'outputFormat' && one.enum === undefined ? { spelling: { jpeg: 'jpg' } } : {};
		shape[one.name] = declared(parameter, one, { ...image, ...opposite, ...usual, ...options });
	};

	const works = inputsOf(fields, wanted.operation);
	fillInputs(works, wanted, fill);
	for (const [parameter, words] of names) fill(parameter, free(words)[0]);
	if (wanted.set.includes('loraId') || loras.some(([lora]) => free(lora)[0]?.required === true)) {
		let position = 0;
		for (const [lora, strength] of loras) {
			const [one] = free(lora);
			if (one === undefined) continue;
			const place = one.type === 'array' ? {} : { position: position++ };
			fill('loraId', one, place);
			fill('loraStrength', free(strength)[0], place);
		}
	} else {
		fill('loraStrength', free(strengthOfOneLora)[0]);
	}
	return { id, label: id, operations: operationsOf(fields, works), body: input(shape) };
}

function operationsOf(fields: SchemaField[], works: SchemaField[]): ImageOperation[] {
	const needsImage = works.some(({ name, required }) => required && name !== 'image_prompt');
	const canFill = fields.some(({ name }) => [...listed(maskNames), 'outpaint'].includes(name));
	return [
		...(needsImage ? [] : (['generate'] as const)),
		...(works.length === 0 ? [] : (['edit', 'control', 'remix'] as const)),
		...(works.length > 0 && canFill ? (['fill'] as const) : []),
	];
}

/** Whether a field is an image, or a list of them: by its name if that is known, else as a URL that is called so. */
function isImage({ name, type, format, items }: SchemaField): boolean {
	const known = [inputNames, otherNames, maskNames].flatMap(listed);
	const holds = type === 'array' ? items : { type, format };
	if (holds?.type !== 'string') return false;
	return known.includes(name) || (holds.format === 'uri' && /ima?ge?|photo|picture/i.test(name));
}

/** The images that the operation can work on, the likeliest first. */
function inputsOf(fields: SchemaField[], operation: ImageOperation): SchemaField[] {
	const first = [...listed(firstNames[operation]), ...listed(inputNames)];
	const last = listed(otherNames);
	const rank = ({ name }: SchemaField) =>
		first.includes(name) ? first.indexOf(name) : first.length + 1 + last.indexOf(name);
	return fields
		.filter((one) => isImage(one) && !listed(maskNames).includes(one.name))
		.sort((one, other) => rank(one) - rank(other));
}

type Fill = (parameter: ParameterName, one: SchemaField | undefined, options?: FieldOptions) => void;

/** The editor offers Image and Reference Images for an id that is in no list: what is set fills what the model has. */
function fillInputs(works: SchemaField[], { operation, set }: Wanted, fill: Fill): void {
	if (operation === 'generate') return;
	const isList = ({ type }: SchemaField) => type === 'array';
	if (operation !== 'edit') {
		fill(operation === 'control' ? 'controlImage' : 'image', works[0]);
		return;
	}
	const several = set.includes('referenceImages');
	const single = set.includes('image') ? works.find((one) => !(several && isList(one))) : undefined;
	fill('image', single);
	if (single !== undefined && !several) return;
	const rest = works.filter((one) => one !== single);
	// Beside a single image the others go into a list.
	const main = (single === undefined ? undefined : rest.find(isList)) ?? rest[0];
	if (main === undefined) return;
	if (isList(main)) fill('referenceImages', main);
	else for (const [position, one] of alike(main, rest).entries()) fill('referenceImages', one, { position });
}

/** Images that are told apart by a number at the end of their name: `input_image_1`, `input_image_2`. */
function alike(main: SchemaField, all: SchemaField[]): SchemaField[] {
	const [stem, number] = [/_?(?<!\d)\d+$/, /(?<!\d)\d+$/];
	const nameOf = ({ name }: SchemaField) => name.replace(stem, '');
	const numberOf = ({ name }: SchemaField) => Number(number.exec(name)?.[0] ?? 0);
	return all
		.filter((one) => nameOf(one) === nameOf(main) && one.type !== 'array')
		.sort((one, other) => numberOf(one) - numberOf(other));
}
