import type { BinaryHelperFunctions, IDataObject } from 'n8n-workflow';

import type { Attempt } from './attempt';

/** A body that is still arriving. */
export type Body = Exclude<Parameters<BinaryHelperFunctions['binaryToBuffer']>[0], Buffer>;

/** The whole body; undefined if it is larger than `limit` bytes. Rejects if it breaks off. */
export async function readBytes(body: Body, limit: number, heard = () => {}): Promise<Buffer | undefined> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of body) {
		heard();
		size += (chunk as Buffer).length;
		if (size > limit) return undefined;
		chunks.push(chunk as Buffer);
	}
	return Buffer.concat(chunks);
}

/** The whole body as text; undefined if it is larger than `limit` bytes. Rejects if it breaks off or the signal aborts. */
export async function readText(
	body: Body,
	limit: number,
	signal: AbortSignal,
	heard?: () => void,
): Promise<string | undefined> {
	if (signal.aborted) body.destroy(new Error('stopped'));
	const reading = async () => (await readBytes(body, limit, heard))?.toString('utf8');
	return await cutOff(body, signal, 'stopped', reading);
}

/** What comes of the use of a body, which breaks off when the signal aborts. */
async function cutOff<T>(body: Body, signal: AbortSignal, why: string, use: () => Promise<T>): Promise<T> {
	const stop = () => body.destroy(new Error(why));
	signal.addEventListener('abort', stop, { once: true });
	return await use().finally(() => signal.removeEventListener('abort', stop));
}

/** An open download. */
export interface Download {
	body: Body;
	/** To be called with each chunk. */
	heard(): void;
	/** Bytes that the server announces for the whole; of a compressed body those before it is unpacked. NaN if it does not. */
	length: number;
}

/** What comes of a download, which ends with its use or with the signal. */
export async function used<T>(
	{ body, headers, close }: { body: Body; headers: IDataObject; close(): void },
	{ signal, heard }: Attempt,
	use: (download: Download) => Promise<T>,
): Promise<T> {
	const length = Number(headers['content-range'] ?? headers['content-length']);
	const using = async () => await use({ body, heard, length });
	return await cutOff(body, signal, 'the download took too long', using).finally(() => {
		// The connection of a body that was read to its end serves others.
		if (!body.readableEnded) close();
	});
}

/** Heads up to twice so many bytes are looked at with each chunk. */
const shortHead = 32 * 1024;
/** Behind the end of an image there may be so much of something else. */
const tailBytes = 64 * 1024;

/** A body whose first bytes were looked at. */
interface Peeked {
	head: Buffer;
	/** The whole body from its start, with the head; breaks off with `tooLarge` at the limit. */
	stream: Body;
	/** Why it broke off; undefined if it did not, or if it was let go of. */
	failure(): unknown;
	/** Bytes that went through `stream` so far. */
	size(): number;
	/** The last of them. */
	tail(): Buffer;
}

/**
 * Reads as many first bytes as `enough` wants, at most `maxHead`, and hands the body on as one stream.
 *
 * @param limit most bytes of the whole body
 * @param tooLarge the error for a body above the limit
 */
export async function peek(
	body: Body,
	{
		enough,
		maxHead,
		limit,
		tooLarge,
		heard = () => {},
	}: {
		enough(head: Buffer): boolean;
		maxHead: number;
		limit: number;
		tooLarge(): Error;
		heard?(): void;
	},
): Promise<Peeked> {
	const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
	let head: Buffer = Buffer.alloc(0);
	let ended = false;
	while (!ended && !enough(head) && head.length < maxHead) {
		const more: Buffer[] = [];
		let added = 0;
		// To look at a long head with each chunk would copy all of it each time.
		do {
			const next = await chunks.next();
			heard();
			ended = next.done === true;
			if (next.done === true) break;
			more.push(next.value);
			added += next.value.length;
		} while (added < head.length / 2 - shortHead);
		head = Buffer.concat([head, ...more]);
	}
	let size = 0;
	let failure: unknown;
	let tail: Buffer = Buffer.alloc(0);
	const passing = (chunk: Buffer): Buffer => {
		size += chunk.length;
		tail = Buffer.concat([tail, chunk.subarray(-tailBytes)]).subarray(-tailBytes);
		return chunk;
	};
	async function* whole(): AsyncGenerator<Buffer> {
		try {
			yield passing(head);
			while (!ended) {
				const next = await chunks.next().catch((error: unknown) => {
					throw (failure = error);
				});
				heard();
				if (next.done === true) return;
				passing(next.value);
				if (size > limit) throw (failure = tooLarge());
				yield next.value;
			}
		} finally {
			body.destroy();
		}
	}
	return {
		...{ head, stream: streamFrom(body, whole()) },
		...{ failure: () => failure, size: () => size, tail: () => tail },
	};
}

/** Community nodes may not import node:stream, but every stream class inherits the factory of Readable. */
function streamFrom(body: Body, source: AsyncIterable<Buffer>): Body {
	const { from } = body.constructor as unknown as {
		from(source: AsyncIterable<Buffer>, options: { objectMode: boolean }): Body;
	};
	return from(source, { objectMode: false });
}
