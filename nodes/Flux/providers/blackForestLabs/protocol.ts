import { z } from 'zod/v4';

import type { Jobs, Provider } from '../../provider';
import { codeOf, problemIn } from '../common/refusals';
import { endedWith, jobIn } from '../common/states';
import { jobId, longestUrl, maybe, pathOf, reader, timeOf, url, wordsOf } from '../common/readers';

export const submit: Provider['submit'] = ({ model, body }) => ({
	method: 'POST',
	url: `/v1/${pathOf(model.id)}`,
	body,
});

/** The polling URL is the one to ask, whatever cluster it names; without one any region finds the job by its id. */
export const poll: Jobs['poll'] = ({ id, pollingUrl }) => ({
	method: 'GET',
	url: pollingUrl ?? `/v1/get_result?id=${encodeURIComponent(id)}`,
});

const submitted = z.object({
	id: jobId,
	// Which host it names is for the client to judge.
	polling_url: maybe(
		z
			.string()
			.regex(/^\P{Cc}+$/u)
			.max(longestUrl),
	),
	cost: maybe(z.number()),
});

/** With a webhook no polling URL comes back: the webhook is told of the image, not we. */
export const readSubmit: Provider['readSubmit'] = (answer, { body }) => {
	const read = submitted.safeParse(answer.body);
	if (!read.success) return { unreadable: 'a job id' };
	const { id, polling_url: pollingUrl, cost } = read.data;
	return { id, pollingUrl, cost, webhookOnly: pollingUrl === undefined && body.webhook_url !== undefined };
};

const polled = z.looseObject({
	status: z.string(),
	cost: maybe(z.number()),
	details: z.unknown(),
	result: z.unknown(),
});

const result = z.object({
	sample: url,
	seed: maybe(z.int()),
	prompt: maybe(z.string()),
	/** Seconds since the epoch. */
	end_time: z.unknown(),
});

/** Reasons stand in `details["Moderation Reasons"]`, a list or a text. */
const reasons = z
	.object({ 'Moderation Reasons': z.union([z.array(z.string()), z.string().transform((text) => [text])]) })
	.transform((details) => details['Moderation Reasons'])
	.catch([]);

/** The body's status counts, not the HTTP code: a moderated or failed job may come with 200, 404, 422 or 503. */
export const readPoll: Jobs['readPoll'] = (answer) => {
	const job = jobIn('blackForestLabs', polled, answer);
	if (job === undefined) return answer.status === 404 ? { is: 'unknownJob' } : { unreadable: 'a job status' };
	const { is, details, cost, result: made } = job;
	switch (is) {
		case 'running':
			return { is };
		case 'ready': {
			const image = result.safeParse(made);
			if (!image.success)
				return { unreadable: 'the URL of the image (result.sample) of a job that is Ready' };
			const { sample, seed, prompt, end_time } = image.data;
			return { is, cost, finishedAt: timeOf(end_time), images: [{ url: sample, seed, prompt }] };
		}
		case 'promptModerated':
		case 'imageModerated':
			return { is, reasons: reasons.parse(details) };
		case 'failed':
			// The document has it in `details`, the guides in `error` and `message`, or in `detail`.
			return endedWith(is, wordsOf(details) || wordsOf(made) || problemIn({ ...job, status: '' })?.words);
		default:
			return { is };
	}
};

/** FastAPI answers `detail` as a text or a list of `{loc, msg}`. */
export const refusal: Provider['refusal'] = ({ status, body, excerpt }) => ({
	code: codeOf(status),
	words: problemIn(body)?.words || excerpt,
});

const credits = z.object({ credits: z.number() }).transform((read) => [{ ...read, unit: 'credit' }]);
// The document does not say what they are.
const finetune = z.union([
	z.object({ finetune_id: z.string() }).transform((one) => one.finetune_id),
	z.unknown().transform(wordsOf),
]);
const finetunes = z
	.object({ finetunes: z.array(finetune) })
	.transform((read) => read.finetunes.map((finetuneId) => ({ finetuneId })));

export const account: Provider['account'] = {
	getCredits: {
		request: { method: 'GET', url: '/v1/credits' },
		read: reader(credits, 'a number of credits'),
	},
	getFinetunes: {
		request: { method: 'GET', url: '/v1/my_finetunes' },
		read: reader(finetunes, 'a list of finetunes'),
	},
};
