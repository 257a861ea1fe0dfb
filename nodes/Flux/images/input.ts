import { FluxError, invalidInput } from '../errors/fluxError';
import type { ImageForm } from '../provider';
import { inspectImage, type ImageFacts } from './inspect';
import { kindOf } from './fileKind';
import { isFile, namesOf, type BinaryFile, type Files } from './imageValue';
import { shortestBase64 } from './splitValues';
import { parseUrl } from '../url';

/** Where the forms of an image value are read from. */
export interface ImageReader {
	/** The files of the input item. */
	files: Files;
	/** The largest image that the API takes. */
	maxBytes: number;
	readFile(file: BinaryFile): Promise<Buffer>;
	/** Undefined if it is larger than `maxBytes`. */
	fetchUrl(url: string): Promise<Buffer | undefined>;
	/** Whether the provider can get there: private addresses are out of its reach unless it is in a private network itself. */
	isReachable(url: string): boolean;
	/** Hands a file to the provider and gives the link to it. */
	upload(bytes: Buffer, facts: ImageFacts): Promise<string>;
}

const links: readonly ImageForm[] = ['base64OrUrl', 'dataUriOrUrl', 'url', 'link'];

const base64Text = /^[A-Za-z0-9+/_-]+={0,2}$/;

type Found = { is: 'file'; file: BinaryFile } | { is: 'url'; url: string } | { is: 'bytes'; bytes: Buffer };

/** Which form a value has: a file of n8n or its name, http(s) URL, `data:` URI, base64 or bytes. Undefined if none. */
export function recognise(value: unknown, files: Files): Found | undefined {
	if (value instanceof Uint8Array) return { is: 'bytes', bytes: Buffer.from(value) };
	if (isFile(value)) return { is: 'file', file: value };
	if (typeof value !== 'string') return undefined;
	const text = value.trim();
	const file = files.get(text);
	if (file !== undefined) return { is: 'file', file };
	// Written out as it goes over the wire: spaces and umlauts as %20 and %C3%BC.
	if (/^https?:\/\//i.test(text)) {
		const url = parseUrl(text)?.href;
		return url === undefined ? undefined : { is: 'url', url };
	}
	const dataUri = /^data:[^,]*;base64,(.*)$/is.exec(text);
	const base64 = (dataUri === null ? text : dataUri[1]).replace(/\s+/g, '');
	if (!base64Text.test(base64) || (dataUri === null && base64.length < shortestBase64)) return undefined;
	return { is: 'bytes', bytes: Buffer.from(base64, 'base64') };
}

/**
 * An image value in the form that the API takes.
 *
 * @param label what the parameter is called in the editor, for errors
 * @throws `invalid-input` if the value is no image or too large
 */
export async function toImageForm(
	value: unknown,
	form: ImageForm,
	label: string,
	reader: ImageReader,
): Promise<string | Blob> {
	const found = recognise(value, reader.files);
	if (found === undefined) throw notRecognised(value, label, reader.files);
	if (found.is === 'url' && !reader.isReachable(found.url)) throw outOfReach(found.url, form, label);
	if (found.is === 'url' && links.includes(form)) return found.url;
	if (form === 'url') {
		throw invalidInput(
			`${label} is a file, but this service takes images only as URLs`,
			'Put the file where it can be fetched, for example in a public bucket, and give its URL.',
		);
	}
	const bytes = await readBytes(found, reader);
	if (bytes === undefined || bytes.length > reader.maxBytes) {
		const [has, most] = [bytes?.length, reader.maxBytes].map(
			(size) => size && (size / 1024 / 1024).toFixed(1),
		);
		throw invalidInput(
			`${label} has ${has ?? `more than ${most}`} MB, but images of at most ${most} MB are taken`,
		);
	}
	const facts = inspectImage(bytes);
	if (facts === undefined) {
		const { is, advice } = kindOf(bytes);
		throw invalidInput(`${label} is ${is}, not a PNG, JPEG, WebP, GIF or AVIF image`, advice);
	}
	if (form === 'link') return await reader.upload(bytes, facts);
	if (form === 'file')
		return new File([bytes as Uint8Array<ArrayBuffer>], `image.${facts.extension}`, { type: facts.mimeType });
	const base64 = bytes.toString('base64');
	return form === 'dataUriOrUrl' ? `data:${facts.mimeType};base64,${base64}` : base64;
}

async function readBytes(found: Found, reader: ImageReader): Promise<Buffer | undefined> {
	if (found.is === 'file') return await reader.readFile(found.file);
	return found.is === 'url' ? await reader.fetchUrl(found.url) : found.bytes;
}

function notRecognised(value: unknown, label: string, files: Files): FluxError {
	const isText = typeof value === 'string';
	const text = isText ? value : String(JSON.stringify(value));
	const short = isText ? `"${text.slice(0, 60)}"` : text.slice(0, 80);
	const has = files.size === 0 ? 'The item has no files.' : `It has: ${namesOf(files)}.`;
	const message = `${label} is ${short}, but the input item has no such file. ${has}`;
	return invalidInput(message, adviceFor(text, isText, label));
}

function adviceFor(text: string, isText: boolean, label: string): string {
	if (text.includes('[object Object]'))
		return `The expression stands in a text, which turns files into words. Let ${label} hold nothing but the expression, for example {{ $binary.data }}.`;
	if (isText)
		return "Write the name of an input field that holds a file, the URL of an image, a data URI or base64. If the item has no files, the node before this one has to output one; n8n hands none to an agent's tool, which takes that of another node by an expression.";
	if (text.includes('"mimeType"'))
		return 'n8n leaves the contents out of $binary when it keeps files in memory. Write the name of the field in place of the expression, or {{ $("Name of the Node").item.binary.data }}.';
	return `The expression in ${label} gives an object. Pick the value in it that is the image, for example {{ $json.url }} or {{ $binary.data }}.`;
}

function outOfReach(url: string, form: ImageForm, label: string): FluxError {
	return invalidInput(
		`${label} is at ${new URL(url).host}, a private address that the provider cannot reach`,
		form === 'url'
			? 'This service takes images only as URLs: put the file where everybody can fetch it, for example in a public bucket, and give its URL.'
			: `Fetch it with an HTTP Request node before this one (Response Format "File") and hand over the file: write the name of its binary field, usually data, into ${label}.`,
	);
}
