import type { INodeExecutionData } from 'n8n-workflow';

import type { AccountOperation } from '../provider';
import { invalidInput } from '../errors/fluxError';
import { ask } from './ask';
import type { JobContext } from './context';

/** Account: what the provider tells of the account. */
export async function getAccount(
	jobContext: JobContext,
	operation: AccountOperation,
): Promise<INodeExecutionData[]> {
	const { api, context } = jobContext;
	const question = api.account?.[operation];
	if (question === undefined)
		throw invalidInput(
			`${api.label} does not have this operation`,
			'Choose another operation or another API.',
		);
	const { read } = await ask(jobContext, question.request, question.read);
	return read.map((json) => ({
		json: { api: api.name, ...json },
		pairedItem: { item: context.getItemIndex() },
	}));
}
