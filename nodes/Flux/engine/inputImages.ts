import { isUnreadable } from '../provider';
import { asFluxError, FluxError, invalidInput } from '../errors/fluxError';
import { readBytes, type Download } from '../http/body';
import { mayDownload } from '../http/trust';
import { filesOf, type BinaryFile } from '../images/imageValue';
import { toImageForm, type ImageReader } from '../images/input';
import { incomplete, isWhole, type ImageFacts } from '../images/inspect';
import { unusable } from './ask';
import type { ImageConverter } from './buildRequest';
import type { JobContext } from './context';
import { perNode } from './perNode';
import { hashOf, runIndexOf } from './identity';

/** Reads image values of the current item, in the form that the API takes, and hands files to providers that take only links. */
export function imageConverter(jobContext: JobContext): ImageConverter {
	const { context, client, api, account } = jobContext;
	const reader: ImageReader = {
		files: filesOf(context.getInputData()),
		maxBytes: api.maxInputBytes,
		readFile: async (file) => await readFile(context, file),
		isReachable: (url) => mayDownload(url, account.baseUrl),
		fetchUrl: async (url) => {
			let before = Number.NaN;
			const read = async ({ body, heard }: Download) => {
				const bytes = await readBytes(body, api.maxInputBytes, heard);
				if (bytes === undefined || bytes.length === before || isWhole(bytes)) return bytes;
				// What ends there each time lies there so.
				before = bytes.length;
				throw new Error(incomplete(bytes.length));
			};
			return await client.download(url, read).catch((error: unknown) => {
				const { code, message } = asFluxError(error);
				if (code === 'timeout' || code === 'cancelled') throw error;
				throw invalidInput(`The image at ${url} cannot be used. ${message}`);
			});
		},
		upload: async (bytes, facts) => await linkTo(jobContext, bytes, facts),
	};
	return async (value, form, label) => await toImageForm(value, form, label, reader);
}

/** The bytes of a file, wherever n8n keeps it; of another node's file, n8n's helpers for names know nothing. */
async function readFile({ helpers }: JobContext['context'], { id, data = '' }: BinaryFile): Promise<Buffer> {
	// A Code node may have put a data URI there.
	if (id === undefined) return Buffer.from(data.replace(/^data:[^,]*,/, ''), 'base64');
	const read = async () => await helpers.binaryToBuffer(await helpers.getBinaryStream(id));
	return await read().catch((error: unknown) => {
		const words = error instanceof Error ? error.message : String(error);
		throw invalidInput(
			`A file that was given as image cannot be read from n8n's storage. ${words}`,
			'n8n deletes files together with the execution that they belong to. Unpin the node that the file comes from, or let the workflow fetch the image anew.',
		);
	});
}

/** The links of an execution by the files that they lead to. */
const linksOf = perNode(() => new Map<string, string>());

/** The files by their links. */
const filesAt = perNode(() => new Map<string, string>());

/** What tells the file that was uploaded to a link from others; undefined for any other text. */
export const fileAt = (context: JobContext['context'], link: string): string | undefined =>
	filesAt(context).get(link);

/**
 * The link under which a provider finds a file: a `data:` URI if it is small enough for that, or the link to its upload, which a new try
 * of n8n uses again.
 */
async function linkTo(jobContext: JobContext, bytes: Buffer, facts: ImageFacts): Promise<string> {
	const { context, account, api } = jobContext;
	if (bytes.length <= (api.uploads?.inlineBytes ?? 0)) {
		return `data:${facts.mimeType};base64,${bytes.toString('base64')}`;
	}
	const links = linksOf(context);
	const hash = hashOf(bytes);
	const key = [runIndexOf(context), account.id, hash].join();
	const link = links.get(key) ?? (await upload(jobContext, bytes, facts));
	// Of two items with the same file the first one to be done counts for both.
	if (!links.has(key)) links.set(key, link);
	filesAt(context).set(links.get(key)!, hash);
	return links.get(key) ?? link;
}

async function upload({ client, api }: JobContext, bytes: Buffer, facts: ImageFacts): Promise<string> {
	const { uploads } = api;
	if (uploads === undefined) throw invalidInput(`${api.label} takes images only as URLs`);
	const file = new Blob([bytes as Uint8Array<ArrayBuffer>], { type: facts.mimeType });
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
	const status = read.put === undefined ? 200 : await client.put(read.put, file);
	// A redirect that is not followed has stored nothing.
	if (status >= 200 && status < 300) return read.url;
	throw new FluxError(
		'provider-unavailable',
		`The storage of ${api.label} did not take the file (HTTP ${status})`,
	);
}

function noUploads(bytes: number, inlineBytes: number): FluxError {
	const [size, most] = [Math.ceil(bytes / 1024), Math.floor(inlineBytes / 1024)];
	const tooLarge = most === 0 ? '' : `, and a file of ${size} kB is too large to go without`;
	const smaller = most === 0 ? 'Put the file' : `Make the file smaller than ${most} kB, or put it`;
	return invalidInput(
		`The service at the base URL of the credential takes no uploads${tooLarge}`,
		`${smaller} where it can be fetched and give its URL.`,
	);
}
