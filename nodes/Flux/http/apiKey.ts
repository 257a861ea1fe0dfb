import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { FluxError } from '../errors/fluxError';

/** White space, control characters, what cannot be seen, and quotes: what copying leaves around a text. */
const around = String.raw`[\s\p{Cc}\p{Cf}\p{Z}"'\u0060\p{Pi}\p{Pf}\u201a\u201e\uff02\uff07]`;
// Only where a run of it begins, or a long one in the middle would be read again from each of its places.
const edges = new RegExp(`^${around}+|(?<!${around})${around}+$`, 'gu');
const scheme = /^(?:bearer|key|token):?[\s\p{Cf}\p{Z}]+/iu;

/** A text as it was meant, without what stands around it. */
export const bare = (text: unknown): string => String(text ?? '').replace(edges, '');

/** The key without what was copied along with it. */
function cleaned(text: string): string {
	const shorter = bare(bare(text).replace(scheme, ''));
	return shorter === text ? text : cleaned(shorter);
}

const named: Record<string, string> = { '\n': 'a line break', '\r': 'a line break', '\t': 'a tab' };

/** A character in words, so that also one that cannot be seen can be found. */
function nameOf(character: string): string {
	const code = character.codePointAt(0) ?? 0;
	if (character === ' ') return 'a space';
	return (
		named[character] ??
		`a character that a key cannot hold (U+${code.toString(16).toUpperCase().padStart(4, '0')})`
	);
}

/**
 * The key of a credential: what is sent, tested and kept out of all texts. Empty only if it may be.
 *
 * @returns or what is wrong, `authentication`: there is none, or no header could carry it; the text holds nothing of it
 */
export function keyOf({ apiKey }: ICredentialDataDecryptedObject, isOptional = false): string | FluxError {
	const key = cleaned(String(apiKey ?? ''));
	if (key === '' && !isOptional) {
		return new FluxError('authentication', 'The credential holds no API key', {
			advice: 'Paste the key into the API Key field of the credential, then save it. Nothing was sent.',
		});
	}
	const place = key.search(/[^\x21-\x7e]/);
	if (place < 0) return key;
	const problem = nameOf(String.fromCodePoint(key.codePointAt(place) ?? 0));
	return new FluxError(
		'authentication',
		`The API key in the credential holds ${problem} after ${place} character${place === 1 ? '' : 's'}`,
		{
			advice:
				'Copy the key again from the page of the service, in one piece and in full, and save the credential. Nothing was sent.',
		},
	);
}
