import { z } from 'zod/v4';

// Control characters, and halves of characters that take two places, which no path can hold.
const unprintable = /[\p{Cc}\p{Cs}]/u;

/** Whether a text can be the id of a job: one of dots alone would lead out of the path that it is put into, encoded or not. */
export const isJobId = (text: string): boolean =>
	text.length <= 200 && text.trim() === text && /[^.]/.test(text) && !unprintable.test(text);

export const jobId = z.string().refine(isJobId);
