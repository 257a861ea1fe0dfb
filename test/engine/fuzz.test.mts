import dns from 'node:dns';
import { setTimeout as wait } from 'node:timers/promises';

import { jest } from '@jest/globals';
import fc from 'fast-check';

import { logLines } from '../support/core.mts';
import { anyCase, goodReplies, targets, type Case } from './fuzz/answers.mts';
import { codes, leaksIn, problemsOf, resultOf } from './fuzz/law.mts';
import { isSlow, kindOf, runCases, type Outcome } from './fuzz/run.mts';
import { startFuzzServer, type FuzzServer } from './fuzz/server.mts';
import { askSandbox, drawings, type Templates } from './fuzz/templates.mts';

/** A tenth of what `npm run fuzz` does; `FUZZ_SEED` and `FUZZ_RUNS` set others. */
const seed = Number(process.env.FUZZ_SEED ?? 20_261_120);
const runs = Number(process.env.FUZZ_RUNS ?? 1_000);
const itemsPerWorkflow = 25;
const fastAtOnce = 6;
const slowAtOnce = 10;

jest.setTimeout(120_000 + runs * 100);

/** What became of an answer. */
interface Verdict {
	case: Case;
	/** `completed`, `submitted` or the code of an error. */
	result: string;
	/** What is against the law, if anything. */
	problems: string[];
}

let server: FuzzServer;
let images: Record<string, Buffer>;
let templates: Templates;
let cases: fc.Arbitrary<Case>;

/** Answers name hosts, and no test asks the net for one. */
function stayHome(): void {
	const { lookup } = dns;
	jest.spyOn(dns, 'lookup').mockImplementation(((host: string, ...rest: unknown[]) => {
		if (/^(localhost|127\.|::1)/.test(host)) return (lookup as (...all: unknown[]) => unknown)(host, ...rest);
		const done = rest.at(-1) as (error: Error) => void;
		process.nextTick(done, Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' }));
	}) as typeof dns.lookup);
}

const unhandled: unknown[] = [];
const note = (error: unknown) => unhandled.push(error);

beforeAll(async () => {
	images = await drawings();
	templates = await askSandbox(images.png);
	cases = anyCase(templates, images);
	server = await startFuzzServer();
	stayHome();
	process.on('unhandledRejection', note);
});
afterAll(async () => {
	process.off('unhandledRejection', note);
	jest.restoreAllMocks();
	await server.close();
});

const run = async (some: Case[]): Promise<Outcome[]> =>
	await runCases(server, some, goodReplies(templates, some[0].api, images.png));

/** The cases in groups that fit into one workflow each. */
function workflows(all: Case[]): Case[][] {
	const groups = new Map<string, Case[]>();
	for (const one of all) groups.set(kindOf(one), [...(groups.get(kindOf(one)) ?? []), one]);
	return [...groups.values()].flatMap((group) =>
		Array.from({ length: Math.ceil(group.length / itemsPerWorkflow) }, (_, index) =>
			group.slice(index * itemsPerWorkflow, (index + 1) * itemsPerWorkflow),
		),
	);
}

/** Runs them all: a few workflows at once that keep the machine busy, and beside them more that mostly wait. */
async function judgeAll(all: Case[]): Promise<Verdict[]> {
	const waiting = workflows(all);
	const verdicts: Verdict[] = [];
	const work = async (some: Case[][], index: number) => {
		// All at once would need more time to start than the first items have.
		await wait(index * 500);
		for (let next = some.shift(); next !== undefined; next = some.shift()) {
			for (const outcome of await run(next)) {
				verdicts.push({ case: outcome.case, result: resultOf(outcome), problems: problemsOf(outcome) });
			}
		}
	};
	const slow = waiting.filter(([one]) => isSlow(one));
	const fast = waiting.filter(([one]) => !isSlow(one));
	await Promise.all([
		...Array.from({ length: fastAtOnce }, async (_, index) => await work(fast, index)),
		...Array.from({ length: slowAtOnce }, async (_, index) => await work(slow, index)),
	]);
	return verdicts;
}

type Row = Map<string, number>;

/** How often answers in each phase of each API came to each result. */
function countResults(verdicts: Verdict[]): Map<string, Row> {
	const nameOf = ({ api, phase, via }: Pick<Case, 'api' | 'phase' | 'via'>) => `${api} ${phase} ${via}`;
	const rows = new Map(targets.map((target) => [nameOf(target), new Map() as Row]));
	for (const verdict of verdicts) {
		const row = rows.get(nameOf(verdict.case))!;
		row.set(verdict.result, (row.get(verdict.result) ?? 0) + 1);
	}
	return rows;
}

const print = (rows: Map<string, Row>): string =>
	[...rows]
		.map(([name, row]) => {
			const counts = [...row].sort(([, one], [, other]) => other - one);
			return `${name.padEnd(32)} ${counts.map(([result, times]) => `${result} ${times}`).join(', ')}`;
		})
		.join('\n');

/** The smallest answer by which the same goes wrong, and the seed and path by which it is found again. */
async function counterexample(all: Case[], wrong: Verdict): Promise<string> {
	const property = fc.asyncProperty(cases, async (one) => {
		const [outcome] = await run([one]);
		const problems = problemsOf(outcome);
		if (problems.length === 0) return;
		const items = JSON.stringify(outcome.items.map(({ json }) => json));
		throw new Error(`${problems.join('\n')}\n${items.slice(0, 3_000)}`);
	});
	const found = await fc.check(property, {
		seed,
		path: String(all.indexOf(wrong.case)),
		numRuns: 1,
		interruptAfterTimeLimit: 60_000,
		markInterruptAsFailure: false,
	});
	const alone = `Alone it goes well: ${JSON.stringify(wrong.case)}`;
	return (found.failed ? fc.defaultReportMessage(found) : undefined) ?? alone;
}

/** What went wrong, each kind once, and one of them in full. */
async function report(all: Case[], wrong: Verdict[]): Promise<string> {
	const kinds = new Set(
		wrong.map(({ problems, case: { api, phase } }) =>
			`${api} ${phase}: ${problems.join('; ')}`.slice(0, 300),
		),
	);
	const list = [...kinds].slice(0, 40).join('\n');
	return `${wrong.length} of ${runs} answers with seed ${seed}:\n${list}\n\n${await counterexample(all, wrong[0])}`;
}

it('makes a documented result of whatever a provider answers', async () => {
	const all = fc.sample(cases, { seed, numRuns: runs });
	const startedAt = Date.now();
	const verdicts = await judgeAll(all);
	const seconds = Math.round((Date.now() - startedAt) / 1000);
	const rows = countResults(verdicts);
	console.log(`${verdicts.length} answers in ${seconds} s, seed ${seed}\n${print(rows)}`);

	const wrong = verdicts.filter(({ problems }) => problems.length > 0);
	if (wrong.length > 0) throw new Error(await report(all, wrong));
	expect(verdicts).toHaveLength(runs);
	expect(unhandled).toEqual([]);
	expect(leaksIn(logLines().join('\n'))).toEqual([]);
	if (runs < 5_000) return;
	for (const [name, row] of rows)
		expect([name, row.has('completed'), row.size >= 5]).toEqual([name, true, true]);
	const seen = new Set(verdicts.map(({ result }) => result));
	// A user's Stop is nothing that an answer can cause.
	const possible = [...codes, 'completed', 'submitted'].filter((code) => code !== 'cancelled');
	expect([...seen].sort()).toEqual(possible.sort());
});
