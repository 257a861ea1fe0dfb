import type {
	IAuthenticate,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	Icon,
	INodeProperties,
} from 'n8n-workflow';

import { baseUrl } from '../nodes/Flux/apis/openAiCompatible/baseUrl';
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
			options: [
				{ name: 'Crazyrouter', value: 'crazyrouter' },
				{
					name: 'Custom',
					value: 'custom',
					description: "Any other service or server of your own that speaks OpenAI's images API",
				},
				{ name: 'Monica', value: 'monica' },
				{ name: 'OneRouter', value: 'oneRouter' },
			],
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
	];

	authenticate: IAuthenticate = async (credential, options: IHttpRequestOptions) => {
		const key = String(credential.apiKey ?? '');
		if (key === '') return { ...options, disableFollowRedirect: true };
		return attachKey(options, baseUrl(credential), 'Authorization', `Bearer ${key}`);
	};

	test: ICredentialTestRequest = keyTest({
		who: 'The server',
		baseURL:
			'={{ { crazyrouter: "https://crazyrouter.com/v1", oneRouter: "https://image.onerouter.pro/v1", monica: "https://openapi.monica.im/v1" }[$credentials.service] || $credentials.baseUrl.trim().replace(/\\/+$/, "") }}',
		url: '/models',
		mayBeMissing: true,
	});
}
