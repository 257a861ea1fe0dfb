import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { providerNamed } from '../providers';
import type { ImageOperation, Provider } from '../provider';
import { accountOf, type Account } from '../http/credential';
import { askForEditor } from '../http/transport';
import { modelsFor } from './properties';

/** The models of the chosen API, service and operation, and those that the server itself lists, for the model list. */
export async function searchModels(this: ILoadOptionsFunctions, filter = ''): Promise<INodeListSearchResult> {
	const api = providerNamed(this.getCurrentNodeParameter('authentication') as string);
	const operation = this.getCurrentNodeParameter('operation') as ImageOperation;
	const account = await accountOf(this, api).catch(() => undefined);
	const known = modelsFor(api, operation).filter(
		({ service }) => service === undefined || account === undefined || service === account.service,
	);
	const live = account === undefined ? [] : await liveModels(this, api, account);
	const wanted = filter.trim().toLowerCase();
	const results = [
		...known.map(({ id, label, description }) => ({ name: label, value: id, description })),
		...live
			.filter((id) => !api.models.some((model) => model.id === id && model.service === account?.service))
			.map((id) => ({ name: id, value: id })),
	].filter(({ name, value }) => `${value} ${name}`.toLowerCase().includes(wanted));
	return { results };
}

/** A list that cannot be had is no reason to hide the models that are known. */
async function liveModels(
	context: ILoadOptionsFunctions,
	{ serverModels: list }: Provider,
	account: Account,
): Promise<string[]> {
	if (list === undefined) return [];
	const { request, read } = list(account.service);
	return await askForEditor(context, account, request).then(read, () => []);
}
