import { z } from 'zod/v4';

import type { Provider } from '../../provider';

const me = z.object({ team: z.object({ credits: z.number() }) });

export const account: Provider['account'] = {
	getCredits: {
		name: 'Get Credits',
		description: 'What is left on the account of the team',
		action: 'Get the credits of an account',
		request: { method: 'GET', url: '/v2/me' },
		read: ({ body }) => {
			const read = me.safeParse(body);
			return read.success
				? [{ credits: read.data.team.credits, unit: 'credit' }]
				: { unreadable: 'a number of credits (team.credits)' };
		},
	},
};
