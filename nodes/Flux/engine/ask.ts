import {
	isUnreadable,
	type Provider,
	type ProviderAnswer,
	type ProviderRequest,
	type Unreadable,
} from '../provider';
import { refusalIn } from '../providers/common/refusals';
import { FluxError } from '../errors/fluxError';
import type { JobContext } from './context';

/**
 * Asks a provider, and gives what its answer says.
 *
 * @param isPaid of a job that was accepted
 * @throws `unusable` if `read` cannot read it, and what `Client.ask` throws
 */
export async function ask<T>(
	{ api, client }: Pick<JobContext, 'api' | 'client'>,
	request: ProviderRequest,
	read: (answer: ProviderAnswer) => T | Unreadable,
	isPaid = false,
): Promise<{ read: T; requestId: string | undefined }> {
	const asked = await client.ask(request, read, isPaid);
	if (isUnreadable(asked.read)) throw unusable(api, asked.answer, asked.read.unreadable);
	return { read: asked.read, requestId: asked.answer.requestId };
}

/** Why an answer to a question cannot be used: a refusal, or something that the API does not document. */
export function unusable(api: Provider, answer: ProviderAnswer, wanted: string): FluxError {
	const refused = refusalIn(api, answer);
	const trace = { requestId: answer.requestId };
	if (refused === undefined) {
		const words = `${api.label} answered without ${wanted}: "${answer.excerpt}"`;
		return new FluxError('bad-response', words, { trace });
	}
	const { code, words } = refused;
	// The input was the job's id or nothing, so it is not for the user to correct.
	const meant = code === 'invalid-input' ? 'bad-response' : code;
	const message = `${api.label} refused the request (HTTP ${answer.status}): ${words}`;
	return new FluxError(meant, message, { trace });
}
