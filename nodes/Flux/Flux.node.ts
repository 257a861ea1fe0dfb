import './errors/neededN8n';
import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { providers } from './providers';
import { modelProperties, wrongModelNotices } from './editor/modelProperties';
import { searchModels } from './editor/modelSearch';
import {
	apiProperty,
	missingOperationNotices,
	operationProperties,
	resourceProperty,
} from './editor/operations';
import { imageProperties } from './editor/properties';
import { jobProperties } from './editor/settings';

export class Flux implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Flux',
		name: 'flux',
		icon: { light: 'file:flux.svg', dark: 'file:flux.dark.svg' },
		group: ['transform'],
		version: 1,
		// n8n gives the value of a resource locator here, not the locator.
		subtitle:
			'={{ $parameter["operation"] + ($parameter["resource"] === "image" ? ": " + String($parameter["model"]).split("/").pop() : " " + $parameter["resource"]) }}',
		description: `Generate and edit images with FLUX models: ${providers.map(({ label }) => label).join(', ')}`,
		defaults: { name: 'Flux' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: providers.map(({ credential, name }) => ({
			name: credential,
			required: true,
			displayOptions: { show: { authentication: [name] } },
		})),
		// Without this n8n gives a node with `methods` no `execute`.
		requestDefaults: { baseURL: '' },
		properties: [
			apiProperty(providers),
			resourceProperty(providers),
			...operationProperties(providers),
			...missingOperationNotices(providers),
			...modelProperties(providers),
			...wrongModelNotices(providers),
			...jobProperties(providers),
			...imageProperties(providers),
		],
	};

	methods = { listSearch: { searchModels } };
}
