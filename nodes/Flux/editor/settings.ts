import type { INodeProperties } from 'n8n-workflow';

import type { Provider } from '../provider';
import { parameterOf } from '../catalogue/parameters';
import { shownAt } from './models';

/** Fields that the node itself adds to a request, whichever model is chosen. */
export const additionalBody: INodeProperties = {
	displayName: parameterOf('additionalBody').displayName,
	name: 'additionalBody',
	type: 'json',
	default: '{}',
	description: parameterOf('additionalBody').description,
};

/** Settings of the node itself: what the output is called, how long to wait, how many jobs at once. */
const nodeSettings = (apis: readonly Provider[]): INodeProperties[] => [
	{
		displayName: 'File Name',
		name: 'fileName',
		type: 'string',
		default: '{model}-{seed}',
		description:
			'File name without extension. Placeholders: {model}, {seed}, {job}, {index} (image number) and {item}.',
	},
	...[...new Set(apis.map(({ maxConcurrency }) => maxConcurrency))].map(
		(most): INodeProperties => ({
			displayName: 'Max Concurrency',
			name: 'maxConcurrency',
			type: 'number',
			default: most,
			description: 'Maximum number of jobs of this node that run at once',
			typeOptions: { minValue: 1, maxValue: 100, numberPrecision: 0 },
			...shownAt(apis, ({ maxConcurrency }) => maxConcurrency === most, '/authentication'),
		}),
	),
	{
		displayName: 'Put Output File in Field',
		name: 'binaryPropertyName',
		type: 'string',
		default: 'data',
		description: 'Name of the output field for the image file',
	},
	{
		displayName: 'Timeout (Seconds)',
		name: 'timeout',
		type: 'number',
		default: 300,
		description:
			'Maximum time per item, including time in the queue. If the API has jobs, one that was already submitted can be fetched later with Job: Get.',
		typeOptions: { minValue: 1 },
	},
];

export const settingsCollection = (apis: readonly Provider[], more: INodeProperties[]): INodeProperties => ({
	// Not n8n's "Settings", which is a tab of every node.
	displayName: 'Advanced Settings',
	name: 'settings',
	type: 'collection',
	placeholder: 'Add setting',
	default: {},
	displayOptions: { show: { resource: ['image', 'job'] } },
	options: [...nodeSettings(apis), ...more],
});

export const jobProperties = (apis: readonly Provider[]): INodeProperties[] => [
	{
		displayName: 'Job ID',
		name: 'jobId',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. {{ $json.jobId }}',
		description: 'Job ID from the output or the error of the Flux node that submitted the job',
		displayOptions: { show: { resource: ['job'] } },
	},
	{
		displayName: 'Polling URL',
		name: 'pollingUrl',
		type: 'string',
		default: '',
		description:
			'Polling URL that came with the job ID. Some APIs need it to find the job; others find it faster.',
		displayOptions: {
			show: {
				authentication: apis.filter(({ jobs }) => jobs?.hasPollingUrl).map(({ name }) => name),
				resource: ['job'],
			},
		},
	},
];

/** Whether to wait for a job; it comes after the fields of the image, since few switch it off. */
export const waitProperty = (apis: readonly Provider[]): INodeProperties => ({
	displayName: 'Wait for Completion',
	name: 'waitForCompletion',
	type: 'boolean',
	default: true,
	description:
		'Whether to wait for the finished image. If off, the node returns the job ID right away; get the image later with Job: Get.',
	displayOptions: {
		show: {
			authentication: apis.filter(({ jobs }) => jobs !== undefined).map(({ name }) => name),
			resource: ['image', 'job'],
		},
		hide: { operation: ['cancel'] },
	},
});
