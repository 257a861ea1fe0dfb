import '../nodes/Flux/errors/neededN8n';
import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { hosts } from '../nodes/Flux/providers/apiframe/hosts';
import { authenticate } from '../nodes/Flux/http/authenticate';
import { credentialTest } from '../nodes/Flux/http/credentialTest';
import { apiKey, baseUrl } from './fields';

export class FluxApiframeApi implements ICredentialType {
	name = 'fluxApiframeApi';

	displayName = 'Flux Apiframe API';

	icon: Icon = { light: 'file:../nodes/Flux/flux.svg', dark: 'file:../nodes/Flux/flux.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-flux/n8n-nodes-flux#api-and-credential';

	properties: INodeProperties[] = [
		apiKey(
			'Create one at console.apiframe.ai. It is sent as the header X-API-Key, and only to the host below.',
		),
		baseUrl('Without a version: what comes before /v2.', { default: 'https://api.apiframe.ai' }),
	];

	authenticate = authenticate(hosts, 'X-API-Key');

	test = credentialTest({
		who: 'Apiframe',
		remedy: 'Copy the key again from console.apiframe.ai',
		path: '/v2/me',
		missing: 'The base URL is wrong: the server there does not speak this API. Enter what comes before /v2',
		webPage: 'The base URL leads to a web page, not to an API. Enter what comes before /v2',
	});
}
