import { spawn, type ChildProcess } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { endGroup } from './command.mts';
import type { Host } from './install.mts';

/** Where all of it listens. */
export const ADDRESS = '127.0.0.1';

const READY_WITHIN_MS = 120_000;
const LOOK_EVERY_MS = 100;
const STOP_WITHIN_MS = 8000;

/** What a child gets of the own environment: no settings of another n8n, no NODE_OPTIONS, no keys. */
const PASSED_ON = /^(HOME|USER|LANG|LC_ALL|TZ|TMPDIR|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|https?_proxy)$/i;

/** The environment of an n8n that is on loopback and calls nobody. */
export function environment(
	host: Host,
	userFolder: string,
	port: number,
	brokerPort: string,
): NodeJS.ProcessEnv {
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

/** A process of n8n: its server or one of its workers. */
export interface Launched {
	child: ChildProcess;
	ended: Promise<void>;
	/** The last lines it printed. */
	lines: string[];
}

/** Starts a command of n8n. */
export function launch(
	host: Host,
	command: string[],
	env: NodeJS.ProcessEnv,
	log?: (line: string) => void,
): Launched {
	const guard = fileURLToPath(new URL('guard.mts', import.meta.url));
	// Its own group, so that all it starts can be ended with it; a pipe that closes when this process dies.
	const child = spawn(host.node, ['--import', guard, host.n8n, ...command], {
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

/** Waits until all of these pages answer; throws what n8n printed last when it ends before. */
export async function waitUntilUp(urls: string[], n8n: Launched, signal?: AbortSignal) {
	const deadline = Date.now() + READY_WITHIN_MS;
	while ((await Promise.all(urls.map(isUp))).includes(false)) {
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

/** Ends a process and everything it started. */
export async function end(n8n: Launched) {
	const { child, ended } = n8n;
	if (!hasEnded(n8n)) {
		child.kill('SIGTERM');
		await Promise.race([ended, sleep(STOP_WITHIN_MS, undefined, { ref: false })]);
	}
	await endAtOnce(n8n);
}

/** Ends whatever is left of the group: n8n itself when it hangs, its task runner when n8n died. */
export async function endAtOnce({ child, ended }: Launched) {
	endGroup(child.pid, 'SIGKILL');
	await ended;
	for (const stream of child.stdio) stream?.destroy();
}
