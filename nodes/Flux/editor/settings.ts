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
		description: 'The binary field of the output item that holds the picture',
	},
	{
		displayName: 'File Name',
		name: 'fileName',
		type: 'string',
		default: '{model}-{seed}',
		description:
			'Name of the picture. May hold {model}, {seed}, {job}, {index} (number of the picture) and {item}. The ending follows the format.',
	},
	{
		displayName: 'Timeout',
		name: 'timeout',
		type: 'number',
		default: 300,
		description:
			'Most seconds that an item may take, waiting for a free place included. A job that was bought can be collected afterwards.',
		typeOptions: { minValue: 1 },
	},
	{
		...maxConcurrency,
		default: api.maxConcurrency,
		description: `Most jobs of this account at once, over all workflows. ${api.label} allows only so many.`,
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
	...(api.name === 'blackForestLabs' ? [pollingUrl(api)] : []),
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
	placeholder: 'e.g. https://api.us1.bfl.ai/v1/…',
	description: 'Where to ask for the job, if the node or an error gave it. Finds the job faster.',
	displayOptions: ofJobs(api, 'get'),
});
