import { imageSize } from 'image-size';
import type { Exchange } from './exchange.mts';
import type { Size } from './sizes.mts';

/** An image that came with a request; without bytes it lies on a server that is not asked. */
export interface InputImage extends Partial<Size> {
	bytes?: Buffer;
}

/** Finds the image behind one of the sandbox's own URLs: null when there is none, undefined for other hosts. */
export type Local = (url: string) => Promise<Buffer | null | undefined>;

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/;

export const isLoopback = (url: string): boolean =>
	/^https?:\/\//.test(url) && URL.canParse(url) && LOOPBACK.test(new URL(url).hostname);

/** The image in these bytes, undefined when there is none. */
export function readImage(bytes: Buffer): InputImage | undefined {
	try {
		const { width, height, type } = imageSize(bytes);
		return ['jpg', 'png', 'webp', 'gif'].includes(type ?? '') ? { width, height, bytes } : undefined;
	} catch {
		return undefined;
	}
}

/** The image in raw base64, undefined when it is no base64 or no image. */
export function readBase64(text: string): InputImage | undefined {
	const plain = /^[A-Za-z\d+/]+={0,2}$/.test(text) && text.length % 4 === 0;
	return plain ? readImage(Buffer.from(text, 'base64')) : undefined;
}

/** The image of a `data:` URL, undefined when it is none. */
export function readDataUrl(text: string): InputImage | undefined {
	const [, base64] = /^data:image\/[\w.+-]+;base64,(.+)$/s.exec(text) ?? [];
	return base64 ? readBase64(base64) : undefined;
}

/**
 * The image behind a URL. Only loopback hosts are asked, so that a test never reaches the net;
 * any other URL counts as an image of unknown size.
 */
export async function readUrl(url: string, local: Local): Promise<InputImage | undefined> {
	if (!/^https?:\/\//.test(url) || !URL.canParse(url)) return undefined;
	if (!isLoopback(url)) return {};
	const own = await local(url);
	if (own !== undefined) return own ? readImage(own) : undefined;
	try {
		const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(5000) });
		return answer.ok ? readImage(Buffer.from(await answer.arrayBuffer())) : undefined;
	} catch {
		return undefined;
	}
}

/** Whether the request says that its body is JSON. */
export const saysJson = ({ request }: Exchange): boolean =>
	/^application\/(json|[\w.-]+\+json)\b/.test(request.headers['content-type'] ?? '');
