import type { IExecuteSingleFunctions } from 'n8n-workflow';

import { isUnreadable } from '../provider';
import type { Provider, ProviderAnswer, ProviderRequest, Unreadable } from '../provider';
import { FluxError } from '../errors/fluxError';
import type { Deadline } from '../limits/deadline';
import { longestPauseMs, type Backoff } from '../limits/backoff';
import type { Ticket } from '../limits/concurrency';
import { now, pace, timeoutSignal } from '../limits/pace';
import type { Account } from './credential';
import { isCrowded, statusFailure, toAnswer } from './answer';
import { Attempt } from './attempt';
import { readText, type Download } from './body';
import { fetchOnce } from './fetchOnce';
import * as errors from './httpErrors';
import { excerpt } from './redact';
import { isGone, isHopeless, mayHaveArrived, mayRepeat, pauseMs, type Purpose } from './retry';
import { signedUntil } from './signedUrl';
import { jsonBytes, Transport, type Network, type Outcome } from './transport';
import { mayCarryKey, mayDownload, requestUrl } from './trust';
import { parseUrl } from '../url';

/** How a submit is sent. */
interface Sending {
	/** The model, where it has a limit of its own: a pause is for those that share the limit. */
	paces?: string;
	/** Where the submit runs; it is given back while the provider has no room. */
	place?: Ticket;
	/**
	 * An attempt may have been accepted, though no answer says so.
	 *
	 * @param late of one that is under way when time is up: the answer that still comes, or undefined if none does
	 */
	unheard(late?: Promise<ProviderAnswer | undefined>): void;
}

const usualAnswerBytes = 2 * 1024 * 1024;
/** So long a server may be silent, at most. */
const pollSilenceMs = 30_000;
const pollAttemptMs = 120_000;
const downloadSilenceMs = 120_000;
/** An upload, which nobody hears of before it is done, may take half of the time that is left, and at least so long. */
const shortestUploadMs = 120_000;
/** So long after its time an item's submit may still be answered. */
const lateAnswerMs = 60_000;
/** Another attempt with less time than that would only hide what was wrong with this one. */
const minAttemptMs = 1_000;

/** What the node asks of a provider: host trust, redirects, time limits and retries. One client serves one item. */
export class Client {
	private readonly transport: Transport;
	private late?: AbortSignal;

	constructor(
		context: IExecuteSingleFunctions,
		private readonly api: Provider,
		private readonly account: Account,
		network: Network,
		private readonly deadline: Deadline,
		private readonly backoff: Backoff,
	) {
		this.transport = new Transport(context, account, network, deadline);
	}

	/** A URL that may be relative to the base URL. Without the key, which the parts of a URL may only make together. */
	absolute(url: string): string {
		const base = `${this.account.baseUrl}/`;
		return this.transport.clean(parseUrl(url, base)?.href ?? url);
	}

	/** A line for n8n's log at its level `debug`, without the key. */
	log(line: string): void {
		this.transport.log(line);
	}

	/** The first words of a text, for errors. */
	excerpt(text: string): string {
		return excerpt(this.transport.clean(text));
	}

	/**
	 * Sends a request that is billed. The answer may be a refusal (status 400 and above).
	 *
	 * @throws `provider-unavailable`, `timeout`, `cancelled`, `untrusted-host`
	 */
	async submit(
		{ body, ...rest }: ProviderRequest,
		{ paces = '', place, unheard }: Sending,
	): Promise<ProviderAnswer> {
		// Written out once for all attempts: the images that it may hold are then in memory nowhere else.
		const request = {
			...rest,
			body: body === undefined || body instanceof FormData ? body : jsonBytes(body),
		};
		const purpose = this.api.isIdempotent === true ? 'idempotentSubmit' : 'submit';
		const send = async () => {
			// Places come free, and pauses end, when this item may have no time left either.
			if (this.deadline.isNear) throw this.deadline.reason();
			// After Stop nobody is left to take an image that is the answer itself, so that submit ends at once.
			// One for all submits of the item, or each would leave its listeners until the time is up.
			this.late ??= this.deadline.lateSignal(lateAnswerMs, this.api.jobs === undefined);
			const sending = this.once(request, { signal: AbortSignal.any([this.late]) }, false);
			const sent = await this.deadline.unlessOver(sending).catch((error: unknown) => {
				if (!(error instanceof FluxError) || !['timeout', 'cancelled'].includes(error.code)) throw error;
				unheard(
					sending.then(
						(sent) => ('value' in sent ? sent.value : undefined),
						() => undefined,
					),
				);
				throw new FluxError(error.code, `${error.message}, while the job was being submitted`);
			});
			if (sent.failure !== undefined && mayHaveArrived(sent.failure)) unheard();
			return sent;
		};
		return this.answered(await this.repeat(purpose, `submit ${paces}`.trim(), send, place), request.url);
	}

