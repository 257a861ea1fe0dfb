import { createHash, createHmac, randomUUID } from 'node:crypto';
import { listed, readApiframeBody } from './apiframeBody.mts';
import { randomSeed, type Core } from './core.mts';
import { documentOf } from './documents/documents.mts';
import { editOf } from './edits.mts';
import type { Answer, Dialect, Exchange } from './exchange.mts';
import { loadFacts } from './facts.mts';
import type { ImageFormat } from './images.mts';
import { readImage, type InputImage } from './inputs.mts';
import type { ForcedState, Job } from './jobs.mts';
import { wishedSize, type Size } from './sizes.mts';

const { models } = loadFacts('apiframe');

/** Credits an image; plausible, not the price list. */
const COST = 5;
/** Seconds that the link to an upload lives. */
const UPLOAD_LIFETIME = 3600;
const LIFETIME = 86_400;
/** The id of whoever has one. */
const SOMEBODY = '5a9db0c1-7d0e-4c5a-9d3e-0d1f6a1b2c3d';
const MOST_UPLOADED = 25 * 1024 * 1024;

const error = (status: number, message: string, more = {}): Answer => ({
	status,
	json: { error: message, ...more },
});

/** Apiframe's API, version 2. */
export function apiframe(core: Core, prefix: string): Dialect {
	/** Submits by their idempotency key. */
	const known = new Map<string, { job: Job; text: string }>();
	return {
		name: 'apiframe',
		prefix,
		document: documentOf('apiframe'),
		invalid: (problems) => (problems[0].path[0] === 'path' ? error(400, 'Invalid id') : listed(problems)),
		error: (_, message) => ({ error: message }),
		refuse: ({ request }) =>
			request.headers['x-api-key'] === core.key ? undefined : error(401, 'Invalid or missing API key'),
		routes: [
			{
				action: 'submit',
				method: 'POST',
				path: /^\/v2\/images\/(generate|edit)$/,
				handle: (exchange) => submit(core, exchange, known),
			},
			{
				action: 'poll',
				method: 'GET',
				path: /^\/v2\/jobs\/([^/]+)$/,
				handle({ job, instead: { state, resultUrl } }) {
					if (job?.api !== 'apiframe') return error(404, 'Job not found');
					job.polls++;
					return { status: state?.httpStatus ?? 200, json: show(core, job, state, resultUrl) };
				},
			},
			{
				action: 'upload',
				method: 'POST',
				path: /^\/v2\/uploads$/,
				handle: (exchange) => upload(core, exchange),
			},
			{
				action: 'account',
				method: 'GET',
				path: /^\/v2\/me$/,
				handle: () => ({
					status: 200,
					json: {
						user: { id: SOMEBODY, email: 'sandbox@example.com', role: 'OWNER' },
						team: {
							...{ id: SOMEBODY, name: 'Sandbox', plan: 'pro', customerId: null },
							credits: Math.floor(core.credits),
						},
						apiKey: { id: SOMEBODY, name: 'Sandbox', prefix: core.key.slice(0, 8) },
					},
				}),
			},
			{
				action: 'models',
				method: 'GET',
				path: /^\/v2\/models$/,
				open: true,
				handle: () => ({
					status: 200,
					json: {
						models: Object.keys(models).map((id) => ({ id, label: id, modality: 'image', creditCost: COST })),
					},
				}),
			},
		],
	};
}

async function submit(
	core: Core,
	exchange: Exchange,
	known: Map<string, { job: Job; text: string }>,
): Promise<Answer> {
	const idempotency = exchange.request.headers['idempotency-key'] as string | undefined;
	const read = await readApiframeBody(models, exchange, (url) => core.own(url));
	if ('status' in read) return read;
	const text = exchange.raw.toString('utf8');
	const first = idempotency === undefined ? undefined : known.get(idempotency);
	// the jobs of before a reset are no more
	if (first && core.find(first.job.id)) {
		if (first.text !== text) return error(409, 'Idempotency-Key was used with another request');
		exchange.job = first.job;
		return { status: 202, json: { jobId: first.job.id, status: 'QUEUED' } };
	}
	const { model, body, block, prompt, images } = read;
	const count = (block.num_outputs as number) ?? 1;
	const cost = COST * count;
	if (core.credits < cost) {
		return error(402, 'Insufficient credits', { creditsRequired: cost, creditsAvailable: core.credits });
	}
	core.credits -= cost;
	const seed = (block.seed as number) ?? randomSeed();
	const format = String(block.output_format ?? 'jpg').replace('jpg', 'jpeg') as ImageFormat;
	const size = sizeOf(model, block, Object.values(images)[0]);
	const edit = editOf(block.outpaint ? 'outpaint' : model, images, placeIn(size, block, images.image));
	const job = core.accept(exchange, {
		api: 'apiframe',
		model,
		body,
		cost,
		lifetime: LIFETIME,
		ignoredFields: [],
		drawings: Array.from({ length: count }, (_, i) => ({
			...size,
			model,
			prompt,
			seed: seed + i,
			format,
			edit,
			quality: block.output_quality as number | undefined,
		})),
	});
	if (read.unreadable) job.forced ??= { status: 'FAILED', details: `Could not load ${read.unreadable}` };
	if (idempotency !== undefined) known.set(idempotency, { job, text });
	if (typeof body.webhookUrl === 'string') {
		core.notify(
			job,
			body.webhookUrl,
			() => show(core, job),
			(sent) => sign(core.key, sent),
		);
	}
	return { status: 202, json: { jobId: job.id, status: 'QUEUED' } };
}

