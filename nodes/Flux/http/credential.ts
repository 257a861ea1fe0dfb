import { createHash } from 'crypto';
import type { ICredentialDataDecryptedObject, IExecuteSingleFunctions } from 'n8n-workflow';

import type { Provider, Hosts } from '../provider';
import { FluxError } from '../errors/fluxError';
import { baseOf } from './baseUrl';
import { keyOf } from './apiKey';
import { redact } from './redact';
import { isPrivateHost, type Base } from './trust';

/** Whose key pays, and where it may go. */
export interface Account extends Base {
	/** A domain whose hosts are one for the key. */
	family: string | undefined;
	/** The server that takes its files, if it is another one. */
	files: string | undefined;
	credential: string;
	/** What must appear in no text. */
	secrets: string[];
	/** Tells accounts apart and holds no key. */
	id: string;
	/** The credential's choice of service, if it has one. */
	service: string | undefined;
	/** The only domains that its owner lets it be used with, as n8n writes them. */
	allowedDomains: string | undefined;
}

/**
 * The key of a credential and where it goes, the same for its test, a run and the list of models.
 *
 * @returns or what is wrong with either; a key that was pasted into the wrong field is in no text
 */
export function accessOf(
	hosts: Hosts,
	credential: ICredentialDataDecryptedObject,
): (Base & { key: string }) | FluxError {
	const key = keyOf(credential, hosts.keyIsOptional);
	if (key instanceof FluxError) return key;
	const base = baseOf(hosts, credential);
	if (!(base instanceof FluxError)) return { ...base, key };
	return new FluxError(base.code, redact(base.message, [key]), { advice: redact(base.advice, [key]) });
}

/** The account of the credential that is selected on the node. */
export async function accountOf(
	context: Pick<IExecuteSingleFunctions, 'getCredentials'>,
	api: Provider,
): Promise<Account> {
	const credential = await context.getCredentials(api.credential);
	const access = accessOf(api.hosts, credential);
	if (access instanceof FluxError) throw access;
	const { key, ...base } = access;
	const { hostname } = new URL(base.baseUrl);
	return {
		...base,
		credential: api.credential,
		family: api.hosts.family,
		files: api.hosts.files?.[base.baseUrl],
		// The name of one's own server that was written as its key is no secret: the URLs of its images hold it.
		secrets: isPrivateHost(hostname) && hostname.split('.').includes(key) ? [] : [key],
		service: typeof credential.service === 'string' ? credential.service : undefined,
		// An empty list would mean all of them to n8n's request helper.
		allowedDomains:
			credential.allowedHttpRequestDomains === 'domains'
				? String(credential.allowedDomains ?? '').trim() || ','
				: undefined,
		id: createHash('sha256').update(`${base.baseUrl}\n${key}`).digest('hex'),
	};
}
