import '../nodes/Flux/errors/neededN8n';
import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { hosts } from '../nodes/Flux/providers/fal/hosts';
import { authenticate } from '../nodes/Flux/http/authenticate';
import { credentialTest } from '../nodes/Flux/http/credentialTest';
import { apiKey, baseUrl } from './fields';

export class FluxFalApi implements ICredentialType {
	name = 'fluxFalApi';

	displayName = 'Flux Fal API';

	icon: Icon = { light: 'file:../nodes/Flux/flux.svg', dark: 'file:../nodes/Flux/flux.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-flux/n8n-nodes-flux#api-and-credential';

	properties: INodeProperties[] = [
		apiKey(
			'Create one at fal.ai/dashboard/keys. It is sent as the header Authorization, to the host below and, for large files, to the storage of fal.',
		),
		baseUrl('What comes before the ID of a model.', { default: 'https://queue.fal.run' }),
	];

	authenticate = authenticate(hosts, 'Authorization', (key) => `Key ${key}`);

	test = credentialTest({
		who: 'fal',
		remedy: 'Copy the key again from fal.ai/dashboard/keys',
		// A job that nobody has.
		path: '/fal-ai/flux/requests/00000000-0000-0000-0000-000000000000/status',
		missing:
			'fal did not refuse this API key, but it has no free page that tests one. If you entered a base URL, check it: it is what comes before the ID of a model. If all is right, close this window: the credential is saved and can be used',
		webPage:
			'The base URL leads to a web page, not to an API. Enter what comes before the ID of a model, usually https://queue.fal.run',
	});
}
