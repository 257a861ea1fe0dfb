import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';

/** Where the n8n of this test file keeps its settings and stored binary data. */
export const folder = mkdtempSync(join(tmpdir(), 'flux-engine-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

Object.assign(process.env, {
	N8N_USER_FOLDER: folder,
	N8N_STORAGE_PATH: join(folder, 'storage'),
	N8N_ENCRYPTION_KEY: 'engine-tests',
	N8N_LOG_LEVEL: 'debug',
	N8N_LOG_OUTPUT: '',
});

// Required, not imported: n8n-core takes the CommonJS n8n-workflow, and `instanceof` needs the same one everywhere.
const require = createRequire(import.meta.url);
const fromCore = createRequire(require.resolve('n8n-core'));
const fromBackend = createRequire(fromCore.resolve('@n8n/backend-common'));

/** The n8n-workflow that n8n-core and, under jest, the node's sources use. */
export const n8nWorkflow = require('n8n-workflow') as typeof import('n8n-workflow');

/** The real n8n-core. */
export const n8nCore = require('n8n-core') as typeof import('n8n-core');

/** Whether it is of the oldest n8n that the node works in: the jest project `old`. */
export const isOldN8n = n8nCore.WorkflowExecute.prototype.run.length > 1;

const { Container } = fromCore('@n8n/di') as {
	Container: { get<T>(type: new (...args: never[]) => T): T };
};

/** The one instance of a service of n8n's. */
export const instanceOf = <T,>(type: new (...args: never[]) => T): T => Container.get(type);

interface SsrfProtection {
	enabled: boolean;
	/** In CIDR notation. */
	allowedIpRanges: string[];
}
const { SsrfProtectionConfig } = fromCore('@n8n/config') as {
	SsrfProtectionConfig?: new () => SsrfProtection;
};

/** The settings of n8n's guard against requests into its own network, which is off unless a test turns it on; an old n8n has none. */
export const ssrfProtection = (SsrfProtectionConfig && instanceOf(SsrfProtectionConfig)) as SsrfProtection;

interface N8nLogger {
	getInternalLogger(): { add(transport: object): void };
}
const { Logger } = fromCore('@n8n/backend-common') as { Logger: new () => N8nLogger };

const winston = fromBackend('winston') as {
	transports: { Stream: new (options: object) => object };
	format: { json(): object };
};

const lines: string[] = [];

const sink = new Writable({
	decodeStrings: false,
	write(line: string, _encoding, done) {
		lines.push(line.trimEnd());
		done();
	},
});

// n8n's own logger, with one more place to write to.
instanceOf(Logger)
	.getInternalLogger()
	.add(new winston.transports.Stream({ stream: sink, format: winston.format.json() }));

/** Everything that n8n and its nodes have logged in this test file, one JSON text a line. */
export const logLines = (): readonly string[] => lines;

/** n8n's two ways to keep binary data that need no server: base64 in the item, or files on disk. */
export type BinaryMode = 'default' | 'filesystem';

/** n8n's store of binary data. */
export const binaryStore = () => instanceOf(n8nCore.BinaryDataService);

/** Makes n8n keep binary data in this way from now on. */
export async function useBinaryMode(mode: BinaryMode): Promise<void> {
	instanceOf(n8nCore.BinaryDataConfig).mode = mode;
	await binaryStore().init();
}
