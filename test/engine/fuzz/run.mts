import type { INode, INodeExecutionData, INodeParameters, INodeType } from 'n8n-workflow';

import { Flux } from '../../../nodes/Flux/Flux.node.ts';
import type { Case } from './answers.mts';
import { key, type FuzzServer, type Phase, type Reply, type Visit } from './server.mts';
import { namedJob } from './templates.mts';
import { n8nWorkflow } from '../../support/core.mts';
import { runWorkflow } from '../../support/harness.mts';
import { styles, workflowOf } from '../../support/styles.mts';

/** How long an item may take, in seconds: short, since many answers mean that the node waits. */
export const timeoutSeconds = 5;

/** A case with what the node made of it. */
export interface Outcome {
	case: Case;
	n: number;
	items: INodeExecutionData[];
	/** The bytes in n8n's storage, an entry an item. */
	bytes: Array<Buffer | undefined>;
	visits: Visit[];
	/** What went wrong outside the item, if anything. */
	trouble?: string;
}

const flux = new Flux();

/**
 * Our node with only the fields that are shown with these parameters. n8n goes through all of them for each item, and those that are
 * hidden say nothing and take most of the time.
 */
export function nodeWith(parameters: INodeParameters): INodeType {
	const { description, methods } = flux;
	const given = { parameters, typeVersion: 1 } as unknown as INode;
	const properties = description.properties.filter((property) =>
		n8nWorkflow.NodeHelpers.displayParameter(parameters, property, given, description),
	);
	return { methods, description: { ...description, properties } };
}

const parametersFor = ({ api, via, waits }: Case): INodeParameters => ({
	...(via === 'job' ? { resource: 'job', operation: 'get', jobId: namedJob(api) } : {}),
	...(styles[api].hasJobs ? { waitForCompletion: waits } : {}),
	settings: { timeout: timeoutSeconds, maxConcurrency: 100 },
});

let count = 0;

/** Whether the node has to wait long. A workflow is as slow as its slowest item, so such cases are best run together. */
export const isSlow = ({ times, reply }: Case) => times > 3 || !['whole', 'chunked'].includes(reply.way);

/** Cases that can be the items of one workflow. */
export const kindOf = (one: Case): string => [one.api, one.via, one.waits, isSlow(one)].join('/');

/** Runs cases of one kind as the items of one workflow. */
export async function runCases(
	server: FuzzServer,
	cases: Case[],
	good: Record<Phase, Reply>,
): Promise<Outcome[]> {
	const numbered = cases.map((one) => ({ one, n: ++count }));
	for (const { one, n } of numbered) server.add(n, { ...one, good });
	// The address is the item's own, so every item is an account and has a gate of its own.
	const place = { url: `={{ "${server.url}/" + $json.n }}`, key };
	const workflow = workflowOf(styles[cases[0].api], place, parametersFor(cases[0]), {}, '');
	const run = await runWorkflow({
		...workflow,
		node: nodeWith(workflow.parameters!),
		onError: 'continueRegularOutput',
		items: numbered.map(({ n }) => ({ json: { n } })),
	}).result;
	const trouble =
		run.status === 'success' ? undefined : `the workflow ended with ${run.status}: ${run.error?.stack}`;
	return await Promise.all(
		numbered.map(async ({ one, n }, index) => {
			const items = run.items.filter(
				({ pairedItem }) => (pairedItem as { item?: number } | undefined)?.item === index,
			);
			const bytes = await Promise.all(
				items.map(async (item) => (item.binary?.data === undefined ? undefined : await run.binary(item))),
			);
			return { case: one, n, items, bytes, visits: server.take(n), trouble };
		}),
	);
}
