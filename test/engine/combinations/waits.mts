import { providerNamed } from '../../../nodes/Flux/providers/index.ts';
import type { Charge, Job } from './dialects.mts';
import type { Lag } from './lag.mts';
import type { Broken, Law } from './laws.mts';
import { secondsFor, type Phase } from './model.mts';
import type { Visit } from './provider.mts';
import type { Seen, ToldFlow, Try } from './run.mts';
import { styles } from '../../support/styles.mts';

/** A stretch of time, in milliseconds since the epoch. */
type Span = [from: number, to: number];

/** A request that could have come earlier. */
interface Wait {
	who: string;
	phase: Phase;
	/** From when it could have come until it came, or nothing could come any more. */
	span: Span;
	/** What it had to wait for. */
	own: Span[];
}

/** What is left of a span without others. */
const without = (span: Span, others: Span[]): Span[] =>
	others.reduce<Span[]>(
		(left, [from, to]) =>
			left.flatMap(([start, end]): Span[] =>
				to <= start || from >= end
					? [[start, end]]
					: [...(from > start ? [[start, from] as Span] : []), ...(to < end ? [[to, end] as Span] : [])],
			),
		span[0] < span[1] ? [span] : [],
	);

const length = ([from, to]: Span) => to - from;
const overlap = (span: Span, others: Span[]) =>
	length(span) - without(span, others).reduce((sum, one) => sum + length(one), 0);

/** The longest pause of its own accord before an attempt that follows so many that failed. */
const backoffMs = (failed: number) => Math.min(500 * 2 ** (failed - 1), 30_000);

/** Whether a request is sent again after a pause that grows with each one: it was told to wait, or nothing came. */
const hasFailed = ({ status }: Visit) => status === undefined || status === 429;

/** The pauses that 429s of one kind asked for. */
function pausesAfter(visits: Visit[], phase: Phase): Span[] {
	const failed = visits.filter((visit) => visit.phase === phase && hasFailed(visit));
	return failed.flatMap((visit, index): Span[] => {
		const { at, status, answeredAt = at, retryAfterMs, flow, wish, charge } = visit;
		if (status !== 429) return [];
		const before = failed
			.slice(0, index)
			.filter((one) => one.flow === flow && one.wish === wish && one.charge === charge);
		return [[at, answeredAt + (retryAfterMs ?? backoffMs(before.length + 1))]];
	});
}

/** Who waited for what was not theirs to wait for. */
export function waitsIn(seen: Seen, lag: Lag): Broken[] {
	const { visits } = seen.world;
	const pauses = {
		submit: pausesAfter(visits, 'submit'),
		poll: pausesAfter(visits, 'poll'),
		download: pausesAfter(visits, 'download'),
	};
	const waits = seen.flows.flatMap((told) =>
		told.tries.flatMap((one) => {
			const end = endOf(seen, told, one);
			return [
				...submitWaits(seen, told, one, end).map((wait) => ({ ...wait, own: pauses.submit })),
				...pollWaits(seen, told, one, end).map((wait) => ({ ...wait, own: pauses.poll })),
				...downloadWaits(seen, told, one, end),
			];
		}),
	);
	return waits.flatMap(({ who, phase, span, own }) =>
		without(span, own)
			.filter((rest) => length(rest) > lag.slackMs(...rest))
			.map((rest): Broken => {
				// Of downloads each waits for itself, and its own pause is no part of this.
				const others = (['submit', 'poll', 'download'] as const).filter(
					(one) => one !== phase || phase === 'download',
				);
				const foreign = others.find((one) => overlap(rest, pauses[one]) > length(rest) / 2);
				const law: Law =
					foreign !== undefined
						? 'waits for no pause but its own'
						: phase === 'submit'
							? 'waits for no place while one is free'
							: 'looks and fetches in time';
				const why = foreign === undefined ? '' : `, while other ${foreign}s were told to wait`;
				return {
					law,
					what: `${who}: its ${phase} came ${Math.round(length(rest))} ms later than it could${why}`,
				};
			}),
	);
}

/** Until when a try asks at all: near the deadline nothing is begun any more. */
const endOf = ({ scene }: Seen, { flow }: ToldFlow, { startedAt, endedAt }: Try): number =>
	Math.min(endedAt, startedAt + secondsFor(flow, scene) * 1000 - 1_100);

const inTry = ({ startedAt, endedAt }: Try, { at }: Visit) => at >= startedAt && at <= endedAt;

