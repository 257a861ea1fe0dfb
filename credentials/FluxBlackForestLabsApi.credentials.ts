import type {
	IAuthenticate,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	Icon,
	INodeProperties,
} from 'n8n-workflow';

import { baseUrl } from '../nodes/Flux/apis/blackForestLabs/baseUrl';
import { attachKey } from '../nodes/Flux/http/attachKey';
import { keyTest } from '../nodes/Flux/http/keyTest';

export class FluxBlackForestLabsApi implements ICredentialType {
	name = 'fluxBlackForestLabsApi';

	displayName = 'Flux Black Forest Labs API';

	icon: Icon = { light: 'file:../nodes/Flux/flux.svg', dark: 'file:../nodes/Flux/flux.dark.svg' };

	documentationUrl = 'https://docs.bfl.ai/quick_start/create_account';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description:
				'Create one at dashboard.bfl.ai. It is sent as the header x-key, and only to the host below.',
		},
		{
			displayName: 'Region',
			name: 'region',
			type: 'options',
			default: 'global',
			options: [
				{ name: 'Custom', value: 'custom', description: 'Another server that speaks this API' },
				{ name: 'EU', value: 'eu', description: 'Stays on api.eu.bfl.ai' },
				{ name: 'Global', value: 'global', description: 'The nearest cluster by api.bfl.ai' },
				{ name: 'US', value: 'us', description: 'Stays on api.us.bfl.ai' },
			],
			description: 'Where the pictures are made',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'https://images.example.com',
			description:
				'Without a version: what comes before /v1. Only https, or http on this machine and private networks.',
			displayOptions: { show: { region: ['custom'] } },
		},
	];

	authenticate: IAuthenticate = async (credential, options: IHttpRequestOptions) =>
		attachKey(options, baseUrl(credential), 'x-key', String(credential.apiKey));

	test: ICredentialTestRequest = keyTest({
		who: 'Black Forest Labs',
		baseURL:
			'={{ $credentials.region === "custom" ? $credentials.baseUrl.trim().replace(/\\/+$/, "") : { eu: "https://api.eu.bfl.ai", us: "https://api.us.bfl.ai" }[$credentials.region] || "https://api.bfl.ai" }}',
		url: '/v1/credits',
	});
}
