import { isUnreadable } from '../provider';
import type { Provider, ProviderAnswer, SubmitRequest, Submitted } from '../provider';
import { refusalIn, type Refusal } from '../providers/common/refusals';
import { fieldsOf } from '../catalogue/modelFields';
import { advice as usualAdvice } from '../errors/codes';
import { asFluxError, FluxError, type ErrorCode } from '../errors/fluxError';
import { likeBase } from '../http/baseUrl';
import { mayCarryKey } from '../http/trust';
import type { Ticket } from '../limits/concurrency';
import { now } from '../limits/pace';
import type { Plan } from './buildRequest';
import { requestHash, runIndexOf } from './identity';
import { cancelJob } from './poll';
import { isAwaited } from './readParameters';
import type { Accepted } from './resume';
import type { JobContext } from './context';

/** Refusals after which surely nothing is charged, and whose usual advice does not say so. */
const free: ErrorCode[] = ['authentication', 'insufficient-credits', 'rate-limited'];
/** Errors that judge the request itself, so that no earlier attempt of the submit was accepted; others may come from a gateway. */
const decided: ErrorCode[] = ['invalid-input', 'prompt-moderated', 'image-moderated'];
const refused: Partial<Record<ErrorCode, string>> = {
	authentication: 'does not accept the API key',
	'insufficient-credits': 'says that the account has no credits left',
	'rate-limited': 'still gets too many requests',
	'prompt-moderated': 'refused the input',
	'image-moderated': 'withheld the finished image',
};

/**
 * Submits a request, and remembers what was accepted.
 *
 * @param name what the request is remembered by
 * @param place is given back while the provider has no room
 * @throws the provider's refusal in our terms, and what `Client.submit` throws; the text says whether something may be billed
 */
export async function submit(
	jobContext: JobContext,
	plan: Plan,
	name: string,
	place: Ticket,
): Promise<Accepted> {
	const { account, api, client, context, deadline, submitted } = jobContext;
	const entry = submitted.of(name);
	const submitName = `${context.getItemIndex()}/${name}/${entry.ended}`;
	entry.idempotencyKey ??= requestHash(
		// Two instances of n8n with the same workflow may share an account.
		context.getInstanceId(),
		context.getExecutionId(),
		context.getNode().id,
		runIndexOf(context),
		submitName,
	);
	if (api.isIdempotent === true) {
		if (entry.isLost === true) Object.assign(plan, entry.plan);
		entry.plan = { ...plan };
	}
	const request: SubmitRequest = {
		...plan,
		service: account.service,
		remainingSeconds: deadline.remainingMs() / 1000,
		isAwaited: isAwaited(context),
		idempotencyKey: entry.idempotencyKey,
	};
	const keep = (read: Submitted, { sentAt }: ProviderAnswer): Accepted => {
		// A job's time begins when it is accepted; an answer that tells its state may have been held while it ran.
		const acceptedAt = (read.state === undefined ? undefined : sentAt) ?? now();
		// A path is one on the base URL; anything else stays as it is, for the trust in hosts to judge.
		const isPath = /^\w[\w.-]*\/\w/.test(read.pollingUrl ?? '');
		const named = isPath ? client.absolute(read.pollingUrl!) : read.pollingUrl;
		const pollingUrl = named && likeBase(named, account);
		const isRefused = pollingUrl !== undefined && !mayCarryKey(pollingUrl, account);
		const accepted: Accepted = { ...read, pollingUrl, acceptedAt, ...(isRefused ? { isRefused } : {}) };
		submitted.remember(name, accepted);
		logJob(jobContext, accepted);
		return accepted;
	};
	let isUnheard = false;
	const keepLate = (answer: ProviderAnswer | undefined, isOnlyAttempt: boolean) => {
		if (answer === undefined) return;
		if (answer.status >= 400) {
			if (!isOpen(answer.status) && isOnlyAttempt) entry.isLost = false;
			return;
		}
		const read = api.readSubmit(answer, request);
		if (isUnreadable(read)) return;
		keep(read, answer);
		if (deadline.stopped) void cancelJob(jobContext, read);
	};
	const sent = client.submit(api.submit(request), {
		place,
		paces: plan.model.maxConcurrency === undefined ? undefined : plan.model.id,
		unheard: (late) => {
			const isOnlyAttempt = !isUnheard;
			isUnheard = true;
			if (late !== undefined) entry.underWay = late.then((answer) => keepLate(answer, isOnlyAttempt));
		},
	});
	// Only an answer that is the image itself is compared with those that were sent.
	if (api.jobs !== undefined) request.body = plan.body = withoutImages(plan);
	const accept = (answer: ProviderAnswer): Accepted => {
		const read = answer.status >= 400 ? undefined : api.readSubmit(answer, request);
		if (read !== undefined && !isUnreadable(read)) return keep(read, answer);
		throw notAccepted(api, answer, read).withTrace({ requestId: answer.requestId });
	};
	return await sent.then(accept).catch((error: unknown) => {
		const flux = asFluxError(error);
		const isUndecided = isUnheard && !decided.includes(flux.code);
		// What could not even be read may be the answer to a submit that was accepted.
		const told = isUndecided || !(error instanceof FluxError) ? lost(flux, api) : flux;
		if (told.trace.mayBeBilled === true) {
			entry.isLost = true;
			// If the next try succeeds, n8n shows no error.
			context.logger.warn(
				`Flux: a submit may be billed by ${api.label}, but no job is known ${placeOf(context)}`,
			);
		}
		throw told;
	});
}

