import { createHash } from 'crypto';
import type { IExecuteSingleFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Submitted } from '../apis/api';

/** An order that was accepted, as it is kept for the next try of the node. */
export interface Purchase extends Omit<Submitted, 'state'> {
	/** Milliseconds since the epoch. */
	submittedAt: number;
}

/** What is kept of an execution in memory only, because n8n writes the node's context into its database. */
interface Memory {
	finished: Map<string, INodeExecutionData[]>;
	/** Orders whose answer held the images, perhaps their very bytes, that are not stored yet. */
	answered: Map<string, Purchase & Submitted>;
	/** How many jobs of a request ended without an image. */
	ended: Map<string, number>;
}

const memories = new WeakMap<object, Memory>();

/**
 * The jobs that this node bought in this execution. n8n's Retry On Fail runs the whole node again for all items; the node's context
 * survives that, so what was bought is resumed and not bought twice. Loops have other run indexes, other inputs another hash.
 */
export class Purchases {
	private readonly kept: Record<string, Purchase>;
	private readonly memory: Memory;
	private readonly place: string;

	constructor(context: IExecuteSingleFunctions) {
		const node = context.getContext('node') as { fluxJobs?: Record<string, Purchase> };
		node.fluxJobs ??= {};
		this.kept = node.fluxJobs;
		this.memory = memories.get(node) ?? { finished: new Map(), answered: new Map(), ended: new Map() };
		memories.set(node, this.memory);
		this.place = `${runIndexOf(context)}/${context.getItemIndex()}`;
	}

	find(request: string): (Purchase & Submitted) | undefined {
		const key = `${this.place}/${request}`;
		return this.memory.answered.get(key) ?? this.kept[key];
	}

	remember(request: string, accepted: Purchase & Submitted): void {
		const { state, ...purchase } = accepted;
		const key = `${this.place}/${request}`;
		if (state?.is === 'ready') this.memory.answered.set(key, accepted);
		// Without its images an order that has no job is worth nothing.
		if (purchase.jobId !== undefined) this.kept[key] = purchase;
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

	/** How many jobs of a request ended without an image: what is bought after one is another purchase. */
	ended(request: string): number {
		return this.memory.ended.get(`${this.place}/${request}`) ?? 0;
	}
}

/** How often this node has run in this execution. */
export const runIndexOf = (context: IExecuteSingleFunctions): number =>
	context.getWorkflowDataProxy(context.getItemIndex()).$runIndex;

/** Tells requests apart; holds neither prompt nor key. */
export const requestHash = (...parts: unknown[]): string =>
	createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
