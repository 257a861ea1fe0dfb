import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { Api, ImageOperation } from './apis/api';
import { runJob } from './job/runJob';
import { jobProperties } from './parameters/own';
import { imageOperations, imageProperties } from './parameters/properties';

const words: Record<ImageOperation, { name: string; description: string; action: string }> = {
	generate: { name: 'Generate', description: 'Make a picture from a prompt', action: 'Generate an image' },
	edit: { name: 'Edit', description: 'Change or combine pictures by a prompt', action: 'Edit an image' },
	fill: {
		name: 'Fill',
		description: 'Repaint the masked part of a picture',
		action: 'Fill a part of an image',
	},
	expand: { name: 'Expand', description: 'Paint a picture beyond its edges', action: 'Expand an image' },
	erase: {
		name: 'Erase',
		description: 'Remove the masked things from a picture',
		action: 'Erase something from an image',
	},
	deblur: { name: 'Deblur', description: 'Sharpen a blurred picture', action: 'Deblur an image' },
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

const operationsOf = (api: Api, resource: string, options: INodePropertyOptions[]): INodeProperties => ({
	...operationProperty,
	default: options[0].value,
	displayOptions: { show: { authentication: [api.name], resource: [resource] } },
	options,
});

/** Operations and fields of one API. */
export const apiProperties = (api: Api): INodeProperties[] => [
	operationsOf(
		api,
		'image',
		imageOperations(api).map((value) => ({ ...words[value], value, routing })),
	),
	operationsOf(api, 'job', [
		{
			name: 'Get',
			value: 'get',
			description: 'Collect the picture of a job that was bought earlier',
			action: 'Get a job',
			routing,
		},
	]),
	...imageProperties(api),
	...jobProperties(api),
];
