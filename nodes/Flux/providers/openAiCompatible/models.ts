import { z } from 'zod/v4';

import { choice, flag, image, number, prompt, seed, text, whole } from '../../catalogue/fields';
import { field, fieldRules, fieldsOf } from '../../catalogue/modelFields';
import type { ImageOperation, Model, ModelQuestion, ServerModels } from '../../provider';
import { atMostFour, files, n } from './fields';
import { serviceNamed } from './services';

const atCrazyrouter = (id: string, name: string, operations: ImageOperation[] = ['generate']): Model => ({
	id,
	label: `${name} (Crazyrouter)`,
	operations,
	service: 'crazyrouter',
	body: z.object({
		prompt,
		n,
		size: choice('size', '1024x1024 1024x768 768x1024 1024x576 576x1024 1536x1024 1024x1536'),
		...(operations.includes('edit') ? { image: files } : {}),
	}),
});

const atMonica = (id: string, name: string, body: z.ZodRawShape): Model => ({
	id,
	label: `${name} (Monica)`,
	operations: ['generate'],
	service: 'monica',
	endpoint: { path: '/image/gen/flux' },
	body: z.object({
		prompt: text('prompt', { min: 1, max: 4000, required: true }),
		size: choice('size', '1024x1024 768x1344 1344x768'),
		seed: whole('seed', { max: 2_147_483_646 }),
		...body,
	}),
});

/** The models of the services that are known here. Source: the public pages of Crazyrouter, OneRouter and Monica. */
export const models: readonly Model[] = [
	atCrazyrouter('flux-1.1-pro', 'FLUX 1.1 [pro]'),
	atCrazyrouter('flux-1.1-pro-ultra', 'FLUX 1.1 [pro] Ultra'),
	atCrazyrouter('flux-dev', 'FLUX.1 [dev]'),
	atCrazyrouter('flux-schnell', 'FLUX.1 [schnell]'),
	atCrazyrouter('flux-kontext-pro', 'FLUX.1 Kontext [pro]', ['edit', 'generate']),
	atCrazyrouter('flux-kontext-dev', 'FLUX.1 Kontext [dev]', ['edit', 'generate']),
	{
		id: 'flux-pro-v1.1-ultra-text-to-image',
		label: 'FLUX 1.1 [pro] Ultra (OneRouter)',
		description: 'Image prompt by URL',
		operations: ['generate'],
		service: 'oneRouter',
		body: z.object({
			prompt,
			size: choice('aspectRatio', '21:9 16:9 4:3 3:2 1:1 2:3 3:4 9:16 9:21', { default: '16:9' }),
			image_url: image('imagePrompt', 'url'),
			image_prompt_strength: number('imagePromptStrength', { min: 0, max: 1, default: 0.1 }),
			enhance_prompt: flag('promptUpsampling'),
			raw: flag('raw'),
			seed,
			enable_safety_checker: flag('disableSafetyChecker', { inverted: true, default: true }),
			safety_tolerance: choice('safetyTolerance', '1 2 3 4 5 6', { default: '2' }),
			n,
		}),
	},
	atMonica('flux_pro', 'FLUX.1 [pro]', {
		steps: whole('steps', { min: 1, max: 50, default: 25 }),
		guidance: number('guidance', { min: 2, max: 5 }),
		interval: whole('interval', { min: 1, max: 4 }),
		safety_tolerance: whole('safetyTolerance', { min: 1, max: 6 }),
	}),
	atMonica('flux_dev', 'FLUX.1 [dev]', {
		num_outputs: atMostFour,
		steps: whole('steps', { min: 1, max: 50, default: 28 }),
		guidance: number('guidance', { min: 0, max: 10 }),
	}),
	atMonica('flux_schnell', 'FLUX.1 [schnell]', {
		num_outputs: atMostFour,
		steps: whole('steps', { min: 1, max: 4, default: 4 }),
	}),
];

/**
 * For an id that is in no list of the credential's service: what that service takes, or OpenAI's fields. The editor does not know
 * the service and shows the latter, among which are the former; a parameter that the service has not is refused before anything is submitted.
 */
export function unlistedModel(id: string, operation: ImageOperation, service?: string): Model {
	const { label, baseUrl, fields } = serviceNamed(service);
	const { generate, edit, path } =
		fields.find(({ models }) => models === undefined || models.test(id)) ?? fields[0];
	return {
		id,
		label: baseUrl === undefined ? id : `${id} (${label})`,
		operations: edit === undefined ? ['generate'] : ['generate', 'edit'],
		body: z.looseObject(operation === 'edit' && edit !== undefined ? edit : generate),
		...(path !== undefined && { endpoint: { path } }),
	};
}