/** The times in which something was not ordered though the workflow had a place for it. */
function submitWaits(seen: Seen, told: ToldFlow, one: Try, end: number): Array<Omit<Wait, 'own'>> {
	const { scene, world } = seen;
	const { flow, index } = told;
	const limit = flow.maxConcurrency ?? providerNamed(scene.api).maxConcurrency;
	const submits = world.visits.filter((visit) => visit.phase === 'submit' && visit.flow === index);
	const wishes = flow.isAgent ? [undefined] : [...flow.wishes.keys()];
	const ordersOf = (wish: number | undefined) =>
		wish === undefined || !styles[scene.api].hasJobs ? 1 : flow.wishes[wish].images;
	// What an earlier try ordered is not ordered again; and one 429 more than it was would only make the waiting shorter.
	const waiting = new Map(
		wishes.map((wish) => {
			const before = submits.filter(
				(visit) => visit.wish === wish && visit.at < one.startedAt && visit.job !== undefined,
			);
			return [wish, Math.max(0, ordersOf(wish) - before.length)];
		}),
	);
	const sum = () => [...waiting.values()].reduce((all, count) => all + count, 0);
	let holding = wishes.reduce<number>((all, wish) => all + ordersOf(wish), 0) - sum();
	const changes = [
		...submits
			.filter((visit) => inTry(one, visit))
			.map(({ at, wish }) => ({
				at,
				change: () => {
					if (waiting.get(wish) === 0) return;
					waiting.set(wish, waiting.get(wish)! - 1);
					holding++;
				},
			})),
		...releasesIn(seen, told, one).map((at) => ({ at, change: () => void holding-- })),
		// What others submit and finish changes the room that the account has.
		...world.visits.flatMap(({ at, answeredAt = at }) =>
			[at, answeredAt]
				.filter((when) => when > one.startedAt && when < end)
				.map((when) => ({ at: when, change: () => {} })),
		),
	].sort((first, second) => first.at - second.at);
	const spans: Span[] = [];
	let since = one.startedAt;
	for (const { at, change } of [...changes, { at: end, change: () => {} }]) {
		const isFree = sum() > 0 && holding < limit && roomAt(seen, since);
		if (isFree && spans.at(-1)?.[1] === since) spans.at(-1)![1] = Math.min(at, end);
		else if (isFree && since < end) spans.push([since, Math.min(at, end)]);
		change();
		since = at;
	}
	return spans.map((span) => ({ who: `workflow ${index}`, phase: 'submit', span }));
}

/** When places came free. */
function releasesIn({ scene, world }: Seen, { index }: ToldFlow, one: Try): number[] {
	const mine = world.visits.filter((visit) => visit.flow === index && inTry(one, visit));
	const ready = new Map<Job, number>();
	const others: number[] = [];
	for (const { says, job, phase, status, isCut, answeredAt } of mine) {
		if (answeredAt === undefined) continue;
		if (says === 'ready' && job !== undefined) ready.set(job, ready.get(job) ?? answeredAt);
		else if (phase === 'submit' && (status === 422 || (isCut && styles[scene.api].isIdempotent !== true)))
			others.push(answeredAt);
	}
	return [...ready.values(), ...others];
}

/**
 * Whether the account has room for one more at all, by the least that any provider may allow it. After a submit was refused the node
 * learns how many may run, and surely tries one only when none does.
 */
function roomAt({ scene, world }: Seen, at: number): boolean {
	const isRefused = world.visits.some(
		({ phase, status, answeredAt }) => phase === 'submit' && status === 429 && (answeredAt ?? Infinity) <= at,
	);
	const running = world.jobs.filter((job) => {
		const ready = world.visits.find((visit) => visit.job === job && visit.says === 'ready');
		return job.arrivedAt <= at && (ready?.answeredAt ?? Infinity) > at;
	});
	if (!isRefused) return running.length < providerNamed(scene.api).maxConcurrency;
	const isUnderWay = ({ phase, at: sentAt, answeredAt = Infinity }: Visit) =>
		phase === 'submit' && sentAt <= at && answeredAt > at;
	return running.length === 0 && !world.visits.some(isUnderWay);
}

/** Each time that a job was not asked for. The steps are those that the node may take when nothing holds it up. */
function pollWaits(seen: Seen, { index }: ToldFlow, one: Try, end: number): Array<Omit<Wait, 'own'>> {
	const { visits, jobs } = seen.world;
	const isReady = (visit: Visit) => visit.says === 'ready';
	/** How long the longest job took that was done by then. */
	const longestBy = (at: number) =>
		Math.max(
			0,
			...visits
				.filter((visit) => isReady(visit) && visit.at <= at)
				.map((visit) => visit.at - visit.job!.arrivedAt),
		);
	const mine = jobs.filter(({ charges }) => charges[0].flow === index);
	return mine.flatMap((job) => {
		const met = visits.filter((visit) => visit.job === job && inTry(one, visit));
		const asked = met.filter(({ phase, status }) => phase === 'poll' || status !== undefined);
		let failed = 0;
		return asked.flatMap((visit, nth): Array<Omit<Wait, 'own'>> => {
			const from = visit.answeredAt;
			if (from === undefined || isReady(visit)) return [];
			failed = hasFailed(visit) ? failed + 1 : 0;
			const isDone = visit.says === 'done';
			const step = isDone ? 0 : Math.max(250, (from - job.arrivedAt) / 4, longestBy(from));
			const earliest = from + (visit.status === 429 ? 0 : failed > 0 ? backoffMs(failed) : step);
			return [{ who: job.id, phase: 'poll', span: [earliest, asked[nth + 1]?.at ?? end] }];
		});
	});
}

/** Each time that a finished image was not fetched. */
function downloadWaits(seen: Seen, { index }: ToldFlow, one: Try, end: number): Wait[] {
	const { visits, charges } = seen.world;
	const mine = charges.filter(({ flow }) => flow === index);
	return mine.flatMap((charge: Charge): Wait[] => {
		const found = visits.find(({ job, says }) => job === charge.job && says === 'ready');
		if (found?.answeredAt === undefined || !inTry(one, found)) return [];
		if (!styles[seen.scene.api].hasJobs && !seen.scene.hasLinks) return [];
		const fetches = visits.filter((visit) => visit.charge === charge && inTry(one, visit));
		const who = `image ${charge.number}`;
		const waits: Wait[] = [
			{ who, phase: 'download', span: [found.answeredAt, fetches[0]?.at ?? end], own: [] },
		];
		for (const [nth, { status, answeredAt, at, retryAfterMs }] of fetches.entries()) {
			if (status === 200) break;
			const from = (answeredAt ?? at) + (retryAfterMs ?? backoffMs(nth + 1));
			waits.push({ who, phase: 'download', span: [from, fetches[nth + 1]?.at ?? end], own: [] });
		}
		return waits;
	});
}
