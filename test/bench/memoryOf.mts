import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { logLines } from '../support/core.mts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** The bytes that are still in use once everything else is collected. The log that the harness keeps is thrown away. */
export async function bytesInUse(): Promise<number> {
	(logLines() as string[]).length = 0;
	// What ends late, such as a socket, is let go of in between.
	for (let round = 0; round < 3; round++) {
		collect();
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
}

const resident = () => process.memoryUsage.rss();

/** What is really needed at a moment. */
function live(): number {
	collect();
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
}

/** Runs something, and tells how much more memory there was at some moment than before, in bytes: in the process, or only what was needed. */
export async function peakGrowth<T>(
	work: () => Promise<T>,
	of: 'process' | 'needed' = 'process',
): Promise<{ value: T; bytes: number }> {
	const measure = of === 'process' ? resident : live;
	await bytesInUse();
	const before = measure();
	let most = before;
	const timer = setInterval(() => (most = Math.max(most, measure())), of === 'process' ? 10 : 200);
	const value = await work().finally(() => clearInterval(timer));
	return { value, bytes: most - before };
}

export const megabytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);
