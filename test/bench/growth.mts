import { accountCount } from '../../nodes/Flux/limits/accountLimits.ts';
import { fluxWorkflow, items, runWorkflow } from './engine.mts';
import { bytesInUse } from './memoryOf.mts';
import type { Result } from './part.mts';
import type { Provider } from './provider.mts';
import { rounded } from './table.mts';

const name = 'openAiCompatible';

/** Whether many items cost no more each than few, and whether finished executions leave something behind. */
export async function growth(isShort: boolean, provider: Provider): Promise<Result> {
	const counts = isShort ? [5, 20] : [10, 100, 1_000, 5_000];
	const executions = isShort ? 3 : 200;
	const result: Result = { tables: [], checks: [], goals: [] };

	const execute = async (count: number) =>
		await runWorkflow(
			fluxWorkflow(name, provider, { settings: { maxConcurrency: 24 } }, { items: items(count) }),
		).result;

	async function run(count: number) {
		const before = await bytesInUse();
		const [cpu, startedAt] = [process.cpuUsage(), performance.now()];
		const finished = await execute(count);
		const seconds = (performance.now() - startedAt) / 1000;
		const { user, system } = process.cpuUsage(cpu);
		const held = (await bytesInUse()) - before;
		const made = finished.items.filter(({ binary }) => binary?.data !== undefined).length;
		return { made, seconds, cpuMs: (user + system) / 1000, held };
	}

	await provider.begin({ seconds: 0 });
	await run(100);
	const rows = [];
	const eachMs: number[] = [];
	for (const count of counts) {
		await provider.begin({ seconds: 0 });
		const { made, seconds, cpuMs, held } = await run(count);
		eachMs.push(cpuMs / count);
		result.checks.push({ what: `${count} items`, isRight: made === count });
		rows.push([count, rounded(seconds), rounded(cpuMs / count), rounded(held / count / 1024)]);
	}
	const columns = ['items', 'seconds', 'CPU an item (ms)', 'kept an item with its output (kB)'];
	result.tables.push({ title: 'Many items in one execution, an instant provider', columns, rows });
	result.goals.push({
		what: 'CPU an item of the largest execution, against that of the second one',
		...{ value: rounded(eachMs.at(-1)! / eachMs[1], 2), most: 1.25 },
	});

	await provider.begin({ seconds: 0 });
	const before = await bytesInUse();
	for (let count = 0; count < executions; count++) await execute(1);
	const each = ((await bytesInUse()) - before) / executions;
	result.tables.push({
		title: 'What finished executions leave behind',
		columns: ['executions', 'kept of each (kB)', 'accounts known'],
		rows: [[executions, rounded(each / 1024), accountCount()]],
	});
	result.goals.push({ what: 'Kept of each finished execution in kB', value: rounded(each / 1024), most: 2 });
	result.checks.push({ what: 'one account is known', isRight: accountCount() <= 1 });
	return result;
}
