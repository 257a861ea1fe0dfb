import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../sandbox/sandbox.mts';
import {
	API_LABELS,
	API_NAMES,
	CREDENTIAL_TYPES,
	sandboxCredentials,
	type Credentials,
} from './examples.mts';
import { packProject } from './pack.mts';
import { startN8n, type RunningN8n } from './server.mts';
import { Undo } from './undo.mts';

/** How long a test file may wait for its lab: the first one installs n8n. */
export const LAB_WITHIN_MS = 900_000;

/** A real n8n with the packed node in it, next to a sandbox of the services. */
export class Lab {
	/** Every line that n8n printed. */
	readonly log: string[] = [];
	private running?: RunningN8n;

	private constructor(
		readonly sandbox: Sandbox,
		private readonly packageTarball: string,
		/** Where n8n keeps everything. */
		readonly userFolder: string,
		private readonly undo: Undo,
	) {}

	/** Starts a lab in a folder of its own, which is gone after `close`; `env` are settings of n8n. */
	static async open(env?: NodeJS.ProcessEnv): Promise<Lab> {
		const undo = new Undo();
		try {
			const userFolder = await mkdtemp(join(tmpdir(), 'n8n-nodes-flux-'));
			undo.add(() => rm(userFolder, { recursive: true, force: true }));
			const sandbox = await startSandbox();
			undo.add(() => sandbox.close());
			const lab = new Lab(sandbox, await packProject(), userFolder, undo);
			await lab.start(env);
			return lab;
		} catch (error) {
			await undo.run();
			throw error;
		}
	}

	/** The n8n that runs now. */
	get n8n(): RunningN8n {
		if (!this.running) throw new Error('The n8n of the lab does not run.');
		return this.running;
	}

	/** Starts n8n, again in the same folder when it has run before. */
	async start(env?: NodeJS.ProcessEnv) {
		const { packageTarball, userFolder } = this;
		this.running = await startN8n({ packageTarball, userFolder, env, log: (line) => this.log.push(line) });
		this.undo.add(this.running.stop);
	}

	/** What a person enters into each credential to work on the sandbox. */
	get credentialData() {
		return sandboxCredentials(this.sandbox);
	}

	/** Saves a credential of each API for the sandbox. */
	async saveCredentials(): Promise<Required<Credentials>> {
		const saved: Credentials = {};
		for (const api of API_NAMES) {
			const [name, type] = [API_LABELS[api], CREDENTIAL_TYPES[api]];
			const id = await this.n8n.rest.saveCredential({ name, type, data: this.credentialData[api] });
			saved[api] = { id, name };
		}
		return saved as Required<Credentials>;
	}

	/** Ends all of it. */
	async close() {
		await this.undo.run();
	}
}
