import { z } from 'zod/v4';

import type { ImageForm, ImageOperation, Model } from '../provider';
import { field, type FieldOptions } from './modelFields';
import type { ParameterName } from './parameters';

// The fields of all APIs are written with these, one for each kind of value. What has no range or no default is left without.

interface Bounds {
	min?: number;
	max?: number;
}

/** @example steps: whole('steps', { min: 1, max: 50, default: 28 }) */
export const whole = (
	parameter: ParameterName,
	{ min, max, multipleOf, ...options }: FieldOptions & Bounds & { multipleOf?: number } = {},
) => {
	const schema = within(z.int(), { min, max });
	return field(parameter, multipleOf === undefined ? schema : schema.multipleOf(multipleOf), options);
};

/** @example guidance: number('guidance', { min: 1.5, max: 10, default: 3 }) */
export const number = (parameter: ParameterName, { min, max, ...options }: FieldOptions & Bounds = {}) =>
	field(parameter, within(z.number(), { min, max }), options);

/** @example raw: flag('raw', { default: false }) */
export const flag = (parameter: ParameterName, options: FieldOptions = {}) =>
	field(parameter, z.boolean(), options);

/** @example user: text('user', { min: 1, max: 256 }) */
export const text = (parameter: ParameterName, { min, max, ...options }: FieldOptions & Bounds = {}) =>
	field(parameter, within(z.string(), { min, max }), options);

/** One of some words. The interface says `jpeg` where a provider says `jpg`. @example choice('mode', 'high fast') */
export const choice = (
	parameter: ParameterName,
	words: string | readonly string[],
	options: FieldOptions = {},
) => {
	const choices = typeof words === 'string' ? words.split(' ') : words;
	const spelling = choices.includes('jpg') ? { spelling: { jpeg: 'jpg' } } : {};
	return field(parameter, z.enum(choices), { ...spelling, ...options });
};

/** @example mask: image('mask', 'base64', { required: true }) */
export const image = (parameter: ParameterName, form: ImageForm, options: FieldOptions = {}) =>
	field(parameter, form === 'file' ? z.file() : z.string(), { image: form, ...options });

/** A list of reference images. @example input_images: images('link', { max: 8 }) */
export const images = (form: ImageForm, { required, ...bounds }: Bounds & { required?: boolean }) =>
	field('referenceImages', within(z.array(form === 'file' ? z.file() : z.string()), bounds), {
		image: form,
		required,
	});

/** A field for each reference image: `input_image`, `input_image_2` and so on. */
export const numberedImages = (form: ImageForm, count: number): z.ZodRawShape =>
	Object.fromEntries(
		Array.from({ length: count }, (_, position) => [
			position === 0 ? 'input_image' : `input_image_${position + 1}`,
			image('referenceImages', form, { position }),
		]),
	);

type Sent = Record<string, unknown>;
/**
 * The rule of a field that counts only under a condition.
 *
 * @example body.refine(...only('width', ({ height }) => height !== undefined, 'only counts together with Height'))
 */
export const only = (
	name: string,
	counts: (sent: Sent) => boolean,
	error: string,
): [rule: (sent: Sent) => boolean, issue: { path: string[]; error: string }] => [
	(sent) => sent[name] === undefined || counts(sent),
	{ path: [name], error },
];

export const prompt = text('prompt', { min: 1, required: true });
export const seed = whole('seed');

/** How FLUX.1 Fill [pro] extends an image, wherever it runs. */
export const outpaintWays = [
	'Zoom out 1.5x',
	'Zoom out 2x',
	'Make square',
	'Left outpaint',
	'Right outpaint',
	'Top outpaint',
	'Bottom outpaint',
] as const;

/** An address that the provider calls beside what the node does; it stands beside the model's own fields. */
export const webhook = (provider: string, url: z.ZodType = z.url()) =>
	field('webhookUrl', url, {
		outside: true,
		description: `URL that ${provider} also calls when the job is finished. The node still waits for the image.`,
	});

function within<T extends { min(limit: number): T; max(limit: number): T }>(
	schema: T,
	{ min, max }: Bounds,
): T {
	const from = min === undefined ? schema : schema.min(min);
	return max === undefined ? from : from.max(max);
}

/** One operation, or two, the first of which the model is chosen for. */
type Operations = ImageOperation | `${ImageOperation} ${ImageOperation}`;

/**
 * How an API writes its models down.
 *
 * @param bodyOf makes the body of a model's fields; a model may also have one of its own
 * @example const model = entry((fields) => z.strictObject(fields));
 * model('flux-2-max', 'FLUX.2 [max]', 'Highest quality of FLUX.2', 'generate edit', { prompt, seed })
 */
export const entry =
	(bodyOf: (fields: z.ZodRawShape) => z.ZodObject) =>
	(
		id: string,
		label: string,
		description: string | undefined,
		operations: Operations,
		fields: z.ZodRawShape | z.ZodObject,
	): Model => ({
		...{ id, label, description },
		operations: operations.split(' ') as ImageOperation[],
		body: fields instanceof z.ZodObject ? fields : bodyOf(fields),
	});
