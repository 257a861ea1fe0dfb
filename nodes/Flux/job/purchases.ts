import { createHash } from 'crypto';
import type { IExecuteSingleFunctions } from 'n8n-workflow';

import type { JobReference } from '../apis/api';

/** A job that was accepted, as it is kept for the next try of the node. */
export interface Purchase extends JobReference {
	/** Milliseconds since the epoch. */
	submittedAt: number;
	cost?: number;
	silent?: boolean;
}

/**
 * The jobs that this node bought in this execution. n8n's Retry On Fail runs the whole node again for all items; the node's context
 * survives that, so what was bought is resumed and not bought twice. Loops have other run indexes, other inputs another hash.
 */
export class Purchases {
	private readonly kept: Record<string, Purchase>;
	private readonly place: string;

	constructor(context: IExecuteSingleFunctions) {
		const node = context.getContext('node') as { fluxJobs?: Record<string, Purchase> };
		node.fluxJobs ??= {};
		this.kept = node.fluxJobs;
		this.place = `${runIndexOf(context)}/${context.getItemIndex()}`;
	}

	find(request: string): Purchase | undefined {
		return this.kept[`${this.place}/${request}`];
	}

	remember(request: string, purchase: Purchase): void {
		this.kept[`${this.place}/${request}`] = purchase;
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
