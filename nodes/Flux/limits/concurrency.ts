import type { Deadline } from './deadline';

/** For whom a place is wanted, and how many may run at once beside it. */
export interface Place {
	/** Tells apart the runs of nodes. */
	run: string;
	/** Jobs of this run at once. */
	runLimit: number;
	/** A model of which the provider allows fewer than of others. */
	model?: { id: string; limit: number };
	/** Jobs of the account at once, over all runs. Undefined where the provider names no number. */
	accountLimit: number | undefined;
}

/** A place that was taken. */
export interface Ticket {
	/** Gives it back, once. */
	leave(): void;
	/**
	 * Gives it back because the provider has no room for the submit, so that fewer run from now on.
	 *
	 * @returns whether others run, whose end makes room
	 */
	refused(): boolean;
	/** Waits for another one, before all who came later. Throws the deadline's reason if time is up first. */
	again(): Promise<void>;
}

/** Those who may enter in the order in which they came: the same run, model and limits. */
interface Lane extends Place {
	running: number;
	waiting: Array<{ since: number; enter: () => void }>;
}

/** How many the provider lets run at once, as its refusals show. */
interface Learnt {
	most: number;
	/** How many have ended since it was last changed. */
	well: number;
}

/**
 * Lets only so many jobs of one account run at once, over all executions of this process. Of the runs that may enter, the one with the
 * fewest running jobs comes first, so that none waits behind another's batch. A refusal means that no more can run than do now; with
 * each quarter of them that ends well one more is tried.
 */
export class Concurrency {
	private readonly lanes = new Map<string, Lane>();
	/** By the model, where it has a limit of its own. */
	private readonly learnt = new Map<string, Learnt>();
	private arrivals = 0;

	/** Waits for a place. Throws the deadline's reason if time is up first. */
	async enter(place: Place, deadline: Deadline): Promise<Ticket> {
		const since = this.arrivals++;
		let lane: Lane;
		let isInside = false;
		const giveBack = () => {
			if (isInside) lane.running--;
			isInside = false;
		};
		const again = async () => {
			deadline.check();
			lane = this.laneOf(place);
			await this.wait(lane, since, deadline);
			isInside = true;
		};
		const leave = () => {
			if (isInside) this.endsWell(lane);
			giveBack();
			this.admit();
		};
		const refused = () => {
			giveBack();
			const running = sumBy([...this.lanes.values()], kindOf)(lane);
			this.learnt.set(kindOf(lane), { most: Math.max(1, running), well: 0 });
			return running > 0;
		};
		await again();
		return { leave, refused, again };
	}

	/** Nobody runs or waits. */
	get isIdle(): boolean {
		return this.lanes.size === 0;
	}

	private async wait(lane: Lane, since: number, deadline: Deadline): Promise<void> {
		let enter = () => {};
		const entered = new Promise<void>((resolve) => (enter = resolve));
		const me = { since, enter };
		const later = lane.waiting.findIndex((one) => one.since > since);
		lane.waiting.splice(later < 0 ? lane.waiting.length : later, 0, me);
		this.admit();
		await deadline.unlessOver(entered).catch((over: unknown) => {
			if (lane.waiting.includes(me)) lane.waiting = lane.waiting.filter((one) => one !== me);
			else lane.running--;
			this.admit();
			throw over;
		});
	}

	private endsWell(lane: Lane): void {
		const learnt = this.learnt.get(kindOf(lane));
		if (learnt === undefined || ++learnt.well < learnt.most / 4) return;
		learnt.most++;
		learnt.well = 0;
	}

	private laneOf(place: Place): Lane {
		const name = JSON.stringify([place.run, place.runLimit, place.model, place.accountLimit]);
		const lane = this.lanes.get(name) ?? { ...place, running: 0, waiting: [] };
		this.lanes.set(name, lane);
		return lane;
	}

	private admit(): void {
		for (let next = this.next(); next !== undefined; next = this.next()) {
			next.running++;
			next.waiting.shift()?.enter();
		}
		for (const [name, { running, waiting }] of this.lanes) {
			if (running === 0 && waiting.length === 0) this.lanes.delete(name);
		}
	}

	/** The lane whose turn it is; undefined if nobody who waits may enter. */
	private next(): Lane | undefined {
		const lanes = [...this.lanes.values()];
		const ofRun = sumBy(lanes, ({ run }) => run);
		const ofKind = sumBy(lanes, kindOf);
		const all = lanes.reduce((sum, { running }) => sum + running, 0);
		const mayEnter = (lane: Lane) =>
			lane.waiting.length > 0 &&
			all < (lane.accountLimit ?? Infinity) &&
			ofRun(lane) < lane.runLimit &&
			ofKind(lane) < Math.min(lane.model?.limit ?? Infinity, this.learnt.get(kindOf(lane))?.most ?? Infinity);
		return lanes
			.filter(mayEnter)
			.sort((one, other) => ofRun(one) - ofRun(other) || one.waiting[0].since - other.waiting[0].since)
			.at(0);
	}
}

/** What shares a limit: a model that has one of its own, else all the others. */
const kindOf = ({ model }: Place) => model?.id ?? '';

/** How many run in all lanes that have the same key as a lane. */
function sumBy(lanes: Lane[], keyOf: (lane: Lane) => string): (lane: Lane) => number {
	const sums = new Map<string, number>();
	for (const lane of lanes) sums.set(keyOf(lane), (sums.get(keyOf(lane)) ?? 0) + lane.running);
	return (lane) => sums.get(keyOf(lane)) ?? 0;
}
