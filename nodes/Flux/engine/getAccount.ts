import type { INodeExecutionData } from 'n8n-workflow';

import type { AccountOperation } from '../provider';
import { FluxError } from '../errors/fluxError';
import { ask } from './ask';
import type { JobContext } from './context';

/** Account: what the provider tells of the account. */
export async function getAccount(
	{ api, client, context }: JobContext,
	operation: AccountOperation,
): Promise<INodeExecutionData[]> {
	const question = api.account?.[operation];
	if (question === undefined)
		throw new FluxError('invalid-input', `${api.label} has no operation "${operation}"`);
	const { value } = await ask(api, client, question.request, question.read);
	return value.map((json) => ({
		json: { api: api.name, ...json },
		pairedItem: { item: context.getItemIndex() },
	}));
}
