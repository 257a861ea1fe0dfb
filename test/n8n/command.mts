import { spawn } from 'node:child_process';
import { createWriteStream, writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { finished } from 'node:stream/promises';

/** How `run` starts a command. */
export interface RunOptions {
	cwd: string;
	/** The whole environment of the command; the own one when left out. */
	env?: NodeJS.ProcessEnv;
	/** Ends the command and everything it started. */
	signal?: AbortSignal;
	/** Who runs the command. */
	uid?: number;
	gid?: number;
	/** A file to which all that the command prints is added. */
	logFile?: string;
}

/** A command that ended with something else than 0; `output` is what it printed last. */
export class CommandError extends Error {
	constructor(
		command: string,
		readonly code: number | null,
		readonly output: string,
	) {
		super(`"${command}" ended with ${code === null ? 'a signal' : `code ${code}`}`);
	}
}

const KEPT_CHARACTERS = 20_000;
const PATIENCE_MS = 2000;

/** Runs a command to its end, without a shell, and gives what it printed on stdout. */
export async function run(command: string, args: string[], options: RunOptions): Promise<string> {
	options.signal?.throwIfAborted();
	const log = options.logFile ? createWriteStream(options.logFile, { flags: 'a' }) : undefined;
	// A full disk ends the command itself, which says so.
	log?.on('error', () => undefined);
	// Its own process group: npm starts children of its own, and they have to end with it.
	const child = spawn(command, args, {
		cwd: options.cwd,
		env: options.env,
		uid: options.uid,
		gid: options.gid,
		detached: true,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	passOnPriority(child.pid);
	let stdout = '';
	let tail = '';
	const keep = (text: string) => {
		tail = (tail + text).slice(-KEPT_CHARACTERS);
		log?.write(text);
	};
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		stdout += text;
		keep(text);
	});
	child.stderr.setEncoding('utf8').on('data', keep);
	const kill = () => endGroup(child.pid, 'SIGKILL');
	let killer: NodeJS.Timeout | undefined;
	const end = () => {
		endGroup(child.pid, 'SIGTERM');
		// In the middle of an install npm takes no notice of a polite signal.
		killer = setTimeout(kill, PATIENCE_MS);
	};
	options.signal?.addEventListener('abort', end);
	process.on('exit', kill);
	try {
		const code = await new Promise<number | null>((resolve, reject) => {
			child.on('error', reject).on('close', resolve);
		});
		options.signal?.throwIfAborted();
		if (code !== 0) throw new CommandError([command, ...args].join(' '), code, tail);
		return stdout;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
		throw new Error(`The command "${command}" is missing: install it and put it in PATH.`, { cause: error });
	} finally {
		options.signal?.removeEventListener('abort', end);
		process.removeListener('exit', kill);
		clearTimeout(killer);
		if (log) await finished(log.end()).catch(() => undefined);
	}
}

/** On Linux a process group of its own forgets the priority of who started it. */
function passOnPriority(pid: number | undefined) {
	if (getPriority() === 0 || process.platform !== 'linux') return;
	try {
		writeFileSync(`/proc/${pid}/autogroup`, String(getPriority()));
	} catch {
		// Not every Linux has such groups.
	}
}

/** Sends a signal to a process group; one that has ended already is fine. */
export function endGroup(pid: number | undefined, signal: NodeJS.Signals) {
	if (!pid) return;
	try {
		process.kill(-pid, signal);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
	}
}
