import { createHash, createHmac, randomBytes } from 'node:crypto';
import { isObject } from './schema.mts';
import { randomSeed, type Core } from './core.mts';
import { editOf } from './edits.mts';
import type { Answer, Exchange } from './exchange.mts';
import { loadFacts } from './facts.mts';
import type { ImageFormat } from './images.mts';
import type { InputImage } from './inputs.mts';
import type { ForcedState, Job } from './jobs.mts';
import { modelsOfOthers } from './modelsOfOthers.mts';
import { invalid, problem, readInput } from './replicateBody.mts';
import { wishedSize, type Size } from './sizes.mts';

export const models = { ...loadFacts('replicate').models, ...modelsOfOthers };

/** The model behind every deployment. */
export const DEPLOYED = 'black-forest-labs/flux-2-pro';

/** Signs the webhooks, as `GET /webhooks/default/secret` tells. */
export const WEBHOOK_SECRET = `whsec_${Buffer.from('the sandbox signs its webhooks!!').toString('base64')}`;

/** Dollars an image; plausible, not the price list. */
const COST = 0.04;
/** Models whose sizes are rounded to multiples of 32; the others' to 16. */
const MULTIPLE_OF_32 = /flux-1\.1|flux-pro|flux-2/;

/** The id of a model's only version. */
export const versionOf = (model: string) => createHash('sha256').update(model).digest('hex');

export const notFound = (): Answer => ({
	status: 404,
	json: { detail: 'The requested resource could not be found.', status: 404 },
});

/** The id of the model in a body that names a version of it. */
export function modelOfVersion({ record: { body } }: Exchange): string | undefined {
	const version = isObject(body) ? String(body.version) : '';
	return Object.keys(models).find((id) => [id, versionOf(id), `${id}:${versionOf(id)}`].includes(version));
}

/** Seconds in `30`, `30s`, `5m` or `1h30m`; NaN when it is none of these. */
function secondsIn(text: string): number {
	if (/^\d+$/.test(text)) return Number(text);
	const [whole, hours, minutes, seconds] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text) ?? [];
	return whole ? Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0) : NaN;
}

/** How long the request is held, in seconds. */
const holdFor = (prefer: unknown): number =>
	prefer === undefined ? 0 : Number(String(prefer).split('=')[1] ?? 60);

/** Creates a prediction of the model; without one the version is that of none. */
export async function submit(
	core: Core,
	exchange: Exchange,
	model: string | undefined,
	service: string,
	show: (job: Job) => unknown,
): Promise<Answer> {
	const body = exchange.record.body as { input: Record<string, unknown>; webhook?: string };
	const { headers } = exchange.request;
	if (!model) {
		const detail = "The specified version does not exist (or perhaps you don't have permission to use it?)";
		return problem(422, 'Invalid version or not permitted', detail);
	}
	const facts = models[model];
	if (!facts) return notFound();
	const hold = holdFor(headers.prefer);
	const cancelAfter =
		headers['cancel-after'] === undefined ? Infinity : secondsIn(String(headers['cancel-after']));
	if (!(cancelAfter >= 5))
		return problem(422, 'Invalid header', 'Cancel-After must be a duration of at least 5 seconds');
	const read = await readInput(facts, body.input, (url) => core.own(url));
	if ('status' in read) return read;
	const { input, images } = read;
	const count = (input.num_outputs as number) ?? 1;
	if (core.credits < COST * count) {
		return problem(402, 'Insufficient credit', 'You have insufficient credit to run this model.');
	}
	core.credits -= COST * count;
	const size = sizeOf(model, input, Object.values(images)[0]);
	const edit = editOf(model, images);
	const chosen = (name: string) => input[name] ?? facts.fields[name]?.default;
	const format = String(chosen('output_format') ?? 'webp').replace('jpg', 'jpeg') as ImageFormat;
	if (!['jpeg', 'png', 'webp'].includes(format)) {
		return invalid([
			{ type: 'enum', path: ['input', 'output_format'], message: 'Must be webp, jpg or png', input: format },
		]);
	}
	const seed = (input.seed as number) ?? randomSeed();
	const job = core.accept(exchange, {
		api: 'replicate',
		service,
		model,
		body,
		cost: COST * count,
		lifetime: 3600,
		ignoredFields: read.ignoredFields,
		id: randomBytes(16).toString('hex').slice(0, 26),
		drawings: Array.from({ length: count }, (_, i) => ({
			...size,
			model,
			prompt: String(input.prompt ?? ''),
			seed: seed + i,
			format,
			edit,
			quality: chosen('output_quality') as number | undefined,
		})),
	});
	if (read.unreadable)
		job.forced ??= { status: 'failed', details: `cannot identify image file ${read.unreadable}` };
	if (job.dueAt > job.submittedAt + cancelAfter * 1000) {
		job.dueAt = job.submittedAt + cancelAfter * 1000;
		job.forced = { status: 'aborted' };
	}
	if (body.webhook !== undefined) core.notify(job, body.webhook, () => show(job), sign);
	await core.hold(job, hold);
	return { status: job.running ? 202 : 201, json: show(job) };
}

