import { providerNamed } from '../../../nodes/Flux/providers/index.ts';
import type { Job } from './dialects.mts';
import type { Lag } from './lag.mts';
import { secondsFor } from './model.mts';
import { chargeOf, moneyBrokenIn, placeOf } from './money.mts';
import type { Visit } from './provider.mts';
import type { Seen, ToldFlow } from './run.mts';
import { waitsIn } from './waits.mts';
import { leaksIn } from '../fuzz/law.mts';
import { styles } from '../../support/styles.mts';

/** What must hold, whatever is drawn. */
export type Law =
	| 'charges no more than was asked for'
	| 'delivers each image once'
	| 'delivers the right image'
	| 'delivers each charged image or names it in an error'
	| 'answers every item'
	| 'gives up no job that the provider has'
	| 'takes no image for gone that comes back'
	| 'fails only for a cause'
	| 'counts the time of a job from its acceptance'
	| 'ends by the deadline'
	| 'keeps to Max Concurrency and to what the provider allows'
	| 'keeps to the pause that a 429 asks for'
	| 'keeps the key'
	| 'waits for no pause but its own'
	| 'waits for no place while one is free'
	| 'looks and fetches in time';

/** Laws that a busy machine may seem to break: it reads an answer, or the end of the time, long after either came. */
export const timed: Law[] = [
	'charges no more than was asked for',
	'delivers each charged image or names it in an error',
	'fails only for a cause',
	'counts the time of a job from its acceptance',
	'ends by the deadline',
	'keeps to Max Concurrency and to what the provider allows',
	'keeps to the pause that a 429 asks for',
	'waits for no pause but its own',
	'waits for no place while one is free',
	'looks and fetches in time',
];

export interface Broken {
	law: Law;
	/** By what. */
	what: string;
}

/** What is against the laws in what was seen. */
export const brokenIn = (seen: Seen, lag: Lag): Broken[] => [
	...seen.flows.flatMap((flow) => [
		...moneyBrokenIn(seen, flow),
		...causesOf(seen, flow, lag),
		...durationsOf(seen, flow, lag),
		...endsOf(seen, flow, lag),
		...leaksIn(flow.run.everything()).map((what): Broken => ({ law: 'keeps the key', what })),
	]),
	...limitsOf(seen),
	...hurriesIn(seen, lag),
	...strangers(seen),
	...waitsIn(seen, lag),
];

/** Whether the provider's behaviour led to an error of this kind, in the last try at least. */
function hasCause(code: string | undefined, seen: Seen, told: ToldFlow, lag: Lag): boolean {
	const totalMs = secondsFor(told.flow, seen.scene) * 1000;
	const visits = seen.world.visits.filter(({ flow }) => flow === told.index);
	return told.tries.some(({ startedAt, endedAt }) => {
		const mine = visits.filter(({ at }) => at >= startedAt && at <= endedAt);
		const endsAt = startedAt + totalMs;
		const nearMs = 2_000 + lag.slackMs(startedAt, endedAt);
		/** Too late for another attempt, or told to wait too long. */
		const isNear = ({ at, retryAfterMs = 0 }: Visit) => at + retryAfterMs + nearMs >= endsAt;
		switch (code) {
			case 'timeout':
				return endedAt - startedAt >= totalMs - Math.min(1_000, totalMs / 10) - 50;
			case 'rate-limited':
				return mine.some((visit) => visit.status === 429 && visit.phase !== 'download' && isNear(visit));
			case 'provider-unavailable':
				return mine.some((visit) => visit.isCut && (visit.phase === 'submit' || isNear(visit)));
			case 'invalid-input':
				return mine.some(({ status }) => status === 422);
			case 'download-failed':
				return mine.some((visit) => visit.phase === 'download' && visit.status !== 200 && isNear(visit));
			default:
				return false;
		}
	});
}

/** What no behaviour of the provider of these scenes is a cause for. */
const lawAgainst: Record<string, Law> = {
	'job-not-found': 'gives up no job that the provider has',
	expired: 'takes no image for gone that comes back',
};

const causesOf = (seen: Seen, told: ToldFlow, lag: Lag): Broken[] =>
	told.told
		.filter(({ words, code }) => words !== undefined && !hasCause(code, seen, told, lag))
		.map(({ wish, code, words }) => ({
			law: lawAgainst[code ?? ''] ?? 'fails only for a cause',
			what: `${placeOf(told, wish)}: ${code} ("${words!.slice(0, 160)}")`,
		}));

function durationsOf(seen: Seen, told: ToldFlow, lag: Lag): Broken[] {
	return told.told.flatMap((one): Broken[] => {
		const { json, wish } = one;
		const charge = json?.durationMs === undefined ? undefined : chargeOf(seen, one);
		if (charge === undefined) return [];
		const { visits } = seen.world;
		const fetched = visits.filter((visit) => visit.charge === charge && visit.status === 200);
		const answered = visits.filter(({ job, status }) => job === charge.job && status !== undefined);
		const end = (fetched.length > 0 ? fetched : answered).map((visit) => visit.answeredAt!);
		const { arrivedAt } = charge.job;
		const acceptedAt = Math.min(...answered.map((visit) => visit.answeredAt!));
		const slack = lag.slackMs(arrivedAt, Math.max(...end));
		const [least, most] = [Math.min(...end) - acceptedAt - slack, Math.max(...end) - arrivedAt + slack];
		const ms = Number(json!.durationMs);
		// The images of an answer are there when it is.
		if ((ms >= least || !styles[seen.scene.api].hasJobs) && ms <= most) return [];
		return [
			{
				law: 'counts the time of a job from its acceptance',
				what: `${placeOf(told, wish)}: durationMs is ${ms}, and it took ${Math.round(Math.max(...end) - arrivedAt)} ms from its acceptance to its delivery`,
			},
		];
	});
}

