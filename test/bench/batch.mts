import { apis, asynchronous, type ApiName } from './engine.mts';
import { byNode, idealSeconds, makersOf, measure, type Measured } from './measure.mts';
import type { Result } from './part.mts';
import type { Behaviour, Provider } from './provider.mts';
import { usualSigma } from './random.mts';
import { rounded, type Cell } from './table.mts';

const places = 24;
const columns = ['API', 'client', 'seconds', '× limit', '× ideal', 'first submit (s)', '429', 'most at once'];

/** Batches beside a provider that runs 24 jobs at once: the limit is so many rounds of the median time. */
export async function batch(isShort: boolean, provider: Provider): Promise<Result> {
	const [median, count, many] = isShort ? [0.05, 6, 26] : [1.5, 100, 60];
	const seconds = { median, sigma: usualSigma, seed: 12 };
	const result: Result = { tables: [], checks: [], goals: [] };
	const names = Object.keys(apis) as ApiName[];

	async function row(
		api: ApiName,
		client: string,
		{ images, free = places, ...behaviour }: Behaviour & { images: number; free?: number },
		make: (provider: Provider) => Promise<number>,
	): Promise<{ cells: Cell[]; measured: Measured; ratio: number }> {
		const measured = await measure(provider, behaviour, make);
		const { seconds } = behaviour;
		const limit = Math.ceil(images / free) * (typeof seconds === 'number' ? seconds : seconds.median);
		const ratio = rounded(measured.seconds / limit, 2);
		const ideal = rounded(measured.seconds / idealSeconds(measured, free), 2);
		const { refused, peak } = measured.report;
		const name = `${apis[api].label}, ${client}`;
		result.checks.push({ what: `${name}: ${images} images`, isRight: measured.made === images });
		const times = [rounded(measured.seconds, 2), ratio, ideal, rounded(measured.firstSeconds, 2)];
		const cells = [apis[api].label, client, ...times, refused, peak];
		return { cells, measured, ratio };
	}

	for (const api of names) {
		await measure(provider, { seconds: median }, () => byNode(api)(provider, 5, 5));
	}
	const below: Cell[][] = [];
	for (const api of names) {
		for (const [client, make] of makersOf(api)) {
			const behaviour = { images: count, seconds, limit: places };
			const { cells, ratio, measured } = await row(api, client, behaviour, () =>
				make(provider, count, places),
			);
			below.push(cells);
			if (client !== 'this node') continue;
			const { label } = apis[api];
			result.goals.push({ what: `${label}: ${count} items, 24 at once, × limit`, value: ratio, most: 1.05 });
			result.goals.push({ what: `${label}: refusals`, value: measured.report.refused, most: 0 });
		}
	}
	result.tables.push({ title: `${count} images, 24 at once`, columns, rows: below });

	const above: Cell[][] = [];
	for (const api of names) {
		const make = byNode(api);
		const { cells, ratio } = await row(api, `${many} at once`, { images: many, seconds, limit: places }, () =>
			make(provider, many, many),
		);
		above.push(cells);
		result.goals.push({ what: `${apis[api].label}: ${many} at once, × limit`, value: ratio, most: 1.25 });
		const two = async () =>
			(await Promise.all([make(provider, many / 2, many / 2), make(provider, many / 2, many / 2)])).reduce(
				(sum, one) => sum + one,
			);
		above.push((await row(api, 'two executions', { images: many, seconds, limit: places }, two)).cells);
		const half = { images: many, seconds, limit: places, others: places / 2, free: places / 2 };
		const shared = await row(api, 'beside another client with half of the places', half, () =>
			make(provider, many, many),
		);
		above.push(shared.cells);
		result.goals.push({
			what: `${apis[api].label}: half of the places taken, × limit of the other half`,
			...{ value: shared.ratio, most: 1.25 },
		});
	}
	result.tables.push({
		title: `${many} images by this node, more at once than the provider runs`,
		columns,
		rows: above,
	});

	// Last, because the node then expects such times. At most five polls a second leave a tenth of a second on average, which is little only where images take longer.
	const slow = { ...seconds, median: 4 * median };
	const slower: Cell[][] = [];
	for (const api of asynchronous) {
		const make = byNode(api);
		await measure(provider, { seconds: slow.median }, () => make(provider, 5, 5));
		const behaviour = { images: count, seconds: slow, limit: places };
		const { cells, ratio } = await row(api, 'this node', behaviour, () => make(provider, count, places));
		slower.push(cells);
		const what = `${apis[api].label}: ${count} items of ${slow.median} s, 24 at once, × limit`;
		result.goals.push({ what, value: ratio, most: 1.05 });
	}
	result.tables.push({ title: `${count} images of ${slow.median} s`, columns, rows: slower });
	return result;
}
