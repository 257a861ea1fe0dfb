import { NodeHelpers, type INodeProperties } from 'n8n-workflow';

import { Flux } from '../../nodes/Flux/Flux.node.ts';
import { fluxNode } from '../n8n/workflows.mts';

const ROUNDS = 200;

/** The entries of all collections. */
const entries = (properties: INodeProperties[]) =>
	properties
		.filter(({ type }) => type === 'collection')
		.reduce((sum, { options = [] }) => sum + options.length, 0);

/** How heavy the description is, and how long n8n takes to resolve the parameters of one item by it. */
export function description() {
	const { description: read } = new Flux();
	const node = { ...fluxNode(), id: '1' };
	const once = () =>
		NodeHelpers.getNodeParameters(read.properties, node.parameters as never, true, false, node, read);
	for (let round = 0; round < ROUNDS; round++) once();
	const started = performance.now();
	for (let round = 0; round < ROUNDS; round++) once();
	return [
		{
			'description, bytes': JSON.stringify(read).length,
			properties: read.properties.length,
			'entries in collections': entries(read.properties),
			'resolving an item, ms': Number(((performance.now() - started) / ROUNDS).toFixed(2)),
		},
	];
}

if (import.meta.url === `file://${process.argv[1]}`) console.table(description());
