import type { IExecuteSingleFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Job, Submitted } from '../provider';
import type { Trace } from '../errors/fluxError';
import type { UndeliveredJob } from '../errors/toN8n';
import { now, onWall } from '../limits/pace';
import { runIndexOf } from './identity';
import type { Plan } from './buildRequest';
import { perNode } from './perNode';
import { isTool } from './tool';

/** A submit that was accepted. */
export interface Accepted extends Submitted {
	acceptedAt: number;
	/** By an execution before this one. */
	isInherited?: true;
	/** Its polling URL is on a host that the key may not go to, so nobody is told to use it. */
	isRefused?: true;
}

/** What is known of one request of an item. */
export interface Entry {
	run: number;
	itemIndex: number;
	/** The job; with its state if that holds the images, perhaps their very bytes, which are not stored yet. */
	accepted?: Accepted;
	/** A submit that was under way when the time of its try was up; settles when it is known what became of it. */
	underWay?: Promise<unknown>;
	/** Nobody knows whether the last submit was accepted. */
	isLost?: boolean;
	/** An execution before this one submitted it: n8n's Retry of a failed execution, or its start after a crash, begins with what that one knew. */
	isOfBefore?: true;
	/** Tells what was submitted, as `sentHash` does. */
	sentHash?: string;
	/** What was submitted; expressions may give other values in the next try. */
	sent?: { model?: string | null; prompt?: string | null; seed: number | null };
	/** A submit under a key that is not known to be accepted: it is sent again as it was, or the key would name another one. */
	plan?: Plan;
	/** By which a provider knows the submit again: the same for each try of it, also when a new run takes it over. */
	idempotencyKey?: string;
	/** The stored images. */
	items?: INodeExecutionData[];
	/** How many jobs of the request ended without an image: what is submitted after one is billed by itself. */
	ended: number;
}

/** What outlives a restart of n8n: it writes the node's context into its database. */
type Kept = Job &
	Pick<Entry, 'run' | 'itemIndex' | 'sentHash'> & { seed?: number | null; model?: string | null };

interface Memory {
	entries: Map<string, Entry>;
	/** Runs that ended with an error that stopped the node, and so delivered nothing, or that an agent's call was told. It outlives a Wait. */
	failedRuns: Record<number, true>;
	/** Runs of the failed execution, for whose images an agent asks anew, in runs that may have the same numbers. */
	runsBefore: number[];
	/** The items that came as far as a submit, each with its run. */
	begun: Set<string>;
}

/** Of an execution that n8n begins again after a restart, what it wrote down. */
const memoryOf = perNode((context): Memory => {
	const kept = Object.entries(keptOf(context));
	const entries = kept.map(([key, { run, itemIndex, sentHash, seed, model, ...job }]): [string, Entry] => {
		// Another process may have written it, whose own clock was behind after a sleep of the computer.
		const acceptedAt = now() - (Date.now() - (job.acceptedAt ?? Date.now()));
		const accepted: Accepted = { ...job, acceptedAt, isInherited: true };
		const sent = seed === undefined ? undefined : { seed, model };
		return [key, { run, itemIndex, isOfBefore: true, sentHash, accepted, sent, ended: 0 }];
	});
	const begun = new Set(kept.map(([, { run, itemIndex }]) => `${run}/${itemIndex}`));
	// An agent begins anew in a retry, and numbers its calls anew; one that goes on after a Wait asks for another image than it got.
	const isAskedAnew = isTool(context) && context.getMode() === 'retry';
	const runsBefore = isAskedAnew ? kept.map(([, { run }]) => run) : [];
	const node = context.getContext('node') as { fluxFailedRuns?: Memory['failedRuns'] };
	const failedRuns = (node.fluxFailedRuns ??= {});
	return { entries: new Map(entries), failedRuns, runsBefore, begun };
});

const keptOf = (context: Pick<IExecuteSingleFunctions, 'getContext'>): Record<string, Kept> =>
	((context.getContext('node') as { fluxJobs?: Record<string, Kept> }).fluxJobs ??= {});

/**
 * The jobs that this node submitted in this execution. n8n's Retry On Fail runs the whole node again for all items; the node's context
 * survives that, so what was accepted is resumed and not billed twice. Loops have other run indexes, other inputs another hash.
 */
export class SubmittedJobs {
	private readonly kept: Record<string, Kept>;
	private readonly memory: Memory;
	private readonly run: number;
	private readonly itemIndex: number;

	constructor(context: IExecuteSingleFunctions) {
		this.kept = keptOf(context);
		this.memory = memoryOf(context);
		this.run = runIndexOf(context);
		this.itemIndex = context.getItemIndex();
	}

	/** A try of the node's run begins. */
	begin(): void {
		delete this.memory.failedRuns[this.run];
	}

	/** The try ended with an error that stops the node, or that an agent's call was told. */
	fail(): void {
		this.memory.failedRuns[this.run] = true;
	}

	/** No earlier try submitted anything for the item. With *On Error: Continue* n8n tries again without a run that failed. */
	get isFirstTry(): boolean {
		return Object.keys(this.memory.failedRuns).length === 0 && !this.isBegun;
	}

