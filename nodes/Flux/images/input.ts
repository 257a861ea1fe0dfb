import { FluxError } from '../errors';
import { inspectImage } from './inspect';

/** How an API takes an image: raw base64 only, or either that or a public URL. */
export type ImageForm = 'base64' | 'base64OrUrl';

/** Where the four forms of an image value are read from. */
export interface ImageReader {
	/** Names of the binary fields of the input item. */
	binaryFields: string[];
	readBinary(name: string): Promise<Buffer>;
	fetchUrl(url: string): Promise<Buffer>;
}

const largestBytes = 20 * 1024 * 1024;
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
): Promise<string> {
	const found = recognise(value, reader.binaryFields);
	if (found === undefined) {
		const fields = reader.binaryFields.length === 0 ? 'none' : reader.binaryFields.join(', ');
		throw new FluxError(
			'invalid-input',
			`${label} is "${value.slice(0, 60)}", which is no binary field of the input item (it has: ${fields}), no URL, no data URI and no base64 image`,
		);
	}
	if (found.is === 'url' && form === 'base64OrUrl') return found.url;
	const bytes = await readBytes(found, reader);
	if (bytes.length > largestBytes) {
		const megabytes = (bytes.length / 1024 / 1024).toFixed(1);
		throw new FluxError(
			'invalid-input',
			`${label} has ${megabytes} MB, but images of at most 20 MB are taken`,
		);
	}
	if (inspectImage(bytes) === undefined) {
		throw new FluxError(
			'invalid-input',
			`${label} is no image: its bytes are neither PNG, JPEG, WebP, GIF nor AVIF`,
		);
	}
	return bytes.toString('base64');
}

async function readBytes(found: Found, reader: ImageReader): Promise<Buffer> {
	if (found.is === 'binary') return await reader.readBinary(found.name);
	return found.is === 'url' ? await reader.fetchUrl(found.url) : found.bytes;
}
