import { createServer, STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { apiframe } from './apiframe.mts';
import { bfl } from './bfl.mts';
import { Core, type SentWebhook } from './core.mts';
import { delivery } from './delivery.mts';
import { judgeAnswer, judgeRequest, judgeModel, UNLISTED } from './documents/judge.mts';
import type { Answer, Dialect, Exchange, RecordedRequest, Route } from './exchange.mts';
import { fal } from './fal.mts';
import { Faults, type FaultRule } from './faults.mts';
import type { Job } from './jobs.mts';
import { openAiCompatible } from './openai.mts';
import type { AnswerVariant } from './openaiAnswers.mts';
import { replicate } from './replicate.mts';
import type { Problem } from './schema.mts';
import { send } from './senders.mts';

export type { RecordedRequest } from './exchange.mts';
export type { Fault, FaultRule } from './faults.mts';
export type { AnswerVariant } from './openaiAnswers.mts';
export type { Job } from './jobs.mts';

const OWN = "the sandbox's own answer";

/** The key that is accepted unless another one is chosen. */
const SANDBOX_KEY = 'sandbox-key-000000000000000000000000';

export interface SandboxOptions {
	/** Any free one unless set. */
	port?: number;
	key?: string;
	secondsPerImage?: number;
	/** Whoever asks does it wrong on purpose: violations are no failure. */
	isAskedWrong?: boolean;
	/** APIs beside those that exist. */
	dialects?: ReadonlyArray<(core: Core) => Dialect>;
}

/** A running sandbox. */
export interface Sandbox {
	/** `http://127.0.0.1:PORT`: the base URL of a custom Black Forest Labs credential. */
	readonly url: string;
	/** The only accepted API key. */
	readonly key: string;
	/** Every request, in the order of arrival. */
	readonly requests: RecordedRequest[];
	/** What of requests and of answers the providers' documents do not have; a sandbox that is closed with any of them rejects. */
	readonly violations: string[];
	/** Every accepted submit. */
	readonly jobs: Job[];
	/** Every webhook sent. */
	readonly webhooks: SentWebhook[];
	/** How many jobs were accepted: what the user would pay for. */
	billed(): number;
	/** The most jobs that ran at once. */
	peakConcurrency(): number;
	/** Makes every running job ready at once; webhooks still come in their time. */
	finish(): void;
	fault(rule: FaultRule): void;
	clearFaults(): void;
	/** Forgets requests, jobs, files, faults and spendings. */
	reset(): void;
	/** How long a new job takes. */
	secondsPerImage: number;
	/** What the account holds, in each provider's own unit. */
	credits: number;
	/** How `/openai/v1` and `/selfhosted/v1` answer; undefined for each in its own way. */
	openAiAnswer: AnswerVariant | undefined;
	/** Ends the server and every connection; rejects if there were violations that nobody took out of the list. */
	close(): Promise<void>;
}

/** Starts a sandbox on 127.0.0.1; rejects when the port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const { port = 0, key = SANDBOX_KEY, secondsPerImage = 0.2, isAskedWrong = false } = options;
	const core = new Core(key, secondsPerImage);
	const faults = new Faults();
	const requests: RecordedRequest[] = [];
	const violations: string[] = [];
	const dialects: Dialect[] = [];
	const server = createServer((request, response) => {
		void serve({ core, dialects, faults, requests, violations }, request, response);
	});
	server.keepAliveTimeout = 30_000;
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', resolve);
	});
	core.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	dialects.push(
		...(options.dialects ?? []).map((dialect) => dialect(core)),
		delivery(core),
		apiframe(core, '/apiframe'),
		fal(core, '/fal'),
		...openAiCompatible(core),
		replicate(core, '/replicate/v1'),
		replicate(core, '/crazyrouter/replicate/v1', true),
		// last, since every path begins with its empty prefix
		bfl(core),
	);
	return {
		url: core.url,
		key,
		requests,
		violations,
		jobs: core.jobs,
		webhooks: core.webhooks,
		billed: () => core.jobs.length,
		peakConcurrency: () => core.peak,
		finish() {
			for (const job of core.jobs) job.dueAt = Math.min(job.dueAt, Date.now());
		},
		fault: (rule) => faults.add(rule),
		clearFaults: () => faults.clear(),
		reset() {
			requests.length = 0;
			faults.clear();
			core.reset();
		},
		get secondsPerImage() {
			return core.secondsPerImage;
		},
		set secondsPerImage(seconds) {
			core.secondsPerImage = seconds;
		},
		get credits() {
			return core.credits;
		},
		set credits(credits) {
			core.credits = credits;
		},
		get openAiAnswer() {
			return core.openAiAnswer;
		},
		set openAiAnswer(variant) {
			core.openAiAnswer = variant;
		},
		close: () =>
			new Promise((resolve, reject) => {
				core.close();
				const wrong = violations.filter((one) => !isAskedWrong || one.includes(OWN));
				const error = new Error(`Not by the document:\n${wrong.join('\n')}`);
				server.close(() => (wrong.length > 0 ? reject(error) : resolve()));
				server.closeAllConnections();
			}),
	};
}

interface Parts {
	core: Core;
	dialects: Dialect[];
	faults: Faults;
	requests: RecordedRequest[];
	violations: string[];
}

async function serve(parts: Parts, request: IncomingMessage, response: ServerResponse) {
	const { core, dialects, faults, requests, violations } = parts;
	const url = new URL(request.url!, core.url);
	const dialect = dialects.find(({ prefix }) => !prefix || url.pathname.startsWith(`${prefix}/`))!;
	const method = request.method === 'HEAD' ? 'GET' : request.method!;
	const path = url.pathname.slice(dialect.prefix.length);
	const alike = dialect.routes.filter((route) => route.path.test(path));
	const route = alike.find((each) => each.method === method);
	const record: RecordedRequest = {
		at: Date.now(),
		method: request.method!,
		url: request.url!,
		headers: request.headers,
		body: undefined,
		status: undefined,
		dialect: dialect.name,
		action: route?.action ?? 'unknown',
	};
	requests.push(record);
	const exchange: Exchange = {
		request,
		response,
		url,
		params: [],
		raw: Buffer.alloc(0),
		record,
		instead: {},
	};
	try {
		await readBody(exchange);
		exchange.params = (route?.path.exec(path) ?? []).slice(1).map(decodeURIComponent);
		exchange.job = core.find(exchange.params[0] ?? '') ?? core.find(url.searchParams.get('id') ?? '');
		const document = dialect.document?.covers(path) ? dialect.document : undefined;
		const problems = document ? judgeRequest(document, exchange, path) : [];
		if (document && route?.model) problems.push(...judgeModel(document, route.model(exchange), record.body));
		const note = (what: string, found: Problem[]) =>
			violations.push(...found.map((one) => `${request.method} ${request.url}: ${what}${inWords(one)}`));
		note(
			'',
			problems.filter(({ type }) => type !== UNLISTED),
		);
		const handle = async () => {
			const refused = problems.filter(({ isIgnored }) => !isIgnored);
			const answer = await answerOf(dialect, route, alike.length > 0, refused, exchange);
			const isPlain = Object.keys(exchange.instead).length === 0 && !exchange.job?.forced;
			const wrong = document && isPlain ? judgeAnswer(document, method, path, answer) : [];
			note(`${OWN} ${answer.status}: `, wrong);
			return answer;
		};
		const answer = await faults.around(exchange, handle, (seconds) => core.wait(seconds));
		const { status, bytes, json = dialect.error(status, STATUS_CODES[status] ?? 'Error') } = answer;
		send(exchange, bytes ? answer : { ...answer, json });
	} catch (error) {
		if (response.destroyed || request.destroyed) return;
		const message = `The sandbox itself failed: ${error instanceof Error ? error.stack : String(error)}`;
		send(exchange, { status: 500, json: dialect.error(500, message) });
	}
}

function answerOf(
	dialect: Dialect,
	route: Route | undefined,
	known: boolean,
	problems: Problem[],
	exchange: Exchange,
): Answer | Promise<Answer> {
	if (!route) {
		const [status, message] = known ? [405, 'Method Not Allowed'] : [404, 'Not Found'];
		return { status, json: dialect.error(status, message) };
	}
	const refusal = route.open ? undefined : dialect.refuse(exchange);
	if (refusal) return refusal;
	return problems.length > 0 && dialect.invalid ? dialect.invalid(problems) : route.handle(exchange);
}

const inWords = ({ path, message, input }: Problem) =>
	`${path.join('.')}: ${message} (${String(JSON.stringify(input)).slice(0, 60)})`;

async function readBody(exchange: Exchange) {
	const { request, record } = exchange;
	const blocks: Buffer[] = [];
	for await (const block of request) blocks.push(block);
	exchange.raw = Buffer.concat(blocks);
	const type = request.headers['content-type'] ?? '';
	if (type.startsWith('multipart/form-data')) {
		const read = new Response(new Uint8Array(exchange.raw), { headers: { 'content-type': type } }).formData();
		exchange.form = await read.catch(() => undefined);
		if (exchange.form) record.body = describe(exchange.form);
		return;
	}
	try {
		record.body = JSON.parse(exchange.raw.toString('utf8'));
	} catch {
		record.body = undefined;
	}
}

function describe(form: FormData) {
	const fields: Record<string, unknown> = {};
	for (const [name, value] of form) {
		const { size, type } = value as File;
		fields[name] = typeof value === 'string' ? value : { name: (value as File).name, type, size };
	}
	return fields;
}
