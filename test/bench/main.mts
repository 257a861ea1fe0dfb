import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';

import { chart } from './chart.mts';
import { goalsOf, type Part, type Result } from './part.mts';
import { startProvider, type Provider } from './provider.mts';
import { toText } from './table.mts';

/** The parts of the bench by their names. The long form runs each in a process of its own. */
const parts: Record<string, () => Promise<Part>> = {
	polling: async () => (await import('./polling.mts')).polling,
	lag: async () => (await import('./lag.mts')).lag,
	batch: async () => (await import('./batch.mts')).batch,
	cpu: async () => (await import('./cpu.mts')).cpu,
	memory: async () => (await import('./memory.mts')).memory,
	growth: async () => (await import('./growth.mts')).growth,
	editor: async () => (await import('./editor.mts')).editor,
};

const folder = fileURLToPath(new URL('../../docs', import.meta.url));
const json = `${folder}/bench.json`;

interface Written {
	machine: string;
	parts: Record<string, Result>;
}

function write(name: string, result: Result): void {
	mkdirSync(folder, { recursive: true });
	const before = (): Written => {
		try {
			return JSON.parse(readFileSync(json, 'utf8')) as Written;
		} catch {
			return { machine: '', parts: {} };
		}
	};
	const machine = `${cpus().length} cores, Node ${process.versions.node}`;
	const all: Written = { machine, parts: { ...before().parts, [name]: result } };
	writeFileSync(json, `${JSON.stringify(all, null, '\t')}\n`);
	const texts = Object.keys(parts)
		.filter((part) => part in all.parts)
		.flatMap((part) => {
			const { tables, goals } = all.parts[part];
			const shown = goals.length > 0 ? [...tables, goalsOf(goals)] : tables;
			return [`## ${part}`, ...shown.map(toText)];
		});
	const head = `# What \`npm run bench\` measured\n\nOn ${machine}.`;
	writeFileSync(`${folder}/bench.md`, [head, ...texts].join('\n\n'));
	const drawn = chart(all.parts);
	if (drawn !== undefined) writeFileSync(`${folder}/bench.svg`, drawn);
}

async function runHere(name: string, isShort: boolean, provider: Provider): Promise<boolean> {
	const part = await parts[name]();
	console.log(`\n## ${name}${isShort ? ' (short)' : ''}\n`);
	const { tables, checks, goals } = await part(isShort, provider);
	for (const table of tables) console.log(toText(table));
	if (!isShort && goals.length > 0) console.log(toText(goalsOf(goals)));
	console.log(`The load of the machine was ${loadavg()[0].toFixed(1)}.`);
	const wrong = checks.filter(({ isRight }) => !isRight);
	for (const { what } of wrong) console.log(`Wrong: ${what}`);
	if (!isShort) write(name, { tables, checks, goals });
	return wrong.length === 0;
}

const runElsewhere = async (name: string): Promise<boolean> =>
	await new Promise((resolve) => {
		const args = [...process.execArgv, fileURLToPath(import.meta.url), name];
		spawn(process.execPath, args, { stdio: 'inherit' }).on('close', (code) => resolve(code === 0));
	});

const words = process.argv.slice(2);
const isShort = words.includes('short');
const wanted = words.filter((word) => word !== 'short');
const unknown = wanted.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
	console.error(`There is no part called ${unknown.join(', ')}. There are ${Object.keys(parts).join(', ')}.`);
	process.exit(1);
}
const names = wanted.length > 0 ? wanted : Object.keys(parts);
const failed: string[] = [];
if (isShort || names.length === 1) {
	const provider = await startProvider();
	for (const name of names) {
		const isRight = await runHere(name, isShort, provider).catch((error: unknown) => {
			console.error(error);
			return false;
		});
		if (!isRight) failed.push(name);
	}
	provider.close();
} else {
	for (const name of names) if (!(await runElsewhere(name))) failed.push(name);
}
console.log(`\nBench: ${names.length - failed.length} passed, ${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);
