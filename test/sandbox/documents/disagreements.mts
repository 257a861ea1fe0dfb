import type { Api } from './documents.mts';

/** Where a provider's document does not count as it is. */
export interface Disagreement {
	api: Api;
	/** What is spoken of: models, a component of the document, the answer of `GET /path`, or a body, as `POST /path request`. */
	of: string[];
	/** Its fields; those of a block behind a dot. Left out: it itself. */
	fields?: string[];
	/** The keyword of JSON Schema that differs, or `field`: that there is such a field at all. */
	rule: string;
	document: unknown;
	counts: unknown;
	why: string;
}

/** FLUX.2 at Black Forest Labs. */
const flux2 = [
	...['flux-2-pro', 'flux-2-max', 'flux-2-flex', 'flux-2-pro-preview'],
	...['flux-2-klein-4b', 'flux-2-klein-9b', 'flux-2-klein-9b-preview'],
];

const outpaint = [
	...['None', 'Zoom out 1.5x', 'Zoom out 2x', 'Make square'],
	...['Left outpaint', 'Right outpaint', 'Top outpaint', 'Bottom outpaint'],
];
const ratios = [
	...['1:1', '16:9', '21:9', '3:2', '2:3', '4:5', '5:4', '3:4', '4:3', '9:16', '9:21', 'match_input_image'],
];
/** What Apiframe's document has for all models alike. */
const fluxParams: Record<string, object> = {
	go_fast: { type: 'boolean' },
	guidance: { maximum: 10, minimum: 1.5, type: 'number' },
	image_prompt: { format: 'uri', type: 'string' },
	image_prompt_strength: { maximum: 1, minimum: 0, type: 'number' },
	input_images: { items: { format: 'uri', type: 'string' }, maxItems: 10, type: 'array' },
	prompt_upsampling: { type: 'boolean' },
	raw: { type: 'boolean' },
	resolution: { type: 'string' },
	steps: { maximum: 50, minimum: 1, type: 'integer' },
};

const togetherRequest = 'POST /images/generations request';

