import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';

import { splitValues } from './splitValues';
import { parseJson } from '../url';

/** A file as n8n hands it over: its bytes as base64, or with an `id` their place in n8n's storage, which `data` then only names. */
export type BinaryFile = Pick<IBinaryData, 'mimeType' | 'id'> & Partial<Pick<IBinaryData, 'data'>>;

/** The files of an item by the names that they have there. */
export type Files = ReadonlyMap<string, BinaryFile>;

type Fields = Record<string, unknown>;
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

export const isFile = (value: unknown): value is Fields & BinaryFile => isMetadata(value) && hasBytes(value);

const hasBytes = (value: unknown): value is BinaryFile =>
	isObject(value) && (typeof value.id === 'string' || typeof value.data === 'string');

/** What `$binary` gives where n8n keeps files in memory: all but the bytes. */
const isMetadata = (value: unknown): value is Fields & { mimeType: string } =>
	isObject(value) && typeof value.mimeType === 'string';

/** Where n8n puts the files of an item with its setting *Binary data in JSON*. */
const filesInJson = '_files';

export function filesOf({ binary, json }: INodeExecutionData): Files {
	const inJson = isObject(json) && isObject(json[filesInJson]) ? json[filesInJson] : {};
	const moved = Object.entries(inJson).flatMap(([name, file]) => [
		[`${filesInJson}.${name}`, file] as const,
		[name, file] as const,
	]);
	return new Map(
		// A Code node may have left out the type.
		[...moved, ...Object.entries(binary ?? {})].filter((entry): entry is [string, BinaryFile] =>
			hasBytes(entry[1]),
		),
	);
}

export const namesOf = (files: Files) =>
	[...files.keys()].filter((name) => !name.startsWith(`${filesInJson}.`)).join(', ') || 'none';

/** A file whose bytes n8n has left out, found again among those of the item; undefined if it could be several. */
function complete(metadata: Fields, files: Files): BinaryFile | undefined {
	const same = [...new Set(files.values())].filter((file) => {
		const other = file as unknown as Fields;
		const keys = new Set([...Object.keys(metadata), ...Object.keys(other)]);
		return [...keys].every((key) => key === 'data' || metadata[key] === other[key]);
	});
	return new Set(same.map(({ data }) => data)).size === 1 ? same[0] : undefined;
}

/**
 * The images that a parameter holds, one by one: names, links and texts, files of n8n, bytes. A list may also be one text, JSON,
 * a list of items, or all files of an item at once. What is none of these comes out as it is.
 */
export function imageValues(value: unknown, files: Files): unknown[] {
	if (value === undefined || value === null) return [];
	if (typeof value === 'string') return valuesInText(value, files);
	if (Array.isArray(value)) return value.flatMap((one) => imageValues(one, files));
	if (!isObject(value) || value instanceof Uint8Array) return [value];
	if (isFile(value)) return [value];
	if (isMetadata(value)) return [complete(value, files) ?? value];
	if (value.type === 'Buffer' && Array.isArray(value.data)) return [Buffer.from(value.data as number[])];
	if (isObject(value.binary)) return allOf(value.binary, files);
	if (isObject(value[filesInJson])) return allOf(value[filesInJson], files);
	if (Object.values(value).length > 0 && Object.values(value).every(isMetadata)) return allOf(value, files);
	// Attachments of other services, and answers with images.
	const link = value.url ?? value.image_url ?? value.b64_json;
	return link === undefined || link === null ? [value] : imageValues(link, files);
}

/** All files of an item; a file that was named needs not be searched for. */
function allOf(fields: Fields, files: Files): unknown[] {
	return Object.entries(fields).flatMap(([name, file]) => {
		const own = files.get(name);
		const isOfItem = own !== undefined && isMetadata(file) && !isFile(file);
		return isOfItem && complete(file, new Map([[name, own]])) !== undefined
			? [own]
			: imageValues(file, files);
	});
}

function valuesInText(text: string, files: Files): unknown[] {
	if (/^\s*[[{]/.test(text)) {
		const parsed = parseJson(text);
		if (isObject(parsed)) return imageValues(parsed, files);
	}
	return splitValues(text, [...files.keys()]);
}
