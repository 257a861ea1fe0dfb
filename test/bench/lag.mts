import { apis, asynchronous } from './engine.mts';
import { lagOf, makersOf, measure } from './measure.mts';
import type { Result } from './part.mts';
import type { Provider } from './provider.mts';
import { usualSigma } from './random.mts';
import { rounded } from './table.mts';

const columns = ['API', 'client', 'p50 %', 'p95 %', 'polls an image', 'shortest step (ms)'];
const sets = [
	{ median: 1.5, count: 60, atOnce: 10, most: [10, 20] },
	{ median: 6, count: 40, atOnce: 20, most: [4, 8] },
];
const short = [{ median: 0.3, count: 3, atOnce: 3, most: [Infinity, Infinity] }];

/** How long after it is ready an image is fetched, and how many polls that took. */
export async function lag(isShort: boolean, provider: Provider): Promise<Result> {
	const result: Result = { tables: [], checks: [], goals: [] };
	for (const { median, count, atOnce, most } of isShort ? short : sets) {
		const rows = [];
		for (const api of asynchronous) {
			const polls: Record<string, number> = {};
			for (const [client, make] of makersOf(api)) {
				// The first five are for learning.
				if (client === 'this node') await measure(provider, { seconds: median }, () => make(provider, 5, 5));
				const seconds = { median, sigma: usualSigma, seed: 12 };
				const measured = await measure(provider, { seconds }, () => make(provider, count, atOnce));
				const lags = lagOf(measured);
				polls[client] = lags.polls;
				const name = `${apis[api].label}, ${median} s, ${client}`;
				result.checks.push({ what: `${name}: all images`, isRight: measured.made === count });
				rows.push([
					...[apis[api].label, client],
					...[rounded(lags.p50), rounded(lags.p95), rounded(lags.polls, 2)],
					Number.isFinite(lags.closestMs) ? lags.closestMs : '–',
				]);
				if (client !== 'this node') continue;
				const what = `${apis[api].label}, ${median} s`;
				result.goals.push(
					{ what: `${what}: lag p50 in %`, value: rounded(lags.p50), most: most[0] },
					{ what: `${what}: lag p95 in %`, value: rounded(lags.p95), most: most[1] },
				);
			}
			result.goals.push({
				what: `${apis[api].label}, ${median} s: polls an image, as by asking every 500 ms`,
				value: rounded(polls['this node'], 2),
				most: rounded(polls['every 500 ms'], 2),
			});
		}
		result.tables.push({ title: `From ready to fetched, images of ${median} s (median)`, columns, rows });
	}
	return result;
}
