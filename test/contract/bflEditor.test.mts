import type { INodeProperties } from 'n8n-workflow';

import { models } from '../../nodes/Flux/providers/blackForestLabs/models.ts';
import { loadFacts, type Field } from '../sandbox/facts.mts';
import { displayedFor } from './displayed.mts';

const facts = loadFacts('bfl');

/** Which parameter of the interface a field of the provider belongs to, and where it stands in the editor. */
const mapping: Record<string, [place: 'fields' | 'options' | 'settings', parameter: string]> = {
	prompt: ['fields', 'prompt'],
	images: ['fields', 'referenceImages'],
	image: ['fields', 'image'],
	mask: ['fields', 'mask'],
	person: ['fields', 'person'],
	garment: ['fields', 'garment'],
	image_prompt: ['fields', 'imagePrompt'],
	finetune_id: ['fields', 'finetuneId'],
	aspect_ratio: ['fields', 'aspectRatio'],
	resolution: ['fields', 'resolution'],
	width: ['fields', 'width'],
	height: ['fields', 'height'],
	top: ['fields', 'top'],
	bottom: ['fields', 'bottom'],
	left: ['fields', 'left'],
	right: ['fields', 'right'],
	seed: ['options', 'seed'],
	output_format: ['options', 'outputFormat'],
	safety_tolerance: ['options', 'safetyTolerance'],
	steps: ['options', 'steps'],
	guidance: ['options', 'guidance'],
	prompt_upsampling: ['options', 'promptUpsampling'],
	disable_pup: ['options', 'promptUpsampling'],
	raw: ['options', 'raw'],
	grounding: ['options', 'grounding'],
	image_prompt_strength: ['options', 'imagePromptStrength'],
	finetune_strength: ['options', 'finetuneStrength'],
	dilate_pixels: ['options', 'dilatePixels'],
	mode: ['options', 'mode'],
	auto_crop: ['options', 'autoCrop'],
	reference_offset_x: ['options', 'offsetX'],
	reference_offset_y: ['options', 'offsetY'],
	user: ['options', 'user'],
	webhook_url: ['settings', 'webhookUrl'],
	webhook_secret: ['settings', 'webhookSecret'],
};
const withoutParameter = ['version', 'input_image_blob_path'];

/** The operations of the models, by the beginning of their id; the first that fits counts. */
const operationsByModel: Array<[string, string[]]> = [
	['flux-3-image', ['edit', 'generate']],
	['flux-2-', ['edit', 'generate']],
	['flux-kontext-', ['edit', 'generate']],
	['flux-pro-1.1', ['generate']],
	['flux-dev', ['generate']],
	['flux-pro-1.0-fill', ['fill']],
	['flux-pro-1.0-expand', ['expand']],
	['flux-tools/outpainting', ['expand']],
	['flux-tools/erase', ['erase']],
	['flux-tools/deblur', ['deblur']],
	['flux-tools/vto', ['tryOn']],
];
const operationsOf = (id: string) => operationsByModel.find(([start]) => id.startsWith(start))?.[1] ?? [];

/** What every image operation shows. */
const always = {
	fields: ['authentication', 'resource', 'operation', 'model', 'waitForCompletion', 'options', 'settings'],
	options: ['numberOfImages', 'additionalBody'],
	settings: ['binaryPropertyName', 'fileName', 'timeout', 'maxConcurrency'],
};

function placeOf(id: string, field: string): (typeof mapping)[string] {
	if (/^input_image(_\d)?$/.test(field)) {
		return ['fields', id === 'flux-tools/outpainting-v1' ? 'image' : 'referenceImages'];
	}
	if (field in mapping) return mapping[field];
	throw new Error(`The interface has nothing for ${field}: add it to \`mapping\` in this file`);
}

const cases = models
	.filter(({ id }) => id in facts.models)
	.flatMap(({ id }) => operationsOf(id).map((operation) => [operation, id] as const));

/** The fields of the facts that are seen in an operation; an image to edit makes an edit, so Generate has none. */
const visible = (id: string, operation: string): Array<[string, Field]> =>
	Object.entries(facts.models[id].fields).filter(
		([name]) =>
			!withoutParameter.includes(name) &&
			!(operation === 'generate' && placeOf(id, name)[1] === 'referenceImages'),
	);

it('gives every model the operations of the interface', () => {
	const ours = models.map(({ id, operations }) => [id, [...operations].sort()]);
	expect(ours).toEqual(models.map(({ id }) => [id, operationsOf(id)]));
});

describe('What the editor shows', () => {
	it.each(cases)('in %s for %s is what the model takes, each once', (operation, id) => {
		const places = displayedFor('blackForestLabs', operation, id);
		const mapped = visible(id, operation).map(([name]) => placeOf(id, name));
		for (const place of ['fields', 'options', 'settings'] as const) {
			const wanted = new Set(mapped.flatMap(([where, parameter]) => (where === place ? [parameter] : [])));
			expect({ [place]: places[place].map(({ name }) => name).sort() }).toEqual({
				[place]: [...always[place], ...wanted].sort(),
			});
		}
	});

	it.each(cases)('in %s for %s has the type, the limits and the choices of the model', (operation, id) => {
		const places = displayedFor('blackForestLabs', operation, id);
		for (const [name, field] of visible(id, operation)) {
			const [place, parameter] = placeOf(id, name);
			const property = places[place].find((one) => one.name === parameter);
			expect({ name, ...looks(property) }).toEqual({ name, ...expectedLooks(field, parameter) });
		}
	});
});

const looks = (property: INodeProperties | undefined) => ({
	type: property?.type,
	least: property?.typeOptions?.minValue,
	most: property?.typeOptions?.maxValue,
	choices: property?.options?.map((one) => (one as { value: unknown }).value).filter((value) => value !== ''),
	isList: property?.typeOptions?.multipleValues === true,
});

function expectedLooks(field: Field, parameter: string): ReturnType<typeof looks> {
	const types = { integer: 'number', number: 'number', boolean: 'boolean' } as const;
	const usual = types[field.type as keyof typeof types] ?? 'string';
	return {
		type: field.enum === undefined ? usual : 'options',
		least: field.min,
		most: field.max,
		choices: field.enum,
		isList: parameter === 'referenceImages',
	};
}
