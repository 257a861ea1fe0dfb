import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './command.mts';
import { freePort } from './ports.mts';
import { Undo } from './undo.mts';

const READY_WITHIN_MS = 20_000;
const DEBIAN = '/usr/lib/postgresql';

/** Where programs are; Debian keeps those of PostgreSQL out of PATH. */
const folders = () => [
	...(process.env.PATH ?? '').split(delimiter),
	...(existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin')) : []),
];

/** Where a program is; undefined where it is missing. */
export const program = (name: string) =>
	folders()
		.map((folder) => join(folder, name))
		.find((file) => existsSync(file));

/** What queue mode needs and this machine lacks. */
export const missingStores = ['redis-server', 'initdb', 'postgres'].filter((name) => !program(name));

/** What n8n shares its work by in queue mode: on loopback, and gone after `stop`. */
export interface Stores {
	redisPort: number;
	postgresPort: number;
	stop(): Promise<void>;
}

/** Starts a Redis that keeps nothing on disk, and a PostgreSQL in a folder of its own. */
export async function startStores(): Promise<Stores> {
	const undo = new Undo();
	try {
		const [redisPort, postgresPort] = [await freePort(), await freePort()];
		const saving = ['--save', '', '--appendonly', 'no'];
		const redis = ['--bind', '127.0.0.1', '--port', String(redisPort), ...saving];
		undo.add(await startProgram('redis-server', redis, redisPort));

		const folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-flux-postgres-'));
		undo.add(() => rm(folder, { recursive: true, force: true }));
		const owner = await postgresUser();
		if (owner) await chown(folder, owner.uid, owner.gid);
		const data = join(folder, 'data');
		const init = ['-A', 'trust', '-U', 'n8n', '--no-sync', '-D', data];
		await run(program('initdb') as string, init, { cwd: folder, ...owner });
		const settings = ['unix_socket_directories=', 'fsync=off'].flatMap((setting) => ['-c', setting]);
		const postgres = ['-D', data, '-h', '127.0.0.1', '-p', String(postgresPort), ...settings];
		undo.add(await startProgram('postgres', postgres, postgresPort, owner));
		return { redisPort, postgresPort, stop: () => undo.run() };
	} catch (error) {
		await undo.run();
		throw error;
	}
}

/** PostgreSQL refuses to run as root. */
async function postgresUser() {
	if (process.getuid?.() !== 0) return undefined;
	const id = async (which: string) => Number(await run('id', [which, 'postgres'], { cwd: '/' }));
	return { uid: await id('-u'), gid: await id('-g') };
}

/** Starts a server and waits until it listens; gives what ends it. */
async function startProgram(name: string, args: string[], port: number, user = {}) {
	const child = spawn(program(name) ?? name, args, { stdio: 'ignore', cwd: '/', ...user });
	const ended = new Promise<void>((resolve) =>
		child.on('exit', () => resolve()).on('error', () => resolve()),
	);
	// PostgreSQL ends its own processes only when it is told to end, not when it is killed.
	const kill = () => child.kill(name === 'postgres' ? 'SIGQUIT' : 'SIGKILL');
	const stop = async () => {
		kill();
		process.removeListener('exit', kill);
		await ended;
	};
	// It ends with the test, also with one that fails.
	process.once('exit', kill);
	const deadline = Date.now() + READY_WITHIN_MS;
	while (!(await isListening(port))) {
		if (Date.now() > deadline || child.exitCode !== null) {
			await stop();
			throw new Error(`${name} did not start.`);
		}
		await sleep(20);
	}
	return stop;
}

const isListening = async (port: number) =>
	await new Promise<boolean>((resolve) => {
		const socket = connect(port, '127.0.0.1', () => resolve(true));
		socket.on('connect', () => socket.destroy()).on('error', () => resolve(false));
	});