	/** Hands over a file; `request` is made anew for each try, because a form can be read only once. */
	async upload(request: () => ProviderRequest): Promise<ProviderAnswer> {
		const { files = '' } = this.account;
		const outcome = await this.repeat('read', 'upload', async () => {
			const made = request();
			return await this.once({ ...made, url: `${files}${made.url}` }, this.uploadAttempt());
		});
		return this.answered(outcome, request().url);
	}

	/**
	 * Puts a file where an answer said, without the key.
	 *
	 * @returns the HTTP status
	 * @throws `untrusted-host` if that is a private place of whoever is not in it itself
	 */
	async put(url: string, file: Blob): Promise<number> {
		if (!mayDownload(url, this.account.baseUrl)) throw errors.refusedDownload(url);
		const body = Buffer.from(await file.arrayBuffer());
		const outcome = await this.repeat<number>('read', 'upload', async () => {
			const sent = await this.transport.withoutKey(url, this.uploadAttempt().signal, {
				body,
				type: file.type,
			});
			if (!('value' in sent)) return sent;
			const { statusCode, headers, close } = sent.value;
			close();
			return {
				value: statusCode,
				failure: statusCode < 400 ? undefined : statusFailure(statusCode, headers),
			};
		});
		return this.answered(outcome, url);
	}

	/** Sends once, also after Stop, and waits for the answer at most so long. */
	async tell(request: ProviderRequest, patienceMs: number): Promise<ProviderAnswer> {
		return this.answered(await this.once(request, { signal: timeoutSignal(patienceMs) }, false), request.url);
	}

	/**
	 * Asks until there is an answer that `read` can read, and gives what was read; or the last answer, which nobody could.
	 *
	 * @param isPaid of a job that was accepted: no outage ends the asking before the deadline
	 * @throws `provider-unavailable`, `timeout`, `cancelled`, `untrusted-host`
	 */
	async ask<T>(
		request: ProviderRequest,
		read: (answer: ProviderAnswer) => T | Unreadable,
		isPaid: boolean,
	): Promise<{ answer: ProviderAnswer; read: T | Unreadable }> {
		const outcome = await this.repeat(isPaid ? 'poll' : 'read', 'poll', async () => {
			const end = AbortSignal.any([this.deadline.signal, timeoutSignal(pollAttemptMs)]);
			const once = await this.once(request, new Attempt(end, pollSilenceMs));
			if (!('value' in once)) return once;
			const value = { answer: once.value, read: read(once.value) };
			return isUnreadable(value.read)
				? { value, failure: once.failure ?? { kind: 'unreadable' } }
				: { value };
		});
		return this.answered(outcome, request.url);
	}

	/**
	 * Fetches a URL without the key and hands the open body to `use`, again from the start if it breaks off.
	 *
	 * @param result of a finished image: until it expires, a URL that the host refuses or does not know is tried again
	 * @throws `download-failed`, `expired`, `untrusted-host`, `timeout`, `cancelled`, and whatever `use` throws
	 */
	async download<T>(
		url: string,
		use: (download: Download) => Promise<T>,
		result?: { expiresAt: number | undefined },
	): Promise<T> {
		const outcome = await this.repeat(result === undefined ? 'read' : 'result', undefined, async () => {
			const attempt = new Attempt(this.deadline.signal, downloadSilenceMs);
			const once = await fetchOnce(this.transport, this.account.baseUrl, attempt, { url, use });
			if (once.failure?.kind === 'status' && result !== undefined && isGone(once.failure.status)) {
				const ends = [result.expiresAt, signedUntil(url)].filter((end) => end !== undefined);
				if (ends.some((end) => end <= Date.now())) throw errors.expired(once.failure);
			}
			return once;
		});
		if ('value' in outcome) return outcome.value;
		const isOwn = result !== undefined && parseUrl(url)?.host === parseUrl(this.account.baseUrl)?.host;
		throw errors.notDownloaded(outcome.failure, isOwn ? this.api.adviceForOwnUrls : undefined);
	}