function endsOf(seen: Seen, told: ToldFlow, lag: Lag): Broken[] {
	const totalMs = secondsFor(told.flow, seen.scene) * 1000;
	const law = 'ends by the deadline' as const;
	const late = told.tries
		.filter((one) => one.endedAt - one.startedAt > totalMs + 500 + lag.slackMs(one.startedAt, one.endedAt))
		.map((one) => ({
			law,
			what: `${placeOf(told, undefined)}: ${one.endedAt - one.startedAt} ms with a timeout of ${totalMs} ms`,
		}));
	const last = told.tries.at(-1)?.endedAt ?? 0;
	const after = seen.world.visits
		.filter(({ flow, at }) => flow === told.index && at > last + lag.slackMs(last, at))
		.map(({ phase, at }) => ({
			law,
			what: `${placeOf(told, undefined)}: a ${phase} ${at - last} ms after its end`,
		}));
	return [...late, ...after];
}

function limitsOf(seen: Seen): Broken[] {
	const { scene, world, flows } = seen;
	const law = 'keeps to Max Concurrency and to what the provider allows' as const;
	const tooMany = (where: string, jobs: Job[], most: number | undefined) => {
		const peak = peakOf(seen, jobs);
		return most === undefined || peak <= most
			? []
			: [{ law, what: `${where}: ${peak} jobs at once, ${most} allowed` }];
	};
	return [
		...tooMany('all together', world.jobs, styles[scene.api].accountLimit),
		...flows.flatMap((told) =>
			tooMany(
				placeOf(told, undefined),
				world.jobs.filter(({ charges }) => charges[0].flow === told.index),
				told.flow.maxConcurrency ?? providerNamed(scene.api).maxConcurrency,
			),
		),
	];
}

/** The most of these jobs at once, in each try from what is first asked for one to the answer that it is ready, or the last that is asked. */
function peakOf({ world, flows }: Seen, jobs: Job[]): number {
	const changes = jobs.flatMap((job) => {
		const { tries } = flows[job.charges[0].flow];
		return tries.flatMap(({ startedAt, endedAt }): Array<[number, number]> => {
			const mine = world.visits.filter(
				(visit) => visit.job === job && visit.at >= startedAt && visit.at <= endedAt,
			);
			const last = mine.find(({ says }) => says === 'ready') ?? mine.at(-1);
			if (last === undefined) return [];
			return [
				[mine[0].at, 1],
				[Math.min(last.answeredAt ?? last.at, endedAt), -1],
			];
		});
	});
	changes.sort(([one, first], [other, second]) => one - other || first - second);
	let running = 0;
	return changes.reduce((peak, [, change]) => Math.max(peak, (running += change)), 0);
}

/** Requests of a kind that was told to wait; those that were under way at that time are forgiven. */
function hurriesIn({ world: { visits }, flows }: Seen, lag: Lag): Broken[] {
	return visits.flatMap((busy): Broken[] => {
		const { phase, job, charge, answeredAt, retryAfterMs } = busy;
		if (answeredAt === undefined || retryAfterMs === undefined) return [];
		// What one download was told the next try does not know.
		const tries = phase === 'download' ? flows[busy.flow!].tries : [];
		const known = tries.find(({ startedAt, endedAt }) => busy.at >= startedAt && busy.at <= endedAt);
		const until = Math.min(answeredAt + retryAfterMs - 20, known?.endedAt ?? Infinity);
		return visits
			.filter((visit) => visit.phase === phase && (phase !== 'download' || visit.charge === charge))
			.filter(({ at }) => at > answeredAt && at < until)
			.filter((visit) => {
				// What was answered itself was not under way.
				const isSame = phase === 'download' || (phase === 'poll' && visit.job === job);
				return isSame || visit.at > answeredAt + lag.slackMs(answeredAt, visit.at);
			})
			.map(({ at }) => ({
				law: 'keeps to the pause that a 429 asks for',
				what: `a ${phase} came ${at - answeredAt} ms after one was told to wait for ${Math.round(retryAfterMs)} ms`,
			}));
	});
}

function strangers({ world }: Seen): Broken[] {
	return world.visits.flatMap(({ phase, hasKey }): Broken[] => {
		const isKeyed = phase !== 'download';
		if (phase === 'other') return [{ law: 'keeps the key', what: 'a request to nowhere' }];
		return hasKey === isKeyed
			? []
			: [{ law: 'keeps the key', what: `a ${phase} ${hasKey ? 'with' : 'without'} the key` }];
	});
}
