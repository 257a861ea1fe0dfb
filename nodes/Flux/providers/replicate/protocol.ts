import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod/v4';

import {
	isUnreadable,
	type Job,
	type Jobs,
	type Provider,
	type ReadyState,
	type Uploads,
} from '../../provider';
import { imagesIn } from '../common/imagesIn';
import { ifAny, jobId, maybe, pathOf, reader, said, timeOf, url } from '../common/readers';
import { codeOf, problemIn } from '../common/refusals';
import { endedWith, jobIn } from '../common/states';
import { hasCustomRatio } from './fields';

/** Seconds that Replicate may hold the submit: the job has no id so long, and cannot be cancelled. */
const maxHeldSeconds = 2;
/** Replicate takes no shorter time for Cancel-After. */
const minCancelSeconds = 5;

/** A version is named by `owner/name:version` or by its 64 hexadecimal digits alone. */
const versionIn = (id: string): string | undefined =>
	/:(.+)/s.exec(id)?.[1] ?? (/^[0-9a-f]{64}$/i.test(id) ? id : undefined);

/** A name without an owner is one of Black Forest Labs; of a page on replicate.com the address says owner and name. */
export function modelId(text: string): string {
	const [, page, version] =
		/^(?:https?:\/\/)?(?:www\.|api\.)?replicate\.com\/(?:v1\/)?(?:models\/)?([\w.-]+\/[\w.-]+)(?:\/versions\/([0-9a-f]{64}))?/i.exec(
			text,
		) ?? [];
	if (page !== undefined) return version === undefined ? page : `${page}:${version}`;
	return text.includes('/') || versionIn(text) === text ? text : `black-forest-labs/${text}`;
}

/** A deployment of one's own is named by `deployments/owner/name`, as its address ends. */
const placeOf = (id: string) =>
	/^deployments\/[^/]+\/[^/]+$/.test(id) ? pathOf(id) : `models/${pathOf(id)}`;

/** Where a model tells its own fields, or that version of it. A deployment and a version without its model tell none. */
export function placeOfSchema(id: string): string | undefined {
	const [, name, version] = /^([^/:]+\/[^/:]+)(?::([^/]+))?$/.exec(id) ?? [];
	if (name === undefined) return undefined;
	return `/models/${pathOf(name)}${version === undefined ? '' : `/versions/${encodeURIComponent(version)}`}`;
}

/** Official models are asked for by their name, as are deployments, and versions of any model by the version. */
export const submit: Provider['submit'] = ({ model, body, envelope, remainingSeconds, isAwaited }) => {
	const version = versionIn(model.id);
	return {
		method: 'POST',
		url: version === undefined ? `/${placeOf(model.id)}/predictions` : '/predictions',
		headers: isAwaited === false ? {} : headersFor(remainingSeconds, envelope),
		body: {
			...(version === undefined ? {} : { version }),
			input: withCustomRatio(model.body, body),
			...envelope,
			...(envelope.webhook === undefined ? {} : { webhook_events_filter: ['completed'] }),
		},
	};
};

/** A job that nobody waits for any more is not to run on, unless a webhook waits for it, too. */
function headersFor(remainingSeconds: number, { webhook }: IDataObject): Record<string, string> {
	// With little time left it would be up before the job has an id.
	const prefer: Record<string, string> =
		remainingSeconds > 2 * maxHeldSeconds ? { prefer: `wait=${maxHeldSeconds}` } : {};
	if (webhook !== undefined) return prefer;
	return { ...prefer, 'cancel-after': `${Math.max(minCancelSeconds, Math.ceil(remainingSeconds))}s` };
}

/** Replicate ignores width and height unless `aspect_ratio` is `custom`, so it is set for the user. */
function withCustomRatio(model: z.ZodObject, body: IDataObject): IDataObject {
	const hasPixels = body.width !== undefined || body.height !== undefined;
	return hasPixels && hasCustomRatio(model) ? { aspect_ratio: 'custom', ...body } : body;
}

/** `urls.get` of an answer is never asked: proxies name a host of another company there. */
const placeOfJob = ({ id }: Job) => `/predictions/${encodeURIComponent(id)}`;

export const uploads: Uploads = {
	// A data: URI may have 256 KiB, and base64 makes 4 bytes of 3.
	inlineBytes: 190 * 1024,
	request: (file, fileName) => {
		const form = new FormData();
		form.append('content', file, fileName);
		return { method: 'POST', url: '/files', body: form };
	},
	read: reader(
		z.object({ urls: z.object({ get: url }) }).transform(({ urls }) => ({ url: urls.get })),
		'the URL of the uploaded file (urls.get)',
	),
};

const prediction = z.object({
	id: jobId,
	status: z.string(),
	output: z.unknown(),
	error: z.unknown(),
	data_removed: maybe(z.boolean()),
	completed_at: z.unknown(),
	...{ model: said, version: said },
	input: z.looseObject({ prompt: said, seed: maybe(z.int()) }).catch({}),
});
type Prediction = z.infer<typeof prediction>;

/** The answer is the job itself, which may have ended already. A job whose state cannot be read is asked for again. */
export const readSubmit: Provider['readSubmit'] = (answer) => {
	const known = prediction.pick({ id: true }).safeParse(answer.body);
	if (!known.success) return { unreadable: 'a prediction with an id' };
	const { id } = known.data;
	const state = readPoll(answer);
	return isUnreadable(state) ? { id } : { id, state };
};

const readPoll: Jobs['readPoll'] = (answer) => {
	if (answer.status === 404) return { is: 'unknownJob' };
	const job = jobIn('replicate', prediction, answer);
	if (job === undefined) return { unreadable: 'the status of a prediction' };
	const { is, output, error, data_removed: isRemoved, completed_at, input } = job;
	switch (is) {
		case 'running':
			return { is, about: aboutOf(job) };
		case 'ready': {
			const images = imagesIn(output, input);
			if (images.length > 0) return { is, images, finishedAt: timeOf(completed_at), about: aboutOf(job) };
			return isRemoved === true ? { is: 'expired' } : { unreadable: 'the images (output) of a finished job' };
		}
		default:
			return endedWith(is, error);
	}
};

/** A prediction repeats its input; one of a version may name no model. */
const aboutOf = ({ model, version, input: { prompt, seed } }: Prediction): ReadyState['about'] =>
	ifAny({ model: model ?? (version === 'hidden' ? undefined : version), prompt, seed });

export const jobs: Jobs = {
	typicalSeconds: 2,
	poll: (job) => ({ method: 'GET', url: placeOfJob(job) }),
	readPoll,
	cancel: (job) => ({ method: 'POST', url: `${placeOfJob(job)}/cancel` }),
	atDeadline:
		'Replicate was told to cancel the job at this time, unless a webhook waits for it: if it is cancelled there, nothing is left to collect.',
};

const text = maybe(z.string().min(1));
const invalidField = z.object({ field: z.string(), description: z.string() });
const problem = z.object({ title: text, detail: text, invalid_fields: z.array(invalidField).catch([]) });

/** Replicate answers `{title, detail}`, with `invalid_fields` where the input is wrong. */
export const refusal: Provider['refusal'] = ({ status, body, excerpt }) => {
	const { title, detail, invalid_fields: fields = [] } = problem.safeParse(body).data ?? {};
	const wrong = fields.map(({ field, description }) => `${field.replace(/^input\./, '')}: ${description}`);
	const words = [title, wrong.length > 0 ? wrong.join('; ') : detail].filter(Boolean).join(': ');
	return { code: codeOf(status), words: words || problemIn(body)?.words || excerpt };
};
