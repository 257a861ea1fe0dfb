import { z } from 'zod/v4';

/** Whether a text can be the id of a job: one of dots alone would lead out of the path that it is put into, encoded or not. */
export const isJobId = (text: string): boolean => text.length > 0 && text.length <= 200 && /[^.]/.test(text);

export const jobId = z.string().refine(isJobId);
