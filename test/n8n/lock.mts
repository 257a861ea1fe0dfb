import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 250;
const SIGN_OF_LIFE_EVERY_MS = 1000;
const STALE_AFTER_MS = 15_000;

/** Gives something back. */
type Release = () => Promise<void>;

/** Takes a lock, a file that holds the id of the process that has it; undefined when another process has it. */
export async function takeLock(file: string): Promise<Release | undefined> {
	// A process that was killed leaves its file behind.
	if (await isStale(file)) await rm(file, { force: true });
	try {
		await writeFile(file, String(process.pid), { flag: 'wx' });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
		throw error;
	}
	const alive = setInterval(() => {
		utimes(file, new Date(), new Date()).catch(() => undefined);
	}, SIGN_OF_LIFE_EVERY_MS);
	return async () => {
		clearInterval(alive);
		await rm(file, { force: true });
	};
}

/** Waits until a lock can be taken, and takes it. */
async function waitForLock(file: string, signal?: AbortSignal): Promise<Release> {
	for (;;) {
		const release = await takeLock(file);
		if (release) return release;
		await sleep(LOOK_EVERY_MS, undefined, { signal });
	}
}

/** Runs `work` while no other process does: waits for the lock and gives it back at the end. */
export async function withLock<T>(
	file: string,
	signal: AbortSignal | undefined,
	work: () => Promise<T>,
): Promise<T> {
	const release = await waitForLock(file, signal);
	try {
		return await work();
	} finally {
		await release();
	}
}

async function isStale(file: string) {
	try {
		const owner = Number(await readFile(file, 'utf8'));
		const { mtimeMs } = await stat(file);
		return Date.now() - mtimeMs > STALE_AFTER_MS || (owner > 0 && !isAlive(owner));
	} catch {
		return false;
	}
}

function isAlive(pid: number) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
