import type { INodeTypeDescription } from 'n8n-workflow';

import { providers } from '../providers';
import { modelProperties, wrongModelNotices } from './modelProperties';
import { apiProperty, missingOperationNotices, operationProperties, resourceProperty } from './operations';
import { imageProperties } from './properties';
import { jobProperties } from './settings';

type Described = Pick<INodeTypeDescription, 'description' | 'credentials' | 'properties'>;

/** What the catalogue decides of the node's description, as plain data: the build writes it down, so that n8n starts without the catalogue. */
export function describe(): Described {
	const described: Described = {
		description: `Generate and edit images with FLUX models: ${providers.map(({ label }) => label).join(', ')}`,
		credentials: providers.map(({ credential, name }) => ({
			name: credential,
			required: true,
			displayOptions: { show: { authentication: [name] } },
		})),
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
	// What is undefined is left out: n8n 1.100 reads the rules of a property that has any, even none.
	return JSON.parse(JSON.stringify(described)) as Described;
}
