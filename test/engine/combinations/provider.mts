import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

import {
	dialects,
	formIn,
	jobIn,
	phaseOf,
	readSubmit,
	type Answer,
	type Charge,
	type Job,
} from './dialects.mts';
import type { Fault, Phase, Scene } from './model.mts';
import { nameOf, pngOf } from './pixel.mts';
import { key } from '../fuzz/server.mts';
import { keyIn, styles } from '../../support/styles.mts';

/** A request that reached the provider. Times are in milliseconds since the epoch. */
export interface Visit {
	phase: Phase | 'upload' | 'cancel' | 'other';
	at: number;
	/** When the answer left or the connection was cut; undefined while it is awaited. */
	answeredAt?: number;
	/** Undefined: no answer. */
	status?: number;
	/** What Retry-After says. */
	retryAfterMs?: number;
	/** What the answer says of the job. */
	says?: 'ready' | 'done' | 'running' | 'unknown';
	/** Where the request comes from, as its prompt tells. */
	flow?: number;
	wish?: number;
	job?: Job;
	/** The image that is fetched. */
	charge?: Charge;
	/** The provider cut the connection. */
	isCut?: true;
	/** It came with the key. */
	hasKey: boolean;
}

/** One account at the provider of a scene, and all that happened there. */
export class World {
	readonly visits: Visit[] = [];
	readonly jobs: Job[] = [];
	readonly charges: Charge[] = [];
	private readonly jobOfKey = new Map<string, Job>();
	private readonly uploads = new Map<string, Buffer>();
	/** How many submits and polls, and how many images, came of a workflow. */
	private readonly counts = new Map<string, number>();
	private readonly busyUntil = { submit: 0, poll: 0 };
	/** The images in the order in which they were first fetched, with the time and what is still to go wrong. */
	private readonly fetched = new Map<Charge, { at: number; faults: Fault[]; busyUntil: number }>();

	constructor(
		private readonly scene: Scene,
		private readonly base: string,
	) {}

	async meet(request: IncomingMessage, response: ServerResponse, path: string, body: Buffer): Promise<void> {
		const { headers, method = '' } = request;
		const visit: Visit = {
			phase: phaseOf(method, path) ?? 'other',
			at: Date.now(),
			hasKey: keyIn(headers) === key,
		};
		this.visits.push(visit);
		response.once('close', () => (visit.answeredAt ??= Date.now()));
		switch (visit.phase) {
			case 'submit':
				return await this.submit(visit, request, response, body);
			case 'poll':
				return await this.poll(visit, response, path);
			case 'download':
				return await this.download(visit, response, path);
			case 'upload': {
				const file = [...(await formIn(String(headers['content-type']), body)).values()][0] as File;
				const bytes = Buffer.from(await file.arrayBuffer());
				const link = `${this.base}/upload/${nameOf(bytes)}.png`;
				this.uploads.set(link, bytes);
				return end(visit, response, { status: 200, json: { url: link } });
			}
			default:
				return end(visit, response, { status: 404, json: { detail: 'Not Found' } });
		}
	}

	/** What goes wrong with the next one of its kind. */
	private faultsOf(on: Phase, flow = 0): Fault[] {
		const nth = this.counts.get(`${on} ${flow}`) ?? 0;
		this.counts.set(`${on} ${flow}`, nth + 1);
		const { faults, flows } = this.scene;
		return faults.filter(
			(fault) => fault.on === on && fault.flow % flows.length === flow && fault.at === nth,
		);
	}

	private async submit(visit: Visit, { headers }: IncomingMessage, response: ServerResponse, body: Buffer) {
		const { api, hiddenLooks, imageMs } = this.scene;
		const wanted = await readSubmit(headers, body, (link) => this.uploads.get(link));
		const [, flow, wish] = /number (\d+)\.(\d*)/.exec(wanted.prompt) ?? [];
		visit.flow = Number(flow);
		if (wish !== '') visit.wish = Number(wish);
		const mine = this.faultsOf('submit', visit.flow);
		if (this.isBusy(visit, response, 'submit', mine)) return;
		const { refusal, accepted, acceptsWithState } = dialects[api];
		if (mine.some(({ is }) => is === 'refused'))
			return end(visit, response, { status: 422, json: refusal('No foxes today') });
		const slow = mine.find((fault) => fault.is === 'slow');
		const known = wanted.key === undefined ? undefined : this.jobOfKey.get(wanted.key);
		const job = known ?? this.accept(visit, slow === undefined ? imageMs : slow.seconds * 1000, hiddenLooks);
		if (known === undefined) {
			for (let index = 0; index < wanted.count; index++) this.charge(job, wanted, visit.flow, index);
			if (wanted.key !== undefined) this.jobOfKey.set(wanted.key, job);
		}
		visit.job = job;
		if (!styles[api].hasJobs) await wait(job.readyAt - Date.now() + 1);
		else if (wanted.holdMs > 0) await wait(Math.min(wanted.holdMs, job.readyAt - Date.now() + 1));
		const late = mine.find((fault) => fault.is === 'late');
		if (late !== undefined) await wait(late.seconds * 1000);
		if (mine.some(({ is }) => is === 'lost')) return cut(visit, response);
		const hasState = !styles[api].hasJobs || acceptsWithState === true;
		visit.says = hasState && Date.now() >= job.readyAt ? 'ready' : 'running';
		end(visit, response, this.inlined(accepted(job, this.base), job));
	}

	/** Answers with the images in place of links to them. */
	private inlined(answer: Answer, { charges }: Job): Answer {
		const { api, hasLinks } = this.scene;
		if (styles[api].hasJobs || hasLinks) return answer;
		const data = charges.map(({ number }) => ({ b64_json: pngOf(number).toString('base64') }));
		return { ...answer, json: { data } };
	}

