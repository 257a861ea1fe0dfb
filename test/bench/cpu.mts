import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { bareWorkflow } from './bare.mts';
import { fluxWorkflow, items, runWorkflow } from './engine.mts';
import type { Result } from './part.mts';
import type { Provider } from './provider.mts';
import { profiled } from './profile.mts';
import { rounded } from './table.mts';
import type { Options } from '../support/harness.mts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = `${root}dist/nodes/Flux/Flux.node.js`;

/** What the node costs beyond the requests that any way to the image needs. */
export async function cpu(isShort: boolean, provider: Provider): Promise<Result> {
	const [count, rounds] = isShort ? [5, 1] : [300, 4];
	const result: Result = { tables: [], checks: [], goals: [] };
	const settings = { maxConcurrency: 20 };
	const ways: Record<string, (prompt: string) => Options> = {
		'bare requests': (prompt) => bareWorkflow(provider, prompt, count),
		'this node': (prompt) =>
			fluxWorkflow('blackForestLabs', provider, { settings, prompt }, { items: items(count) }),
	};

	async function cpuMs(name: string, options: Options): Promise<number> {
		await provider.begin({ seconds: 0 });
		const before = process.cpuUsage();
		const run = await runWorkflow(options).result;
		const { user, system } = process.cpuUsage(before);
		const made = run.items.filter(({ binary }) => binary?.data !== undefined).length;
		result.checks.push({ what: `${name}: ${count} images`, isRight: made === count });
		return (user + system) / 1000 / count;
	}

	const rows = [];
	for (const [kind, prompt] of [
		['a fixed prompt', 'A red fox'],
		['an expression', '={{ $json.prompt }}'],
	]) {
		const least: Record<string, number> = {};
		for (let round = 0; round < rounds; round++) {
			for (const [name, options] of Object.entries(ways)) {
				least[name] = Math.min(least[name] ?? Infinity, await cpuMs(name, options(prompt)));
			}
		}
		const own = least['this node'] - least['bare requests'];
		rows.push([kind, ...Object.values(least).map((ms) => rounded(ms, 2)), rounded(own, 2)]);
		result.goals.push({
			what: `CPU an item beyond the requests in ms, ${kind}`,
			value: rounded(own, 2),
			most: 2,
		});
	}
	const columns = ['prompt', ...Object.keys(ways).map((way) => `${way} (ms)`), 'own (ms)'];
	result.tables.push({ title: `CPU an item, least of ${rounds}`, columns, rows });

	await provider.begin({ seconds: 0 });
	const shares = await profiled(
		async () => await runWorkflow(ways['this node']('={{ $json.prompt }}')).result,
	);
	result.tables.push({
		title: 'Where the time of an item goes (the profiler slows it)',
		columns: ['in', 'ms an item'],
		rows: shares.map(([place, ms]) => [place, rounded(ms / count, 2)]),
	});
	if (isShort) return result;

	if (!existsSync(dist)) execFileSync('npm', ['run', '--silent', 'build'], { cwd: root });
	const loading = `
		require('n8n-workflow'); require('zod/v4');
		const startedAt = performance.now();
		const { Flux } = require(${JSON.stringify(dist)});
		new Flux();
		console.log(performance.now() - startedAt);`;
	const loads = Array.from({ length: 7 }, () =>
		Number(execFileSync(process.execPath, ['-e', loading], { cwd: root, encoding: 'utf8' })),
	);
	const packed = execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: root, encoding: 'utf8' });
	const [{ size, unpackedSize }] = JSON.parse(packed) as Array<{ size: number; unpackedSize: number }>;
	const [loadMs, packedKb] = [rounded(Math.min(...loads)), rounded(size / 1000)];
	result.tables.push({
		title: 'The package',
		columns: ['loading beyond zod (ms), least of 7', 'packed (kB)', 'unpacked (kB)'],
		rows: [[loadMs, packedKb, rounded(unpackedSize / 1000)]],
	});
	result.goals.push({ what: 'Loading beyond zod in ms', value: loadMs, most: 40 });
	result.goals.push({ what: 'Packed in kB', value: packedKb, most: 100 });
	return result;
}
