import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { Job } from '../sandbox/sandbox.mts';

/** How the provider behaves in a measurement. */
export interface Behaviour {
	/** How long an image takes: always the same, or drawn from a log-normal distribution. */
	seconds: number | { median: number; sigma: number; seed: number };
	/** Jobs at once; more are refused with 429. Black Forest Labs refuses more than 24 by itself. */
	limit?: number;
	/** Jobs that another client of the account has running. */
	others?: number;
	/** Bytes of each image; small ones unless set. */
	imageBytes?: number;
	/** How late each submit is answered. */
	submitSeconds?: number;
}

/** What the provider saw of a job. Times in milliseconds since the epoch. */
export type Seen = Pick<Job, 'id' | 'polls' | 'submittedAt' | 'dueAt'> & {
	prompt: string;
	/** When its image was first asked for. */
	fetchedAt: number | undefined;
	/** The shortest time between two polls. */
	closestPollMs: number;
};

export interface Report {
	jobs: Seen[];
	/** The submits that were answered with 429. */
	refused: number;
	requests: number;
	peak: number;
}

/** What the child is asked; its answer has the same number. */
export type Question = { number: number } & ({ ask: 'begin'; behaviour: Behaviour } | { ask: 'report' });
export type Answer = { number: number; url: string; key: string; report?: Report };

/** A sandbox in a process of its own. */
export interface Provider {
	readonly url: string;
	readonly key: string;
	/** Forgets what was, and behaves so from now on. */
	begin(behaviour: Behaviour): Promise<void>;
	report(): Promise<Report>;
	close(): void;
}

export async function startProvider(): Promise<Provider> {
	const child = fork(fileURLToPath(new URL('./providerProcess.mts', import.meta.url)), {
		execArgv: ['--import', 'tsx'],
		stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
	});
	let count = 0;
	const ask = async (question: { ask: 'begin'; behaviour: Behaviour } | { ask: 'report' }): Promise<Answer> =>
		await new Promise((resolve, reject) => {
			const number = ++count;
			const stop = () => {
				child.off('message', listen);
				child.off('exit', fail);
			};
			const listen = (answer: Answer) => {
				if (answer.number !== number) return;
				stop();
				resolve(answer);
			};
			const fail = () => {
				stop();
				reject(new Error('The provider has ended'));
			};
			child.on('message', listen).on('exit', fail);
			child.send({ number, ...question } satisfies Question);
		});
	const { url, key } = await ask({ ask: 'begin', behaviour: { seconds: 0 } });
	return {
		url,
		key,
		begin: async (behaviour) => void (await ask({ ask: 'begin', behaviour })),
		report: async () => (await ask({ ask: 'report' })).report!,
		close: () => void child.kill(),
	};
}
