import { asFluxError, FluxError } from '../errors/fluxError';
import { mayDownload } from '../http/trust';
import type { ImageReader } from '../images/input';
import { filesOf, type BinaryFile } from '../images/imageValue';
import { linkTo } from './upload';
import type { JobContext } from './context';

/** Reads image values of the current item, and hands files to providers that take only links. */
export function imageReader(jobContext: JobContext): ImageReader {
	const { context, client, api, account } = jobContext;
	return {
		files: filesOf(context.getInputData()),
		maxBytes: api.maxInputBytes,
		readFile: async (file) => await readFile(context, file),
		isReachable: (url) => mayDownload(url, account.baseUrl),
		fetchUrl: async (url) =>
			await client
				.download(url, async ({ body }) => await context.helpers.binaryToBuffer(body))
				.catch((error: unknown) => {
					const { code, message } = asFluxError(error);
					if (code === 'timeout' || code === 'cancelled') throw error;
					throw new FluxError('invalid-input', `The image at ${url} cannot be used. ${message}`);
				}),
		upload: async (bytes, facts) => await linkTo(jobContext, bytes, facts),
	};
}

/** The bytes of a file, wherever n8n keeps it; of another node's file, n8n's helpers for names know nothing. */
async function readFile({ helpers }: JobContext['context'], { id, data = '' }: BinaryFile): Promise<Buffer> {
	if (id === undefined) return Buffer.from(data, 'base64');
	const read = async () => await helpers.binaryToBuffer(await helpers.getBinaryStream(id));
	return await read().catch((error: unknown) => {
		const words = error instanceof Error ? error.message : String(error);
		throw new FluxError(
			'invalid-input',
			`A file that was given as image cannot be read from n8n's storage. ${words}`,
			{
				advice:
					'n8n deletes files together with the execution that they belong to. Let the workflow fetch the image anew. Nothing was charged.',
			},
		);
	});
}
