import type { IDataObject } from 'n8n-workflow';

const collect = /Resource "Job", Operation "Get"/;
const byCode: Record<string, RegExp> = {
	'invalid-input': /Nothing was billed/,
	authentication: /Check the API key/,
	'insufficient-credits': /Add credits/,
	'rate-limited': /lower Max Concurrency in Advanced Settings, or raise Timeout/,
	'prompt-moderated': /Reword the prompt, use another image.*Safety Tolerance/,
	'image-moderated': /Try another seed.*Safety Tolerance/,
	'job-failed': /Run the node again/,
	'job-not-found': /Check the job ID|Job: Get may still find it/,
	'job-cancelled': /Run the node again/,
	expired: /Collect them sooner/,
	'download-failed': /is billed, but could not be downloaded.*The image is at http/,
};

/** What the user is to be told after an error of this code, wherever it was met. */
export function adviceOf(code: string, { jobId, url }: IDataObject): RegExp {
	const known = byCode[code];
	if (known !== undefined) return known;
	if (typeof url === 'string') return /The image is at http/;
	return jobId === null ? /./ : collect;
}
