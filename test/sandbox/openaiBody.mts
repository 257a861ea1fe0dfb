import { checkFields, isObject, type Problem } from './schema.mts';
import type { Core } from './core.mts';
import type { Field } from './facts.mts';
import type { ImageFormat } from './images.mts';
import { readBase64, readDataUrl, readUrl, type InputImage } from './inputs.mts';
import type { Service } from './openaiServices.mts';
import { ratioOf, sizeFor, sizeLike, type Size } from './sizes.mts';

/** How one image is written. */
const forms: Record<'dataUri' | 'base64' | 'part', Field> = {
	dataUri: { type: 'string' },
	base64: { type: 'string' },
	part: {
		type: 'object',
		unknownFields: 'refused',
		fields: {
			type: { const: 'image_url', required: true },
			image_url: {
				...{ type: 'object', required: true, unknownFields: 'refused' },
				fields: { url: { type: 'string', required: true } },
			},
		},
	},
};

interface Found {
	images: Record<string, InputImage>;
	/** The field that holds them. */
	fields: Record<string, Field>;
	problem?: string;
}

/** The images in the JSON of a submit, in the one field that the model has for them. */
export async function imagesInJson(
	core: Core,
	{ jsonImages = [] }: Service,
	body: Record<string, unknown>,
): Promise<Found> {
	const rule = jsonImages.find(({ models }) => !models || models.test(String(body.model)));
	if (!rule) return { images: {}, fields: {} };
	const { as, isList } = rule;
	const names = [rule.field].flat();
	const field = isList ? { type: 'array' as const, minItems: 1, items: forms[as] } : forms[as];
	const fields = Object.fromEntries(names.map((name) => [name, field]));
	const values = names.flatMap((name) => (isList ? body[name] : [body[name]]) ?? []) as unknown[];
	const images: Record<string, InputImage> = {};
	for (const [index, value] of values.filter((one) => one !== undefined).entries()) {
		const text = String(
			as === 'part' && isObject(value) ? (value.image_url as { url?: string })?.url : value,
		);
		const read = as === 'base64' ? readBase64 : readDataUrl;
		const image = read(text) ?? (await readUrl(text, (url) => core.own(url)));
		if (!image) return { images: {}, fields, problem: `${names[0]} holds no image` };
		images[index] = image;
	}
	return { images, fields };
}

/** Why a submit is refused that has all fields right: by what the model takes of them, or by what excludes one another. */
export function clash(
	{ capabilities, apart = [] }: Service,
	body: Record<string, unknown>,
): [field: string, message: string] | undefined {
	const both = apart.find((names) => names.every((name) => body[name] !== undefined));
	if (both) return [both[0], `${both[0]} cannot be combined with ${both[1]}`];
	if (!capabilities) return undefined;
	const model = capabilities[String(body.model)];
	for (const [name, value] of Object.entries(body)) {
		if (['model', 'prompt', 'user', 'provider'].includes(name)) continue;
		const one = model?.[name];
		if (!one) return [name, `Parameter '${name}' is not supported by ${String(body.model)}`];
		const number = Array.isArray(value) ? value.length : Number(value);
		if (one.type === 'enum' && !one.values.includes(String(value)))
			return [name, `${name} is not one of ${one.values.join(', ')}`];
		if (one.type === 'range' && !(number >= one.min && number <= one.max))
			return [name, `${name} is not within ${one.min} and ${one.max}`];
	}
	return undefined;
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

/** Megapixels of a size class. */
const classes: Record<string, number> = { 512: 0.25, 768: 0.56, '1K': 1, '1.5K': 2.25, '2K': 4, '4K': 16 };

/** The size that is asked for, under whichever name. */
export function sizeOf(body: Record<string, unknown>, byDefault: unknown, input?: InputImage): Size {
	const { width: wide, height: high } = isObject(body.image_size) ? body.image_size : body;
	const pixels = body.size ?? (wide ? `${String(wide)}x${String(high)}` : body.image_size);
	const size = pixels ?? body.aspect_ratio ?? byDefault;
	const [, width, height] = /^(\d+)x(\d+)$/.exec(String(size)) ?? [];
	if (width) return { width: Number(width), height: Number(height) };
	const ratio = ratioOf(size);
	const area = classes[String(body.resolution)];
	if (ratio || area) return sizeFor(ratio ?? 1, area ?? 1);
	return input?.width && input.height
		? sizeLike({ width: input.width, height: input.height })
		: sizeFor(1, 1);
}

/** The file format that is asked for, under whichever name. */
export function formatOf({ output_format, response_extension }: Record<string, unknown>): ImageFormat {
	const chosen = String(response_extension ?? output_format).replace(/^jpg$/, 'jpeg');
	return (['png', 'jpeg', 'webp'].includes(chosen) ? chosen : 'png') as ImageFormat;
}
