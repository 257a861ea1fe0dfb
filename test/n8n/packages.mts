import { existsSync } from 'node:fs';
import { appendFile, cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError, run } from './command.mts';
import type { Report } from './progress.mts';

/** How packages are installed. */
export interface PackagesOptions {
	/** A file to which all that npm and bun print is added. */
	logFile: string;
	signal?: AbortSignal;
	/** Where the Node is that npm runs in; the one that runs this when left out. */
	nodeFolder?: string;
}

const BUN = new URL('bun/', import.meta.url);

/** Installs by bun, in a tenth of npm's time, exactly what a lockfile of npm names; by npm where bun does not work. */
export async function installPackages(
	manifest: URL,
	folder: string,
	options: PackagesOptions,
	report?: Report,
) {
	await place(manifest, folder);
	// Next to the packages, which are hard links into bun's cache: so they take no room of their own, and stay when it goes.
	const bun = `${folder}.bun`;
	const timer = report && setInterval(() => void countPackages(folder, cacheOf(bun)).then(report), 1000);
	try {
		await byBun(folder, bun, options);
	} catch (error) {
		options.signal?.throwIfAborted();
		await rm(bun, { recursive: true, force: true });
		await appendFile(options.logFile, `${(error as Error).message}\nnpm installs in place of bun.\n`);
		await npmCi(folder, options);
	} finally {
		clearInterval(timer);
		await rm(bun, { recursive: true, force: true });
	}
}

/** Installs by npm what a lockfile of its names. */
export async function installByNpm(
	manifest: URL,
	folder: string,
	options: PackagesOptions,
	more: string[] = [],
) {
	await place(manifest, folder);
	await npmCi(folder, options, more);
}

async function place(manifest: URL, folder: string) {
	await mkdir(folder, { recursive: true });
	await cp(fileURLToPath(manifest), folder, { recursive: true });
}

async function npmCi(folder: string, options: PackagesOptions, more: string[] = []) {
	const args = ['ci', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund', ...more];
	await npm(args, folder, options);
}

const cacheOf = (bun: string) => join(bun, 'cache');

async function byBun(folder: string, bun: string, options: PackagesOptions) {
	await rm(bun, { recursive: true, force: true });
	// npm will try oftener by itself.
	await installByNpm(BUN, bun, options, ['--fetch-retries=1']);
	// npm has chosen the one of this platform.
	const platforms = join(bun, 'node_modules/@oven');
	const [platform] = await readdir(platforms);
	const settings = await npmSettings(folder, options);
	// What an interrupted install has left would be taken for whole.
	await rm(join(folder, 'node_modules'), { recursive: true, force: true });
	await run(
		join(platforms, platform, 'bin/bun'),
		['install', '--frozen-lockfile', '--ignore-scripts', '--no-progress', '--linker=hoisted'],
		{
			...options,
			cwd: folder,
			env: {
				...environment(),
				...settings,
				BUN_INSTALL_CACHE_DIR: cacheOf(bun),
				// With its five tries it would take three minutes to tell that a host cannot be found.
				BUN_CONFIG_HTTP_RETRY_COUNT: '2',
			},
		},
	);
}

/** npm's settings under the names by which bun takes them; the rest it reads from the same files as npm. */
const NAMES: Record<string, string> = {
	registry: 'npm_config_registry',
	'https-proxy': 'HTTPS_PROXY',
	proxy: 'HTTP_PROXY',
	noproxy: 'NO_PROXY',
	cafile: 'NODE_EXTRA_CA_CERTS',
};

async function npmSettings(folder: string, options: PackagesOptions) {
	const text = await npm(['config', 'get', ...Object.keys(NAMES)], folder, options);
	const settings = text.split('\n').map((line) => /^([^=]+)=(.+)$/.exec(line) ?? []);
	const known = settings.filter(([, name, value]) => name in NAMES && value !== 'null');
	return Object.fromEntries(known.map(([, name, value]) => [NAMES[name], value]));
}

async function countPackages(folder: string, cache: string) {
	const lock = await readFile(join(folder, 'package-lock.json'), 'utf8');
	const { packages } = JSON.parse(lock) as { packages: Record<string, LockedPackage> };
	// Optional ones are those of other platforms, most of them.
	const all = Object.entries(packages).filter(([path, { optional }]) => path && !optional);
	const isThere = ([path, { name = path.split('node_modules/').at(-1), version }]: [string, LockedPackage]) =>
		existsSync(join(folder, path, 'package.json')) || existsSync(join(cache, `${name}@${version}@@@1`));
	return `${all.filter(isThere).length} of ${all.length} packages`;
}

interface LockedPackage {
	/** The name of a package that another one stands in for. */
	name?: string;
	version: string;
	optional?: true;
}

/** Runs npm and gives what it printed; an error says why in a line. */
export async function npm(
	args: string[],
	cwd: string,
	{ nodeFolder, ...options }: PackagesOptions,
	env: NodeJS.ProcessEnv = {},
): Promise<string> {
	const PATH = [nodeFolder, process.env.PATH].filter(Boolean).join(delimiter);
	try {
		return await run('npm', args, { ...options, cwd, env: { ...environment(), ...env, PATH } });
	} catch (error) {
		if (!(error instanceof CommandError)) throw error;
		throw new Error(`${reason(error)} (all of it is in ${options.logFile})`, { cause: error });
	}
}

function reason({ message, output }: CommandError) {
	if (/ENOSPC/.test(output)) return 'No space is left on the disk for n8n';
	if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH/.test(output))
		return 'The npm registry cannot be reached';
	const line = output.match(/^npm (?:error|ERR!) (?!code|errno|syscall|A complete log)(.+)$/m)?.[1];
	return [message, line].filter(Boolean).join(': ');
}

const PASSED_ON =
	/^npm_config_(registry|cache|cafile|ca|strict_ssl|proxy|https_proxy|noproxy|userconfig|globalconfig)$/i;

/** What `npm start` tells its script about this repository must not reach an npm that works in another folder. */
function environment() {
	const entries = Object.entries(process.env).filter(
		([name]) => name !== 'NODE_OPTIONS' && (PASSED_ON.test(name) || !/^npm_/i.test(name)),
	);
	return Object.fromEntries(entries);
}
