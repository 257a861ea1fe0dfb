import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { ImageOperation, Provider } from '../provider';
import { providerNames, type ProviderName } from '../providers/names';
import { runJob } from '../engine/run';
import { jobProperties } from './settings';
import { imageOperations, imageProperties } from './properties';

const words: Record<ImageOperation, { name: string; description: string; action: string }> = {
	generate: {
		name: 'Generate',
		description: 'Generate an image from a text prompt',
		action: 'Generate an image',
	},
	edit: { name: 'Edit', description: 'Edit or combine images with a text prompt', action: 'Edit an image' },
	fill: {
		name: 'Fill',
		description: 'Replace the masked part of an image (inpainting)',
		action: 'Fill a part of an image',
	},
	control: {
		name: 'Control',
		description: 'Generate an image that keeps the edges or depth of another one (Canny, Depth)',
		action: 'Generate an image that follows another',
	},
	remix: { name: 'Remix', description: 'Generate variations of an image', action: 'Remix an image' },
	expand: {
		name: 'Expand',
		description: 'Extend an image beyond its borders (outpainting)',
		action: 'Expand an image',
	},
	erase: {
		name: 'Erase',
		description: 'Remove the masked object from an image',
		action: 'Erase something from an image',
	},
	deblur: { name: 'Deblur', description: 'Sharpen a blurred image', action: 'Deblur an image' },
	tryOn: { name: 'Try On', description: 'Dress a person in a garment', action: 'Try a garment on a person' },
};

// The pagination hook is the only one of n8n's that wraps the whole request of an item.
const routing: INodePropertyOptions['routing'] = {
	request: { method: 'GET', url: '/' },
	send: { paginate: true },
	operations: { pagination: runJob },
};

const operationProperty: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	default: '',
};

/** n8n takes the credential by the parameter of exactly this name. */
export const apiProperty = (apis: readonly Provider[], first = apis[0].name): INodeProperties => ({
	displayName: 'API',
	name: 'authentication',
	type: 'options',
	noDataExpression: true,
	default: first,
	options: apis.map(({ label, name }) => ({ name: label, value: name })),
});

const others = (api: Provider): ProviderName[] => providerNames.filter((name) => name !== api.name);

const operationsOf = (api: Provider, resource: string, options: INodePropertyOptions[]): INodeProperties => ({
	...operationProperty,
	default: (options.find(({ value }) => value === 'get') ?? options[0]).value,
	// n8n forgets default values before it looks whether an operation still fits, so the API may not be named in `show`.
	displayOptions: { show: { resource: [resource] }, hide: { authentication: others(api) } },
	options,
});

const getJob = (api: Provider): INodePropertyOptions => ({
	name: 'Get',
	value: 'get',
	description: `Get the image of a job that was submitted to ${api.label} earlier`,
	action: 'Get a job',
	routing,
});
const cancelJob = (api: Provider): INodePropertyOptions => ({
	name: 'Cancel',
	value: 'cancel',
	description: `End a job that runs at ${api.label}`,
	action: 'Cancel a job',
	routing,
});

function jobOperations(api: Provider): INodePropertyOptions[] {
	if (api.jobs === undefined) return [];
	return api.jobs.cancel === undefined ? [getJob(api)] : [cancelJob(api), getJob(api)];
}

const accountOperations = (api: Provider): INodePropertyOptions[] =>
	Object.entries(api.account ?? {}).map(([value, { name, description, action }]) => ({
		name,
		value,
		description,
		action,
		routing,
	}));

const imageOptions = (api: Provider): INodePropertyOptions[] =>
	imageOperations(api).map((value) => ({ ...words[value], value, routing }));

/** Resources of an API with their operations. */
const resourcesOf = (api: Provider) =>
	[
		{ resource: 'account', operations: accountOperations(api) },
		{ resource: 'image', operations: imageOptions(api) },
		{ resource: 'job', operations: jobOperations(api) },
	].filter(({ operations }) => operations.length > 0);

/**
 * The resources of all APIs, as one property: from several n8n's list of nodes would make its actions several times, and then
 * shows the node no more.
 */
export const resourceProperty = (apis: readonly Provider[]): INodeProperties => {
	const has = (resource: string) =>
		apis.filter((api) => resourcesOf(api).some((one) => one.resource === resource)).map(({ name }) => name);
	return {
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		default: 'image',
		options: [
			{ name: 'Image', value: 'image' },
			{ name: 'Job', value: 'job', displayOptions: { show: { authentication: has('job') } } },
			{ name: 'Account', value: 'account', displayOptions: { show: { authentication: has('account') } } },
		],
	};
};

/** Operations and fields of one API. */
export const apiProperties = (api: Provider): INodeProperties[] => [
	...resourcesOf(api).map(({ resource, operations }) => operationsOf(api, resource, operations)),
	...imageProperties(api),
	...(api.jobs === undefined ? [] : jobProperties(api)),
];
