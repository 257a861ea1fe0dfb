import { z } from 'zod/v4';

import { type ErrorCode, invalidInput } from '../../errors/fluxError';
import type {
	Job,
	JobState,
	Model,
	ProviderAnswer,
	ProviderRequest,
	SubmitRequest,
	Submitted,
	Unreadable,
	Uploads,
} from '../../provider';
import { jobId, link, maybe, pathOf, reader, said, url } from '../common/readers';
import { codeOf, isNoJob, problemIn, saysNoBalance } from '../common/refusals';
import { endedWith, stateOf } from '../common/states';
import { models } from './models';

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

export function submit({ model, body, envelope: { fal_webhook: webhook } }: SubmitRequest): ProviderRequest {
	const query = webhook === undefined ? '' : `?fal_webhook=${encodeURIComponent(String(webhook))}`;
	return { method: 'POST', url: `${placeOf(model)}${query}`, body };
}

/** The queue knows a job by the first two parts of its model's id, and by the job's own. */
const inUrl = /(?:^|\/)(\w[\w.-]*\/\w[\w.-]*)\/requests\/([^/?#]+)(?:[/?#]|$)/;
const afterModel = /^(\w[\w.-]*\/\w[\w.-]*)(?:\/\w[\w.-]*)*\/([^/?#]+)$/;

/** The URLs that an answer names are never asked, as a proxy may name fal's own host there. They are made as fal's client makes them. */
function placeOfJob({ id, pollingUrl }: Job): string {
	const [, app, request] = inUrl.exec(pollingUrl ?? '') ?? inUrl.exec(id) ?? afterModel.exec(id) ?? [];
	if (app !== undefined && !/^\.+$/.test(request))
		return `/${app}/requests/${request.replace(/[^\w.~%-]+/g, encodeURIComponent)}`;
	throw invalidInput(
		`fal finds no job by "${pollingUrl ?? id}" alone`,
		"Enter the job's Polling URL too, or write the model before the ID, for example fal-ai/flux-2-pro/JOB-ID.",
	);
}

export const poll = (job: Job): ProviderRequest => ({ method: 'GET', url: `${placeOfJob(job)}/status` });
export const result = (job: Job): ProviderRequest => ({ method: 'GET', url: placeOfJob(job) });
export const cancel = (job: Job): ProviderRequest => ({ method: 'PUT', url: `${placeOfJob(job)}/cancel` });

export function readSubmit({ body }: ProviderAnswer, { model }: SubmitRequest): Submitted | Unreadable {
	const read = z.object({ request_id: jobId }).safeParse(body);
	if (!read.success) return { unreadable: 'a job id (request_id)' };
	const { request_id: id } = read.data;
	const [owner, app] = placeOf(model).slice(1).split('/');
	return { id, pollingUrl: `${owner}/${app}/requests/${encodeURIComponent(id)}/status` };
}

const polled = z.object({
	status: z.string(),
	queue_position: maybe(z.int()),
	...{ error: z.unknown(), error_type: z.unknown() },
});

/** That a job failed may show in its state, or in its result alone. */
export function readPoll({ status: code, body }: ProviderAnswer): JobState | Unreadable {
	if (code === 404) return { is: 'unknownJob' };
	const read = polled.safeParse(body);
	if (!read.success) return { unreadable: 'the status of a job' };
	const { status, queue_position: place, error, error_type: type } = read.data;
	// So answers a cancel that came too late.
	if (code === 400 && status === 'ALREADY_COMPLETED') return { is: 'ready', images: [] };
	const known = stateOf('fal', status);
	if (known === undefined && isNoJob(body)) return { unreadable: 'the status of a job' };
	const is = known ?? 'running';
	const hasFailed = ![error, type].every((one) => one === undefined || one === null || one === '');
	switch (is) {
		case 'running':
			return { is, note: place === undefined ? undefined : `at place ${place} of the queue` };
		case 'ready':
			return hasFailed
				? failure(problemOf({ body: { detail: error }, excerpt: typeof type === 'string' ? type : '' }))
				: { is, images: [] };
		default:
			return endedWith(is, error);
	}
}

const image = z.union([link, z.object({ url: link }).transform((one) => one.url)]);
const made = z.object({
	images: z.array(image).min(1),
	seed: maybe(z.int()),
	prompt: said,
	has_nsfw_concepts: maybe(z.array(z.unknown())),
});

/** The model's own answer; of a job that failed a refusal. */
export function readResult(answer: ProviderAnswer): JobState | Unreadable {
	const { status, body, mayBeRepeated } = answer;
	if (status === 404) return { is: 'unknownJob' };
	if (status === 422 || (status >= 500 && mayBeRepeated === false)) return failure(problemOf(answer));
	const { images, seed, prompt, has_nsfw_concepts: flags = [] } = made.safeParse(body).data ?? {};
	if (images === undefined) {
		const isRunning =
			status === 400 && /in progress|not (yet )?(done|completed)/i.test(problemIn(body)?.words ?? '');
		return isRunning ? { is: 'running' } : { unreadable: 'the images (images) of a finished job' };
	}
	const all = images.map((url, index) => ({ url, seed, prompt, isWithheld: flags[index] === true }));
	return all.every(({ isWithheld }) => isWithheld)
		? { is: 'imageModerated', reasons: ["the model's safety checker flagged it"] }
		: { is: 'ready', images: all, about: { seed, prompt } };
}

const details = z.object({
	detail: z.array(z.object({ loc: z.array(z.unknown()).catch([]), type: said, msg: said })),
});

interface Problem {
	words: string;
	/** Refused for safety: the prompt, or what was made of it. */
	moderated?: 'prompt' | 'image';
}

/** What went wrong; `detail` is a text, or a list that names each field. */
function problemOf({ body, excerpt }: Pick<ProviderAnswer, 'body' | 'excerpt'>): Problem {
	const { detail = [] } = details.safeParse(body).data ?? {};
	const words = problemIn(body)?.words ?? '';
	const policy = detail.find(({ type }) => type === 'content_policy_violation');
	if (policy === undefined && !/content_policy_violation/.test(`${words} ${excerpt}`)) return { words };
	const isImage = policy?.loc.some((one) => /image|output/.test(String(one))) === true;
	return { words: words || 'content policy violation', moderated: isImage ? 'image' : 'prompt' };
}

const failure = ({ words, moderated }: Problem): JobState =>
	moderated === undefined
		? endedWith('failed', words)
		: { is: moderated === 'image' ? 'imageModerated' : 'promptModerated', reasons: [words] };

const locked = ' (the key is right, but fal has locked the account: write to its support)';

/** fal answers `{detail}`; a locked account is one without credit, or one that its staff has locked. */
export function refusal(answer: ProviderAnswer): { code: ErrorCode; words: string } {
	const { status, excerpt } = answer;
	const { words, moderated } = problemOf(answer);
	const isLocked = status === 403 && /\block/i.test(words);
	const code: ErrorCode =
		moderated !== undefined
			? `${moderated}-moderated`
			: status === 403 && saysNoBalance(words)
				? 'insufficient-credits'
				: codeOf(status);
	return { code, words: `${words || excerpt}${isLocked && code === 'authentication' ? locked : ''}` };
}

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
