import type { IBinaryData, IExecuteSingleFunctions } from 'n8n-workflow';

import { FluxError } from '../errors';
import { peek } from '../http/body';
import type { Client } from '../http/client';
import { excerpt } from '../http/redact';
import { inspectImage, type ImageFacts } from './inspect';
import { fileName, type NameParts } from './name';

/** An image in n8n's binary storage. */
export interface StoredImage extends ImageFacts {
	binary: IBinaryData;
	fileName: string;
	/** Bytes. */
	fileSize: number;
}

const largestImageBytes = 200 * 1024 * 1024;
// JPEGs may carry that much metadata before they tell their size.
const mostHeadBytes = 1024 * 1024;

/**
 * Streams the image at `url` into n8n's binary storage. Type and size are those of its bytes, whatever the server says of them.
 *
 * @throws `bad-response` if it is no image or too large, and what `Client.download` throws
 */
export async function storeImage(
	context: IExecuteSingleFunctions,
	client: Client,
	url: string,
	template: string | undefined,
	parts: NameParts,
): Promise<StoredImage> {
	return await client.download(url, async ({ body, length }) => {
		const tooLarge = () =>
			new FluxError('bad-response', `The image is larger than ${largestImageBytes / 1024 / 1024} MB`, {
				trace: { url },
			});
		if (length !== undefined && length > largestImageBytes) throw tooLarge();
		let failure: unknown;
		const { head, stream, size } = await peek(body, {
			enough: (bytes) => inspectImage(bytes) !== undefined,
			mostHead: mostHeadBytes,
			limit: largestImageBytes,
			tooLarge: () => (failure = tooLarge()) as Error,
		});
		const facts = inspectImage(head);
		if (facts === undefined) {
			if (length !== undefined && head.length < length && head.length < mostHeadBytes)
				throw incomplete(head.length, length);
			throw notAnImage(head, url);
		}
		const name = fileName(template, parts, facts.extension);
		const binary = await context.helpers
			.prepareBinaryData(stream, name, facts.mimeType)
			.catch((error: unknown) => {
				throw failure ?? error;
			});
		if (length !== undefined && size() !== length) throw incomplete(size(), length);
		return { ...facts, binary, fileName: name, fileSize: size() };
	});
}

const incomplete = (got: number, length: number) => new Error(`only ${got} of ${length} bytes arrived`);

function notAnImage(head: Buffer, url: string): FluxError {
	const words = excerpt(
		head
			.subarray(0, 400)
			.toString('utf8')
			.replace(/[^\p{L}\p{N}\p{P}\p{S}\s]/gu, ''),
	);
	return new FluxError(
		'bad-response',
		`The address of the image answers something that is no image: "${words.slice(0, 100)}"`,
		{
			trace: { url },
		},
	);
}