/** What is still needed of a body that is on its way: its images may be large. */
function withoutImages({ body, model }: Plan): Plan['body'] {
	const images = fieldsOf(model.body).filter(({ image }) => image !== undefined);
	return Object.fromEntries(Object.entries(body).filter(([key]) => !images.some(({ name }) => name === key)));
}

const unknownOutcome =
	'The request may have arrived: the provider may have accepted the job and may bill it. It was not sent again. Look at the usage page of your account; running the node again may be billed once more.';

// The key by which a provider knows a submit again lasts for the execution.
const unknownOutcomeOfKeyed =
	'The request may have arrived: the provider may have accepted the job and may bill it. Retry On Fail finds that job again; another execution would be billed once more. Look at the jobs of your account.';

/** The error of a submit of which nobody knows whether it was accepted. */
export const lost = ({ code, message, trace }: FluxError, { isIdempotent }: Provider): FluxError =>
	new FluxError(code, message, {
		advice: `${isIdempotent === true ? unknownOutcomeOfKeyed : unknownOutcome}${code === 'timeout' ? ` ${usualAdvice.timeout}` : ''}`,
		trace: { ...trace, mayBeBilled: true },
	});

const chargedPerhaps =
	'The job may have been accepted and charged. Check the base URL in the credential, and the usage page of your account before you run the node again.';

function notAccepted(
	api: Provider,
	answer: ProviderAnswer,
	read: { unreadable: string; advice?: string } | undefined,
): FluxError {
	const refused = refusalIn(api, answer);
	if (refused !== undefined) return refusal(api, answer, refused);
	const { unreadable = 'a job', advice = chargedPerhaps } = read ?? {};
	const words = `${api.label} answered the submit without ${unreadable}: "${answer.excerpt}"`;
	return new FluxError('bad-response', words, { advice, trace: { mayBeBilled: true } });
}

/** Whether a status leaves open if the submit was accepted: behind a gateway that waited in vain the job may run. */
const isOpen = (status: number) => status >= 500 || status === 408;

/** A refusal of a submit; after a server error nobody knows whether it was accepted. */
function refusal(api: Provider, answer: ProviderAnswer, { code, words: said, begun }: Refusal): FluxError {
	const words = `${said}${answer.status === 404 ? (api.notFound ?? '') : ''}`;
	// Whoever knows that the request is wrong has not handed it on.
	const isUnclear = isOpen(answer.status) && code !== 'invalid-input';
	const isUndecided = isUnclear || begun === true;
	// A key that is right may lack the right to a model.
	const isForbidden = answer.status === 403 && code === 'authentication';
	const told = isForbidden ? 'refuses this to the API key' : (refused[code] ?? 'refused the request');
	const status = `HTTP ${answer.status}`;
	const what = isUndecided ? `answered the submit with ${status}` : `${told} (${status})`;
	const error = new FluxError(code, `${api.label} ${what}: ${words}`);
	if (isUndecided) return lost(error, api);
	return free.includes(code) || begun === false ? error.alsoSay('Nothing was billed.') : error;
}

/** If n8n itself dies meanwhile, its log is the only place that still knows the job. */
function logJob({ context, api }: JobContext, { id, pollingUrl }: Accepted): void {
	if (id === undefined) return;
	const where = pollingUrl === undefined ? '' : `, Polling URL ${pollingUrl}`;
	context.logger.info(`Flux: job ${id} accepted by ${api.label}${where} ${placeOf(context)}`);
}

const placeOf = (context: JobContext['context']) =>
	`(node "${context.getNode().name}", item ${context.getItemIndex()}, execution ${context.getExecutionId()})`;
