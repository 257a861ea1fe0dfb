import type { Provider, ProviderAnswer, SubmitRequest, Submitted, Unreadable } from '../provider';
import { refusalIn, type Refusal } from '../providers/shared/refusals';
import { FluxError, type ErrorCode } from '../errors/fluxError';
import { adviceForLost } from '../http/httpErrors';
import type { JobContext } from './context';

/** Refusals after which surely nothing is charged, and whose usual advice does not say so. */
const free: ErrorCode[] = ['authentication', 'insufficient-credits', 'rate-limited'];
const refused: Partial<Record<ErrorCode, string>> = {
	'prompt-moderated': 'refused the prompt',
	'image-moderated': 'withheld the finished image',
};

/**
 * Places an order. What is thrown before an answer came says itself whether something may have been bought.
 *
 * @param late given what still becomes of an order that is under way when time is up: undefined if it is not known to be accepted
 * @throws the provider's refusal in our terms, and what `Client.submit` throws
 */
export async function sendSubmit(
	{ api, client }: JobContext,
	order: SubmitRequest,
	late: (accepted: Promise<Submitted | undefined>) => void,
): Promise<Submitted> {
	const answer = await client.submit(api.submit(order), {
		isIdempotent: api.isIdempotent === true,
		paces: order.model.maxConcurrency === undefined ? undefined : order.model.id,
		late: (coming) =>
			late(
				coming.then((one) => {
					const read = one === undefined || one.status >= 400 ? undefined : api.readSubmit(one, order);
					return one === undefined || read === undefined || 'unreadable' in read
						? undefined
						: inTime(read, one);
				}),
			),
	});
	const submitted: Submitted | Unreadable =
		answer.status >= 400 ? { unreadable: 'a job' } : api.readSubmit(answer, order);
	if (!('unreadable' in submitted)) return inTime(submitted, answer);
	const refused = refusalIn(api, answer);
	if (refused !== undefined) throw refusal(api, answer, refused);
	const { unreadable, advice = chargedPerhaps } = submitted;
	throw new FluxError(
		'bad-response',
		`${api.label} answered the submit without ${unreadable}: "${answer.excerpt}"`,
		{ advice, trace: { requestId: answer.requestId } },
	);
}

const chargedPerhaps =
	'The job may have been accepted and charged. Check the base URL in the credential, and the usage page of your account before you run the node again.';

/** A job's time begins when it is accepted; where the answer holds the image already, that was while it was under way. */
const inTime = (submitted: Submitted, { sentAt }: ProviderAnswer): Submitted => ({
	...submitted,
	acceptedAt: submitted.state?.is === 'ready' ? sentAt : Date.now(),
});

/** A refusal of an order; after a server error nobody knows whether it was accepted. */
function refusal(api: Provider, answer: ProviderAnswer, { code, words, isInBody }: Refusal): FluxError {
	const trace = { requestId: answer.requestId };
	if (answer.status >= 500) {
		return new FluxError(code, `${api.label} answered the submit with HTTP ${answer.status}: ${words}`, {
			advice: adviceForLost(api.isIdempotent),
			trace,
		});
	}
	const error = new FluxError(
		code,
		`${api.label} ${refused[code] ?? 'refused the request'} (HTTP ${answer.status}): ${words}`,
		{ trace },
	);
	const isSure = free.includes(code) || (isInBody && code !== 'invalid-input');
	return isSure ? error.alsoSay('Nothing was billed.') : error;
}
