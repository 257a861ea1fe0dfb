import type {
	IAuthenticate,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	Icon,
	INodeProperties,
} from 'n8n-workflow';

import { baseUrl, baseUrlExpression } from '../nodes/Flux/apis/openAiCompatible/baseUrl';
import { services } from '../nodes/Flux/apis/openAiCompatible/services';
import { attachKey } from '../nodes/Flux/http/attachKey';
import { keyTest } from '../nodes/Flux/http/keyTest';

export class FluxOpenAiCompatibleApi implements ICredentialType {
	name = 'fluxOpenAiCompatibleApi';

	displayName = 'Flux OpenAI-Compatible API';

	icon: Icon = { light: 'file:../nodes/Flux/flux.svg', dark: 'file:../nodes/Flux/flux.dark.svg' };

	documentationUrl = 'https://platform.openai.com/docs/api-reference/images';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'Sent as the header Authorization, and only to the host below. Leave it empty for a server that asks for none.',
		},
		{
			displayName: 'Service',
			name: 'service',
			type: 'options',
			default: 'crazyrouter',
			options: services.map(({ name, label, description }) => ({ name: label, value: name, description })),
			description: 'Who makes the pictures',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'https://images.example.com/v1',
			description:
				'With the version: what comes before /images/generations. Only https, or http on this machine and private networks.',
			displayOptions: { show: { service: ['custom'] } },
		},
		...services
			.filter(({ isOwn }) => isOwn)
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

	authenticate: IAuthenticate = async (credential, options: IHttpRequestOptions) => {
		const key = String(credential.apiKey ?? '');
		if (key === '') return { ...options, disableFollowRedirect: true };
		return attachKey(options, baseUrl(credential), 'Authorization', `Bearer ${key}`);
	};

	test: ICredentialTestRequest = keyTest({
		who: 'The server',
		baseURL: baseUrlExpression,
		url: '/models',
		mayBeMissing: true,
	});
}
