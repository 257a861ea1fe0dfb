import type { IBinaryData, IExecuteSingleFunctions } from 'n8n-workflow';

import type { ReadyImage } from '../provider';
import { asFluxError, FluxError } from '../errors/fluxError';
import { peek, type Download } from '../http/body';
import type { Client } from '../http/client';
import { incomplete, inspectImage, isWhole, type ImageFacts } from './inspect';
import { kindOf } from './fileKind';
import { fileName, type NameParts } from './fileName';

export interface StoredImage extends ImageFacts {
	binary: IBinaryData;
	fileName: string;
	/** Bytes. */
	fileSize: number;
	/** Absolute; null if the answer itself held the bytes. */
	url: string | null;
}

const largestImageBytes = 200 * 1024 * 1024;
const storageAdvice =
	'The image was made and is billed. See whether the place where n8n keeps files has room, can be written and can be reached. Retry On Fail stores the image without billing it again.';
// JPEGs may carry that much metadata before they tell their size, and AVIFs tell it behind the image.
const maxHeadBytes = 8 * 1024 * 1024;

interface Wanted {
	image: ReadyImage;
	/** When the provider deletes it, in milliseconds since the epoch, if that is known. */
	expiresAt: number | undefined;
	template: string | undefined;
	parts: NameParts;
}

/**
 * Brings a finished image into n8n's binary storage, streamed if it lies at a URL. Type and size are those of its bytes, whatever
 * the server says of them.
 *
 * @throws `bad-response` if it is no image or too large, and what `Client.download` throws
 */
export async function storeImage(
	context: IExecuteSingleFunctions,
	client: Client,
	wanted: Wanted,
): Promise<StoredImage> {
	const { url, base64 } = wanted.image;
	if (url !== undefined) return await storeFromUrl(context, client, client.absolute(url), wanted);
	const bytes = Buffer.from(base64 ?? '', 'base64');
	const facts = inspectImage(bytes);
	if (facts === undefined) throw notAnImage(client, bytes);
	const name = fileName(wanted.template, wanted.parts, facts.extension);
	const binary = await context.helpers.prepareBinaryData(bytes, name, facts.mimeType).catch(notStored);
	return { ...facts, binary, fileName: name, fileSize: bytes.length, url: null };
}

async function storeFromUrl(
	context: IExecuteSingleFunctions,
	client: Client,
	url: string,
	{ expiresAt, template, parts }: Wanted,
): Promise<StoredImage> {
	let before = Number.NaN;
	let refusals = 0;
	const store = async ({ body, heard, length }: Download) => {
		const tooLarge = () =>
			new FluxError('bad-response', `The image is larger than ${largestImageBytes / 1024 / 1024} MB`);
		if (length > largestImageBytes) throw tooLarge();
		const { head, stream, failure, size, tail } = await peek(body, {
			enough: (bytes) => inspectImage(bytes) !== undefined,
			maxHead: maxHeadBytes,
			limit: largestImageBytes,
			tooLarge,
			heard,
		});
		const facts = inspectImage(head);
		if (facts === undefined) {
			if (!isWhole(head) && head.length < maxHeadBytes) throw new Error(incomplete(head.length));
			throw notAnImage(client, head);
		}
		const name = fileName(template, parts, facts.extension);
		const binary = await context.helpers
			.prepareBinaryData(stream, name, facts.mimeType)
			.catch((error: unknown) => {
				// A storage that is out of reach for a moment is no reason to give up. What it says is not of the image's host.
				if (failure() !== undefined || ++refusals < 4) throw failure() ?? new Error('n8n could not store it');
				return notStored(error);
			});
		// Of an odd image that lies there so the server announces the same length each time.
		const isAll = size() === length && size() === before;
		before = size();
		if (!isAll && !isWhole(head, tail(), size())) throw new Error(incomplete(size()));
		return { ...facts, binary, fileName: name, fileSize: size(), url };
	};
	const stored = await client.download(url, store, { expiresAt }).catch((error: unknown) => {
		throw asFluxError(error).withTrace({ url });
	});
	client.log(`downloaded ${stored.mimeType}, ${stored.fileSize} bytes`);
	return stored;
}

function notStored(error: unknown): never {
	const words = error instanceof Error ? error.message : String(error);
	throw new FluxError('download-failed', `n8n could not store the image: ${words}`, {
		advice: storageAdvice,
	});
}

function notAnImage(client: Client, head: Buffer): FluxError {
	const readable = head
		.subarray(0, 400)
		.toString('utf8')
		.replace(/[^\p{L}\p{N}\p{P}\p{S}\s]/gu, '');
	const words = client.excerpt(readable).slice(0, 100);
	const start = words === '' ? '' : ` It starts with: "${words}"`;
	return new FluxError(
		'bad-response',
		`The downloaded file is ${kindOf(head).is}, not an image that can be read.${start}`,
	);
}