	private answered<T>(outcome: Outcome<T>, url: string): T {
		if ('value' in outcome) return outcome.value;
		throw errors.unreachable(url, this.account.baseUrl, outcome.failure);
	}

	/**
	 * @param paced requests of this kind wait for one another when one of them is told to wait; without, it waits for itself alone
	 * @param place is given back at a refusal: what runs elsewhere makes room, or else time does
	 */
	private async repeat<T>(
		purpose: Purpose,
		paced: string | undefined,
		attempt: () => Promise<Outcome<T>>,
		place?: Ticket,
	): Promise<Outcome<T>> {
		const pausedMs = () => (paced === undefined ? 0 : this.backoff.pausedMs(paced));
		const failures = { notSent: 0, lost: 0, unreadable: 0, status: 0 };
		const firstAt: Partial<typeof failures> = {};
		for (let count = 1; ; count++) {
			for (let paused = pausedMs(); paused > 0; paused = pausedMs()) {
				this.log(`waits ${Math.round(paused)} ms, as each ${paced} of the account`);
				await this.deadline.wait(paused);
			}
			this.deadline.check();
			const outcome = await attempt();
			const { failure } = outcome;
			if (failure === undefined || !mayRepeat(purpose, failure)) return outcome;
			const sinceMs = now() - (firstAt[failure.kind] ??= now());
			if (isHopeless(purpose, failure, ++failures[failure.kind], sinceMs)) return outcome;
			const remaining = this.deadline.remainingMs();
			const pause = pauseMs(count, failure, remaining, Date.now(), pace.random());
			const isRefused = paced !== undefined && failure.kind === 'status' && failure.status === 429;
			const makesRoom = isRefused && place?.refused() === true && failure.retryAfter === undefined;
			// Also one that outlasts this item is for the others.
			if (isRefused && !makesRoom) this.backoff.pause(paced, pause);
			if (!makesRoom && remaining - pause < minAttemptMs) return outcome;
			if (isRefused) {
				if (!makesRoom && pause > longestPauseMs) await this.deadline.wait(pause);
				await place?.again();
				continue;
			}
			this.log(`waits ${Math.round(pause)} ms after attempt ${count} of a ${purpose}`);
			await this.deadline.wait(pause);
		}
	}

	private uploadAttempt(): Attempt {
		return new Attempt(this.deadline.signal, Math.max(shortestUploadMs, this.deadline.remainingMs() / 2));
	}

	private async once(
		request: ProviderRequest,
		{ signal, heard }: Pick<Attempt, 'signal'> & Partial<Attempt>,
		isTimed = true,
	): Promise<Outcome<ProviderAnswer>> {
		const { baseUrl } = this.account;
		const target = requestUrl(this.account, request.url);
		if (!mayCarryKey(request.url, this.account))
			throw errors.foreignHost(this.transport.clean(target), baseUrl);
		const sentAt = now();
		const sent = await this.transport.withKey(request, target, signal, isTimed);
		if (!('value' in sent)) return sent;
		const { statusCode, headers, body, close } = sent.value;
		if (statusCode >= 300 && statusCode < 400) {
			close();
			throw errors.redirected(this.transport.clean(String(headers.location ?? '')), target);
		}
		if (statusCode === 407) {
			close();
			throw errors.proxyRefused();
		}
		const most = this.api.maxAnswerBytes ?? usualAnswerBytes;
		const text = await this.transport.settle(readText(body, most, signal, heard), isTimed);
		if (!('value' in text)) return text;
		const mayBeRepeated = this.api.mayBeRepeated?.(headers);
		const clean = isCrowded(text.value) ? undefined : text.value && this.transport.clean(text.value);
		const value = toAnswer(statusCode, headers, clean, { sentAt, mayBeRepeated });
		value.requestId &&= this.transport.clean(value.requestId);
		if (statusCode < 400) return { value };
		// Some say with 429 that the account is empty, which waiting does not change.
		if (this.api.refusal(value).code === 'insufficient-credits') return { value };
		return { value, failure: statusFailure(statusCode, headers, value) };
	}
}