/** Apiframe's webhook signature; its key is the digest of the API key. */
function sign(key: string, text: string): Record<string, string> {
	const digest = createHash('sha256').update(key).digest();
	return { 'x-webhook-signature': `sha256=${createHmac('sha256', digest).update(text).digest('hex')}` };
}

const OUTPAINTED: Record<string, (size: Size) => Size> = {
	'Zoom out 1.5x': ({ width, height }) => ({
		width: Math.round(width * 1.5),
		height: Math.round(height * 1.5),
	}),
	'Zoom out 2x': ({ width, height }) => ({ width: width * 2, height: height * 2 }),
	'Make square': ({ width, height }) => ({ width: Math.max(width, height), height: Math.max(width, height) }),
	'Left outpaint': ({ width, height }) => ({ width: Math.round(width * 1.5), height }),
	'Right outpaint': ({ width, height }) => ({ width: Math.round(width * 1.5), height }),
	'Top outpaint': ({ width, height }) => ({ width, height: Math.round(height * 1.5) }),
	'Bottom outpaint': ({ width, height }) => ({ width, height: Math.round(height * 1.5) }),
};

function sizeOf(model: string, block: Record<string, unknown>, image?: InputImage): Size {
	const { width, height, aspect_ratio: aspectRatio, resolution: megapixels, outpaint } = block;
	if (width || height) return { width: Number(width ?? height), height: Number(height ?? width) };
	if (outpaint && image?.width && image.height) {
		return OUTPAINTED[String(outpaint)]({ width: image.width, height: image.height });
	}
	return wishedSize({ aspectRatio, megapixels, otherwise: model.includes('ultra') ? 4 : 1 }, image);
}

/** Where the input of an outpainting lies in the new image. */
function placeIn(
	size: Size,
	{ outpaint }: Record<string, unknown>,
	image: InputImage = {},
): { x: number; y: number } {
	const { width = size.width, height = size.height } = image;
	const [x, y] = [size.width - width, size.height - height];
	const places: Record<string, [number, number]> = {
		'Left outpaint': [x, 0],
		'Right outpaint': [0, 0],
		'Top outpaint': [0, y],
		'Bottom outpaint': [0, 0],
	};
	const [left, top] = places[String(outpaint)] ?? [x / 2, y / 2];
	return { x: left, y: top };
}

function show(core: Core, job: Job, now?: ForcedState, resultUrl?: string) {
	const ended = now ?? (job.running ? undefined : job.forced);
	const running = job.progress < 0.2 ? 'QUEUED' : 'PROCESSING';
	const words: Record<string, string> = { running, ready: 'COMPLETED', cancelled: 'CANCELLED' };
	const status = ended?.status ?? words[job.state];
	const expired = Date.now() > job.expiresAt;
	const done = status === 'COMPLETED';
	const images = job.drawings.map((_, i) => resultUrl ?? core.imageUrl(job, i));
	return {
		id: job.id,
		model: job.model,
		webhookStatus: null,
		status,
		progress: done ? 100 : Math.round(job.progress * 100),
		result: done && !expired ? { images } : null,
		error: ended?.details ?? null,
		creditCost: job.cost,
		expired,
		createdAt: new Date(job.submittedAt).toISOString(),
		completedAt: running && job.running ? null : new Date(job.dueAt).toISOString(),
	};
}

async function upload(core: Core, { form }: Exchange): Promise<Answer> {
	const file = form!.get('file') as File;
	if (file.size > MOST_UPLOADED) return error(413, 'The image must not exceed 25 MB');
	const bytes = Buffer.from(await file.arrayBuffer());
	if (!readImage(bytes)) return error(400, 'Validation failed', { details: { file: ['Not an image'] } });
	const path = `/delivery/uploads/${randomUUID()}`;
	core.files.set(path, { bytes, type: file.type });
	return {
		status: 201,
		json: {
			...{
				id: randomUUID(),
				url: core.url + path,
				kind: 'image',
				contentType: file.type,
				byteSize: file.size,
			},
			expiresAt: new Date(Date.now() + UPLOAD_LIFETIME * 1000).toISOString(),
		},
	};
}
