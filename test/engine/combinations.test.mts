import { setTimeout as wait } from 'node:timers/promises';

import { jest } from '@jest/globals';
import fc from 'fast-check';

import { Lag } from './combinations/lag.mts';
import { brokenIn, timed, type Broken, type Law } from './combinations/laws.mts';
import { anyScene, type Scene } from './combinations/model.mts';
import { startProvider, type Provider } from './combinations/provider.mts';
import { play } from './combinations/run.mts';
import { describeScene } from './combinations/words.mts';
import { logLines } from '../support/core.mts';
import { leaksIn } from './fuzz/law.mts';

/** `COMBINATIONS_SEED` and `COMBINATIONS_RUNS` set other ones, for long runs. */
const seed = Number(process.env.COMBINATIONS_SEED ?? 20_261_125);
const runs = Number(process.env.COMBINATIONS_RUNS ?? 200);
const atOnce = 24;
/** How often scenes that seem to break a law in time are played again, and how many of them. */
const replays = 2;
const suspectsAtOnce = 6;
const shrinkMs = 60_000;

jest.setTimeout(300_000 + runs * 1_000);

/** A scene, the laws that it broke, and where it stands among all. */
interface Verdict {
	scene: Scene;
	nth: number;
	broken: Broken[];
}

let provider: Provider;
let lag: Lag;
const unhandled: unknown[] = [];
const note = (error: unknown) => unhandled.push(error);

beforeAll(async () => {
	provider = await startProvider();
	lag = new Lag();
	process.on('unhandledRejection', note);
});
afterAll(async () => {
	process.off('unhandledRejection', note);
	lag.stop();
	await provider.close();
});

const judge = async (scene: Scene): Promise<Broken[]> => brokenIn(await play(scene, provider), lag);

/** The longest pause of a scene: those that take long begin first. */
const longest = ({ faults }: Scene) =>
	Math.max(0, ...faults.map((fault) => ('seconds' in fault ? (fault.seconds ?? 0) : 0)));

/** Plays all scenes, many at once: they mostly wait. */
async function judgeAll(scenes: Scene[]): Promise<Verdict[]> {
	const waiting = scenes.map((scene, nth) => ({ scene, nth }));
	waiting.sort((one, other) => longest(other.scene) - longest(one.scene));
	const verdicts: Verdict[] = [];
	const work = async (_: unknown, index: number) => {
		await wait(index * 100);
		for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
			verdicts.push({ ...next, broken: await judge(next.scene) });
		}
	};
	await Promise.all(Array.from({ length: atOnce }, work));
	return verdicts.sort((one, other) => one.nth - other.nth);
}

const breaks = (law: Law) => (broken: Broken[]) => broken.filter((one) => one.law === law);

/** The first scene that breaks the law; of a law in time one that breaks it again when little else goes on. */
async function firstToBreak(law: Law, verdicts: Verdict[]): Promise<Verdict | undefined> {
	const suspects = verdicts.filter(({ broken }) => breaks(law)(broken).length > 0);
	if (!timed.includes(law)) return suspects[0];
	for (let count = 0; count < replays; count++) {
		const again = await Promise.all(
			suspects.slice(0, suspectsAtOnce).map(async (one) => ({ ...one, broken: await judge(one.scene) })),
		);
		const found = again.find(({ broken }) => breaks(law)(broken).length > 0);
		if (found !== undefined) return found;
	}
	return undefined;
}

/** The smallest scene that breaks the law, in words, with the seed and path by which it is found again. */
async function counterexample(law: Law, { scene, nth, broken }: Verdict, count: number): Promise<string> {
	let smallest = { scene, broken: breaks(law)(broken), path: String(nth) };
	const property = fc.asyncProperty(anyScene, async (one) => {
		const found = breaks(law)(await judge(one));
		if (found.length === 0) return;
		smallest = { ...smallest, scene: one, broken: found };
		throw new Error(law);
	});
	const { counterexamplePath } = await fc.check(property, {
		...{ seed, path: String(nth), numRuns: 1, interruptAfterTimeLimit: shrinkMs },
		markInterruptAsFailure: false,
	});
	return [
		`The node ${law}: broken in ${count} of ${runs} scenes, the smallest of which is (path ${counterexamplePath ?? nth})`,
		describeScene(smallest.scene),
		...smallest.broken.map(({ what }) => `  broken: ${what}`),
	].join('\n');
}

const countOf = (law: Law, verdicts: Verdict[]) =>
	verdicts.filter(({ broken }) => breaks(law)(broken).length > 0).length;

it('keeps the laws of money and time, whatever workflows share an account and whatever its provider does', async () => {
	const scenes = fc.sample(anyScene, { seed, numRuns: runs });
	const startedAt = Date.now();
	const verdicts = await judgeAll(scenes);
	const seconds = Math.round((Date.now() - startedAt) / 1000);
	const laws = [...new Set(verdicts.flatMap(({ broken }) => broken.map(({ law }) => law)))];
	const counts = laws.map((law) => `\n  ${law}: seems broken in ${countOf(law, verdicts)}`);
	console.log(
		`${runs} scenes in ${seconds} s, seed ${seed}, at most ${lag.longest(startedAt, Date.now())} ms of nothing${counts.join('')}`,
	);

	const firsts: Array<{ law: Law; first: Verdict }> = [];
	for (const law of laws) {
		const first = await firstToBreak(law, verdicts);
		if (first !== undefined) firsts.push({ law, first });
	}
	const found = await Promise.all(
		firsts.map(async ({ law, first }) => await counterexample(law, first, countOf(law, verdicts))),
	);
	if (found.length > 0) throw new Error(`With seed ${seed}:\n\n${found.join('\n\n')}`);
	expect(verdicts).toHaveLength(runs);
	expect(unhandled).toEqual([]);
	expect(leaksIn(logLines().join('\n'))).toEqual([]);
});
