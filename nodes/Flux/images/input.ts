import { FluxError } from '../errors';
import { inspectImage, type ImageFacts } from './inspect';

/**
 * How an API takes an image: raw base64 only; either that or a public URL; a `data:` URI or a URL; a URL only; a link, for which
 * files are uploaded (or written into a `data:` URI if small); or a file of a multipart form.
 */
export type ImageForm = 'base64' | 'base64OrUrl' | 'dataUriOrUrl' | 'url' | 'link' | 'file';

/** Where the four forms of an image value are read from. */
export interface ImageReader {
	/** Names of the binary fields of the input item. */
	binaryFields: string[];
	/** The largest image that the API takes. */
	mostBytes: number;
	readBinary(name: string): Promise<Buffer>;
	fetchUrl(url: string): Promise<Buffer>;
	/** Hands a file to the provider and gives the link to it. */
	upload(bytes: Buffer, facts: ImageFacts): Promise<string>;
}

const links: readonly ImageForm[] = ['base64OrUrl', 'dataUriOrUrl', 'url', 'link'];

const base64Text = /^[A-Za-z0-9+/_-]+={0,2}$/;
// Shorter texts are rather a mistyped field name than the smallest of images.
const shortestBase64 = 60;

type Found = { is: 'binary'; name: string } | { is: 'url'; url: string } | { is: 'bytes'; bytes: Buffer };

/** Which of the four forms a value is: binary field, http(s) URL, `data:` URI or base64. Undefined if none. */
export function recognise(value: string, binaryFields: string[]): Found | undefined {
	const text = value.trim();
	if (binaryFields.includes(text)) return { is: 'binary', name: text };
	if (/^https?:\/\//i.test(text)) return URL.canParse(text) ? { is: 'url', url: text } : undefined;
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
	value: string,
	form: ImageForm,
	label: string,
	reader: ImageReader,
): Promise<string | Blob> {
	const found = recognise(value, reader.binaryFields);
	if (found === undefined) {
		const fields = reader.binaryFields.length === 0 ? 'none' : reader.binaryFields.join(', ');
		throw new FluxError(
			'invalid-input',
			`${label} is "${value.slice(0, 60)}", which is no binary field of the input item (it has: ${fields}), no URL, no data URI and no base64 image`,
		);
	}
	if (found.is === 'url' && links.includes(form)) return found.url;
	if (form === 'url') {
		throw new FluxError('invalid-input', `${label} is a file, but this service takes images only as URLs`, {
			advice:
				'Put the file where it can be fetched, for example in a public bucket, and give its URL. Nothing was bought.',
		});
	}
	const bytes = await readBytes(found, reader);
	if (bytes.length > reader.mostBytes) {
		const [has, most] = [bytes.length, reader.mostBytes].map((size) => (size / 1024 / 1024).toFixed(1));
		throw new FluxError(
			'invalid-input',
			`${label} has ${has} MB, but images of at most ${most} MB are taken`,
		);
	}
	const facts = inspectImage(bytes);
	if (facts === undefined) {
		throw new FluxError(
			'invalid-input',
			`${label} is no image: its bytes are neither PNG, JPEG, WebP, GIF nor AVIF`,
		);
	}
	if (form === 'link') return await reader.upload(bytes, facts);
	if (form === 'file')
		return new File([new Uint8Array(bytes)], `image.${facts.extension}`, { type: facts.mimeType });
	const base64 = bytes.toString('base64');
	return form === 'dataUriOrUrl' ? `data:${facts.mimeType};base64,${base64}` : base64;
}

async function readBytes(found: Found, reader: ImageReader): Promise<Buffer> {
	if (found.is === 'binary') return await reader.readBinary(found.name);
	return found.is === 'url' ? await reader.fetchUrl(found.url) : found.bytes;
}
