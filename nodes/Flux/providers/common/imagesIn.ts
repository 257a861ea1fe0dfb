import { z } from 'zod/v4';

import type { ReadyImage } from '../../provider';
import { parseJson, parseUrl } from '../../url';
import { link, longestUrl, maybe } from './readers';

/** Ways to one and the same image: an object has it in one of them, or in several that mean the same. */
const base64Names = ['b64_json', 'b64', 'base64', 'image_base64', 'bytesBase64Encoded'];
const addressNames = [...base64Names, 'url', 'image_url', 'imageUrl', 'uri', 'link', 'src', 'download_url'];
/** Where a link needs no file type to be an image. */
const placeOfImages =
	/^(images?|imgs?|pictures?|photos?|outputs?|results?|data|urls?|uris?|links?|files?|samples?|artifacts|predictions|generations|generated|upscaled)$/;
/** What was handed in or tells of the request: an image there was not made by it. */
const notMade =
	/^(masks?|inputs?|sources?|init|initial|references?|ref|controls?|condition|conditioning|prompts?|garment|person|names?|filename|id|type|webhook|callback|poll|polling|status|cancel|request|usage|errors?|logs?|license|docs?|user|avatar|logo|icon|web|params|parameters|settings|config|options)$/;
/** Other forms of an image, which count where there is no better one; before them a path, as it may be one on the server's own disk. */
const lesser = /^(thumbs?|thumbnails?|previews?|originals?|small|before|low)$/;
const path = /^paths?$/;

const imageFile = /\.(png|jpe?g|jfif|webp|gif|avif)$/i;
const otherFile =
	/\.(mp4|webm|mov|mp3|wav|json|txt|csv|md|log|html?|xml|ya?ml|svg|zip|tar|gz|safetensors|ckpt|bin|glb|obj|ply|pdf)$/i;

/** A link, or a path on the server: a mere name is one only if it ends like an image. */
const asLink = /^((https?:\/\/|\/(?!\/))\S+|[\w.-][^\s:]*\.(png|jpe?g|webp|gif|avif))$/i;

