import type { INodeParameters } from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';

import { Flux } from '../../nodes/Flux/Flux.node.ts';

const node = new Flux();

it.each<[INodeParameters, string]>([
	[{ resource: 'image', operation: 'generate', model: 'flux-2-pro' }, 'generate: flux-2-pro'],
	[
		{
			resource: 'image',
			operation: 'remix',
			model: { __rl: true, mode: 'list', value: 'fal-ai/flux-pro/v1.1' },
		},
		'remix: flux-pro/v1.1',
	],
	[
		{
			resource: 'image',
			operation: 'edit',
			model: { __rl: true, mode: 'id', value: 'black-forest-labs/flux-dev' },
		},
		'edit: flux-dev',
	],
	[
		{
			resource: 'image',
			operation: 'generate',
			model: { __rl: true, mode: 'id', value: 'https://fal.ai/models/fal-ai/flux/dev' },
		},
		'generate: flux/dev',
	],
	[{ authentication: 'blackForestLabs', resource: 'image', operation: 'remix' }, 'remix'],
	[{ resource: 'job', operation: 'get' }, 'get job'],
])('The subtitle of %j is %j', (parameters, subtitle) => {
	const own = {
		...{ id: '1', name: 'Flux', type: 'test.flux', typeVersion: 1, position: [0, 0] as [number, number] },
		parameters: { authentication: 'fal', ...parameters },
	};
	const nodeTypes = { getByName: () => node, getByNameAndVersion: () => node, getKnownTypes: () => ({}) };
	const workflow = new Workflow({ nodes: [own], connections: {}, active: false, nodeTypes });
	const shown = workflow.expression.getSimpleParameterValue(own, node.description.subtitle!, 'internal', {});
	expect(shown).toBe(subtitle);
});
