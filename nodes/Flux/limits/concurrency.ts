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

/** Those who may enter in the order in which they came: the same run, model and limits. */
interface Lane extends Place {
	running: number;
	waiting: Array<{ since: number; enter: () => void }>;
}

/**
 * Lets only so many jobs of one account run at once, over all executions of this process. Of the runs that may enter, the one with the
 * fewest running jobs comes first, so that none waits behind another's batch.
 */
export class Concurrency {
	private readonly lanes = new Map<string, Lane>();
	private arrivals = 0;

	/** Waits for a place; the answer gives it back. Throws the deadline's reason if time is up first. */
	async enter(place: Place, deadline: Deadline): Promise<() => void> {
		deadline.check();
		const lane = this.laneOf(place);
		let isInside = true;
		const leave = () => {
			if (isInside) lane.running--;
			isInside = false;
			this.admit();
		};
		const entered = new Promise<void>((enter) => lane.waiting.push({ since: this.arrivals++, enter }));
		const me = lane.waiting[lane.waiting.length - 1];
		this.admit();
		return await deadline.unlessOver(entered).then(
			() => leave,
			(over: unknown) => {
				isInside = !lane.waiting.includes(me);
				lane.waiting = lane.waiting.filter((one) => one !== me);
				leave();
				throw over;
			},
		);
	}

	/** Nobody runs or waits. */
	get isIdle(): boolean {
		return this.lanes.size === 0;
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
		const ofModel = sumBy(lanes, ({ model }) => model?.id);
		const all = lanes.reduce((sum, { running }) => sum + running, 0);
		const mayEnter = (lane: Lane) =>
			lane.waiting.length > 0 &&
			all < (lane.accountLimit ?? Infinity) &&
			ofRun(lane) < lane.runLimit &&
			(lane.model === undefined || ofModel(lane) < lane.model.limit);
		return lanes
			.filter(mayEnter)
			.sort((one, other) => ofRun(one) - ofRun(other) || one.waiting[0].since - other.waiting[0].since)
			.at(0);
	}
}

/** How many run in all lanes that have the same key as a lane. */
function sumBy(lanes: Lane[], keyOf: (lane: Lane) => string | undefined): (lane: Lane) => number {
	const sums = new Map<string | undefined, number>();
	for (const lane of lanes) sums.set(keyOf(lane), (sums.get(keyOf(lane)) ?? 0) + lane.running);
	return (lane) => sums.get(keyOf(lane)) ?? 0;
}