/** The one table of where documents and newer or other facts disagree; `disagreements.test.mts` shows that each row is needed. */
export const disagreements: Disagreement[] = [
	{
		api: 'bfl',
		...{ of: flux2, fields: ['width', 'height'], rule: 'multipleOf', document: undefined, counts: 16 },
		why: "the provider's guide of FLUX.2, which its document does not repeat",
	},
	{
		api: 'bfl',
		...{ of: flux2, fields: ['width', 'height'], rule: 'default', document: 0, counts: undefined },
		why: 'it is below the minimum of its own field; left out, the model chooses',
	},
	{
		api: 'bfl',
		...{ of: ['ValidationError'], fields: ['input', 'ctx'], rule: 'field', document: undefined, counts: {} },
		why: 'FastAPI sends them since its second version, whatever a document says',
	},
	{
		api: 'bfl',
		...{ of: ['flux-3-image'], fields: ['safety_tolerance'], rule: 'maximum', document: 4, counts: 7 },
		why: '0 to 7 is documented since 2026-10-15, nine days after this document; the server refuses before any work',
	},
	...Object.entries({ 'flux-2-dev': 4, 'flux-2-max': 8, 'flux-2-pro': 8 }).map(
		([id, most]): Disagreement => ({
			api: 'replicate',
			...{ of: [`black-forest-labs/${id}`], fields: ['input_images'], rule: 'maxItems' },
			...{ document: undefined, counts: most },
			why: 'the description of the field says how many; its schema does not',
		}),
	),
	{
		api: 'replicate',
		of: ['black-forest-labs/flux-2-klein-4b', 'black-forest-labs/flux-2-klein-9b'],
		...{ fields: ['images'], rule: 'maxItems', document: undefined, counts: 5 },
		why: 'the description of the field says how many; its schema does not',
	},
	{
		api: 'replicate',
		...{ of: ['black-forest-labs/flux-1.1-pro'], fields: ['safety_tolerance'], rule: 'maximum' },
		...{ document: 5, counts: 6, why: 'the document is of 2024-10; newer versions take 6' },
	},
	{
		api: 'replicate',
		...{ of: ['black-forest-labs/flux-1.1-pro'], fields: ['image_prompt'], rule: 'field' },
		...{ document: undefined, counts: { type: 'string', format: 'uri' } },
		why: 'the document is of 2024-10; newer versions have it',
	},
	{
		api: 'replicate',
		...{ of: ['black-forest-labs/flux-2-klein-4b'], fields: ['output_megapixels'], rule: 'enum' },
		...{ document: undefined, counts: ['0.25', '0.5', '1', '2', '4'] },
		why: 'the document has no choices; those of the sibling are what its page offers',
	},
	{
		api: 'replicate',
		...{ of: ['black-forest-labs/flux-2-klein-9b'], fields: ['output_megapixels'], rule: 'field' },
		...{
			document: undefined,
			counts: { type: 'string', enum: ['0.25', '0.5', '1', '2', '4'], default: '1' },
		},
		why: 'both siblings call `megapixels` so: both are sent, and Replicate ignores what a model does not know',
	},
	...Object.entries({
		lora_weights: { type: 'string' },
		lora_scale: { type: 'number', minimum: -1, maximum: 3, default: 1 },
	}).map(([field, counts]) => ({
		...{ api: 'replicate' as const, of: ['black-forest-labs/flux-fill-dev'], fields: [field], rule: 'field' },
		...{ document: undefined, counts, why: 'the document is of 2024-11; newer versions run a LoRA' },
	})),
	...Object.entries({
		guidance: { minimum: [2, 1.5], maximum: [5, 100], default: [3, 60] },
		steps: { minimum: [1, 15] },
	}).flatMap(([field, rules]) =>
		Object.entries(rules).map(([rule, [document, counts]]) => ({
			...{ api: 'replicate' as const, of: ['black-forest-labs/flux-fill-pro'], fields: [field], rule },
			...{
				document,
				counts,
				why: 'its schema of 2026-10-02 is newer than the document, which is of 2024-11',
			},
		})),
	),
	{
		api: 'replicate',
		...{ of: ['black-forest-labs/flux-fill-pro'], fields: ['outpaint'], rule: 'field' },
		...{ document: undefined, counts: { type: 'string', enum: outpaint, default: 'None' } },
		why: 'its schema of 2026-10-02 is newer than the document, which is of 2024-11',
	},
	{
		api: 'replicate',
		...{ of: ['black-forest-labs/flux-kontext-dev'], fields: ['aspect_ratio'], rule: 'enum' },
		...{ document: undefined, counts: ratios, why: 'the document has no choices, the newer schema does' },
	},
	{
		api: 'replicate',
		...{ of: ['black-forest-labs/flux-kontext-dev'], fields: ['num_inference_steps'], rule: 'default' },
		...{ document: 30, counts: 28, why: 'the newer schema says so' },
	},
	{
		api: 'replicate',
		...{ of: ['black-forest-labs/flux-kontext-dev'], fields: ['go_fast'], rule: 'field' },
		...{ document: undefined, counts: { type: 'boolean', default: true }, why: 'newer versions have it' },
	},
	{
		api: 'replicate',
		of: ['black-forest-labs/flux-kontext-max', 'black-forest-labs/flux-kontext-pro'],
		...{ fields: ['prompt_upsampling'], rule: 'field', document: undefined },
		...{
			counts: { type: 'boolean', default: false },
			why: 'the document is of 2025-06; newer versions have it',
		},
	},
	{
		api: 'replicate',
		...{ of: ['black-forest-labs/flux-schnell'], fields: ['num_inference_steps'], rule: 'field' },
		...{ document: undefined, counts: { type: 'integer', minimum: 1, maximum: 4, default: 4 } },
		why: 'the document is of 2024-10; newer versions have it',
	},
	{
		api: 'replicate',
		...{
			of: ['schemas_prediction_response'],
			fields: ['version'],
			rule: 'oneOf',
			counts: [{ type: 'string' }],
		},
		document: [{ type: 'string' }, { enum: ['hidden'], type: 'string' }],
		why: '`hidden` is both of its choices, and only one of them may be met',
	},
	{
		api: 'replicate',
		...{ of: ['parameters_prefer_header'], rule: 'pattern' },
		document: '^wait(=([1-9]|[1-9][0-9]|60))?$',
		counts: '^wait(=([1-9]|[1-5][0-9]|60))?$',
		why: 'its text says 1 to 60 seconds; the pattern lets 99 pass',
	},
	{
		api: 'apiframe',
		of: ['flux-1.1-pro', 'flux-1.1-pro-ultra', 'flux-2-pro', 'flux-2-dev', 'flux-2-flex', 'flux-2-max'],
		...{ fields: ['fluxParams.aspect_ratio'], rule: 'pattern' },
		...{ document: '^\\d+:\\d+$', counts: '^(\\d+:\\d+|match_input_image)$' },
		why: "the models' pages offer `match_input_image`",
	},
	{
		api: 'apiframe',
		...{ of: ['flux-1.1-pro'], fields: ['fluxParams.width', 'fluxParams.height'], rule: 'maximum' },
		...{ document: 2048, counts: 1440, why: 'its page is stricter than the document, which is one for all' },
	},
	...Object.entries({ 'flux-2-pro': 8, 'flux-2-max': 8, 'flux-2-dev': 5 }).map(([id, counts]) => ({
		api: 'apiframe' as const,
		...{ of: [id], fields: ['fluxParams.input_images'], rule: 'maxItems' },
		...{ document: 10, counts, why: 'its page is stricter than the document, which is one for all' },
	})),
	...Object.entries({
		'flux-1.1-pro': [
			'input_images',
			'image_prompt_strength',
			'resolution',
			'steps',
			'guidance',
			'raw',
			'go_fast',
		],
		'flux-2-pro': ['image_prompt', 'image_prompt_strength', 'steps', 'guidance', 'raw', 'go_fast'],
		'flux-2-max': [
			...['image_prompt', 'image_prompt_strength', 'prompt_upsampling'],
			...['steps', 'guidance', 'raw', 'go_fast'],
		],
		'flux-2-dev': [
			...['image_prompt', 'image_prompt_strength', 'prompt_upsampling'],
			...['resolution', 'steps', 'guidance', 'raw'],
		],
		'flux-2-flex': ['image_prompt', 'image_prompt_strength', 'raw', 'go_fast'],
	})
		.flatMap(([id, names]) => names.map((name) => [id, name]))
		.map(([id, name]) => ({
			...{ api: 'apiframe' as const, of: [id], fields: [`fluxParams.${name}`], rule: 'field' },
			...{ document: fluxParams[name], counts: undefined },
			why: 'the document has one list for all models; what the page of this one does not name, it does not do',
		})),
	{
		api: 'together',
		...{ of: ['GET /models'], rule: 'operation', document: undefined, counts: { responses: { 200: {} } } },
		why: 'the extract has the images alone; the list of models is told in the guide',
	},
	...Object.entries({
		n: { minimum: 1, maximum: 4 },
		steps: { minimum: 1, maximum: 50 },
		width: { multipleOf: 8 },
		height: { multipleOf: 8 },
	}).flatMap(([field, rules]) =>
		Object.entries(rules).map(([rule, counts]) => ({
			...{ api: 'together' as const, of: [togetherRequest], fields: [field], rule },
			...{ document: undefined, counts, why: 'the description of the field says so; its schema does not' },
		})),
	),
	{
		api: 'together',
		...{ of: [togetherRequest], fields: ['aspect_ratio'], rule: 'field', document: undefined },
		...{
			counts: { type: 'string', pattern: '^\\d+:\\d+$' },
			why: 'schnell and Kontext have it in place of pixels',
		},
	},
];

/** Models without a document that we could get, which are judged by the facts alone, and why. */
export const undocumented: Record<string, string> = {
	'flux-3-image-klein':
		'newer than the document, and its wire names were not seen: those of its siblings are assumed',
	'black-forest-labs/flux-2-flex': 'its schema was not at hand; the facts have it from the page of the model',
	...Object.fromEntries(
		[
			...['flux-krea-dev', 'flux-dev-lora', 'flux-kontext-dev-lora', 'flux-redux-schnell'],
			'flux-2-klein-9b-base',
		].map((id) => [`black-forest-labs/${id}`, 'its schema was read, but is not among the documents']),
	),
	'prunaai/flux-fast': 'its schema was read, but is not among the documents',
	'prunaai/flux-kontext-fast': 'its schema was read, but is not among the documents',
};
