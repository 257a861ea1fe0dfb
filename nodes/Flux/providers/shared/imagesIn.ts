import type { ReadyImage } from '../../provider';
import { longestUrl } from './readers';
import { parseUrl } from '../../url';

const dataUri = /^data:image\/[^,]*;base64,/i;
/** The first bytes of PNG, JPEG, WebP, GIF and AVIF. */
const base64Image = /^(iVBORw0KGgo|\/9j\/|UklGR|R0lGOD|AAAA[\w+/]{4}ZnR5c)[\w+/\s]{50,}={0,2}\s*$/;
const otherFile = /\.(mp4|webm|mov|mp3|wav|json|txt|csv|md|html?|zip|tar|gz|safetensors|ckpt|glb|obj|pdf)$/i;
const linkInText = /https?:\/\/[^\s"'<>()[\]]+\.(?:png|jpe?g|webp|gif|avif)(?:\?[^\s"'<>()[\]]*)?/gi;

function isLink(text: string): boolean {
	if (!/^(https?:\/\/|\/(?!\/))\S+$/i.test(text) || text.length > longestUrl) return false;
	const url = parseUrl(text, 'https://example.com');
	return url !== undefined && !otherFile.test(url.pathname);
}

function imagesInText(text: string): ReadyImage[] {
	if (dataUri.test(text)) return [{ base64: text.replace(dataUri, '') }];
	if (base64Image.test(text)) return [{ base64: text }];
	if (isLink(text)) return [{ url: text }];
	return [...text.matchAll(linkInText)].flatMap(([url]) => (isLink(url) ? [{ url }] : []));
}

const deepest = 6;

/**
 * Every image in a result of any form, in order: `data:` URIs, base64 and links, as text, in lists and in objects. Links to files that are
 * no images are left out. A path on the server counts, because some answer such; so does a link within a text, if it ends like an image.
 */
export function imagesIn(value: unknown, depth = 0): ReadyImage[] {
	if (typeof value === 'string') return imagesInText(value.trim());
	if (typeof value !== 'object' || value === null || depth > deepest) return [];
	return (Object.values(value) as unknown[]).flatMap((one) => imagesIn(one, depth + 1));
}
