import { asFluxError, FluxError } from '../errors';
import type { ImageReader } from '../images/input';
import { linkTo } from './upload';
import type { Workplace } from './workplace';

/** Reads image values of the current item, and hands files to providers that take only links. */
export function imageReader(workplace: Workplace): ImageReader {
	const { context, client, api } = workplace;
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
		upload: async (bytes, facts) => await linkTo(workplace, bytes, facts),
	};
}
