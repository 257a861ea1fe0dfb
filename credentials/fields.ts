import type { INodeProperties } from 'n8n-workflow';

/** The key, which is needed unless a server asks for none. */
export const apiKey = (description: string, required = true): INodeProperties => ({
	displayName: 'API Key',
	name: 'apiKey',
	type: 'string',
	typeOptions: { password: true },
	...(required ? { required } : {}),
	default: '',
	description,
});

/** What comes before the path of a request, such as `/v1`. */
export const baseUrl = (description: string, more: Partial<INodeProperties>): INodeProperties => ({
	displayName: 'Base URL',
	name: 'baseUrl',
	type: 'string',
	required: true,
	default: '',
	description: `${description} Only https, or http on this machine and private networks.`,
	...more,
});