	/**
	 * What is known of a request of the item.
	 *
	 * @param sentHash of what it would submit now
	 */
	of(request: string, sentHash?: string): Entry {
		const { entries, begun } = this.memory;
		begun.add(`${this.run}/${this.itemIndex}`);
		const key = this.key(request);
		const entry = entries.get(key) ??
			this.takeOver(request) ??
			this.sameBefore(request, sentHash) ?? { run: this.run, itemIndex: this.itemIndex, ended: 0 };
		entries.set(key, entry);
		// The prompt is not written down.
		if (entry.isOfBefore === true && sentHash !== undefined && entry.sentHash !== sentHash && entry.sent)
			entry.sent.prompt = null;
		// It answers one request.
		entry.isOfBefore = undefined;
		return entry;
	}

	/** What the failed execution submitted just so, before the node was changed: n8n can retry with the workflow as it is saved now. */
	private sameBefore(request: string, sentHash: string | undefined): Entry | undefined {
		const { entries } = this.memory;
		const isSame = ({ isOfBefore, run, itemIndex, ...entry }: Entry) =>
			isOfBefore === true && run === this.run && itemIndex === this.itemIndex && entry.sentHash === sentHash;
		const [before, entry] = [...entries].find(([, one]) => sentHash !== undefined && isSame(one)) ?? [];
		if (before === undefined) return undefined;
		entries.delete(before);
		this.kept[this.key(request)] = this.kept[before];
		delete this.kept[before];
		return entry;
	}

	/** What a failed run submitted for the same request: as an agent's tool each try of the node is a run of its own. */
	private takeOver(request: string): Entry | undefined {
		const { entries, failedRuns, runsBefore } = this.memory;
		const found = [...Object.keys(failedRuns).map(Number), ...runsBefore].flatMap((run) => {
			const before = this.key(request, run);
			const entry = entries.get(before);
			const isLeft = failedRuns[run] === true || entry?.isOfBefore === true;
			return isLeft && run !== this.run && entry?.run === run ? [{ before, entry }] : [];
		});
		// Of calls at the same time one may have been refused before another was accepted.
		const [best] = found.sort((one, other) => worthOf(other.entry) - worthOf(one.entry));
		if (best === undefined) return undefined;
		const { before, entry } = best;
		// It stays under both keys, because a late answer still comes by the old one.
		entry.run = this.run;
		if (before in this.kept) this.kept[this.key(request)] = { ...this.kept[before], run: this.run };
		delete this.kept[before];
		return entry;
	}

	remember(request: string, { state, ...job }: Accepted): void {
		const { id } = job;
		// Without its images a submit that has no job is worth nothing.
		const entry = this.of(request);
		if (state?.is === 'ready') entry.accepted = { ...job, state };
		else if (id !== undefined) entry.accepted = job;
		entry.isLost = false;
		entry.plan = undefined;
		const { run, itemIndex, sent, sentHash } = entry;
		if (id !== undefined)
			this.kept[this.key(request, run)] = {
				...{ ...job, id, run, itemIndex, acceptedAt: onWall(job.acceptedAt) },
				...{ sentHash, seed: sent?.seed, model: sent?.model },
			};
	}

	finish(request: string, items: INodeExecutionData[]): void {
		const entry = this.of(request);
		entry.items = items;
		const { accepted } = entry;
		// Stored images are not kept a second time.
		entry.accepted = accepted?.id === undefined ? undefined : { ...accepted, state: undefined };
	}

	/** For jobs that ended without an image: the next try may submit again. */
	forget(request: string): void {
		const entry = this.of(request);
		entry.accepted = undefined;
		entry.idempotencyKey = undefined;
		entry.plan = undefined;
		entry.ended++;
		delete this.kept[this.key(request)];
	}

	/** All that this run of the node was billed so far, over all its items, in their order; jobs that ended without an image left out. */
	undelivered(): UndeliveredJob[] {
		return [...new Set(this.memory.entries.values())]
			.filter(({ run }) => run === this.run)
			.flatMap(({ itemIndex, accepted, items, isLost }): UndeliveredJob[] => {
				const { id, pollingUrl, isRefused } = accepted ?? {};
				if (id !== undefined)
					return [{ itemIndex, job: { id, pollingUrl: isRefused === true ? undefined : pollingUrl } }];
				if (isLost === true) return [{ itemIndex, mayBeBilled: true }];
				return urlsIn(items, accepted).map((url) => ({ itemIndex, url }));
			})
			.sort((one, other) => one.itemIndex - other.itemIndex);
	}

	/** What an earlier try left behind of this item, for an error that comes before the item is submitted again. */
	get ofItem(): Trace {
		// To look through all items for each that fails would take long in large batches.
		if (!this.isBegun) return {};
		const mine = this.undelivered().find(({ itemIndex }) => itemIndex === this.itemIndex);
		return { job: mine?.job, url: mine?.url, mayBeBilled: mine?.mayBeBilled, isBilled: mine !== undefined };
	}

	private get isBegun(): boolean {
		return this.memory.begun.has(`${this.run}/${this.itemIndex}`);
	}

	private key(request: string, run = this.run): string {
		return `${run}/${this.itemIndex}/${request}`;
	}
}

/** How much there is to resume: an accepted job, a submit that may have been accepted, or nothing. */
function worthOf({ accepted, items, isLost, underWay }: Entry): number {
	if (accepted !== undefined || items !== undefined) return 2;
	return isLost === true || underWay !== undefined ? 1 : 0;
}

/** Where the images of a submit without a job are; undefined for one whose bytes came in the answer. */
function urlsIn(finished: INodeExecutionData[] = [], answered?: Submitted): Array<string | undefined> {
	if (finished.length > 0) return finished.map(({ json }) => (json.url as string | null) ?? undefined);
	return answered?.state?.is === 'ready' ? answered.state.images.map(({ url }) => url) : [];
}
