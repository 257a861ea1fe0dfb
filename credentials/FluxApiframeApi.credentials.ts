import type {
	IAuthenticate,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	INodeProperties,
} from 'n8n-workflow';

import { hosts } from '../nodes/Flux/providers/apiframe/hosts';
import { authenticate } from '../nodes/Flux/http/authenticate';
import { credentialTest } from '../nodes/Flux/http/credentialTest';

export class FluxApiframeApi implements ICredentialType {
	name = 'fluxApiframeApi';

	displayName = 'Flux Apiframe API';

	icon: Icon = { light: 'file:../nodes/Flux/flux.svg', dark: 'file:../nodes/Flux/flux.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-flux/n8n-nodes-flux#credential';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description:
				'Create one at console.apiframe.ai. It is sent as the header X-API-Key, and only to the host below.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			required: true,
			default: 'https://api.apiframe.ai',
			description:
				'Without a version: what comes before /v2. Only https, or http on this machine and private networks.',
		},
	];

	authenticate: IAuthenticate = authenticate(hosts, 'X-API-Key');

	test: ICredentialTestRequest = credentialTest({
		who: 'Apiframe',
		path: '/v2/me',
		missing: 'The base URL is wrong: the server there does not speak this API. Enter what comes before /v2',
		webPage: 'The base URL leads to a web page, not to an API. Enter what comes before /v2',
	});
}
