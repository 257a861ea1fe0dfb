import { randomInt, randomUUID } from 'node:crypto';
import type { Exchange } from './exchange.mts';
import { drawImage, type Drawing } from './images.mts';
import { isLoopback } from './inputs.mts';
import type { AnswerVariant } from './openaiAnswers.mts';
import { Job, type Api } from './jobs.mts';

/** What a dialect says of a job that it accepts. */
export interface Order {
	api: Api;
	service?: string;
	model: string;
	body: Record<string, unknown>;
	drawings: Drawing[];
	/** In the provider's own unit. */
	cost: number;
	/** How long the image URLs live, in seconds. */
	lifetime: number;
	ignoredFields: string[];
	id?: string;
}

/** A result that the sandbox posted to a webhook. */
export interface SentWebhook {
	at: number;
	url: string;
	body: unknown;
	/** The HTTP status that the receiver answered, undefined when there was none. */
	status?: number;
}

/** What all dialects share: the key, the jobs, the files, the clock. */
export class Core {
	url = '';
	jobs: Job[] = [];
	webhooks: SentWebhook[] = [];
	peak = 0;
	credits = START_CREDITS;
	/** How the servers of OpenAI's style answer that have no fixed habit; each in its own way unless set. */
	openAiAnswer?: AnswerVariant;
	/** Uploaded files by the path of their URL. */
	files = new Map<string, { bytes: Buffer; type: string }>();
	private closed = false;
	/** What waits, and what is to be done if it waits in vain. */
	private readonly timers = new Map<NodeJS.Timeout, (() => void) | undefined>();

	constructor(
		readonly key: string,
		public secondsPerImage: number,
	) {}

	/** Resolves after that many seconds, or at a reset; never once the sandbox is closed. */
	wait(seconds: number): Promise<void> {
		return new Promise((resolve) => this.at(Date.now() + seconds * 1000, resolve, resolve));
	}

	private at(time: number, action: () => void, atReset?: () => void) {
		if (this.closed) return;
		const timer = setTimeout(() => {
			this.timers.delete(timer);
			// node's timers may fire a millisecond early, and then the job would not be due
			if (Date.now() < time) this.at(time, action, atReset);
			else action();
		}, time - Date.now());
		this.timers.set(timer, atReset);
	}

	/** Resolves when the job is over, at most so many seconds from now. */
	async hold(job: Job, seconds: number): Promise<void> {
		const until = Date.now() + seconds * 1000;
		while (job.running && Date.now() < until) {
			// in small steps, since a cancel or a test may end the job before its time
			await this.wait(Math.min(0.05, (job.dueAt - Date.now()) / 1000, (until - Date.now()) / 1000));
		}
	}

	/** How many jobs run, of one API or model or of all. */
	running(api?: Api, model?: string): number {
		const mine = (job: Job) => (!api || job.api === api) && (!model || job.model === model);
		return this.jobs.filter((job) => job.running && mine(job)).length;
	}

	/** Accepts an order: this is the billed. */
	accept(exchange: Exchange, order: Order): Job {
		const { api, service = api, model, body, drawings, cost, lifetime, id = randomUUID() } = order;
		const now = Date.now();
		const due = now + this.secondsPerImage * 1000;
		const job = new Job(id, api, service, model, body, drawings, cost, now, due, lifetime);
		job.ignoredFields = order.ignoredFields;
		job.forced = exchange.instead.state;
		job.resultUrl = exchange.instead.resultUrl;
		exchange.job = job;
		this.jobs.push(job);
		this.peak = Math.max(this.peak, this.running());
		return job;
	}

	find(id: string): Job | undefined {
		return this.jobs.find((job) => job.id === id);
	}

	/** Posts the result once the job is due. Only loopback hosts are told, so that a test never reaches the net. */
	notify(job: Job, url: string, body: () => unknown, sign: (text: string) => Record<string, string>): void {
		if (!isLoopback(url)) return;
		this.at(job.dueAt, () => {
			const sent: SentWebhook = { at: Date.now(), url, body: body() };
			this.webhooks.push(sent);
			const text = JSON.stringify(sent.body);
			const headers = { 'content-type': 'application/json', ...sign(text) };
			fetch(url, { method: 'POST', body: text, headers }).then(
				(answer) => (sent.status = answer.status),
				() => undefined,
			);
		});
	}

	/** The URL of one of a job's images. */
	imageUrl(job: Job, index = 0): string {
		return job.resultUrl ?? `${this.url}/delivery/${job.id}/${index}/sample.${job.drawings[index].format}`;
	}

	/** One of a job's images, drawn when first wanted. */
	image(job: Job, index: number): Promise<Buffer> {
		const known = job.drawn.get(index) ?? drawImage(job.drawings[index]);
		job.drawn.set(index, known);
		return known;
	}

	/** The image or file behind a URL: null when the URL is the sandbox's and gives none, undefined when it is not. */
	async own(url: string): Promise<Buffer | null | undefined> {
		const { origin, pathname } = new URL(url);
		if (origin !== this.url) return undefined;
		const [, id, index] = /^\/delivery\/([^/]+)\/(\d+)\//.exec(pathname) ?? [];
		const job = id === undefined ? undefined : this.find(id);
		if (job?.drawings[Number(index)]) return await this.image(job, Number(index));
		return this.files.get(pathname)?.bytes ?? null;
	}

	/** Forgets all jobs and files, and what was still to be done. */
	reset(): void {
		this.files.clear();
		this.jobs.length = 0;
		this.webhooks.length = 0;
		this.peak = 0;
		this.credits = START_CREDITS;
		this.openAiAnswer = undefined;
		const waiting = [...this.timers];
		this.timers.clear();
		for (const [timer, atReset] of waiting) {
			clearTimeout(timer);
			atReset?.();
		}
	}

	/** A reset after which nothing happens any more. */
	close(): void {
		this.closed = true;
		this.reset();
	}
}

const START_CREDITS = 10_000;

/** A seed for a request without one. */
export const randomSeed = () => randomInt(2 ** 32);
