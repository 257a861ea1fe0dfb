import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Sums {
	passed: number;
	failed: number;
}

/** Runs a command with its output shown; resolves to its exit code. */
const run = async (command: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<number> =>
	await new Promise((resolve, reject) => {
		const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
		child.on('error', reject).on('close', (code) => resolve(code ?? 1));
	});

/** A step that only passes or fails. */
async function check(name: string, script: string): Promise<Sums> {
	console.log(`\n== ${name}`);
	const failed = (await run('npm', ['run', '--silent', script])) === 0 ? 0 : 1;
	return { passed: 1 - failed, failed };
}

/** The tests of some jest projects, counted by jest. A suite that does not even load counts as one failure. */
async function jest(projects: string[], folder: string): Promise<Sums> {
	console.log(`\n== Tests: ${projects.join(', ')}`);
	const report = join(folder, `${projects.join('-')}.json`);
	const args = ['--config', 'test/jest.config.mjs', '--selectProjects', ...projects, '--json', '--outputFile', report];
	const code = await run(process.execPath, ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', ...args], {
		NODE_NO_WARNINGS: '1',
	});
	const result = await readFile(report, 'utf8').then(
		(text) => JSON.parse(text) as Record<string, number>,
		() => ({ numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 1 }) as Record<string, number>,
	);
	const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
	return { passed: result.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
}

const folder = await mkdtemp(join(tmpdir(), 'flux-tests-'));
const steps = [
	() => check('Lint', 'lint'),
	() => check('Build', 'build'),
	() => jest(['unit', 'contract', 'sandbox'], folder),
	() => jest(['engine'], folder),
	() => jest(['n8n'], folder),
];
const sums: Sums = { passed: 0, failed: 0 };
for (const step of steps) {
	const { passed, failed } = await step();
	sums.passed += passed;
	sums.failed += failed;
}
await rm(folder, { recursive: true, force: true });
console.log(`\n${sums.passed} passed, ${sums.failed} failed`);
process.exitCode = sums.failed === 0 ? 0 : 1;
