import type {
	DeclarativeRestApiSettings,
	IExecutePaginationFunctions,
	ILoadOptionsFunctions,
	INodeExecutionData,
	INodeListSearchResult,
	INodeProperties,
} from 'n8n-workflow';

// n8n loads every node when it starts; what runs jobs, and knows the models, is loaded with the first one.
let engine: Promise<typeof import('../engine/run')> | undefined;

async function runJob(
	this: IExecutePaginationFunctions,
	requestData: DeclarativeRestApiSettings.ResultOptions,
): Promise<INodeExecutionData[]> {
	engine ??= import('../engine/run');
	return await (await engine).runJob.call(this, requestData);
}

export async function searchModels(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const list = await import('./modelSearch');
	return await list.searchModels.call(this, filter);
}

/** The pagination hook is the only one of n8n's that wraps the whole request of an item. */
const routing: INodeProperties['routing'] = {
	request: { method: 'GET', url: '/' },
	send: { paginate: true },
	operations: { pagination: runJob },
};

/** The resource is never hidden, so whatever else is chosen comes to the job engine. */
export const withRouting = <T extends { properties: INodeProperties[] }>(description: T): T => ({
	...description,
	properties: description.properties.map((one) => (one.name === 'resource' ? { ...one, routing } : one)),
});
