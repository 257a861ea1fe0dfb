import { Durations, nextPollMs } from '../../nodes/Flux/limits/timing.ts';
import { logNormal, seeded, usualSigma } from './random.mts';
import type { Result } from './part.mts';
import { mean, quantile, rounded, type Table } from './table.mts';

/** When to look at a job that runs since so many milliseconds, and what is learnt of one that is ready. */
interface Strategy {
	nextMs(elapsedMs: number): number;
	learn?(tookMs: number): void;
}

/** What is simulated: jobs one after another, on a clock of its own. */
interface World {
	medianMs: number;
	sigma?: number;
	jobs?: number;
	/** So many jobs at the beginning are for learning and do not count. */
	learning?: number;
	/** The submit is held so long. */
	heldMs?: number;
}

/** How late the images were seen, in percent of the time that they took, and how often was asked for each. */
export interface Lag {
	/** A batch that keeps all places taken lasts by so much longer than its images. */
	mean: number;
	p50: number;
	p95: number;
	polls: number;
	/** The shortest time between two polls of a job, in milliseconds. */
	closestMs: number;
}

const kind = 'the one';

/** What the node does. */
export function node(typicalMs = 2_000): Strategy {
	const durations = new Durations();
	return {
		nextMs: (elapsedMs) => nextPollMs(elapsedMs, durations.expected(kind) ?? typicalMs),
		learn: (tookMs) => durations.learn(kind, tookMs),
	};
}

export const every = (ms: number) => (): Strategy => ({ nextMs: () => ms });

/** Steps of a part of the time since the submit, from a first look that a catalogue would tell. */
const proportional = (part: number, firstMs: number) => (): Strategy => ({
	nextMs: (elapsedMs) => Math.max(firstMs - elapsedMs, part * elapsedMs, 200),
});

/** As proportional ones, but before all the steps that make the best of these two medians. */
const fitted = (): Strategy => ({
	nextMs: (elapsedMs) =>
		elapsedMs < 950
			? 950 - elapsedMs
			: Math.max(200, Math.min(0.17 * elapsedMs, 450), Math.min(0.075 * elapsedMs, 15_000)),
});

/** What the node did before: a first look at 85 % of the last duration, then steps of a tenth of it. */
function earlier(): Strategy {
	let expected: number | undefined;
	const atLeast = (ms: number) => Math.min(Math.max(ms, 250), 15_000);
	return {
		nextMs(elapsedMs) {
			if (expected === undefined) return atLeast(elapsedMs / 4);
			const first = expected * 0.85;
			if (elapsedMs < first) return atLeast(first - elapsedMs);
			return atLeast(Math.max(expected / 10, (elapsedMs - expected) / 4));
		},
		learn: (tookMs) => (expected = expected === undefined ? tookMs : (expected + tookMs) / 2),
	};
}

/** Simulates a strategy; requests take 5 to 50 ms, and the answer is of the middle of that time. */
export function simulate(strategy: Strategy, world: World): Lag {
	const { medianMs, sigma = usualSigma, jobs = 10_000, learning = 5, heldMs = 0 } = world;
	const random = seeded(12);
	const takes = logNormal(medianMs, sigma, random);
	const latency = () => 5 + 45 * random();
	const lags: number[] = [];
	const polls: number[] = [];
	let closestMs = Infinity;
	for (let count = 0; count < jobs + learning; count++) {
		const readyAt = takes();
		let [now, ranAt, looks, lookedAt] = [heldMs, 0, 0, 0];
		let isReady = readyAt <= heldMs;
		if (isReady) now = readyAt + latency() / 2;
		while (!isReady) {
			now += strategy.nextMs(now);
			if (looks > 0) closestMs = Math.min(closestMs, now - lookedAt);
			const underWay = latency();
			lookedAt = now;
			isReady = now + underWay / 2 >= readyAt;
			if (isReady) strategy.learn?.((ranAt + lookedAt) / 2);
			else ranAt = lookedAt;
			now += underWay;
			looks++;
		}
		if (count < learning) continue;
		lags.push((100 * (now - readyAt)) / readyAt);
		polls.push(looks);
	}
	return {
		mean: mean(lags),
		p50: quantile(lags, 0.5),
		p95: quantile(lags, 0.95),
		polls: mean(polls),
		closestMs,
	};
}

const strategies: Record<string, () => Strategy> = {
	'every 500 ms': every(500),
	'every 200 ms, the most that is allowed': every(200),
	'first look at 85 % of the last duration, then a tenth of it': earlier,
	'steps of 10 % from 0.8 s': proportional(0.1, 800),
	'steps of 15 % from 0.8 s': proportional(0.15, 800),
	'steps of 20 % from 0.8 s': proportional(0.2, 800),
	'steps fitted to both medians, nothing learnt': fitted,
	'the node: first look at 75 % of the mean, then steps by the root': node,
};

/** Lag against polls of several strategies. */
export function polling(isShort: boolean): Result {
	const jobs = isShort ? 100 : 10_000;
	const of = (title: string, worlds: World[]): Table => ({
		title,
		columns: [
			'strategy',
			...worlds.flatMap(({ medianMs }) => ['mean %', 'p50 %', 'p95 %', `polls (${medianMs / 1000} s)`]),
		],
		rows: Object.entries(strategies).map(([name, strategy]) => [
			name,
			...worlds.flatMap((world) => {
				const { mean: all, p50, p95, polls } = simulate(strategy(), world);
				return [rounded(all), rounded(p50), rounded(p95), rounded(polls, 2)];
			}),
		]),
	});
	const medians = [1_500, 6_000];
	const tables = [
		of(
			`Lag in % of the generation time, ${jobs} simulated jobs each`,
			medians.map((medianMs) => ({ medianMs, jobs })),
		),
		of(
			'The same where times spread more (sigma 0.3)',
			medians.map((medianMs) => ({ medianMs, jobs, sigma: 0.3 })),
		),
		of(
			'The very first job of a model',
			medians.map((medianMs) => ({ medianMs, sigma: 0, jobs: 1, learning: 0 })),
		),
	];
	const checks = [
		{ what: 'all strategies', isRight: tables.every(({ rows }) => rows.flat().length === 8 * 9) },
	];
	return { tables, checks, goals: [] };
}
