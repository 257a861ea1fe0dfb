import type { INodeProperties } from 'n8n-workflow';

// n8n loads every node when it starts; what runs jobs, and knows the models, is loaded with the first one.
const runJob: (typeof import('../engine/run'))['runJob'] = async function (requestData) {
	const engine = await import('../engine/run');
	return await engine.runJob.call(this, requestData);
};

export const searchModels: (typeof import('./modelSearch'))['searchModels'] = async function (filter) {
	const list = await import('./modelSearch');
	return await list.searchModels.call(this, filter);
};

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
