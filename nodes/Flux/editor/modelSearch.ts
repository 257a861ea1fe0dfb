import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { providerNamed } from '../providers';
import type { ImageOperation, Model, Provider } from '../provider';
import { accountOf, type Account } from '../http/credential';
import { askForEditor } from '../http/transport';
import { listName, modelsFor } from './models';

/** The models of the chosen API, service and operation, and those that the server itself lists, for the model list. */
export async function searchModels(this: ILoadOptionsFunctions, filter = ''): Promise<INodeListSearchResult> {
	const api = providerNamed(this.getCurrentNodeParameter('authentication') as string);
	const operation = this.getCurrentNodeParameter('operation') as ImageOperation;
	const account = await accountOf(this, api).catch(() => undefined);
	const known = modelsFor(api, operation).filter(
		({ service }) => service === undefined || account === undefined || service === account.service,
	);
	const found = account === undefined ? [] : await modelsOfService(this, api, account);
	// When the credential changes n8n empties the field unless the list has its very value, such as the id that another API uses.
	const value: unknown = this.getCurrentNodeParameter('model', { extractValue: true });
	const chosen = typeof value === 'string' ? value : '';
	const isChosen = ({ id }: Model) => (api.modelId?.(chosen) ?? chosen) === id;
	const isWanted = wantedBy(filter.trim(), api);
	const results = [
		...known.map((model) => ({ name: listName(model), value: isChosen(model) ? chosen : model.id })),
		...found
			.filter((id) => !api.models.some((model) => model.id === id && model.service === account?.service))
			.map((id) => ({ name: id, value: id })),
	].filter(isWanted);
	return { results };
}

/** All words are looked for, also in what a model is good for; an id or a model page's address that was pasted finds its model. */
function wantedBy(filter: string, { modelId }: Provider) {
	const words = filter.toLowerCase().split(/\s+/);
	const pasted = filter === '' ? undefined : modelId?.(filter);
	return ({ name, value }: { name: string; value: string }) =>
		value === pasted || words.every((word) => `${value} ${name}`.toLowerCase().includes(word));
}

/** A list that cannot be had is no reason to hide the models that are known. */
async function modelsOfService(
	context: ILoadOptionsFunctions,
	{ serverModels: list }: Provider,
	account: Account,
): Promise<string[]> {
	if (list === undefined) return [];
	const { request, read } = list(account.service);
	if (request === undefined) return read(undefined);
	return await askForEditor(context, account, request).then(read, () => []);
}
