import { spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdir, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { endGroup, run } from './command.mts';
import { installHost, type Host } from './install.mts';
import { PACKAGE_NAME } from './paths.mts';
import { assertPortFree, freePort } from './ports.mts';
import { Rest } from './rest.mts';

/** Who owns the n8n: the account that is made at its first start and logged in at every later one. */
export interface Owner {
	email: string;
	password: string;
}

/** How an n8n starts. Exactly one of `packageTarball` and `packageDir` names the node package it loads. */
export interface StartOptions {
	packageTarball?: string;
	packageDir?: string;
	/** n8n keeps everything in here: database, key, binary data, community nodes. */
	userFolder: string;
	/** Any free port when left out. */
	port?: number;
	owner?: Owner;
	env?: NodeJS.ProcessEnv;
	/** Gets every line that n8n prints. */
	log?: (line: string) => void;
	signal?: AbortSignal;
	host?: Host;
}

/** A running n8n. */
export interface RunningN8n {
	url: string;
	pid: number;
	rest: Rest;
	owner: Owner;
	/** Resolves when n8n has ended, whoever ended it. */
	ended: Promise<void>;
	/** Ends n8n and everything it started; returns when nothing runs any more. */
	stop(): Promise<void>;
	/** Ends n8n and its task runner as a power cut does: without a chance to write anything down. */
	kill(): Promise<void>;
}

const ADDRESS = '127.0.0.1';
const READY_WITHIN_MS = 120_000;
const LOOK_EVERY_MS = 100;
const STOP_WITHIN_MS = 8000;
const TEST_OWNER: Owner = { email: 'owner@example.com', password: 'Owner-of-this-n8n-1' };

/** Starts the real n8n on loopback with the packed node in it and logs its owner in. */
export async function startN8n(options: StartOptions): Promise<RunningN8n> {
	const { owner = TEST_OWNER, signal } = options;
	const port = options.port ?? (await freePort());
	await assertPortFree(port, 'n8n', 'End that, or choose another port.');
	const brokerPort = options.env?.N8N_RUNNERS_BROKER_PORT ?? String(await freePort());
	await assertPortFree(Number(brokerPort), "n8n's task broker", 'End that, or choose another port.');
	const host = options.host ?? (await installHost({ signal }));
	await placePackage(options);

	const url = `http://${ADDRESS}:${port}`;
	const n8n = launch(
		host,
		{ ...environment(host, options.userFolder, port, brokerPort), ...options.env },
		options.log,
	);
	const stop = () => end(n8n);
	const kill = () => endAtOnce(n8n);
	try {
		await waitUntilReady(url, n8n, signal);
		const rest = new Rest(url);
		await rest.setUpOrLogIn(owner);
		return { url, pid: n8n.child.pid as number, rest, owner, ended: n8n.ended, stop, kill };
	} catch (error) {
		await stop();
		throw error;
	}
}

/** Puts the package where n8n looks for installed community packages. */
async function placePackage({ packageTarball, packageDir, userFolder, signal }: StartOptions) {
	const target = join(userFolder, '.n8n/nodes/node_modules', PACKAGE_NAME);
	await rm(target, { recursive: true, force: true });
	await mkdir(target, { recursive: true });
	if (packageTarball)
		await run('tar', ['-xzf', packageTarball, '-C', target, '--strip-components=1'], { cwd: target, signal });
	else if (packageDir) await cp(packageDir, target, { recursive: true });
	else throw new Error('startN8n needs a packageTarball or a packageDir.');
}

/** What a child gets of the own environment: no settings of another n8n, no NODE_OPTIONS, no keys. */
const PASSED_ON = /^(HOME|USER|LANG|LC_ALL|TZ|TMPDIR|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|https?_proxy)$/i;

function environment(host: Host, userFolder: string, port: number, brokerPort: string): NodeJS.ProcessEnv {
	const own = Object.entries(process.env).filter(([name]) => PASSED_ON.test(name));
	return {
		...Object.fromEntries(own),
		PATH: [dirname(host.node), process.env.PATH].join(delimiter),
		NO_PROXY: [ADDRESS, 'localhost', process.env.NO_PROXY ?? process.env.no_proxy].filter(Boolean).join(','),
		NODE_COMPILE_CACHE: host.cache,
		N8N_PORT: String(port),
		N8N_LISTEN_ADDRESS: ADDRESS,
		N8N_HOST: ADDRESS,
		N8N_PROTOCOL: 'http',
		N8N_USER_FOLDER: userFolder,
		N8N_SECURE_COOKIE: 'false',
		N8N_RUNNERS_BROKER_PORT: brokerPort,
		N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
		...Object.fromEntries(SWITCHED_OFF.map((name) => [name, 'false'])),
		N8N_DISABLED_MODULES: DISABLED_MODULES.join(','),
	};
}

/** All that would call a host outside, or stand in the way of the first look. */
const SWITCHED_OFF = [
	'N8N_DIAGNOSTICS_ENABLED',
	'N8N_VERSION_NOTIFICATIONS_ENABLED',
	'N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED',
	'N8N_DYNAMIC_BANNERS_ENABLED',
	'N8N_TEMPLATES_ENABLED',
	'N8N_PERSONALIZATION_ENABLED',
	'N8N_HIRING_BANNER_ENABLED',
	'N8N_LICENSE_AUTO_RENEW_ENABLED',
	'N8N_VERIFIED_PACKAGES_ENABLED',
];

/** Modules that nothing here uses; without them n8n starts twice as fast. */
const DISABLED_MODULES = [
	...['mcp-registry', 'mcp', 'instance-ai', 'chat-hub', 'insights', 'agents', 'agent-evals'],
	...['external-secrets', 'instance-registry', 'workflow-builder', 'quick-connect'],
];

interface Launched {
	child: ChildProcess;
	ended: Promise<void>;
	/** The last lines it printed. */
	lines: string[];
}

function launch(host: Host, env: NodeJS.ProcessEnv, log?: (line: string) => void): Launched {
	const guard = fileURLToPath(new URL('guard.mts', import.meta.url));
	// Its own group, so that all it starts can be ended with it; a pipe that closes when this process dies.
	const child = spawn(host.node, ['--import', guard, host.n8n, 'start'], {
		env,
		detached: true,
		stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
	});
	const lines: string[] = [];
	const read = (text: string) => {
		for (const line of text.split('\n').filter((part) => part.trim())) {
			log?.(line);
			lines.push(line.trim());
		}
		lines.splice(0, lines.length - 20);
	};
	child.stdout?.setEncoding('utf8').on('data', read);
	child.stderr?.setEncoding('utf8').on('data', read);
	const ended = new Promise<void>((resolve) =>
		child.on('exit', () => resolve()).on('error', () => resolve()),
	);
	return { child, ended, lines };
}

const hasEnded = ({ child }: Launched) => child.exitCode !== null || child.signalCode !== null || !child.pid;

async function waitUntilReady(url: string, n8n: Launched, signal?: AbortSignal) {
	const deadline = Date.now() + READY_WITHIN_MS;
	while (!(await isUp(`${url}/healthz/readiness`)) || !(await isUp(`${url}/rest/settings`))) {
		signal?.throwIfAborted();
		const said =
			n8n.lines.filter((line) => /error|port|cannot|failed/i.test(line)).at(-1) ?? n8n.lines.at(-1);
		if (hasEnded(n8n)) throw new Error(`n8n ended before it was ready${said ? `: ${said}` : ''}`);
		if (Date.now() > deadline)
			throw new Error(`n8n was not ready within ${READY_WITHIN_MS / 1000} s${said ? `: ${said}` : ''}`);
		await sleep(LOOK_EVERY_MS);
	}
}

const isUp = (url: string) =>
	fetch(url, { signal: AbortSignal.timeout(5000) }).then(
		(response) => response.ok,
		() => false,
	);

async function end(n8n: Launched) {
	const { child, ended } = n8n;
	if (!hasEnded(n8n)) {
		child.kill('SIGTERM');
		await Promise.race([ended, sleep(STOP_WITHIN_MS, undefined, { ref: false })]);
	}
	await endAtOnce(n8n);
}

/** Ends whatever is left of the group: n8n itself when it hangs, its task runner when n8n died. */
async function endAtOnce({ child, ended }: Launched) {
	endGroup(child.pid, 'SIGKILL');
	await ended;
	for (const stream of child.stdio) stream?.destroy();
}
