import { asFluxError, FluxError } from '../errors';
import type { ImageReader } from '../images/input';
import { notUnderstood } from './follow';
import type { Workplace } from './workplace';

/** Reads image values of the current item, and hands files to providers that take only links. */
export function imageReader({ context, client, api }: Workplace): ImageReader {
	return {
		binaryFields: Object.keys(context.getInputData().binary ?? {}),
		mostBytes: api.mostInputBytes,
		readBinary: async (name) => {
			context.helpers.assertBinaryData(name);
			return await context.helpers.getBinaryDataBuffer(name);
		},
		fetchUrl: async (url) =>
			await client
				.download(url, async ({ body }) => await context.helpers.binaryToBuffer(body))
				.catch((error: unknown) => {
					const { code, message } = asFluxError(error);
					if (code === 'timeout' || code === 'cancelled') throw error;
					throw new FluxError('invalid-input', `The image at ${url} cannot be used. ${message}`);
				}),
		upload: async (bytes, { mimeType, extension }) => {
			const { uploads } = api;
			if (uploads === undefined)
				throw new FluxError('invalid-input', `${api.label} takes images only as URLs`);
			if (bytes.length <= uploads.inlineBytes) return `data:${mimeType};base64,${bytes.toString('base64')}`;
			const file = new Blob([new Uint8Array(bytes)], { type: mimeType });
			const answer = await client.upload(() => uploads.request(file, `image.${extension}`));
			if (answer.status === 404 || answer.status === 405) {
				const kilobytes = Math.floor(uploads.inlineBytes / 1024);
				throw new FluxError(
					'invalid-input',
					`The service at the base URL of the credential takes no uploads, and a file of ${Math.ceil(bytes.length / 1024)} kB is too large to go without`,
					{
						advice: `Make the file smaller than ${kilobytes} kB, or put it where it can be fetched and give its URL. Nothing was bought.`,
					},
				);
			}
			const read = uploads.read(answer);
			if ('unreadable' in read) throw notUnderstood(api, answer, read.unreadable);
			return read.url;
		},
	};
}
