import { FluxError } from '../errors/fluxError';
import type { Client } from '../http/client';
import type { Provider, ProviderAnswer, ProviderRequest, Unreadable } from '../provider';
import { refusalIn } from '../providers/shared/refusals';

/**
 * What a provider answers to a question, read once.
 *
 * @throws why the answer cannot be used, and what `Client.ask` throws
 */
export async function ask<T extends object>(
	api: Provider,
	client: Client,
	request: ProviderRequest,
	read: (answer: ProviderAnswer) => T | Unreadable,
): Promise<{ value: T; answer: ProviderAnswer }> {
	const { answer, value } = await client.ask(request, read);
	if ('unreadable' in value) throw unusableAnswer(api, answer, value.unreadable);
	return { value, answer };
}

/** Why an answer to a question cannot be used: a refusal, or something that the API does not document. */
export function unusableAnswer(api: Provider, answer: ProviderAnswer, wanted: string): FluxError {
	const trace = { requestId: answer.requestId };
	const refused = refusalIn(api, answer);
	if (refused === undefined) {
		const message = `${api.label} answered without ${wanted}: "${answer.excerpt}"`;
		return new FluxError('bad-response', message, { trace });
	}
	const { code, words } = refused;
	// The input was the job's id or nothing, so it is not for the user to correct.
	const meant = code === 'invalid-input' ? (answer.status === 404 ? 'job-not-found' : 'bad-response') : code;
	return new FluxError(meant, `${api.label} refused the question (HTTP ${answer.status}): ${words}`, {
		trace,
	});
}
