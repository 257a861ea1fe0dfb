import { UserError, type ILoadOptionsFunctions, type INodeListSearchResult } from 'n8n-workflow';

import { asFluxError, FluxError } from '../errors/fluxError';
import { providerNamed } from '../providers';
import { refusalIn } from '../providers/common/refusals';
import type { ImageOperation, Model, Provider } from '../provider';
import { accountOf, type Account } from '../http/credential';
import { redact } from '../http/redact';
import { askForEditor } from '../http/transport';
import { listName, modelsFor } from './models';

/** The models of the chosen API, service and operation, and those that the server itself lists, for the model list. */
export async function searchModels(this: ILoadOptionsFunctions, filter = ''): Promise<INodeListSearchResult> {
	const api = providerNamed(this.getCurrentNodeParameter('authentication') as string);
	const operation = this.getCurrentNodeParameter('operation') as ImageOperation;
	const isSelected = this.getNode().credentials?.[api.credential] !== undefined;
	const account = isSelected ? await accountOf(this, api).catch(unusable) : undefined;
	const service = account instanceof FluxError ? undefined : account?.service;
	const known = modelsFor(api, operation).filter(
		(model) => model.service === undefined || account === undefined || model.service === service,
	);
	const answer =
		account === undefined || account instanceof FluxError
			? account
			: await modelsOfService(this, api, account).catch(asFluxError);
	if (answer instanceof FluxError && known.length === 0)
		throw new UserError(`${answer.message.replace(/\.$/, '')}. ${answer.advice}`);
	// A list that cannot be had is no reason to hide the models that are known.
	const found = answer instanceof FluxError ? [] : (answer ?? []);
	// When the credential changes n8n empties the field unless the list has its very value, such as the id that another API uses.
	const value: unknown = this.getCurrentNodeParameter('model', { extractValue: true });
	const chosen = typeof value === 'string' ? value : '';
	const isChosen = ({ id }: Model) => (api.modelId?.(chosen) ?? chosen) === id;
	const isWanted = wantedBy(filter.trim(), api);
	const results = [
		...known.map((model) => ({ name: listName(model), value: isChosen(model) ? chosen : model.id })),
		...found
			.filter((id) => !api.models.some((model) => model.id === id && model.service === service))
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

/** n8n itself says that a credential is gone, or chosen nowhere. */
const unusable = (error: unknown): FluxError =>
	error instanceof FluxError
		? error
		: new FluxError('authentication', error instanceof Error ? error.message : String(error), {
				advice: 'Choose a credential in the field above.',
			});

/** @throws what n8n's list shows in place of models */
async function modelsOfService(
	context: ILoadOptionsFunctions,
	api: Provider,
	account: Account,
): Promise<string[]> {
	if (api.serverModels === undefined) return [];
	const { request, read } = api.serverModels(account.service);
	if (request === undefined) return read(undefined);
	const failure = (words: string) =>
		new FluxError('bad-response', `The server gives no list of models: ${redact(words, account.secrets)}`, {
			advice: "Check the credential, or choose By ID and write the model's ID.",
		});
	const body = await askForEditor(context, account, request).catch(
		({ message, httpCode = '' }: Error & { httpCode?: string | null }) => {
			throw failure(/^\d+$/.test(httpCode ?? '') ? `HTTP ${httpCode}` : message);
		},
	);
	if (typeof body !== 'object') throw failure('its answer is no JSON');
	const refused = refusalIn(api, { status: 200, body, excerpt: '' });
	if (refused !== undefined) throw failure(refused.words);
	const models = read(body);
	if (models.length === 0) throw failure('it names none that makes images');
	return models;
}
