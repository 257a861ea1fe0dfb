import '../nodes/Flux/errors/neededN8n';
import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { hosts } from '../nodes/Flux/providers/openAiCompatible/hosts';
import { services } from '../nodes/Flux/providers/openAiCompatible/services';
import { authenticate } from '../nodes/Flux/http/authenticate';
import { credentialTest } from '../nodes/Flux/http/credentialTest';
import { apiKey, baseUrl } from './fields';

export class FluxOpenAiCompatibleApi implements ICredentialType {
	name = 'fluxOpenAiCompatibleApi';

	displayName = 'Flux OpenAI-Compatible API';

	icon: Icon = { light: 'file:../nodes/Flux/flux.svg', dark: 'file:../nodes/Flux/flux.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-flux/n8n-nodes-flux#api-and-credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Service',
			name: 'service',
			type: 'options',
			required: true,
			default: '',
			options: services.map(({ name, label, description }) => ({ name: label, value: name, description })),
			description: 'The service that your API key belongs to. Nothing is sent until one is chosen.',
		},
		apiKey(
			'Sent as the header Authorization, only to the chosen service. Leave it empty for a server that does not ask for a key.',
			false,
		),
		baseUrl(
			'With the version: what comes before /images/generations. A query that the server needs, such as ?api-version=preview, is kept.',
			{ placeholder: 'https://images.example.com/v1', displayOptions: { show: { service: ['custom'] } } },
		),
		...services
			.filter(({ ending }) => ending !== undefined)
			.map(({ name, label, baseUrl: example }) =>
				baseUrl(`The endpoint of your resource at ${label}. The address of a whole request will do, too.`, {
					placeholder: example,
					displayOptions: { show: { service: [name] } },
				}),
			),
		...services
			.filter(({ isSelfHosted }) => isSelfHosted)
			.map(
				({ name, label, baseUrl: usual }): INodeProperties => ({
					displayName: 'Base URL',
					name: 'baseUrl',
					type: 'string',
					default: '',
					placeholder: usual,
					description: `Where your server is, with the version: what comes before /images/generations. Leave it empty for ${label}'s usual address on this machine, ${usual}; an n8n in Docker reaches that as host.docker.internal instead of localhost.`,
					displayOptions: { show: { service: [name] } },
				}),
			),
	];

	authenticate = authenticate(hosts, 'Authorization', (key) => `Bearer ${key}`);

	test = credentialTest({
		who: 'The service',
		remedy: 'Copy the key again, and check that Service is the one that it belongs to',
		path: '/models',
		missing:
			'The server has no list of models (/models), so the key could not be tested. If you entered a base URL, check it: it is what comes before /images/generations, usually with /v1 at its end, or at Microsoft Foundry the endpoint of your resource. If all is right, close this window: the credential is saved and can be used',
		webPage:
			'The base URL leads to a web page, not to an API. Enter what comes before /images/generations, usually with /v1 at its end',
	});
}
