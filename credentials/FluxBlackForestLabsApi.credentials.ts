import '../nodes/Flux/errors/neededN8n';
import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { hosts } from '../nodes/Flux/providers/blackForestLabs/hosts';
import { authenticate } from '../nodes/Flux/http/authenticate';
import { credentialTest } from '../nodes/Flux/http/credentialTest';
import { apiKey, baseUrl } from './fields';

export class FluxBlackForestLabsApi implements ICredentialType {
	name = 'fluxBlackForestLabsApi';

	displayName = 'Flux Black Forest Labs API';

	icon: Icon = { light: 'file:../nodes/Flux/flux.svg', dark: 'file:../nodes/Flux/flux.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-flux/n8n-nodes-flux#api-and-credential';

	properties: INodeProperties[] = [
		apiKey('Create one at dashboard.bfl.ai. It is sent as the header x-key, only to the chosen region.'),
		{
			displayName: 'Region',
			name: 'region',
			type: 'options',
			default: 'global',
			options: [
				{ name: 'Custom', value: 'custom', description: 'Another server that speaks this API' },
				{ name: 'EU', value: 'eu', description: 'Stays on api.eu.bfl.ai' },
				{ name: 'Global', value: 'global', description: 'Nearest region (api.bfl.ai)' },
				{ name: 'US', value: 'us', description: 'Stays on api.us.bfl.ai' },
			],
			description: 'Where images are processed',
		},
		baseUrl('Without a version: what comes before /v1.', {
			placeholder: 'https://images.example.com',
			displayOptions: { show: { region: ['custom'] } },
		}),
	];

	authenticate = authenticate(hosts, 'x-key');

	test = credentialTest({
		who: 'Black Forest Labs',
		remedy: 'Copy the key again from dashboard.bfl.ai',
		path: '/v1/credits',
		missing: 'The base URL is wrong: the server there does not speak this API. Enter what comes before /v1',
		webPage: 'The base URL leads to a web page, not to an API. Enter what comes before /v1',
	});
}