const imageModel =
	/flux|klein|image|diffusion|dall-?e|kontext|sdxl|\bsd-?[123]|seedream|ideogram|recraft|hidream|kolors|krea|midjourney/i;

/** Where servers say that a model makes images: Vercel, Xinference, Lemonade and Pollinations. */
const kinds = ['type', 'model_type', 'labels', 'output_modalities'];

// What begins with = would be an expression of n8n, once it is chosen.
const entry = z.looseObject({ id: z.string().regex(/^[^=]/).max(200) });
type Entry = z.infer<typeof entry>;
const entries = z.array(entry.or(z.unknown().transform(() => undefined)));
const list = z.union([entries, z.object({ data: entries }).transform(({ data }) => data)]);

/** The server's own models that make images. Of a server of which nothing is known those whose id or kind speaks of images. */
export function serverModels(service: string | undefined): ServerModels {
	const { models, ids } = serviceNamed(service);
	if (ids !== undefined) return { read: () => [...ids] };
	const { path, marked } = models ?? { path: '/models' };
	const makesImages = (one: Entry) => {
		if (models === undefined)
			return imageModel.test(one.id) || kinds.some((kind) => [one[kind]].flat().includes('image'));
		return marked === undefined || marked.by.test(String(one[marked.field]));
	};
	return {
		request: { method: 'GET', url: path },
		read: (body) => {
			const read = list.safeParse(body).data ?? [];
			return read.flatMap((one) => (one !== undefined && makesImages(one) ? [one.id] : []));
		},
	};
}

/** What a model takes for a parameter; what is said in another form says at least that there is one. */
const capability = z.union([
	z.object({ type: z.literal('enum'), values: z.array(z.string()).min(1) }),
	z.object({ type: z.literal('range'), min: z.number(), max: z.number() }),
	z.unknown().transform(() => ({ type: 'any' as const })),
]);
type Capability = z.infer<typeof capability>;

const capabilities = z.union([
	z.record(z.string(), capability),
	z
		.array(z.string())
		.transform((names) => Object.fromEntries(names.map((name) => [name, { type: 'any' } as Capability]))),
]);

/** Fields that concern the request and not the model. */
const always = ['prompt', 'user'];

/** The question which parameters a model takes, where the service's list of models tells it. */
export function modelQuestion(model: Model, service: string | undefined): ModelQuestion | undefined {
	const { models, parametersIn } = serviceNamed(service);
	if (models === undefined || parametersIn === undefined) return undefined;
	return {
		request: { method: 'GET', url: models.path },
		read: ({ status, body }) => {
			if (status >= 400) return undefined;
			const own = list.safeParse(body).data?.find((one) => one?.id === model.id);
			const told = capabilities.safeParse(own?.[parametersIn]).data;
			return told && withOnly(model, told);
		},
	};
}

/** The model without the fields that are not told of, and with what is told of the others. */
function withOnly(model: Model, told: Record<string, Capability>): Model {
	const shape = Object.fromEntries(
		Object.entries(model.body.shape as z.ZodRawShape).flatMap(([name, schema]) => {
			if (always.includes(name)) return [[name, schema]];
			if (!Object.hasOwn(told, name) || isNothing(name, told[name])) return [];
			return [[name, narrowed(schema as z.ZodType, told[name])]];
		}),
	);
	const body = z.looseObject(shape);
	const takesImages = fieldsOf(body).some(({ image }) => image !== undefined);
	return { ...model, body, operations: model.operations.filter((one) => one !== 'edit' || takesImages) };
}

/** No reference image at all, or one image a request: then the node makes several requests. */
const isNothing = (name: string, one: Capability) =>
	one.type === 'range' && one.max < (name === 'n' ? 2 : name === 'input_references' ? 1 : -Infinity);

function narrowed(schema: z.ZodType, one: Capability): z.ZodType {
	const rules = fieldRules.get(schema);
	if (rules === undefined || one.type === 'any') return schema;
	const { parameter, ...more } = rules;
	if (one.type === 'enum') return field(parameter, z.enum(one.values), more);
	const { min, max } = one;
	if (more.image !== undefined) return field(parameter, z.array(z.string()).min(1).max(max), more);
	return field(parameter, z.int().min(min).max(max), more);
}
