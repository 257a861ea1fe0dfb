import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Hosts } from '../provider';
import { FluxError } from '../errors/fluxError';
import { bare } from './apiKey';
import { isPrivateHost, isSafeBase, parseHttpUrl, type Base } from './trust';

type Ending = NonNullable<Hosts['endings']>[string];

/** Query parameters that hold a key, which would then stand in every URL. */
const secretName = /key|token|secret|signature|passw|^sig$|^auth|^code$/i;
const maxShown = 120;

/**
 * Where a credential leads, be it for its test, a run or the list of models.
 *
 * @returns or what is wrong: `invalid-input` if no server is chosen; `untrusted-host` if the base URL is none, with what to write in place of it
 */
export function baseOf(hosts: Hosts, credential: ICredentialDataDecryptedObject): Base | FluxError {
	const choice = chosen(hosts, credential);
	if (choice instanceof FluxError) return choice;
	if (Object.hasOwn(hosts.fixed, choice)) return { baseUrl: hosts.fixed[choice] };
	const isSelfHosted = Object.hasOwn(hosts.usual, choice);
	const ending = hosts.endings?.[choice];
	if (!isSelfHosted && choice !== 'custom' && ending === undefined) {
		return new FluxError(
			'invalid-input',
			`The ${hosts.choice} "${choice}" of the credential is not known here`,
			{
				advice: `Choose another ${hosts.choice} in the credential, or update the Flux node. Nothing was sent.`,
			},
		);
	}
	const written = bare(credential.baseUrl);
	const example = ending?.example ?? hosts.example;
	if (written !== '') return readBase({ ...hosts, example }, written, ending);
	if (isSelfHosted) return { baseUrl: hosts.usual[choice] };
	return refused('The credential has no base URL', `Write it as ${example}.`);
}

function chosen(
	{ choice, unchosen, adviceToChoose }: Hosts,
	credential: ICredentialDataDecryptedObject,
): string | FluxError {
	if (choice === undefined) return 'custom';
	const value = bare(credential[choice]) || unchosen;
	if (value !== undefined) return value;
	return new FluxError('invalid-input', `No ${choice} is chosen in the credential`, {
		advice: `${adviceToChoose ?? `Choose a ${choice} in the credential.`} Nothing was sent.`,
	});
}

function readBase(hosts: Hosts, written: string, ending?: Ending): Base | FluxError {
	const url = parseHttpUrl(written) ?? withScheme(written);
	if (url === undefined || /\s/.test(written)) {
		return refused(`${named(written)} is no https URL`, `Write it as ${hosts.example}.`);
	}
	if (url.username !== '' || url.password !== '') {
		return refused(
			`${named(written)} holds a user name or a password`,
			'Write it without what stands before the @. Only the API key is sent.',
		);
	}
	const base = ending === undefined ? cut(hosts, url) : completed(url, ending);
	const lacksVersion = hosts.hasVersion && ending === undefined && pathOf(url) === '';
	const holdsSecret = [...url.searchParams.keys()].some((name) => secretName.test(name));
	const query = hosts.keepsQuery && !holdsSecret ? url.search : '';
	// The version of another API, whose path was cut off, is none of this one.
	const kept = ending !== undefined && otherApi.test(pathOf(url)) ? '' : query;
	const better = `${isSafeBase(base) ? base : base.replace(/^http:/, 'https:')}${lacksVersion ? '/v1' : ''}${kept}`;
	if (parseHttpUrl(written) === undefined) {
		return refused(`${named(written)} is no https URL: https:// is missing`, `Write ${better}.`);
	}
	if (!isSafeBase(base)) {
		return refused(
			`${named(written)} is no https URL`,
			`Write ${better}; http is only allowed for this machine and private networks.`,
		);
	}
	if (holdsSecret) {
		return refused(
			`${named(written)} holds a key in its query`,
			`Write ${better} as the base URL, and the key into the API Key field.`,
		);
	}
	if (query !== url.search) {
		return refused(`${named(written)} ends with a query, which this API does not have`, `Write ${better}.`);
	}
	if (lacksVersion) {
		return refused(
			`${named(written)} has no version`,
			`Most servers need one: write ${better}. If this one has none, write the whole address of a request, ${base}${hosts.request}${query}.`,
		);
	}
	const needed = kept.slice(1) || ending?.query;
	return needed === undefined ? { baseUrl: base } : { baseUrl: base, query: needed };
}

/** What was written without `https://`, as the URL that it means. */
function withScheme(written: string): URL | undefined {
	if (/^[a-z][a-z\d+.-]*:\/\//i.test(written)) return undefined;
	const rest = written.replace(/^\/+/, '');
	const url = parseHttpUrl(`https://${rest}`);
	return url !== undefined && isPrivateHost(url.hostname) ? parseHttpUrl(`http://${rest}`) : url;
}

const withoutSlashes = (path: string) => path.replace(/(?<!\/)\/+$/, '');

const pathOf = (url: URL) => withoutSlashes(url.pathname);

/** Without the path of a request. */
const cut = ({ requestPath }: Hosts, url: URL) =>
	`${url.origin}${withoutSlashes(pathOf(url).replace(requestPath, ''))}`;

/** Other APIs of a host whose base URLs have an ending. */
const otherApi = /\/(?:api\/projects|openai|models)(?:\/.*)?$/i;

/** With the ending, be there nothing of it, a part or more than that, or the ending of another API of the same host. */
function completed(url: URL, { path }: Ending): string {
	const [, first] = path.split('/');
	const own = new RegExp(`/${first}(?:/.*)?$`, 'i');
	return `${url.origin}${pathOf(url).replace(own, '').replace(otherApi, '')}${path}`;
}

/** The base URL for an error, unless something in it may be secret. */
function named(written: string): string {
	const shown = written.replace(/[?#].*/s, '');
	return `The base URL${shown.includes('@') ? '' : ` "${shown.slice(0, maxShown)}"`} of the credential`;
}

const refused = (message: string, advice: string) =>
	new FluxError('untrusted-host', message, { advice: `${advice} Nothing was sent.` });

/** A URL on the host of the base as one of the base: a server behind one that encrypts may name itself without https, or with a user. */
export function likeBase(url: string, { baseUrl }: Base): string {
	const [named, base] = [parseHttpUrl(url), parseHttpUrl(baseUrl)];
	if (named === undefined || named.host !== base?.host) return url;
	return `${base.origin}${named.pathname}${named.search}`;
}
