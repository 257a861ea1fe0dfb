import { NodeHelpers, type INodeProperties } from 'n8n-workflow';

import { Flux } from '../../nodes/Flux/Flux.node.ts';
import { fluxNode } from '../n8n/workflows.mts';
import type { Result } from './part.mts';
import { rounded } from './table.mts';

const rounds = 200;

/** The entries of all collections. */
const entries = (properties: INodeProperties[]) =>
	properties
		.filter(({ type }) => type === 'collection')
		.reduce((sum, { options = [] }) => sum + options.length, 0);

/** How heavy the description is, and how long n8n takes to resolve the parameters of one item by it. */
export function description(): Pick<Result, 'tables' | 'goals'> {
	const { description: read } = new Flux();
	const node = { ...fluxNode(), id: '1' };
	const once = () =>
		NodeHelpers.getNodeParameters(read.properties, node.parameters as never, true, false, node, read);
	for (let round = 0; round < rounds; round++) once();
	const startedAt = performance.now();
	for (let round = 0; round < rounds; round++) once();
	const goals = [
		{ what: 'Description in kB', value: rounded(JSON.stringify(read).length / 1000), most: 175 },
		{ what: 'Properties', value: read.properties.length, most: 160 },
		{ what: 'Entries in collections', value: entries(read.properties), most: 220 },
		{
			what: 'Resolving the parameters of an item in ms',
			value: rounded((performance.now() - startedAt) / rounds, 2),
			most: 1,
		},
	];
	return { tables: [], goals };
}
