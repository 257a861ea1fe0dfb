import type { IExecuteSingleFunctions } from 'n8n-workflow';

import type { Api } from '../apis/api';
import type { ErrorPlace } from '../errors';
import type { Account } from '../http/account';
import type { Client } from '../http/client';
import type { Settings } from '../parameters/read';
import type { Deadline } from './deadline';
import type { Gate } from './gate';
import { runIndexOf } from './purchases';

/** All that the work on one item stands on. */
export interface Workplace {
	context: IExecuteSingleFunctions;
	api: Api;
	account: Account;
	client: Client;
	gate: Gate;
	deadline: Deadline;
	settings: Settings;
}

/** Where an error happened, in the words of the workflow. */
export function placeOf(context: IExecuteSingleFunctions): ErrorPlace {
	const hasModel = context.getNodeParameter('resource', '') === 'image';
	const model: unknown = hasModel ? context.getNodeParameter('model', null, { extractValue: true }) : null;
	return {
		api: String(context.getNodeParameter('authentication', '')),
		model: typeof model === 'string' && model !== '' ? model : null,
		itemIndex: context.getItemIndex(),
		runIndex: runIndexOf(context),
	};
}
