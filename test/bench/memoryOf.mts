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

/** Runs something, and tells how much larger the process was at some moment than before, in bytes. */
export async function peakGrowth<T>(work: () => Promise<T>): Promise<{ value: T; bytes: number }> {
	await bytesInUse();
	const before = resident();
	let most = before;
	const timer = setInterval(() => (most = Math.max(most, resident())), 10);
	const value = await work().finally(() => clearInterval(timer));
	return { value, bytes: most - before };
}

/** Runs something that mostly waits, and tells how much more than before was really needed most of the time, in bytes; each look takes a tenth of a second. */
export async function usualNeed<T>(
	work: () => Promise<T>,
	lookEveryMs: number,
): Promise<{ value: T; bytes: number }> {
	await bytesInUse();
	const before = live();
	const samples: number[] = [];
	const timer = setInterval(() => samples.push(live()), lookEveryMs);
	const value = await work().finally(() => clearInterval(timer));
	const usual = samples.sort((one, other) => one - other)[samples.length >> 1] ?? before;
	return { value, bytes: usual - before };
}

export const megabytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);
