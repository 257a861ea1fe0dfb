import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CommandError, run } from './command.mts';
import { withLock } from './lock.mts';
import { ROOT } from './paths.mts';

const SOURCES = ['nodes', 'credentials', 'index.js', 'scripts', 'package.json', 'tsconfig.json'];
const PACKED = ['dist', 'index.js', 'package.json', 'README.md', 'LICENSE'];
const CACHE = 'node_modules/.cache/n8n-nodes-flux';

/** Builds what is not built or older than its sources, packs it as npm would publish it, and gives the tarball. */
export async function packProject(signal?: AbortSignal): Promise<string> {
	await mkdir(join(ROOT, CACHE), { recursive: true });
	return await withLock(join(ROOT, CACHE, 'pack.lock'), signal, () => buildAndPack(signal));
}

async function buildAndPack(signal?: AbortSignal) {
	const built = await newest(['dist']);
	if (!built || built < (await newest(SOURCES))) await build(signal);
	const { name, version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
	const tarball = join(CACHE, `${name}-${version}.tgz`);
	if ((await newest([tarball])) < (await newest(PACKED))) {
		// Moved into place when it is whole: an interrupted pack must not pass for the newest tarball.
		const folder = join(CACHE, 'packing');
		await mkdir(join(ROOT, folder), { recursive: true });
		await npm(['pack', '--ignore-scripts', '--pack-destination', folder], signal);
		await rename(join(ROOT, folder, basename(tarball)), join(ROOT, tarball));
	}
	return join(ROOT, tarball);
}

async function build(signal?: AbortSignal) {
	try {
		await npm(['run', 'build'], signal);
	} catch (error) {
		// The compiler writes its output in spite of errors, and the next call would take that for built.
		await rm(join(ROOT, 'dist'), { recursive: true, force: true });
		throw error;
	}
}

async function npm(args: string[], signal?: AbortSignal) {
	const logFile = join(ROOT, CACHE, `${args[0]}.log`);
	await rm(logFile, { force: true });
	try {
		await run('npm', args, { cwd: ROOT, signal, logFile });
	} catch (error) {
		if (!(error instanceof CommandError)) throw error;
		const line = error.output.split('\n').find((text) => /\berror( TS\d+)?:/i.test(text));
		const why = [error.message, line?.trim()].filter(Boolean).join(': ');
		throw new Error(`The node cannot be built and packed: ${why} (all of it is in ${logFile})`, {
			cause: error,
		});
	}
}

/** When the newest file or folder of these was changed; 0 when none is there. */
async function newest(names: string[]): Promise<number> {
	const times = await Promise.all(
		names.map(async (name) => {
			const path = join(ROOT, name);
			if (!existsSync(path)) return 0;
			const entries = await stat(path);
			if (!entries.isDirectory()) return entries.mtimeMs;
			const children = await readdir(path);
			return Math.max(entries.mtimeMs, await newest(children.map((child) => join(name, child))));
		}),
	);
	return Math.max(0, ...times);
}
