import { z } from 'zod/v4';

import type { Provider } from '../../provider';

const credits = z.object({ credits: z.number() });
const finetunes = z.object({ finetunes: z.array(z.string()) });

export const account: Provider['account'] = {
	getCredits: {
		name: 'Get Credits',
		description: 'What is left on the account',
		action: 'Get the credits of an account',
		request: { method: 'GET', url: '/v1/credits' },
		read: ({ body }) => {
			const read = credits.safeParse(body);
			return read.success
				? [{ credits: read.data.credits, unit: 'credit' }]
				: { unreadable: 'a number of credits' };
		},
	},
	getFinetunes: {
		name: 'Get Finetunes',
		description: 'The finetunes of the account, one item each',
		action: 'Get the finetunes of an account',
		request: { method: 'GET', url: '/v1/my_finetunes' },
		read: ({ body }) => {
			const read = finetunes.safeParse(body);
			if (!read.success) return { unreadable: 'a list of finetunes' };
			return read.data.finetunes.map((finetuneId) => ({ finetuneId }));
		},
	},
};
