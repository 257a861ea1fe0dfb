import { createHash } from 'crypto';
import type { IExecuteSingleFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Submitted } from '../provider';
import type { UndeliveredJob } from '../errors/toN8n';

/** An order that was accepted, as it is kept for the next try of the node. */
export interface SubmittedJob extends Omit<Submitted, 'state'> {
	acceptedAt: number;
}

/** What is kept of an execution in memory only, because n8n writes the node's context into its database. */
interface Memory {
	finished: Map<string, INodeExecutionData[]>;
	/** Orders whose answer held the images, perhaps their very bytes, that are not stored yet. */
	answered: Map<string, SubmittedJob & Submitted>;
	/** Orders that were under way when the time of their try was up; they settle when it is known what became of them. */
	underWay: Map<string, Promise<unknown>>;
	/** How many jobs of a request ended without an image. */
	ended: Map<string, number>;
	/** Runs that ended with an error that stopped the node, and so delivered nothing. */
	failedRuns: Set<string>;
}

const memories = new WeakMap<object, Memory>();

/**
 * The jobs that this node bought in this execution. n8n's Retry On Fail runs the whole node again for all items; the node's context
 * survives that, so what was bought is resumed and not bought twice. Loops have other run indexes, other inputs another hash.
 */
export class SubmittedJobs {
	private readonly kept: Record<string, SubmittedJob>;
	private readonly memory: Memory;
	private readonly run: string;
	private readonly place: string;

	constructor(context: IExecuteSingleFunctions) {
		const node = context.getContext('node') as { fluxJobs?: Record<string, SubmittedJob> };
		node.fluxJobs ??= {};
		this.kept = node.fluxJobs;
		this.memory = memories.get(node) ?? {
			finished: new Map(),
			answered: new Map(),
			underWay: new Map(),
			ended: new Map(),
			failedRuns: new Set(),
		};
		memories.set(node, this.memory);
		this.run = `${runIndexOf(context)}/`;
		this.place = `${this.run}${context.getItemIndex()}`;
	}

	/** A try of the node's run begins. */
	begin(): void {
		this.memory.failedRuns.delete(this.run);
	}

	/** The try ended with an error that stops the node. */
	fail(): void {
		this.memory.failedRuns.add(this.run);
	}

	/** Takes over what a failed run bought for the same request: as an agent's tool each try of the node is a run of its own. */
	takeOver(request: string): void {
		const key = `${this.place}/${request}`;
		const item = key.slice(this.run.length);
		const all = [this.memory.finished, this.memory.answered, this.memory.underWay, this.memory.ended];
		for (const run of this.memory.failedRuns) {
			const before = `${run}${item}`;
			if (run === this.run || this.knows(key) || !this.knows(before)) continue;
			if (before in this.kept) this.kept[key] = this.kept[before];
			delete this.kept[before];
			for (const map of all as Array<Map<string, unknown>>) {
				if (map.has(before)) map.set(key, map.get(before));
				map.delete(before);
			}
		}
	}

	private knows(key: string): boolean {
		const { finished, answered, underWay } = this.memory;
		return key in this.kept || finished.has(key) || answered.has(key) || underWay.has(key);
	}

	find(request: string): (SubmittedJob & Submitted) | undefined {
		const key = `${this.place}/${request}`;
		return this.memory.answered.get(key) ?? this.kept[key];
	}

	remember(request: string, accepted: SubmittedJob & Submitted): void {
		const { state, ...purchase } = accepted;
		const key = `${this.place}/${request}`;
		if (state?.is === 'ready') this.memory.answered.set(key, accepted);
		// Without its images an order that has no job is worth nothing.
		if (purchase.jobId !== undefined) this.kept[key] = purchase;
	}

	/** The order may still be answered with a job, which the next try is to resume. */
	expect(request: string, answer: Promise<unknown>): void {
		this.memory.underWay.set(`${this.place}/${request}`, answer);
	}

	/** Resolves when no order of an earlier try is under way. */
	async settled(request: string): Promise<void> {
		await this.memory.underWay.get(`${this.place}/${request}`);
	}

	/** The images of a request that an earlier try has finished. */
	finished(request: string): INodeExecutionData[] | undefined {
		return this.memory.finished.get(`${this.place}/${request}`);
	}

	finish(request: string, items: INodeExecutionData[]): void {
		const key = `${this.place}/${request}`;
		this.memory.finished.set(key, items);
		this.memory.answered.delete(key);
	}

	/** For jobs that ended without an image: the next try may buy again. */
	forget(request: string): void {
		const key = `${this.place}/${request}`;
		this.memory.answered.delete(key);
		delete this.kept[key];
		this.memory.ended.set(key, this.ended(request) + 1);
	}

	/** All that this run of the node has bought so far, over all its items, in their order; jobs that ended without an image left out. */
	bought(): UndeliveredJob[] {
		const { answered, finished } = this.memory;
		const keys = new Set([...Object.keys(this.kept), ...answered.keys(), ...finished.keys()]);
		return [...keys]
			.filter((key) => key.startsWith(this.run))
			.flatMap((key): UndeliveredJob[] => {
				const itemIndex = Number(key.split('/')[1]);
				const job = this.kept[key];
				if (job?.jobId !== undefined) {
					return [{ itemIndex, jobId: job.jobId, pollingUrl: job.pollingUrl }];
				}
				return urlsIn(finished.get(key), answered.get(key)).map((url) => ({ itemIndex, url }));
			})
			.sort((one, other) => one.itemIndex - other.itemIndex);
	}

	/** How many jobs of a request ended without an image: what is bought after one is another purchase. */
	ended(request: string): number {
		return this.memory.ended.get(`${this.place}/${request}`) ?? 0;
	}
}

/** Where the images of an order without a job are; undefined for one whose bytes came in the answer. */
function urlsIn(finished: INodeExecutionData[] = [], answered?: Submitted): Array<string | undefined> {
	if (finished.length > 0) return finished.map(({ json }) => (json.url as string | null) ?? undefined);
	return answered?.state?.is === 'ready' ? answered.state.images.map(({ url }) => url) : [];
}

/** How often this node has run in this execution. */
export const runIndexOf = (context: IExecuteSingleFunctions): number =>
	context.getWorkflowDataProxy(context.getItemIndex()).$runIndex;

let nodes = 0;
const nodeNumbers = new WeakMap<object, number>();

/** A name for this run of the node that no other run of any execution in this process has; each try of Retry On Fail has the same. */
export function runNameOf(context: IExecuteSingleFunctions): string {
	const node = context.getContext('node');
	const number = nodeNumbers.get(node) ?? ++nodes;
	nodeNumbers.set(node, number);
	return `${number}/${runIndexOf(context)}`;
}

/** Tells requests apart; holds neither prompt nor key. A file is what `fingerprint` makes of it, as JSON knows nothing of its bytes. */
export const requestHash = (...parts: unknown[]): string =>
	createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