	private accept({ at }: Visit, takesMs: number, hiddenLooks: number): Job {
		const id = `job-${this.jobs.length}-of-${this.base.split('/').at(-1)}`;
		const job: Job = { id, charges: [], arrivedAt: at, readyAt: at + takesMs, hiddenLooks };
		this.jobs.push(job);
		return job;
	}

	private charge(
		job: Job,
		{ prompt, seed, file }: Pick<Charge, 'prompt' | 'seed' | 'file'>,
		flow: number,
		index: number,
	): void {
		// One job's images have rising seeds.
		const own = seed === undefined ? undefined : seed + index;
		const charge = { number: this.charges.length + 1, prompt, file, seed: own, flow, job };
		this.charges.push(charge);
		job.charges.push(charge);
	}

	/** Answers 429 if it is time for that. */
	private isBusy(visit: Visit, response: ServerResponse, on: 'submit' | 'poll', faults: Fault[]): boolean {
		const fault = faults.find(({ is }) => is === 'busy');
		const seconds = fault?.is === 'busy' ? fault.seconds : undefined;
		if (seconds !== undefined) this.busyUntil[on] = Math.max(this.busyUntil[on], Date.now() + seconds * 1000);
		const restMs = this.busyUntil[on] - Date.now();
		if (fault === undefined && restMs <= 0) return false;
		this.refuse(visit, response, restMs);
		return true;
	}

	private refuse(visit: Visit, response: ServerResponse, restMs: number): void {
		const { refusal } = dialects[this.scene.api];
		if (restMs > 0) visit.retryAfterMs = restMs;
		end(
			visit,
			response,
			{ status: 429, json: refusal(`Too many requests with the key ${key}`) },
			restMs > 0 ? { 'retry-after': String(restMs / 1000) } : {},
		);
	}

	private async poll(visit: Visit, response: ServerResponse, path: string): Promise<void> {
		const job = this.jobs.find(({ id }) => id === jobIn(path));
		visit.job = job;
		visit.flow = job?.charges[0].flow;
		const mine = this.faultsOf('poll', visit.flow);
		if (this.isBusy(visit, response, 'poll', mine)) return;
		const late = mine.find((fault) => fault.is === 'late');
		if (late !== undefined) await wait(late.seconds * 1000);
		if (mine.some(({ is }) => is === 'lost')) return cut(visit, response);
		const { looked, unknown } = dialects[this.scene.api];
		if (job === undefined || job.hiddenLooks-- > 0) {
			visit.says = 'unknown';
			return end(visit, response, unknown);
		}
		const isDone = Date.now() >= job.readyAt;
		const isLast = dialects[this.scene.api].asksState?.test(path) !== true;
		visit.says = !isDone ? 'running' : isLast ? 'ready' : 'done';
		end(visit, response, looked(job, this.base));
	}

	private async download(visit: Visit, response: ServerResponse, path: string): Promise<void> {
		const number = Number(/(\d+)\.png/.exec(path)?.[1]);
		const charge = this.charges[number - 1];
		if (charge === undefined) return end(visit, response, { status: 404, json: {} });
		visit.charge = charge;
		visit.flow = charge.flow;
		const about = this.fetched.get(charge) ?? {
			at: Date.now(),
			faults: this.faultsOf('download', visit.flow),
			busyUntil: 0,
		};
		this.fetched.set(charge, about);
		const gone = about.faults.find((fault) => fault.is === 'gone');
		if (gone !== undefined && Date.now() < about.at + gone.seconds * 1000)
			return end(visit, response, { status: gone.status, json: {} });
		// The others happen once.
		const [now] = about.faults.splice(0).filter(({ is }) => is !== 'gone');
		if (now?.is === 'busy') {
			about.busyUntil = Date.now() + (now.seconds ?? 0) * 1000;
			return this.refuse(visit, response, about.busyUntil - Date.now());
		}
		if (Date.now() < about.busyUntil) return this.refuse(visit, response, about.busyUntil - Date.now());
		if (now?.is === 'late') await wait(now.seconds * 1000);
		if (now?.is === 'lost') return cut(visit, response);
		const bytes = pngOf(number);
		visit.status = 200;
		visit.answeredAt ??= Date.now();
		response.writeHead(200, { 'content-type': 'image/png', 'content-length': bytes.length }).end(bytes);
	}
}

function end(visit: Visit, response: ServerResponse, { status, json }: Answer, headers = {}): void {
	// Nobody is left to take it.
	if (response.destroyed) return;
	visit.status = status;
	visit.answeredAt = Date.now();
	response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(json));
}

function cut(visit: Visit, response: ServerResponse): void {
	visit.answeredAt ??= Date.now();
	visit.isCut = true;
	response.destroy();
}

/** A server on 127.0.0.1 where each scene has its own world, named by the first part of the path. */
export async function startProvider() {
	const worlds = new Map<string, World>();
	let url = '';
	let count = 0;
	const server = createServer((request, response) => {
		const parts: Buffer[] = [];
		request.on('data', (part: Buffer) => parts.push(part));
		request.on('end', () => {
			const [, name = '', path = ''] = /^\/([^/]+)(\/.*)$/s.exec(request.url!) ?? [];
			const world = worlds.get(name);
			if (world === undefined) return void response.writeHead(404).end();
			void world.meet(request, response, path, Buffer.concat(parts));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		/** Opens an account for a scene. */
		open(scene: Scene) {
			const name = `w${++count}`;
			const world = new World(scene, `${url}/${name}`);
			worlds.set(name, world);
			return { world, url: `${url}/${name}`, close: () => worlds.delete(name) };
		},
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

export type Provider = Awaited<ReturnType<typeof startProvider>>;
