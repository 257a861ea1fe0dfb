import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { endGroup } from './command.mts';
import { PACKAGE_NAME, ROOT } from './paths.mts';

/** What n8n has to be told to load a node again whose files change. */
export const DEVELOPMENT = { N8N_DEV_RELOAD: 'true' };

/** How `compileOnChange` works. */
export interface CompileOptions {
	/** The folder in which n8n keeps everything. */
	userFolder: string;
	/** Where the sources are; the repository when left out. */
	root?: string;
	/** Gets every line that the compiler prints. */
	log: (line: string) => void;
}

/** Compiles the sources into the package that n8n has loaded, again and again as they change; gives what ends it. */
export function compileOnChange({ userFolder, root = ROOT, log }: CompileOptions): () => Promise<void> {
	const outDir = join(userFolder, '.n8n/nodes/node_modules', PACKAGE_NAME, 'dist');
	const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
	const args = [tsc, '--watch', '--preserveWatchOutput', '--pretty', 'false', '--outDir', outDir];
	const child = spawn(process.execPath, args, {
		cwd: root,
		detached: true,
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const kill = () => endGroup(child.pid, 'SIGKILL');
	const ended = new Promise<void>((resolve) =>
		child.on('close', () => resolve()).on('error', () => resolve()),
	);
	process.on('exit', kill);
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		for (const line of text.split('\n').filter((part) => part.trim())) log(line.trim());
	});
	return async () => {
		process.removeListener('exit', kill);
		kill();
		await ended;
	};
}
