import { z } from 'zod/v4';

// Half of a character that takes two places.
const half = /\p{Cs}/u;

/**
 * Whether a text can be the id of a job: one of dots alone would lead out of the path that it is put into, encoded or not, and half a
 * character cannot be encoded.
 */
export const isJobId = (text: string): boolean =>
	text.length <= 200 && text.trim() === text && /[^.]/.test(text) && !half.test(text);

export const jobId = z.string().refine(isJobId);
