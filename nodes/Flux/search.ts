import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { apiNamed } from './apis';
import type { ApiName, ImageOperation } from './apis/api';
import { modelsFor } from './parameters/properties';

/** The models of the chosen API and operation, for the model list. */
export async function searchModels(this: ILoadOptionsFunctions, filter = ''): Promise<INodeListSearchResult> {
	const api = apiNamed(this.getCurrentNodeParameter('authentication') as ApiName);
	const wanted = filter.trim().toLowerCase();
	const results = modelsFor(api, this.getCurrentNodeParameter('operation') as ImageOperation)
		.filter(({ id, label }) => `${id} ${label}`.toLowerCase().includes(wanted))
		.map(({ id, label, description }) => ({ name: label, value: id, description }));
	return { results };
}
