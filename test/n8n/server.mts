import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command.mts';
import { installHost, type Host } from './install.mts';
import { PACKAGE_NAME } from './paths.mts';
import { assertPortFree, freePort } from './ports.mts';
import { ADDRESS, end, endAtOnce, environment, launch, waitUntilUp } from './process.mts';
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
	const env = { ...environment(host, options.userFolder, port, brokerPort), ...options.env };
	const n8n = launch(host, ['start'], env, options.log);
	const stop = () => end(n8n);
	const kill = () => endAtOnce(n8n);
	try {
		await waitUntilUp([`${url}/healthz/readiness`, `${url}/rest/settings`], n8n, signal);
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
