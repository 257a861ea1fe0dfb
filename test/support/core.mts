import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';

import type { S3 } from './s3.mts';

/** Where the n8n of this test file keeps its settings and stored binary data. */
export const folder = mkdtempSync(join(tmpdir(), 'flux-engine-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

Object.assign(process.env, {
	N8N_USER_FOLDER: folder,
	N8N_STORAGE_PATH: join(folder, 'storage'),
	N8N_ENCRYPTION_KEY: 'engine-tests',
	// Tests look at every line.
	N8N_LOG_LEVEL: process.env.N8N_LOG_LEVEL ?? 'debug',
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

/** n8n's ways to keep binary data: base64 in the item, files on disk, or an S3 server, which `keepInS3` sets up. */
export type BinaryMode = 'default' | 'filesystem' | 's3';

/** n8n's store of binary data. */
export const binaryStore = () => instanceOf(n8nCore.BinaryDataService);

/** Makes n8n keep binary data in this way from now on. */
export async function useBinaryMode(mode: BinaryMode): Promise<void> {
	instanceOf(n8nCore.BinaryDataConfig).mode = mode;
	await binaryStore().init();
}

interface BlobStorage {
	S3ByteStore: new (service: object) => ConstructorParameters<typeof n8nCore.BinaryDataBlobManager>[0];
}
interface ObjectStore {
	ObjectStoreService: new (logger: N8nLogger, config: object) => { init(): Promise<void> };
}

/** Gives n8n an S3 server, as its own server does at its start for those who have a licence for it. */
export async function keepInS3(server: S3): Promise<void> {
	const { S3ByteStore } = fromCore('@n8n/blob-storage') as BlobStorage;
	const { ObjectStoreService } = fromCore('@n8n/blob-storage/object-store') as ObjectStore;
	const { url, bucket: name, region, accessKeyId: accessKey, secretAccessKey: accessSecret } = server;
	const service = new ObjectStoreService(instanceOf(Logger), {
		...{ host: new URL(url).host, protocol: 'http', forcePathStyle: true },
		...{ bucket: { name, region }, credentials: { accessKey, accessSecret } },
	});
	await service.init();
	const reporter = instanceOf(n8nCore.ErrorReporter);
	binaryStore().setManager('s3', new n8nCore.BinaryDataBlobManager(new S3ByteStore(service), reporter));
}
