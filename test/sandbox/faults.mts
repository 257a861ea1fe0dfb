import { gzipSync } from 'node:zlib';

import type { Action, Answer, Exchange, RecordedRequest } from './exchange.mts';
import type { Job } from './jobs.mts';

/** What can go wrong. Those marked *instead* leave the request undone unless `accepted` says otherwise. */
export type Fault = { accepted?: boolean } & (
	| /** instead: an HTTP error, with the provider's kind of body unless `body` */ {
			kind: 'status';
			status: number;
			body?: unknown;
			headers?: Record<string, string>;
	  }
	| /** instead: the socket is reset before any answer */ { kind: 'reset' }
	| /** instead: never any answer */ { kind: 'hang' }
	| /** instead: a web page with 200, or `status` */ { kind: 'html'; status?: number }
	| /** instead: an HTTP redirect, 302 unless `status` */ { kind: 'redirect'; to: string; status?: number }
	| /** instead: the image is gone, 403 unless `status` */ { kind: 'expired'; status?: number }
	| /** done, and the socket is reset before the answer */ { kind: 'acceptThenReset' }
	| /** headers, then a byte every `everyMs` (50), for ever */ { kind: 'drip'; everyMs?: number }
	| /** half the body: well-formed HTTP for JSON (`body`), a broken connection for files */ {
			kind: 'truncate';
			how?: 'body' | 'connection';
	  }
	| /** a Content-Length that is `by` (100) bytes off, less than the body if negative */ {
			kind: 'wrongLength';
			by?: number;
	  }
	| /** packed, as servers do where the client takes it */ { kind: 'gzip' }
	| /** any JSON, with 200 unless `status` */ { kind: 'json'; body: unknown; status?: number }
	| /** the submit names this URL to ask for the job: `polling_url`, Replicate's `urls.get` */ {
			kind: 'pollingUrl';
			to: string;
	  }
	| /** the result names this image URL */ { kind: 'resultUrl'; to: string }
	| /** on a submit: how the job will end; on a poll: what this poll says */ {
			kind: 'state';
			status: string;
			details?: unknown;
			httpStatus?: number;
	  }
	| /** text that claims to be the image */ { kind: 'notAnImage'; text?: string }
	| /** `bytes` (100 GB) announced and sent as long as someone reads; unannounced with `endless` */ {
			kind: 'tooLarge';
			bytes?: number;
			endless?: boolean;
	  }
	| /** done at once, answered after `seconds` */ { kind: 'slow'; seconds: number }
);

/** Which requests go wrong, and how. Rules are tried in the order in which they were given. */
export interface FaultRule {
	on: Action;
	/** How many requests it hits; all unless set. */
	times?: number;
	/** How many matching requests it lets pass first. */
	after?: number;
	/** The job is known for polls, cancels and downloads. */
	match?: (request: RecordedRequest, job?: Job) => boolean;
	do: Fault;
}

type Kind = Fault['kind'];
type Of<K extends Kind> = Extract<Fault, { kind: K }>;

/** A fault acts before the handler (`prepare`), in its place (`instead`) or on its answer (`change`). */
interface Handler<F> {
	prepare?(fault: F, exchange: Exchange): void;
	instead?(fault: F): Answer;
	change?(answer: Answer, fault: F, wait: (seconds: number) => Promise<void>): Answer | Promise<Answer>;
}

const page = (title: string) =>
	Buffer.from(
		`<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`,
	);

const file = (status: number, type: string, text: Buffer): Answer => ({
	status,
	bytes: text,
	headers: { 'content-type': type },
});

const handlers: { [K in Kind]: Handler<Of<K>> } = {
	status: {
		instead: ({ status, body, headers }) => ({ status, json: body, headers }),
	},
	reset: { instead: () => ({ status: 0, send: 'reset' }) },
	hang: { instead: () => ({ status: 0, send: 'hang' }) },
	html: { instead: ({ status = 200 }) => file(status, 'text/html; charset=utf-8', page('Just a moment...')) },
	redirect: {
		instead: ({ status = 302, to }) => ({ status, bytes: Buffer.alloc(0), headers: { location: to } }),
	},
	expired: {
		instead: ({ status = 403 }) =>
			file(
				status,
				'application/xml',
				Buffer.from('<?xml version="1.0"?><Error><Code>AuthenticationFailed</Code></Error>'),
			),
	},
	acceptThenReset: { change: () => ({ status: 0, send: 'reset' }) },
	drip: { change: (answer, { everyMs = 50 }) => ({ ...answer, send: 'drip', amount: everyMs }) },
	truncate: {
		change: (answer, { how = answer.bytes ? 'connection' : 'body' }) => ({
			...answer,
			send: how === 'body' ? 'cutBody' : 'cutConnection',
		}),
	},
	wrongLength: { change: (answer, { by = 100 }) => ({ ...answer, send: 'wrongLength', amount: by }) },
	gzip: {
		change: (answer) => {
			const { bytes = Buffer.from(JSON.stringify(answer.json)), headers } = answer;
			return {
				...{ status: answer.status, bytes: gzipSync(bytes) },
				headers: { 'content-type': 'application/json', ...headers, 'content-encoding': 'gzip' },
			};
		},
	},
	json: { change: (_, { body, status = 200 }) => ({ status, json: body }) },
	pollingUrl: { prepare: ({ to }, exchange) => (exchange.instead.pollingUrl = to) },
	resultUrl: { prepare: ({ to }, exchange) => (exchange.instead.resultUrl = to) },
	state: { prepare: (fault, exchange) => (exchange.instead.state = fault) },
	notAnImage: {
		change: (_, { text = 'This is not the image you are looking for.' }) =>
			file(200, 'image/png', Buffer.from(text)),
	},
	tooLarge: {
		change: (answer, { bytes = 100e9, endless }) => ({
			...answer,
			send: 'endless',
			amount: endless ? Infinity : bytes,
		}),
	},
	slow: {
		change: async (answer, { seconds }, wait) => {
			await wait(seconds);
			return answer;
		},
	},
};

/** The rules in force, and how often each was met. */
export class Faults {
	private rules: { rule: FaultRule; met: number }[] = [];

	add(rule: FaultRule): void {
		this.rules.push({ rule, met: 0 });
	}

	clear(): void {
		this.rules = [];
	}

	/** The first rule that hits this request; every rule that matches counts it. */
	private hit(record: RecordedRequest, job: Job | undefined): Fault | undefined {
		for (const entry of this.rules) {
			const { on, times = Infinity, after = 0, match } = entry.rule;
			if (on !== record.action || (match && !match(record, job))) continue;
			entry.met++;
			if (entry.met > after && entry.met <= after + times) return entry.rule.do;
		}
		return undefined;
	}

	/** Lets `handle` answer the request, as far as no fault gets in its way. */
	async around(
		exchange: Exchange,
		handle: () => Answer | Promise<Answer>,
		wait: (seconds: number) => Promise<void>,
	): Promise<Answer> {
		const fault = this.hit(exchange.record, exchange.job);
		if (!fault) return await handle();
		exchange.record.fault = fault.kind;
		const handler = handlers[fault.kind] as Handler<Fault>;
		handler.prepare?.(fault, exchange);
		if (handler.instead && !fault.accepted) return handler.instead(fault);
		const answer = await handle();
		return handler.instead?.(fault) ?? (await handler.change?.(answer, fault, wait)) ?? answer;
	}
}
