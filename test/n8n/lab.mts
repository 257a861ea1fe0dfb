import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../sandbox/sandbox.mts';
import { waitForLock } from './lock.mts';
import { packProject } from './pack.mts';
import { startN8n, type RunningN8n } from './server.mts';
import { Undo } from './undo.mts';

/** How long a test file may wait for its lab: the first one installs n8n, and only one lab runs at a time. */
export const LAB_WITHIN_MS = 900_000;

/** A real n8n with the packed node in it, next to a sandbox of the service. */
export interface Lab {
	n8n: RunningN8n;
	sandbox: Sandbox;
	/** What a credential for the sandbox holds. */
	credentialData: { apiKey: string; region: string; baseUrl: string };
	/** Every line that n8n printed. */
	log: string[];
	close(): Promise<void>;
}

/** Waits until no other test file on this machine runs an n8n: two of them would slow each other down. */
export const waitForTurn = () => waitForLock(join(tmpdir(), 'n8n-nodes-flux-lab.lock'));

/** Starts a lab in a folder of its own, which is gone after `close`. */
export async function openLab(): Promise<Lab> {
	const undo = new Undo();
	const close = () => undo.run();
	try {
		undo.add(await waitForTurn());
		const userFolder = await mkdtemp(join(tmpdir(), 'n8n-nodes-flux-'));
		undo.add(() => rm(userFolder, { recursive: true, force: true }));
		const sandbox = await startSandbox();
		undo.add(() => sandbox.close());
		const log: string[] = [];
		const packageTarball = await packProject();
		const n8n = await startN8n({ packageTarball, userFolder, log: (line) => log.push(line) });
		undo.add(n8n.stop);
		const credentialData = { apiKey: sandbox.key, region: 'custom', baseUrl: sandbox.url };
		return { n8n, sandbox, credentialData, log, close };
	} catch (error) {
		await close();
		throw error;
	}
}
