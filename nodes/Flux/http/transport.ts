import type {
	IDataObject,
	IExecuteSingleFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
} from 'n8n-workflow';

import type { ProviderRequest } from '../provider';
import { FluxError } from '../errors/fluxError';
import type { Deadline } from '../limits/deadline';
import { now, timeoutSignal } from '../limits/pace';
import { parseUrl } from '../url';
import type { Account } from './credential';
import type { Body } from './body';
import { networkErrorOf } from './networkErrors';
import { redact } from './redact';
import type { AttemptFailure } from './retry';
import { requestUrl } from './trust';

/** n8n's own network settings of the node, which it applies only to requests that it makes itself. */
export type Network = Pick<IHttpRequestOptions, 'proxy' | 'allowedDomains' | 'skipSslCertificateValidation'>;

/** What one attempt came to. */
export type Outcome<T> = { value: T; failure?: AttemptFailure } | { failure: AttemptFailure };

/** An answer whose body is still arriving. */
export interface Response {
	statusCode: number;
	headers: IDataObject;
	body: Body;
	/** Ends the connection, which to destroy a body that nobody has begun to read does not. */
	close(): void;
}

type Arrived = Omit<Response, 'close'>;

/** A response whose request also ends when it is closed. */
async function closable(
	signal: AbortSignal,
	send: (ends: AbortSignal) => Promise<Arrived>,
): Promise<Response> {
	const closing = new AbortController();
	const { statusCode, headers, body } = await send(AbortSignal.any([signal, closing.signal]));
	// Nobody else may be there to hear of the end.
	const close = () => {
		body.on('error', () => {});
		closing.abort();
		body.destroy();
	};
	return { statusCode, headers, body, close };
}

/** A file to be put somewhere. */
interface File {
	body: Buffer;
	type: string;
}

/** Any status is an answer, and its body is read by us. */
const asStream = {
	encoding: 'stream',
	returnFullResponse: true,
	ignoreHttpStatusErrors: true,
	disableFollowRedirect: true,
} as const;

/** As bytes, because of a text n8n's HTTP client keeps both the text and its bytes, and images make it long. */
export const jsonBytes = (body: IDataObject | Buffer): Buffer =>
	Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));

const chooseCredential =
	'The credential was deleted while the node ran. Choose one of the same account in the node, then run it again.';

/** The one place that sends: with the key to the credential's host, or without it to anywhere. */
export class Transport {
	constructor(
		private readonly context: IExecuteSingleFunctions,
		private readonly account: Account,
		private readonly network: Network,
		private readonly deadline: Deadline,
	) {}

	/** @param isTimed whether the user's Stop and the deadline end the waiting */
	async withKey(
		request: ProviderRequest,
		url: string,
		signal: AbortSignal,
		isTimed: boolean,
	): Promise<Outcome<Response>> {
		const options = this.options(request, url);
		const { helpers } = this.context;
		const sending = closable(signal, async (ends): Promise<Arrived> => {
			// The helper takes its signal from its `this`; ours also ends at the deadline.
			const guarded = Object.create(this.context, { getExecutionCancelSignal: { value: () => ends } });
			return await helpers.httpRequestWithAuthentication.call(guarded, this.account.credential, options);
		});
		return await this.logged(request.method, url, this.settle(sending, isTimed));
	}

	/** @param file what is put there; without, what is there is fetched */
	async withoutKey(url: string, signal: AbortSignal, file?: File): Promise<Outcome<Response>> {
		const { proxy, skipSslCertificateValidation } = this.network;
		const method = file === undefined ? 'GET' : 'PUT';
		const sending = closable(
			signal,
			async (ends): Promise<Arrived> =>
				await this.context.helpers.httpRequest({
					...{ url, method, proxy, skipSslCertificateValidation, abortSignal: ends },
					...(file && { body: file.body, headers: { 'content-type': file.type } }),
					...asStream,
				}),
		);
		return await this.logged(method, url, this.settle(sending));
	}

	/** The promise's value, or what went wrong on the network. Our own errors and the end of the time pass through. */
	async settle<T>(promise: Promise<T>, isTimed = true): Promise<Outcome<T>> {
		const ending = promise.then(
			(value) => ({ value }),
			(error: unknown) => ({ error }),
		);
		const settled = await (isTimed ? this.deadline.unlessOver(ending) : ending);
		if ('value' in settled) return settled;
		if (settled.error instanceof FluxError) throw settled.error;
		if (isTimed) this.deadline.check();
		const failure = networkErrorOf(settled.error);
		const words = this.clean(failure.words);
		if (failure.kind === 'noCredential')
			throw new FluxError('authentication', `The request was not sent: ${words}`, {
				advice: chooseCredential,
			});
		if (failure.kind === 'blocked')
			throw new FluxError('untrusted-host', `The request was not sent: ${words}`);
		return { failure: { kind: failure.kind, words } };
	}

	/** A line in n8n's log at its level `debug`, for who must find out what happened. Never give it a prompt. */
	log(line: string): void {
		this.context.logger.debug(this.clean(`Flux: item ${this.context.getItemIndex()}: ${line}`));
	}

	/** One line for each attempt. A query may hold a signature. */
	private async logged(
		method: string,
		url: string,
		sending: Promise<Outcome<Response>>,
	): Promise<Outcome<Response>> {
		const startedAt = now();
		const { host, pathname } = parseUrl(url) ?? { host: 'no URL', pathname: '' };
		const log = (ending: string) =>
			this.log(`${method} ${host}${pathname} ${ending} after ${Math.round(now() - startedAt)} ms`);
		const outcome = await sending.catch((error: unknown) => {
			log(error instanceof FluxError ? error.code : 'failed');
			throw error;
		});
		if ('value' in outcome) log(`answered ${outcome.value.statusCode}`);
		else log('words' in outcome.failure ? `failed: ${outcome.failure.words}` : 'failed');
		return outcome;
	}

	/** The text without the key. */
	clean(text: string): string {
		return redact(text, this.account.secrets);
	}

	private options({ method, headers, body }: ProviderRequest, url: string): IHttpRequestOptions {
		const isForm = body instanceof FormData;
		return {
			...this.network,
			url,
			method,
			headers: {
				accept: 'application/json',
				...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
				...headers,
			},
			...(body === undefined ? {} : { body: isForm ? body : jsonBytes(body) }),
			...asStream,
		};
	}
}

const listPatienceMs = 5_000;

/** The JSON that answers a question of the editor, asked once with the key. Rejects whatever goes wrong. */
export async function askForEditor(
	context: ILoadOptionsFunctions,
	{ credential, allowedDomains, ...base }: Account,
	{ method, url }: ProviderRequest,
): Promise<unknown> {
	// n8n's timeout begins anew with each byte.
	const end = timeoutSignal(listPatienceMs);
	const asked = context.helpers.httpRequestWithAuthentication.call(context, credential, {
		method,
		url: requestUrl(base, url),
		json: true,
		timeout: listPatienceMs,
		abortSignal: end,
		disableFollowRedirect: true,
		...(allowedDomains === undefined ? {} : { allowedDomains }),
	});
	return await (asked as Promise<unknown>).catch((error: unknown) => {
		throw end.aborted ? new Error(`no whole answer within ${listPatienceMs / 1000} seconds`) : error;
	});
}
