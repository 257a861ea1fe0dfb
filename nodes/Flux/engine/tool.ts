import type { IExecuteSingleFunctions, INodeExecutionData } from 'n8n-workflow';

/** What workflows count with and a model has no use for. */
const leftOut = ['imageIndex', 'imageCount', 'fileSize', 'durationMs', 'revisedPrompt'];

/** Whether the node runs as an agent's tool: n8n names that node type so. */
export const isTool = (context: IExecuteSingleFunctions): boolean => context.getNode().type.endsWith('Tool');

const briefly = (json: object): INodeExecutionData['json'] =>
	Object.fromEntries(
		Object.entries(json)
			.filter(([key, value]) => value !== null && !leftOut.includes(key))
			.map(([key, value]) => [key, key === 'error' ? briefly(value as object) : value]),
	);

/** An item as an agent's model reads it: short, and without what is unknown. */
export const forModel = ({ json, ...item }: INodeExecutionData): INodeExecutionData => ({
	...item,
	json: briefly(json),
});

/** How often n8n tries the node: between 2 and 5 times with *Retry On Fail*. */
function triesOf(context: IExecuteSingleFunctions): number {
	const { retryOnFail, maxTries = 3 } = context.getNode();
	return retryOnFail === true ? Math.min(5, Math.max(2, maxTries)) : 1;
}

/** How often in a row each call of a node has failed. */
const failures = new WeakMap<object, Map<string, number>>();

/**
 * Counts the failures of an agent's call: each try of n8n is a run of its own there, so nothing else tells which the last one is.
 *
 * @returns whether n8n tries the call again
 */
export function isTriedAgain(context: IExecuteSingleFunctions): boolean {
	const node = context.getContext('node');
	const counts = failures.get(node) ?? new Map<string, number>();
	failures.set(node, counts);
	const call = JSON.stringify(context.getInputData().json);
	const count = (counts.get(call) ?? 0) + 1;
	if (count < triesOf(context)) counts.set(call, count);
	else counts.delete(call);
	return counts.has(call);
}

/** The call is over: the next one counts from the start. */
export function endCall(context: IExecuteSingleFunctions): void {
	failures.get(context.getContext('node'))?.delete(JSON.stringify(context.getInputData().json));
}
