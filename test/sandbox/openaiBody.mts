import { checkFields, isObject, type Problem } from './schema.mts';
import type { Core } from './core.mts';
import type { Field } from './facts.mts';
import type { ImageFormat } from './images.mts';
import { readBase64, readDataUrl, readUrl, type InputImage } from './inputs.mts';
import type { Service } from './openaiServices.mts';
import { ratioOf, sizeFor, sizeLike, type Size } from './sizes.mts';

interface Found {
	images: Record<string, InputImage>;
	/** The field that holds them. */
	fields: Record<string, Field>;
	problem?: string;
}

/** The images in the JSON of an order, in the one field that the model has for them. */
export async function imagesInJson(
	core: Core,
	{ jsonImages = [] }: Service,
	body: Record<string, unknown>,
): Promise<Found> {
	const rule = jsonImages.find(({ models }) => !models || models.test(String(body.model)));
	if (!rule) return { images: {}, fields: {} };
	const { field, as, isList } = rule;
	const one: Field = { type: 'string' };
	const fields = { [field]: isList ? { type: 'array' as const, minItems: 1, items: one } : one };
	const value = body[field];
	const texts = (value === undefined ? [] : isList ? value : [value]) as unknown[];
	const images: Record<string, InputImage> = {};
	for (const [index, text] of Array.isArray(texts) ? texts.entries() : []) {
		const read = as === 'dataUri' ? readDataUrl : readBase64;
		const image = read(String(text)) ?? (await readUrl(String(text), (url) => core.own(url)));
		if (!image) return { images: {}, fields, problem: `${field} holds no image` };
		images[index] = image;
	}
	return { images, fields };
}

/** The prompt without the tag in it, and the fields that the tag holds. */
export function untagged(
	{ promptTag }: Service,
	body: Record<string, unknown>,
): { prompt: string; extras: Record<string, unknown>; problems: Problem[] } {
	const prompt = String(body.prompt);
	if (!promptTag) return { prompt, extras: {}, problems: [] };
	const { name, fields } = promptTag;
	const [whole = '', json] = new RegExp(`<${name}>(.*?)</${name}>`).exec(prompt) ?? [];
	if (json === undefined) return { prompt, extras: {}, problems: [] };
	const extras: unknown = JSON.parse(json);
	if (!isObject(extras)) throw new TypeError(`${name} holds no object`);
	const problems = checkFields(extras, { fields, unknownFields: 'refused' });
	return { prompt: prompt.replace(whole, '').trim(), extras, problems };
}

/** The size that is asked for, under whichever name. */
export function sizeOf(body: Record<string, unknown>, byDefault: unknown, input?: InputImage): Size {
	const size = body.size ?? body.image_size ?? (body.width && `${body.width}x${body.height}`) ?? byDefault;
	const [, width, height] = /^(\d+)x(\d+)$/.exec(String(size)) ?? [];
	if (width) return { width: Number(width), height: Number(height) };
	const ratio = ratioOf(size);
	if (ratio) return sizeFor(ratio, 1);
	return input?.width && input.height
		? sizeLike({ width: input.width, height: input.height })
		: sizeFor(1, 1);
}

/** The file format that is asked for, under whichever name. */
export function formatOf({ output_format, response_extension }: Record<string, unknown>): ImageFormat {
	const chosen = String(response_extension ?? output_format).replace(/^jpg$/, 'jpeg');
	return (['png', 'jpeg', 'webp'].includes(chosen) ? chosen : 'png') as ImageFormat;
}