/** Replicate's webhook headers (Standard Webhooks). */
function sign(text: string): Record<string, string> {
	const [id, timestamp] = [`msg_${randomBytes(8).toString('hex')}`, String(Math.floor(Date.now() / 1000))];
	const key = Buffer.from(WEBHOOK_SECRET.slice('whsec_'.length), 'base64');
	const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${text}`).digest('base64');
	return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

function sizeOf(model: string, input: Record<string, unknown>, image?: InputImage): Size {
	const { fields } = models[model];
	const chosen = (name: string) => input[name] ?? fields[name]?.default;
	const multiple = MULTIPLE_OF_32.test(model) ? 32 : 16;
	const aspectRatio = chosen('aspect_ratio');
	if (aspectRatio === 'custom') {
		const side = (name: string) => Math.round(((input[name] as number) ?? 1024) / multiple) * multiple;
		return { width: side('width'), height: side('height') };
	}
	const megapixels = chosen('resolution') ?? chosen('megapixels') ?? chosen('output_megapixels');
	return wishedSize({ aspectRatio, megapixels, otherwise: model.includes('ultra') ? 4 : 1, multiple }, image);
}

/** A prediction as the API shows it; `now` is a state that a fault puts in place of its own. */
export function prediction(
	core: Core,
	job: Job,
	base: string,
	proxy: boolean,
	now?: ForcedState,
	resultUrl?: string,
) {
	const ended = now ?? (job.running ? undefined : job.forced);
	const running = job.progress < 0.2 ? 'starting' : 'processing';
	const words: Record<string, string> = { running, ready: 'succeeded', cancelled: 'canceled' };
	const status = ended?.status ?? words[job.state];
	const removed = Date.now() > job.expiresAt;
	const urls = job.drawings.map((_, i) => resultUrl ?? core.imageUrl(job, i));
	const output = proxy || models[job.model].output === 'array' ? urls : urls[0];
	const seconds = (job.dueAt - job.submittedAt) / 1000;
	const time = (at: number) => new Date(at).toISOString();
	const over = !['starting', 'processing'].includes(status);
	return {
		id: job.id,
		model: job.model,
		version: 'hidden',
		input: removed ? {} : job.body.input,
		logs: over ? `Using seed: ${job.drawings[0].seed}\n` : '',
		output: status === 'succeeded' && !removed ? output : null,
		data_removed: removed,
		error: ended?.details ?? null,
		source: 'api',
		status,
		created_at: time(job.submittedAt),
		...(status !== 'starting' && { started_at: time(job.submittedAt) }),
		...(over && { completed_at: time(job.cancelledAt ?? job.dueAt) }),
		...(over && { metrics: { predict_time: seconds, total_time: seconds } }),
		urls: {
			get: `${base}/predictions/${job.id}`,
			cancel: `${base}/predictions/${job.id}/cancel`,
			web: `https://replicate.com/p/${job.id}`,
		},
	};
}
