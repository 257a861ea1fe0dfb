import { installHost } from './install.mts';
import type { Lab } from './lab.mts';
import { freePort } from './ports.mts';
import { ADDRESS, end, endAtOnce, environment, launch, waitUntilUp } from './process.mts';
import type { Stores } from './stores.mts';

/** A process of n8n that takes executions from the queue. */
export interface Worker {
	/** Every line that it printed. */
	log: string[];
	stop(): Promise<void>;
	/** Ends it as a power cut does. */
	kill(): Promise<void>;
}

/** What makes an n8n put its executions into a queue; a worker that is gone is noticed within seconds. */
export const queueMode = ({ redisPort, postgresPort }: Stores): NodeJS.ProcessEnv => ({
	EXECUTIONS_MODE: 'queue',
	QUEUE_BULL_REDIS_HOST: ADDRESS,
	QUEUE_BULL_REDIS_PORT: String(redisPort),
	DB_TYPE: 'postgresdb',
	DB_POSTGRESDB_HOST: ADDRESS,
	DB_POSTGRESDB_PORT: String(postgresPort),
	DB_POSTGRESDB_DATABASE: 'postgres',
	DB_POSTGRESDB_USER: 'n8n',
	OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
	QUEUE_WORKER_LOCK_DURATION: '3000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '1000',
	QUEUE_WORKER_STALLED_INTERVAL: '1000',
});

/** Starts a worker for the n8n of a lab, which shares its database and its encryption key. */
export async function startWorker(
	lab: Lab,
	stores: Stores,
	options: { concurrency: number; env?: NodeJS.ProcessEnv },
): Promise<Worker> {
	const host = await installHost();
	const port = await freePort();
	const brokerPort = await freePort();
	const env = {
		...environment(host, lab.userFolder, port, String(brokerPort)),
		...queueMode(stores),
		QUEUE_HEALTH_CHECK_ACTIVE: 'true',
		QUEUE_HEALTH_CHECK_PORT: String(port),
		N8N_WORKER_SERVER_ADDRESS: ADDRESS,
		...options.env,
	};
	const log: string[] = [];
	const worker = launch(host, ['worker', `--concurrency=${options.concurrency}`], env, (line) =>
		log.push(line),
	);
	const stop = () => end(worker);
	try {
		await waitUntilUp([`http://${ADDRESS}:${port}/healthz/readiness`], worker);
	} catch (error) {
		await stop();
		throw error;
	}
	return { log, stop, kill: () => endAtOnce(worker) };
}
