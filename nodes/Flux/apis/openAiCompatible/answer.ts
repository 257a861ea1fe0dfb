import { z } from 'zod/v4';

import type { ErrorCode } from '../../errors';
import type { ApiAnswer, ReadyImage, Submitted, Unreadable } from '../api';
import { link } from '../texts';

/** Unused fields are left out, null or an empty string. */
const text = z.string().min(1).optional().catch(undefined);
const seed = z.int().optional().catch(undefined);

const dataUri = /^data:[^,]*;base64,/i;
const address = z.union([z.string().regex(dataUri), link]);

/** An element of the answer: an object, or the URL itself. One that is neither must not cost the others. */
const image = z
	.union([
		address.transform((url) => ({ url })),
		z.object({ url: address.optional().catch(undefined), b64_json: text, revised_prompt: text, seed }),
	])
	.catch({ url: undefined, b64_json: undefined, revised_prompt: undefined, seed: undefined });

const made = z.union([
	z.object({ data: z.array(image), seed }),
	z.object({ images: z.array(image), seed }).transform(({ images, ...rest }) => ({ data: images, ...rest })),
]);

function toImage(one: z.infer<typeof image>, only: number | undefined): ReadyImage[] {
	const { url, b64_json, revised_prompt, seed: own }: Partial<Exclude<typeof one, { url: string }>> = one;
	const about = { seed: own ?? only, prompt: revised_prompt };
	const base64 = b64_json ?? (dataUri.test(url ?? '') ? url : undefined);
	if (base64 !== undefined) return [{ base64: base64.replace(dataUri, ''), ...about }];
	return url === undefined ? [] : [{ url, ...about }];
}

/** The answer is the finished image: `data` or `images`, a URL (perhaps relative to the server) or base64 each. */
export function readSubmit({ body }: ApiAnswer): Submitted | Unreadable {
	const read = made.safeParse(body);
	if (!read.success) return { unreadable: 'a list of images' };
	const { data, seed: common } = read.data;
	const images = data.flatMap((one) => toImage(one, data.length === 1 ? common : undefined));
	return images.length === 0 ? { unreadable: 'an image' } : { state: { is: 'ready', images } };
}

const codes: Record<number, ErrorCode> = {
	400: 'invalid-input',
	401: 'authentication',
	402: 'insufficient-credits',
	403: 'authentication',
	404: 'invalid-input',
	413: 'invalid-input',
	422: 'invalid-input',
	429: 'rate-limited',
};

const noBalance =
	/balance|billing|credits|funds|insufficient[_ ](\w+[_ ])?quota|current quota|quota is not enough/i;
const moderated = /content[_ -]?(policy|filter)|moderation_blocked|safety system|flagged|nsfw/i;
const ofImage = /\b(output|generated|resulting)\b/i;

/** 429 may also mean that there is no balance, and 400 or 403 that the prompt or, if the words say so, the image is not wanted. */
function codeOf(status: number, words: string): ErrorCode {
	if ([403, 429].includes(status) && noBalance.test(words)) return 'insufficient-credits';
	if ([400, 403, 422].includes(status) && moderated.test(words)) {
		return ofImage.test(words) && !/\bprompt\b/i.test(words) ? 'image-moderated' : 'prompt-moderated';
	}
	return codes[status] ?? (status >= 500 ? 'provider-unavailable' : 'bad-response');
}

const issue = z.object({ loc: z.array(z.union([z.string(), z.number()])).catch([]), msg: z.string() });
const refused = z.union([
	z
		.object({ error: z.object({ message: z.string().min(1), code: text, type: text }) })
		.transform(({ error }) => ({ words: error.message, marks: `${error.code} ${error.type}` })),
	z
		.object({ error: z.string().min(1), message: text })
		.transform(({ error, message }) => ({ words: message ?? error, marks: error })),
	z.object({ detail: z.string().min(1) }).transform(({ detail }) => ({ words: detail, marks: '' })),
	z.object({ detail: z.array(issue).min(1) }).transform(({ detail }) => ({
		words: detail.map(({ loc, msg }) => `${loc.slice(1).join('.')}: ${msg}`).join('; '),
		marks: '',
	})),
	z
		.object({ detail: z.object({ error: z.string().min(1) }) })
		.transform(({ detail }) => ({ words: detail.error, marks: '' })),
	z.object({ message: z.string().min(1) }).transform(({ message }) => ({ words: message, marks: '' })),
	z
		.string()
		.min(1)
		.transform((words) => ({ words, marks: '' })),
]);

/** Servers of this style answer `error` as an object or a text, `detail` (a text, a list or an object), `message` or a mere text. */
export function refusal({ status, body, excerpt }: ApiAnswer): { code: ErrorCode; words: string } {
	const read = refused.safeParse(body);
	const { words, marks } = read.success ? read.data : { words: excerpt, marks: '' };
	const advice = ' (either it has no such model, or the base URL in the credential is wrong)';
	return { code: codeOf(status, `${words} ${marks}`), words: status === 404 ? `${words}${advice}` : words };
}
