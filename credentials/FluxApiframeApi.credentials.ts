import type {
	IAuthenticate,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	Icon,
	INodeProperties,
} from 'n8n-workflow';

import { baseUrl } from '../nodes/Flux/apis/apiframe/baseUrl';
import { attachKey } from '../nodes/Flux/http/attachKey';
import { keyTest } from '../nodes/Flux/http/keyTest';

export class FluxApiframeApi implements ICredentialType {
	name = 'fluxApiframeApi';

	displayName = 'Flux Apiframe API';

	icon: Icon = { light: 'file:../nodes/Flux/flux.svg', dark: 'file:../nodes/Flux/flux.dark.svg' };

	documentationUrl = 'https://apiframe.ai/docs/getting-started/quickstart';

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

	authenticate: IAuthenticate = async (credential, options: IHttpRequestOptions) =>
		attachKey(options, baseUrl(credential), 'X-API-Key', String(credential.apiKey));

	test: ICredentialTestRequest = keyTest({
		who: 'Apiframe',
		baseURL: '={{ ($credentials.baseUrl.trim() || "https://api.apiframe.ai").replace(/\\/+$/, "") }}',
		url: '/v2/me',
	});
}
