import { FLUX } from './examples.mts';
import type { Workflow, WorkflowNode } from './rest.mts';

/** A node of a workflow. */
export function node(
	name: string,
	type: string,
	typeVersion: number,
	parameters: Record<string, unknown>,
): WorkflowNode {
	return { id: name, name, type, typeVersion, position: [0, 0], parameters };
}

/** Our node, which makes a small image unless it is told something else. */
export const fluxNode = (parameters: Record<string, unknown> = {}, more: Partial<WorkflowNode> = {}) => ({
	...node('Flux', FLUX, 1, {
		...{ authentication: 'blackForestLabs', resource: 'image', operation: 'generate' },
		model: { __rl: true, mode: 'list', value: 'flux-2-pro', cachedResultName: 'FLUX.2 [pro]' },
		...{ prompt: 'An image', width: 512, height: 512, options: { outputFormat: 'png' }, settings: {} },
		...parameters,
	}),
	...more,
});

/** The start of a workflow that a person runs. */
export const start = node('Start', 'n8n-nodes-base.manualTrigger', 1, {});

/** A workflow of nodes that each hand on to the next. */
export function chain(name: string, nodes: WorkflowNode[]): Workflow {
	const links = nodes
		.slice(1)
		.map((next, index) => [nodes[index].name, { main: [[{ node: next.name, type: 'main', index: 0 }]] }]);
	return { name, nodes, connections: Object.fromEntries(links) };
}

/** Nodes that make an item of each value, as `field`. */
export const values = (field: string, all: unknown[]): WorkflowNode[] => [
	node('Values', 'n8n-nodes-base.set', 3.4, { mode: 'raw', jsonOutput: JSON.stringify({ [field]: all }) }),
	node('Split', 'n8n-nodes-base.splitOut', 1, { fieldToSplitOut: field }),
];

/** A workflow that makes an item of each value, as `field`, and hands them to Flux. */
export const over = (field: string, all: unknown[], flux: WorkflowNode): Workflow =>
	chain('Over values', [start, ...values(field, all), flux]);
