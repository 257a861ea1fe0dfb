import { createHash } from 'crypto';

import { isUnreadable } from '../provider';
import { FluxError } from '../errors/fluxError';
import type { ImageFacts } from '../images/inspect';
import type { Plan } from './buildRequest';
import { unusable } from './ask';
import { runIndexOf } from './resume';
import type { JobContext } from './context';

/** The links of an execution by the files that they lead to, by the node's context, which outlives a try of the node. */
const kept = new WeakMap<object, Map<string, string>>();

/** The digests of files that are sent as they are. */
const digests = new WeakMap<Blob, string>();

/**
 * The content as text, in which each file is named by its bytes and each upload by its file: after a restart of n8n the same order has
 * other links.
 */
export async function fingerprint(context: JobContext['context'], { body, envelope }: Plan): Promise<string> {
	for (const file of Object.values(body).flat() as unknown[]) {
		if (file instanceof Blob && !digests.has(file))
			digests.set(file, hash(Buffer.from(await file.arrayBuffer())));
	}
	const text = JSON.stringify({ body, envelope }, (_, value: unknown) =>
		value instanceof Blob ? digests.get(value) : value,
	);
	const links = kept.get(context.getContext('node')) ?? new Map<string, string>();
	return [...links].reduce((all, [file, link]) => all.replaceAll(link, file), text);
}

const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/**
 * The link under which a provider finds a file: a `data:` URI if it is small enough for that, or the link to its upload. In a new
 * try of n8n the link is the same, or the submit would look like another one and be billed again.
 */
export async function linkTo(jobContext: JobContext, bytes: Buffer, facts: ImageFacts): Promise<string> {
	const { context, account, api } = jobContext;
	if (bytes.length <= (api.uploads?.inlineBytes ?? 0)) {
		return `data:${facts.mimeType};base64,${bytes.toString('base64')}`;
	}
	const node = context.getContext('node');
	const links = kept.get(node) ?? new Map<string, string>();
	kept.set(node, links);
	const key = [runIndexOf(context), account.id, hash(bytes)].join();
	const link = links.get(key) ?? (await upload(jobContext, bytes, facts));
	// Of two items with the same file the first one to be done counts for both.
	if (!links.has(key)) links.set(key, link);
	return links.get(key) ?? link;
}

async function upload({ client, api }: JobContext, bytes: Buffer, facts: ImageFacts): Promise<string> {
	const { uploads } = api;
	if (uploads === undefined) throw new FluxError('invalid-input', `${api.label} takes images only as URLs`);
	const file = new Blob([new Uint8Array(bytes)], { type: facts.mimeType });
	const answer = await client.upload(() => uploads.request(file, `image.${facts.extension}`));
	if (answer.status === 404 || answer.status === 405) throw noUploads(bytes.length, uploads.inlineBytes);
	if (answer.status >= 400) {
		const { code, words } = api.refusal(answer);
		throw new FluxError(code, `${api.label} refused the file (HTTP ${answer.status}): ${words}`, {
			trace: { requestId: answer.requestId },
		});
	}
	const read = uploads.read(answer);
	if (isUnreadable(read)) throw unusable(api, answer, read.unreadable);
	return read.url;
}

function noUploads(bytes: number, inlineBytes: number): FluxError {
	const [size, most] = [Math.ceil(bytes / 1024), Math.floor(inlineBytes / 1024)];
	const tooLarge = most === 0 ? '' : `, and a file of ${size} kB is too large to go without`;
	const smaller = most === 0 ? 'Put the file' : `Make the file smaller than ${most} kB, or put it`;
	return new FluxError(
		'invalid-input',
		`The service at the base URL of the credential takes no uploads${tooLarge}`,
		{ advice: `${smaller} where it can be fetched and give its URL. Nothing was billed.` },
	);
}
