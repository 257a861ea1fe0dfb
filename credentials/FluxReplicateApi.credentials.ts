import type {
	IAuthenticate,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	Icon,
	INodeProperties,
} from 'n8n-workflow';

import { baseUrl } from '../nodes/Flux/apis/replicate/baseUrl';
import { attachKey } from '../nodes/Flux/http/attachKey';
import { keyTest } from '../nodes/Flux/http/keyTest';

export class FluxReplicateApi implements ICredentialType {
	name = 'fluxReplicateApi';

	displayName = 'Flux Replicate API';

	icon: Icon = { light: 'file:../nodes/Flux/flux.svg', dark: 'file:../nodes/Flux/flux.dark.svg' };

	documentationUrl = 'https://replicate.com/docs/topics/security/api-tokens';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description:
				'Create one at replicate.com/account/api-tokens. It is sent as the header Authorization, and only to the host below.',
		},
		{
			displayName: 'Service',
			name: 'service',
			type: 'options',
			default: 'replicate',
			options: [
				{ name: 'Crazyrouter', value: 'crazyrouter', description: 'A proxy, with a key of its own' },
				{ name: 'Custom', value: 'custom', description: 'Another server that speaks this API' },
				{ name: 'Replicate', value: 'replicate' },
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
				'With the version: what comes before /models/…. Only https, or http on this machine and private networks.',
			displayOptions: { show: { service: ['custom'] } },
		},
	];

	authenticate: IAuthenticate = async (credential, options: IHttpRequestOptions) =>
		attachKey(options, baseUrl(credential), 'Authorization', `Bearer ${String(credential.apiKey)}`);

	test: ICredentialTestRequest = keyTest({
		who: 'The server',
		baseURL:
			'={{ $credentials.service === "custom" ? $credentials.baseUrl.trim().replace(/\\/+$/, "") : { crazyrouter: "https://crazyrouter.com/replicate/v1" }[$credentials.service] || "https://api.replicate.com/v1" }}',
		url: '/account',
		mayBeMissing: true,
	});
}
