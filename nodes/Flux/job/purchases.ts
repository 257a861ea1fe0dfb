import { createHash } from 'crypto';
import type { IExecuteSingleFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Submitted } from '../apis/api';

/** An order that was accepted, as it is kept for the next try of the node. */
export interface Purchase extends Omit<Submitted, 'state'> {
	/** Milliseconds since the epoch. */
	submittedAt: number;
}

/**
 * Finished images by the node context of their execution. They stay out of the context itself, which n8n writes into its database.
 */
const finished = new WeakMap<object, Map<string, INodeExecutionData[]>>();

/**
 * The jobs that this node bought in this execution. n8n's Retry On Fail runs the whole node again for all items; the node's context
 * survives that, so what was bought is resumed and not bought twice. Loops have other run indexes, other inputs another hash.
 */
export class Purchases {
	private readonly kept: Record<string, Purchase>;
	private readonly done: Map<string, INodeExecutionData[]>;
	private readonly place: string;

	constructor(context: IExecuteSingleFunctions) {
		const node = context.getContext('node') as { fluxJobs?: Record<string, Purchase> };
		node.fluxJobs ??= {};
		this.kept = node.fluxJobs;
		this.done = finished.get(node) ?? new Map();
		finished.set(node, this.done);
		this.place = `${runIndexOf(context)}/${context.getItemIndex()}`;
	}

	find(request: string): Purchase | undefined {
		return this.kept[`${this.place}/${request}`];
	}

	remember(request: string, purchase: Purchase): void {
		this.kept[`${this.place}/${request}`] = purchase;
	}

	/** The images of a request that an earlier try has finished. */
	finished(request: string): INodeExecutionData[] | undefined {
		return this.done.get(`${this.place}/${request}`);
	}

	finish(request: string, items: INodeExecutionData[]): void {
		this.done.set(`${this.place}/${request}`, items);
	}

	/** For jobs that ended without an image: the next try may buy again. */
	forget(request: string): void {
		delete this.kept[`${this.place}/${request}`];
	}
}

/** How often this node has run in this execution. */
export const runIndexOf = (context: IExecuteSingleFunctions): number =>
	context.getWorkflowDataProxy(context.getItemIndex()).$runIndex;

/** Tells requests apart; holds neither prompt nor key. */
export const requestHash = (...parts: unknown[]): string =>
	createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
