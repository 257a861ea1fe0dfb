import '../nodes/Flux/errors/neededN8n';
import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { hosts } from '../nodes/Flux/providers/replicate/hosts';
import { authenticate } from '../nodes/Flux/http/authenticate';
import { credentialTest } from '../nodes/Flux/http/credentialTest';
import { apiKey, baseUrl } from './fields';

export class FluxReplicateApi implements ICredentialType {
	name = 'fluxReplicateApi';

	displayName = 'Flux Replicate API';

	icon: Icon = { light: 'file:../nodes/Flux/flux.svg', dark: 'file:../nodes/Flux/flux.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-flux/n8n-nodes-flux#api-and-credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Service',
			name: 'service',
			type: 'options',
			default: 'replicate',
			options: [
				{ name: 'Crazyrouter', value: 'crazyrouter', description: 'A proxy, with a key of its own' },
				{
					name: 'Custom',
					value: 'custom',
					description: "Another server that speaks this API, such as Hugging Face's router",
				},
				{ name: 'Replicate', value: 'replicate' },
			],
			description: 'The service that your API key belongs to',
		},
		apiKey(
			'Create one at replicate.com/account/api-tokens. It is sent as the header Authorization, only to the chosen service.',
		),
		baseUrl('With the version: what comes before /models/….', {
			placeholder: 'https://images.example.com/v1',
			displayOptions: { show: { service: ['custom'] } },
		}),
	];

	authenticate = authenticate(hosts, 'Authorization', (key) => `Bearer ${key}`);

	test = credentialTest({
		who: 'The service',
		remedy:
			'Copy the key again (Replicate: replicate.com/account/api-tokens), and check that Service is the one that it belongs to',
		path: '/account',
		missing:
			'The server has no page /account, as many a proxy has none, so the key could not be tested. If you entered a base URL, check it: it is what comes before /models/…, usually with /v1 at its end. If all is right, close this window: the credential is saved and can be used',
		webPage:
			'The base URL leads to a web page, not to an API. Enter what comes before /models/…, usually with /v1 at its end',
	});
}
