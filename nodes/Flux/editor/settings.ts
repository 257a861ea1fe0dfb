import type { INodeProperties } from 'n8n-workflow';

import type { Provider } from '../provider';
import { parameterOf } from '../catalogue/parameters';

/** Options that the node itself carries out, whichever model is chosen. */
export const nodeOptions: INodeProperties[] = [
	{
		displayName: parameterOf('additionalBody').displayName,
		name: 'additionalBody',
		type: 'json',
		default: '{}',
		description: parameterOf('additionalBody').description,
	},
];

const maxConcurrency: INodeProperties = {
	displayName: 'Max Concurrency',
	name: 'maxConcurrency',
	type: 'number',
	default: 20,
	typeOptions: { minValue: 1, maxValue: 100, numberPrecision: 0 },
};

/** Not n8n's "Settings", which is a tab of every node. */
export const settingsLabel = 'Advanced Settings';

/** Settings of the node itself: what the output is called, how long to wait, how many jobs at once. */
export const settingsProperties = (api: Provider): INodeProperties[] => [
	{
		displayName: 'Binary Property Name',
		name: 'binaryPropertyName',
		type: 'string',
		default: 'data',
		description: 'Name of the output field that holds the image file',
	},
	{
		displayName: 'File Name',
		name: 'fileName',
		type: 'string',
		default: '{model}-{seed}',
		description:
			'File name without extension. Placeholders: {model}, {seed}, {job}, {index} (image number) and {item}.',
	},
	{
		displayName: 'Timeout',
		name: 'timeout',
		type: 'number',
		default: 300,
		description:
			'Maximum time per item in seconds, including time in the queue. A job that is already submitted can be fetched later with Job: Get.',
		typeOptions: { minValue: 1 },
	},
	{
		...maxConcurrency,
		default: api.maxConcurrency,
		description: `Maximum number of jobs of this node that run at once. What ${api.label} allows an account holds for all workflows.`,
	},
];

const ofJobs = (api: Provider, ...operation: string[]) => ({
	show: { authentication: [api.name], resource: ['job'], ...(operation.length === 0 ? {} : { operation }) },
});

/** The properties of the resource Job. */
export const jobProperties = (api: Provider): INodeProperties[] => [
	{
		displayName: 'Job ID',
		name: 'jobId',
		type: 'string',
		required: true,
		default: '',
		description: 'The ID of the job, as the node or an error gave it',
		displayOptions: ofJobs(api),
	},
	...(api.jobs?.hasPollingUrl === true ? [pollingUrl(api)] : []),
	{
		displayName: 'Wait for Completion',
		name: 'waitForCompletion',
		type: 'boolean',
		default: true,
		description: 'Whether to wait until the job is finished. If off, its present state is returned.',
		displayOptions: ofJobs(api, 'get'),
	},
	{
		displayName: settingsLabel,
		name: 'settings',
		type: 'collection',
		placeholder: 'Add setting',
		default: {},
		displayOptions: ofJobs(api),
		options: [...settingsProperties(api)].sort((one, other) =>
			one.displayName.localeCompare(other.displayName, 'en'),
		),
	},
];

const pollingUrl = (api: Provider): INodeProperties => ({
	displayName: 'Polling URL',
	name: 'pollingUrl',
	type: 'string',
	default: '',
	description: 'Polling URL of the job, if the node or an error gave it. Makes the lookup faster.',
	displayOptions: ofJobs(api, 'get'),
});
