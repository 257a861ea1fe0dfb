import type { INodeExecutionData } from 'n8n-workflow';

import { asynchronous, fluxWorkflow, items, runWorkflow, type ApiName } from './engine.mts';
import { handBuilt } from './handBuilt.mts';
import { clients, makeAll, type Asynchronous } from './peers.mts';
import type { Behaviour, Provider, Report } from './provider.mts';
import { mean, quantile } from './table.mts';

/** Makes so many images, at most so many at once; gives how many were made. */
export type Maker = (provider: Provider, count: number, atOnce: number) => Promise<number>;

const made = (all: INodeExecutionData[]) => all.filter(({ binary }) => binary?.data !== undefined).length;

export const byNode =
	(name: ApiName): Maker =>
	async (provider, count, atOnce) => {
		const parameters = { settings: { maxConcurrency: atOnce } };
		const workflow = fluxWorkflow(name, provider, parameters, { items: items(count) });
		return made((await runWorkflow(workflow).result).items);
	};

const byHand =
	(name: Asynchronous): Maker =>
	async (provider, count, atOnce) => {
		const run = await runWorkflow(handBuilt(name, provider, count, atOnce)).result;
		return made(run.output('Download'));
	};

/** All ways to make images at an API; the node comes first. */
export const makersOf = (name: ApiName): Array<[string, Maker]> => [
	['this node', byNode(name)],
	...Object.entries(clients[name]).map(([client, make]): [string, Maker] => [
		client,
		async (provider, count, atOnce) => await makeAll(make, provider, count, atOnce),
	]),
	...(asynchronous.includes(name)
		? [['HTTP Request, Wait 1 s, IF', byHand(name as Asynchronous)] satisfies [string, Maker]]
		: []),
];

export interface Measured {
	made: number;
	seconds: number;
	/** Until the first submit was accepted. */
	firstSeconds: number;
	report: Report;
}

/** Lets a maker make images, and asks the provider what it saw. */
export async function measure(
	provider: Provider,
	behaviour: Behaviour,
	make: (provider: Provider) => Promise<number>,
): Promise<Measured> {
	await provider.begin(behaviour);
	const startedAt = Date.now();
	const count = await make(provider);
	const seconds = (Date.now() - startedAt) / 1000;
	const report = await provider.report();
	const first = Math.min(...report.jobs.map(({ submittedAt }) => submittedAt));
	return { made: count, seconds, firstSeconds: (first - startedAt) / 1000, report };
}

/** From readiness until the image is asked for, in percent of the generation time. */
export function lagOf({ report }: Measured) {
	const lags = report.jobs
		.filter(({ fetchedAt }) => fetchedAt !== undefined)
		.map(({ fetchedAt, dueAt, submittedAt }) => (100 * (fetchedAt! - dueAt)) / (dueAt - submittedAt));
	return {
		p50: quantile(lags, 0.5),
		p95: quantile(lags, 0.95),
		polls: mean(report.jobs.map(({ polls }) => polls)),
		closestMs: Math.min(...report.jobs.map(({ closestPollMs }) => closestPollMs ?? Infinity)),
	};
}

/** The seconds that a provider with so many places needs for these jobs, if each place is taken as soon as it is free. */
export function idealSeconds({ report }: Measured, places: number): number {
	const freeAt = Array.from({ length: places }, () => 0);
	for (const { dueAt, submittedAt } of report.jobs) {
		freeAt.sort((one, other) => one - other);
		freeAt[0] += (dueAt - submittedAt) / 1000;
	}
	return Math.max(...freeAt);
}
