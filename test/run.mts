import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { constants, setPriority, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'flux-tests-'));

interface Sums {
	passed: number;
	failed: number;
}

const running = new Set<ChildProcess>();

/** Runs a command with its output shown; resolves to its exit code. */
const run = async (
	command: string,
	args: string[],
	env: NodeJS.ProcessEnv = {},
	priority?: number,
): Promise<number> =>
	await new Promise((resolve, reject) => {
		const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
		running.add(child);
		child.on('error', reject).on('close', (code) => {
			running.delete(child);
			resolve(code ?? 1);
		});
		if (child.pid !== undefined && priority !== undefined) setPriority(child.pid, priority);
	});

const passedOrFailed = (code: number): Sums =>
	code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };

/** A step that only passes or fails. */
const check = async (script: string): Promise<Sums> =>
	passedOrFailed(await run('npm', ['run', '--silent', script]));

/** A script that goes on beside the steps after it, with the time that they leave. */
const inBackground = async (...args: string[]): Promise<Sums> =>
	passedOrFailed(
		await run(process.execPath, ['--import', 'tsx', ...args], {}, constants.priority.PRIORITY_LOW),
	);

/** What is read of jest's report. */
interface Report {
	numPassedTests: number;
	numFailedTests: number;
	numRuntimeErrorTestSuites: number;
	testResults?: Array<{ name: string; status: string; assertionResults: Array<{ status: string }> }>;
}

const mostPlayedAgain = 5;

/**
 * The tests of some jest projects, counted by jest. A suite that does not even load counts as one failure.
 *
 * @param isPlayedAgain a few files that failed run once more and alone: some judge time, which a busy machine stretches; a fault fails again
 */
async function jest(projects: string[], more: string[] = [], isPlayedAgain = false): Promise<Sums> {
	const report = join(folder, `${[...projects, ...more].join('-').replace(/\W+/g, '-')}.json`);
	const args = [
		'--config',
		'test/jest.config.mjs',
		'--selectProjects',
		...projects,
		'--json',
		'--outputFile',
		report,
	];
	const code = await run(
		process.execPath,
		['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', ...args, ...more],
		{ NODE_NO_WARNINGS: '1' },
	);
	const result = await readFile(report, 'utf8').then(
		(text) => JSON.parse(text) as Report,
		() => ({ numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 1 }) as Report,
	);
	const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
	const files = (result.testResults ?? []).filter(({ status }) => status === 'failed');
	if (!isPlayedAgain || files.length === 0 || files.length > mostPlayedAgain) {
		return { passed: result.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
	}
	const names = files.map(({ name }) => relative(root, name));
	console.log(`\n== Alone once more: ${names.join(', ')}`);
	const again = await jest(projects, ['--maxWorkers=1', `--testPathPatterns=(${names.join('|')})`]);
	const before = files.flatMap(({ assertionResults }) => assertionResults);
	const counted = before.filter(({ status }) => status === 'passed').length;
	return { passed: result.numPassedTests - counted + again.passed, failed: again.failed };
}

/** Files that judge how long something takes, or how much runs at once. */
const timed = 'engine/(combinations|downloads|concurrency|lastMoment|pace|pauses)\\.';

const background: Record<string, Promise<Sums>> = {};
const nothing: Sums = { passed: 0, failed: 0 };

/** Steps from the cheapest to the dearest; those of a line run side by side. */
const lines: Array<Record<string, () => Promise<Sums>>> = [
	{
		'Installing n8n, from now on in the background': async () => {
			background.install = inBackground('test/n8n/installCommand.mts', 'host');
			return nothing;
		},
	},
	{
		'Lint and types': async () => await check('lint'),
		'Unit tests': async () => await jest(['unit'], ['--maxWorkers=1']),
	},
	{ Build: async () => await check('build') },
	{
		'The short form of the bench, in the background once n8n is installed': async () => {
			// It shows that the bench works; how fast anything is decides nothing here.
			background.bench = background.install.then(async ({ failed }) =>
				failed > 0 ? nothing : await inBackground('test/bench/main.mts', 'short'),
			);
			return nothing;
		},
	},
	{ 'Contract and sandbox': async () => await jest(['contract', 'sandbox'], ['--maxWorkers=2']) },
	// Their laws of time are judged while nothing else of the same priority runs.
	{
		'Engine, by the clock': async () =>
			await jest(['engine'], ['--maxWorkers=2', `--testPathPatterns=${timed}`], true),
	},
	{
		'Engine of the oldest n8n': async () => await check('test:old'),
		// They mostly wait.
		Engine: async () =>
			await jest(
				['engine'],
				['--maxWorkers=4', '--workerIdleMemoryLimit=2500MB', `--testPathIgnorePatterns=${timed}`],
				true,
			),
	},
	{ 'Waiting until n8n is installed': async () => await background.install },
	{ 'n8n and browser': async () => await jest(['n8n'], ['--maxWorkers=3'], true) },
	{ 'Waiting for the bench': async () => await background.bench },
];

const sums: Sums = { passed: 0, failed: 0 };
for (const line of lines) {
	console.log(`\n== ${Object.keys(line).join(', ')}`);
	const started = Date.now();
	for (const { passed, failed } of await Promise.all(Object.values(line).map(async (step) => await step()))) {
		sums.passed += passed;
		sums.failed += failed;
	}
	console.log(`\n== took ${Math.round((Date.now() - started) / 1000)} s`);
	// Who broke a cheap step need not wait for the dear ones.
	if (sums.failed > 0) break;
}
for (const child of running) child.kill();
await rm(folder, { recursive: true, force: true });
console.log(`\n${sums.passed} passed, ${sums.failed} failed`);
process.exitCode = sums.failed === 0 ? 0 : 1;