const dataUri = /^data:([^,;]*)(?:;[^,]*)?;base64,/i;
const imageType = /^(|image\/.*|(application|binary)\/octet-stream)$/i;
/** The first bytes of PNG, JPEG, WebP, GIF and AVIF. */
const imageBytes = /^(iVBORw0KGgo|\/9j\/|UklGR|R0lGOD|AAAA..Z0eX)/;
const allBase64 = /^[\w+/=\s]{40,}$/;
const links = /data:image\/[^,\s]{0,100};base64,[\w+/=]+|https?:\/\/[^\s"'<>()[\]{}]+/gi;
/** Longer texts are cut: searching them is slow and no description is longer. */
const maxProse = 20_000;
const deepest = 8;

const seed = maybe(z.int());
const prompt = maybe(z.string().min(1));

/**
 * Every image in a result of any form, in order: `data:` URIs, base64 and links, as text, in lists and in objects, with the seed and the
 * prompt that stand beside it. What was handed in (masks, inputs, references) and links to other files are none; a preview is one only
 * where there is nothing else. In words a link counts if it ends like an image.
 *
 * @param input the request, whose own images may be repeated in the result
 */
export function imagesIn(value: unknown, input?: unknown): ReadyImage[] {
	const found = walk(value, true, 0);
	const given = found.length === 0 ? new Set() : textsIn(input);
	return found.filter((image) => !given.has(keyOf(image)));
}

const keyOf = ({ url, base64 }: ReadyImage) => url ?? base64 ?? '';

function textsIn(value: unknown, depth = 0): Set<string> {
	if (typeof value === 'string') return new Set([value, value.replace(dataUri, '')]);
	if (typeof value !== 'object' || value === null || depth > deepest) return new Set();
	return new Set(Object.values(value).flatMap((one) => [...textsIn(one, depth + 1)]));
}

/** @param isPlace whether images are expected here */
function walk(value: unknown, isPlace: boolean, depth: number): ReadyImage[] {
	if (typeof value === 'string') return imagesInText(value.trim(), isPlace, depth);
	if (typeof value !== 'object' || value === null || depth > deepest) return [];
	if (Array.isArray(value)) return value.flatMap((one) => walk(one, isPlace, depth + 1));
	return imagesInObject(value as Record<string, unknown>, depth + 1);
}

function imagesInObject(object: Record<string, unknown>, depth: number): ReadyImage[] {
	const address = firstAddress(object, depth);
	const found: ReadyImage[] = [];
	const known = new Set<string>();
	const [paths, others]: [unknown[], unknown[]] = [[], []];
	// One that stands under two names is one image, but one that stands twice in a list is two.
	const add = (images: ReadyImage[]) => {
		found.push(...images.filter((image) => !known.has(keyOf(image))));
		for (const image of images) known.add(keyOf(image));
	};
	for (const [name, value] of Object.entries(object)) {
		const words = name
			.replace(/([a-z])([A-Z])/g, '$1 $2')
			.toLowerCase()
			.split(/[^a-z]+/);
		const isOf = (kind: RegExp) => words.some((word) => kind.test(word));
		if (name === address?.name) add(address.images);
		else if (addressNames.includes(name) || isOf(notMade)) continue;
		else if (isOf(lesser)) others.push(value);
		else if (isOf(path) && isOf(placeOfImages)) paths.push(value);
		else add(walk(value, isOf(placeOfImages), depth));
	}
	for (const values of [paths, others])
		if (found.length === 0) for (const value of values) add(walk(value, true, depth));
	const own = {
		seed: found.length === 1 ? seed.parse(object.seed) : undefined,
		prompt: prompt.parse(object.revised_prompt),
	};
	return found.map((image) => ({
		...image,
		seed: image.seed ?? own.seed,
		prompt: image.prompt ?? own.prompt,
	}));
}

/** The first of the ways to the one image of an object that leads to it. */
function firstAddress(object: Record<string, unknown>, depth: number) {
	for (const name of addressNames.filter((one) => object[one] !== undefined)) {
		const images = addressed(name, object[name], depth);
		if (images.length > 0) return { name, images };
	}
	return undefined;
}

/** What stands under a name that is made for an image. */
function addressed(name: string, value: unknown, depth: number): ReadyImage[] {
	if (typeof value !== 'string') return walk(value, true, depth);
	const text = value.trim();
	if (dataUri.test(text)) return imagesInText(text, true, depth);
	if (/^https?:/i.test(text)) return imageOf(text.replace(/\s/g, '%20'), true);
	if (base64Names.includes(name)) return text === '' ? [] : [{ base64: text }];
	return link.safeParse(text).success ? [{ url: text }] : imagesInText(text, true, depth);
}

function imagesInText(text: string, isPlace: boolean, depth: number): ReadyImage[] {
	const images = imageOf(text, isPlace);
	if (images.length > 0 || depth > deepest) return images;
	if (/^[[{]/.test(text)) return walk(parseJson(text), isPlace, depth + 1);
	if (!/\s|\(/.test(text)) return [];
	return [...text.slice(0, maxProse).matchAll(links)].flatMap(([one]) =>
		imageOf(one.replace(/[.,;:!?]$/, ''), false),
	);
}

/** The image that a text is as a whole. */
function imageOf(text: string, isPlace: boolean): ReadyImage[] {
	const [head, type = ''] = dataUri.exec(text) ?? [];
	if (head !== undefined) {
		return imageType.test(type) && text !== head ? [{ base64: text.slice(head.length) }] : [];
	}
	if (isPlace && imageBytes.test(text) && allBase64.test(text)) return [{ base64: text }];
	if (text.length > longestUrl || !(isPlace ? asLink : /^https?:\/\/\S+$/i).test(text)) return [];
	const path = parseUrl(text, 'https://example.com')?.pathname;
	if (path === undefined || otherFile.test(path)) return [];
	return isPlace || imageFile.test(path) ? [{ url: text }] : [];
}
