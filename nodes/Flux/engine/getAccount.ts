import type { INodeExecutionData } from 'n8n-workflow';

import type { AccountOperation } from '../provider';
import { FluxError } from '../errors/fluxError';
import { unusableAnswer } from './poll';
import type { JobContext } from './context';

/** Account: what the provider tells of the account. */
export async function getAccount(
	{ api, client, context }: JobContext,
	operation: AccountOperation,
): Promise<INodeExecutionData[]> {
	const question = api.account?.[operation];
	if (question === undefined)
		throw new FluxError('invalid-input', `${api.label} has no operation "${operation}"`);
	const answer = await client.ask(
		question.request,
		(candidate) => !('unreadable' in question.read(candidate)),
	);
	const read = question.read(answer);
	if ('unreadable' in read) throw unusableAnswer(api, answer, read.unreadable);
	return read.map((json) => ({
		json: { api: api.name, ...json },
		pairedItem: { item: context.getItemIndex() },
	}));
}
