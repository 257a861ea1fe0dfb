import './errors/neededN8n';
import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { describe } from './editor/description';
import { searchModels, withRouting } from './editor/hooks';

export class Flux implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Flux',
		name: 'flux',
		icon: { light: 'file:flux.svg', dark: 'file:flux.dark.svg' },
		group: ['transform'],
		version: 1,
		// n8n gives the value of a resource locator here, not the locator.
		subtitle:
			'={{ $parameter["operation"] + ($parameter["resource"] !== "image" ? " " + $parameter["resource"] : $parameter["model"] ? ": " + String($parameter["model"]).replace(/^(https?:\\/\\/[^/]+\\/(models\\/)?)?[^/]+\\//, "") : "") }}',
		defaults: { name: 'Flux' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		// Without this n8n gives a node with `methods` no `execute`.
		requestDefaults: { baseURL: '' },
		...withRouting(describe()),
	};

	methods = { listSearch: { searchModels } };
}
