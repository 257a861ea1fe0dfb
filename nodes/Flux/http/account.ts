import { createHash } from 'crypto';
import type { IExecuteSingleFunctions } from 'n8n-workflow';

import type { Api } from '../apis/api';
import { FluxError } from '../errors';
import { isSafeBase } from './trust';

/** Whose key pays, and where it may go. */
export interface Account {
	credential: string;
	/** Without a trailing slash. */
	baseUrl: string;
	/** What must appear in no text. */
	secrets: string[];
	/** Tells accounts apart and holds no key. */
	id: string;
	/** The credential's choice of service, if it has one. */
	service: string | undefined;
	/** The only domains that its owner lets it be used with, as n8n writes them. */
	allowedDomains: string | undefined;
}

/** The account of the credential that is selected on the node. */
export async function accountOf(
	context: Pick<IExecuteSingleFunctions, 'getCredentials'>,
	api: Api,
): Promise<Account> {
	const credential = await context.getCredentials(api.credential);
	const baseUrl = api.baseUrl(credential);
	if (!isSafeBase(baseUrl)) {
		throw new FluxError('untrusted-host', `The base URL "${baseUrl}" of the credential is no https URL`, {
			advice:
				'Write it as https://…; http is only allowed for this machine and private networks. Nothing was sent.',
		});
	}
	const key = String(credential.apiKey ?? '');
	return {
		credential: api.credential,
		baseUrl,
		secrets: [key],
		service: typeof credential.service === 'string' ? credential.service : undefined,
		// An empty list would mean all of them to n8n's request helper.
		allowedDomains:
			credential.allowedHttpRequestDomains === 'domains'
				? String(credential.allowedDomains ?? '').trim() || ','
				: undefined,
		id: createHash('sha256').update(`${baseUrl}\n${key}`).digest('hex'),
	};
}
