import { z } from 'zod/v4';

import { invalidInput } from '../../errors/fluxError';
import type {
	Job,
	Jobs,
	JobState,
	Model,
	Provider,
	ProviderAnswer,
	ReadyImage,
	Uploads,
} from '../../provider';
import { imagesIn } from '../common/imagesIn';
import { jobId, link, maybe, pathOf, reader, said, url, wordsOf } from '../common/readers';
import { codeOf, problemIn, saysNoBalance } from '../common/refusals';
import { endedWith, jobIn } from '../common/states';
import { inBothFields, models } from './models';

const placeOf = ({ id, endpoint }: Pick<Model, 'id' | 'endpoint'>) => endpoint?.path ?? `/${pathOf(id)}`;

/** A name without an owner is one of fal's own; a model's page and the endpoint of an operation stand for the model. */
export function modelId(text: string): string {
	const [, page] =
		/^(?:https?:\/\/)?(?:www\.)?fal\.(?:ai\/models|run)\/([\w.-]+(?:\/[\w.-]+)+?)(?:\/(?:api|playground|llms\.txt))?\/?(?:[?#].*)?$/i.exec(
			text,
		) ?? [];
	const id = page ?? (text === '' || text.includes('/') ? text : `fal-ai/${text}`);
	const owner =
		models.find((model) => model.id === id) ?? models.find((model) => placeOf(model) === `/${id}`);
	return owner?.id ?? id;
}

export const submit: Provider['submit'] = ({ model, body, envelope: { fal_webhook: webhook } }) => {
	const query = webhook === undefined ? '' : `?fal_webhook=${encodeURIComponent(String(webhook))}`;
	const sent = model.endpoint === undefined ? inBothFields(body) : body;
	return { method: 'POST', url: `${placeOf(model)}${query}`, body: sent };
};

/** The queue knows a job by the app, which is owner and name, in these namespaces with that before them, and by the job's own id. */
const namespace = '(?:(?:workflows|comfy)/)?';
const anyApp = `(${namespace}\\w[\\w.-]*/\\w[\\w.-]*)`;
const inUrl = new RegExp(`(?:^|/)${anyApp}/requests/([^/?#]+)(?:[/?#]|$)`);
const afterModel = new RegExp(`^${anyApp}(?:/\\w[\\w.-]*)*/([^/?#]+)$`);
const inPlace = new RegExp(`^/(${namespace}[^/]+/[^/]+)`);

/** The URLs that an answer names are never asked, as a proxy may name fal's own host there. They are made as fal's client makes them. */
function placeOfJob({ id, pollingUrl }: Job): string {
	const [, app, request] = inUrl.exec(pollingUrl ?? '') ?? inUrl.exec(id) ?? afterModel.exec(id) ?? [];
	if (app !== undefined && !/^(?:\.|%2e)+$/i.test(request))
		return `/${app}/requests/${request.replace(/[^\w.~%-]+/g, encodeURIComponent)}`;
	throw invalidInput(
		`fal finds no job by "${pollingUrl ?? id}" alone`,
		"Enter the job's Polling URL too, or write the model before the ID, for example fal-ai/flux-2-pro/JOB-ID.",
	);
}

export const readSubmit: Provider['readSubmit'] = ({ body }, { model }) => {
	const read = z.object({ request_id: jobId }).safeParse(body);
	if (!read.success) return { unreadable: 'a job id (request_id)' };
	const { request_id: id } = read.data;
	const [, app] = inPlace.exec(placeOf(model)) ?? [];
	return { id, pollingUrl: `${app}/requests/${encodeURIComponent(id)}/status` };
};

const polled = z.object({
	status: z.string(),
	queue_position: maybe(z.int()),
	...{ error: z.unknown(), error_type: said },
});

/** So answers a cancel that came too late. */
const tooLate = z.object({ status: z.literal('ALREADY_COMPLETED') });

/** That a job failed may show in its state, or in its result alone. */
const readPoll: Jobs['readPoll'] = (answer) => {
	const { status, body } = answer;
	if (status === 404) return { is: 'unknownJob' };
	if (status === 400 && tooLate.safeParse(body).success) return { is: 'ready', images: [] };
	const job = jobIn('fal', polled, answer);
	if (job === undefined) return { unreadable: 'the status of a job' };
	const { is, queue_position: place, error, error_type: type } = job;
	switch (is) {
		case 'running':
			return { is, note: place === undefined ? undefined : `at place ${place} of the queue` };
		case 'ready':
			// Without a type the result tells more of what the model refused, but may tell nothing of an error of its server.
			return type === undefined && !/\b5\d\d\b/.test(wordsOf(error))
				? { is, images: [] }
				: failure(problemOf({ status, body: { detail: error, error_type: type }, excerpt: '' }));
		default:
			return endedWith(is, error);
	}
};

const image = z.union([link, z.object({ url: link }).transform((one) => one.url)]);
const made = z.object({ images: z.array(image).min(1) });
const state = z.object({ response_url: z.string() });
const besides = z.object({
	seed: maybe(z.int()),
	prompt: said,
	has_nsfw_concepts: z.array(z.unknown()).catch([]),
});

/** With `sync_mode` they stand in the answer itself, and models that are in no list may name them otherwise. */
function imagesOf(body: unknown): ReadyImage[] {
	const listed = made.safeParse(body).data?.images.map((url) => ({ url }));
	// What the queue says of a job names places that are no images.
	return listed ?? (state.safeParse(body).success ? [] : imagesIn(body));
}

/** The model's own answer; of a job that failed a refusal. */
const readResult: Jobs['readResult'] = (answer) => {
	const { status, body } = answer;
	const none = { unreadable: 'the images (images) of a finished job' };
	if (status >= 400) return endIn(answer) ?? none;
	const found = imagesOf(body);
	if (found.length === 0) return none;
	const { seed, prompt, has_nsfw_concepts: flags = [] } = besides.safeParse(body).data ?? {};
	const images = found.map((one, index) => ({
		...one,
		seed: one.seed ?? seed,
		prompt: one.prompt ?? prompt,
		isWithheld: flags[index] === true,
	}));
	return images.every(({ isWithheld }) => isWithheld)
		? { is: 'imageModerated', reasons: ["the model's safety checker flagged it"] }
		: { is: 'ready', images, about: { seed, prompt } };
};

/** The key, the method or the pace of the question was refused, whatever the body says beside that. */
const ofQuestion = [401, 402, 403, 405, 407, 408, 425, 429];

/** What a refusal in place of a result says of the job; undefined if it may be about the question alone. */
function endIn(answer: ProviderAnswer): JobState | undefined {
	const { status, mayBeRepeated } = answer;
	const problem = problemOf(answer);
	const { words, isOfJob } = problem;
	if (status === 400 && /in progress|not (yet )?(done|completed)/i.test(words)) return { is: 'running' };
	if (ofQuestion.includes(status)) return undefined;
	if (status === 404 && !isOfJob) return { is: 'unknownJob' };
	// A page without words of its own is a proxy's.
	const isOfModel = status < 500 && (words !== '' || [422, 499].includes(status));
	return isOfJob || isOfModel || mayBeRepeated === false ? failure(problem) : undefined;
}

const details = z.object({
	detail: z.array(z.object({ loc: z.array(z.unknown()).catch([]), type: said, msg: said })).catch([]),
	error_type: said,
});

interface Problem {
	words: string;
	/** It has a type, as what ended a job has. */
	isOfJob: boolean;
	isCancelled: boolean;
	/** Refused for safety: what was sent, or what was made of it. */
	moderated?: 'prompt' | 'image';
}

/** A part of a model's answer, where its input has other names. */
const ofAnswer = /^(output|generated|images$)/;

/** What went wrong: `detail` is a list of the model that names each field, or a text of the queue, which has one `error_type`. */
function problemOf({ status, body, excerpt }: ProviderAnswer): Problem {
	const { detail = [], error_type: type } = details.safeParse(body).data ?? {};
	const words = problemIn(body)?.words || type || '';
	const problem = {
		words,
		isOfJob: detail.length > 0 || type !== undefined,
		isCancelled: type === 'client_cancelled' || (type === undefined && status === 499),
	};
	const policy = detail.find((one) => one.type === 'content_policy_violation');
	if (policy === undefined && !/content_policy_violation/.test(`${words} ${type} ${excerpt}`)) return problem;
	const isImage = policy?.loc.some((one) => ofAnswer.test(String(one))) === true;
	return { ...problem, words: words || 'content policy violation', moderated: isImage ? 'image' : 'prompt' };
}

function failure({ words, isCancelled, moderated }: Problem): JobState {
	if (isCancelled) return { is: 'cancelled' };
	if (moderated === undefined) return endedWith('failed', words);
	return { is: moderated === 'image' ? 'imageModerated' : 'promptModerated', reasons: [words] };
}

export const jobs: Jobs = {
	typicalSeconds: 2,
	hasPollingUrl: true,
	poll: (job) => ({ method: 'GET', url: `${placeOfJob(job)}/status` }),
	readPoll,
	result: (job) => ({ method: 'GET', url: placeOfJob(job) }),
	readResult,
	cancel: (job) => ({ method: 'PUT', url: `${placeOfJob(job)}/cancel` }),
};

/** fal says it in a header of its own, which has two names; what has a kind of error is how the job ended. */
export const mayBeRepeated: Provider['mayBeRepeated'] = (headers) => {
	const told = String(headers['x-fal-retryable'] ?? headers['x-fal-needs-retry'] ?? '').toLowerCase();
	if (told !== '') return !['false', '0'].includes(told);
	return headers['x-fal-error-type'] === undefined ? undefined : false;
};

const locked = ' (the key is right, but fal has locked the account: write to its support)';

/** fal answers `{detail}`; a locked account is one without credit, or one that its staff has locked. */
export const refusal: Provider['refusal'] = (answer) => {
	const { status, excerpt } = answer;
	const { words, moderated } = problemOf(answer);
	const isLocked = status === 403 && /\block/i.test(words);
	const code =
		moderated !== undefined
			? (`${moderated}-moderated` as const)
			: status === 403 && saysNoBalance(words)
				? 'insufficient-credits'
				: codeOf(status);
	return { code, words: `${words || excerpt}${isLocked && code === 'authentication' ? locked : ''}` };
};

/** Files are announced, and then put where the answer says. */
export const uploads: Uploads = {
	inlineBytes: 256 * 1024,
	request: ({ type }, fileName) => ({
		method: 'POST',
		url: '/storage/upload/initiate?storage_type=fal-cdn-v3',
		body: { content_type: type, file_name: fileName },
	}),
	read: reader(
		z
			.object({ file_url: url, upload_url: url })
			.transform(({ file_url, upload_url }) => ({ url: file_url, put: upload_url })),
		'where to put the file (upload_url, file_url)',
	),
};
