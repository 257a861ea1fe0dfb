import type { JobState } from '../../provider';
import { wordsOf } from './readers';

const moderated =
	/flagged|nsfw|\bE005\b|moderat(ed|ion)|sensitive content|safety (check|filter|system)|content policy/i;
const ofPrompt = /\b(input|prompt|request)/i;
const ofImage = /\boutput|nsfw|generated/i;

/** Where refusals for safety are failures that only their words tell apart. What speaks of both is taken for the image's. */
export function moderationIn(words: string): JobState | undefined {
	if (!moderated.test(words)) return undefined;
	const is = ofPrompt.test(words) && !ofImage.test(words) ? 'promptModerated' : 'imageModerated';
	return { is, reasons: [words] };
}

/** A job that has ended without images, where one `error` says why whatever the state is. */
export function endedWith(is: Exclude<JobState['is'], 'running' | 'ready'>, error: unknown): JobState {
	const reason = wordsOf(error);
	switch (is) {
		case 'failed':
			return moderationIn(reason) ?? { is, reason };
		case 'promptModerated':
		case 'imageModerated':
			return { is, reasons: [reason].filter(Boolean) };
		default:
			return { is };
	}
}
