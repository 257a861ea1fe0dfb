import type { ProviderName } from '../../../nodes/Flux/providers/names.ts';
import type { Phase } from './model.mts';
import { fileIn } from './pixel.mts';

/** An image that the provider charges for. */
export interface Charge {
	/** Its pixel. */
	number: number;
	prompt: string;
	/** The file that it was made of; undefined without one. */
	file: number | undefined;
	seed: number | undefined;
	flow: number;
	job: Job;
}

/** What became of an accepted submit. */
export interface Job {
	id: string;
	charges: Charge[];
	/** When its submit arrived, in milliseconds since the epoch. */
	arrivedAt: number;
	readyAt: number;
	/** How often the provider does not know it yet. */
	hiddenLooks: number;
}

/** A request for images as all dialects mean it. */
export interface Wanted {
	prompt: string;
	seed: number | undefined;
	count: number;
	file: number | undefined;
	/** By which the provider knows a submit again. */
	key: string | undefined;
	/** How long the answer may be held until the job is done, in milliseconds. */
	holdMs: number;
}

export interface Answer {
	status: number;
	json: unknown;
}

type Route = [RegExp, Phase | 'upload' | 'cancel'];

/** How an API style says what the provider means. */
export interface Dialect {
	/** What its requests are for, by method and path. */
	routes: Route[];
	accepted(job: Job, base: string): Answer;
	/** The answer to a submit has the images if they are ready by then. */
	acceptsWithState?: true;
	looked(job: Job, base: string): Answer;
	/** Questions that tell that a job is done, but not its images, which are another question. */
	asksState?: RegExp;
	unknown: Answer;
	refusal(words: string): unknown;
}

type Json = Record<string, unknown>;

/** The job that a poll asks for. */
export const jobIn = (path: string): string =>
	/(?:id=|predictions\/|jobs\/|requests\/)([^/&]+)/.exec(path)?.[1] ?? '';

const isReady = (job: Job) => Date.now() >= job.readyAt;
const urlOf = ({ number }: Charge, base: string) => `${base}/image/${number}.png`;

export const dialects: Record<ProviderName, Dialect> = {
	blackForestLabs: {
		routes: [
			[/^POST \/v1\/flux-2-pro$/, 'submit'],
			[/^GET \/v1\/get_result\?id=/, 'poll'],
		],
		accepted: ({ id }, base) => ({
			status: 200,
			json: { id, polling_url: `${base}/v1/get_result?id=${id}`, cost: 3 },
		}),
		looked: (job, base) => {
			const [{ seed, prompt }] = job.charges;
			const result = { sample: urlOf(job.charges[0], base), prompt, ...(seed === undefined ? {} : { seed }) };
			return isReady(job)
				? { status: 200, json: { id: job.id, status: 'Ready', result } }
				: { status: 200, json: { id: job.id, status: 'Pending', result: null } };
		},
		unknown: { status: 404, json: { id: '', status: 'Task not found', result: null } },
		refusal: (detail) => ({ detail }),
	},
	replicate: {
		routes: [
			[/^POST \/models\/black-forest-labs\/flux-2-pro\/predictions$/, 'submit'],
			[/^GET \/predictions\/[^/]+$/, 'poll'],
			[/^POST \/predictions\/[^/]+\/cancel$/, 'cancel'],
		],
		acceptsWithState: true,
		accepted: (job, base) => ({ status: 201, json: prediction(job, base) }),
		looked: (job, base) => ({ status: 200, json: prediction(job, base) }),
		unknown: { status: 404, json: { detail: 'The requested resource could not be found.', status: 404 } },
		refusal: (detail) => ({ title: 'Refused', detail, status: 429 }),
	},
	apiframe: {
		routes: [
			[/^POST \/v2\/images\/generate$/, 'submit'],
			[/^GET \/v2\/jobs\/[^/]+$/, 'poll'],
			[/^POST \/v2\/uploads$/, 'upload'],
		],
		accepted: ({ id }) => ({ status: 202, json: { jobId: id, status: 'QUEUED' } }),
		looked: (job, base) => ({
			status: 200,
			json: isReady(job)
				? {
						...{ jobId: job.id, status: 'COMPLETED', creditCost: 5 },
						result: { images: job.charges.map((charge) => urlOf(charge, base)) },
					}
				: { jobId: job.id, status: 'PROCESSING' },
		}),
		unknown: { status: 404, json: { error: 'Job not found' } },
		refusal: (error) => ({ error }),
	},
	// One answer for both of its questions: each reads what it asks for.
	fal: {
		routes: [
			[/^POST \/fal-ai\/flux-2-pro(\/edit)?$/, 'submit'],
			[/^GET \/fal-ai\/flux-2-pro\/requests\/[^/]+(\/status)?$/, 'poll'],
			[/^PUT \/fal-ai\/flux-2-pro\/requests\/[^/]+\/cancel$/, 'cancel'],
		],
		asksState: /\/status$/,
		accepted: ({ id }) => ({ status: 200, json: { request_id: id, status: 'IN_QUEUE', queue_position: 0 } }),
		looked: (job, base) => {
			const [{ seed, prompt }] = job.charges;
			const images = [{ url: urlOf(job.charges[0], base) }];
			return isReady(job)
				? {
						status: 200,
						json: { status: 'COMPLETED', images, prompt, ...(seed === undefined ? {} : { seed }) },
					}
				: { status: 202, json: { status: 'IN_PROGRESS' } };
		},
		unknown: { status: 404, json: { detail: 'Request not found' } },
		refusal: (detail) => ({ detail }),
	},
	openAiCompatible: {
		routes: [[/^POST \/images\/(generations|edits)$/, 'submit']],
		accepted: ({ charges }, base) => ({
			status: 200,
			json: { created: 1, data: charges.map((charge) => ({ url: urlOf(charge, base) })) },
		}),
		looked: () => ({ status: 404, json: {} }),
		unknown: { status: 404, json: {} },
		refusal: (message) => ({ error: { message, type: 'requests', code: 'rate_limit_exceeded' } }),
	},
};

const routes: Route[] = [
	...Object.values(dialects).flatMap((dialect) => dialect.routes),
	[/^GET \/image\/\d+\.png$/, 'download'],
];

/** What a request is for; undefined if the provider has no such thing. */
export const phaseOf = (method: string, path: string) =>
	routes.find(([pattern]) => pattern.test(`${method} ${path}`))?.[1];

function prediction(job: Job, base: string): Json {
	const output = isReady(job) ? urlOf(job.charges[0], base) : null;
	const urls = { get: `${base}/predictions/${job.id}`, cancel: `${base}/predictions/${job.id}/cancel` };
	return { id: job.id, status: isReady(job) ? 'succeeded' : 'processing', output, error: null, urls };
}

/** All texts in a JSON value. */
const textsIn = (value: unknown): string[] =>
	typeof value === 'string'
		? [value]
		: typeof value === 'object' && value !== null
			? Object.values(value).flatMap(textsIn)
			: [];

const whole = (value: unknown): number | undefined => {
	const number = Number(value ?? Number.NaN);
	return Number.isInteger(number) ? number : undefined;
};

/**
 * Reads a submit. All dialects have the same names for what counts here, at some depth.
 *
 * @param uploaded the file that lies at a link
 */
export async function readSubmit(
	headers: Record<string, string | string[] | undefined>,
	body: Buffer,
	uploaded: (link: string) => Buffer | undefined,
): Promise<Wanted> {
	const type = String(headers['content-type'] ?? '');
	const key = headers['idempotency-key'] === undefined ? undefined : String(headers['idempotency-key']);
	const holdMs = Number(/wait=(\d+)/.exec(String(headers.prefer ?? ''))?.[1] ?? 0) * 1000;
	if (type.startsWith('multipart/')) {
		const form = await formIn(type, body);
		const image = form.get('image') ?? form.get('image[]');
		const bytes = image instanceof Blob ? Buffer.from(await image.arrayBuffer()) : undefined;
		return {
			...{
				prompt: String(form.get('prompt')),
				seed: whole(form.get('seed')),
				count: whole(form.get('n')) ?? 1,
			},
			...{ file: bytes && fileIn(bytes), key, holdMs },
		};
	}
	const json = JSON.parse(body.toString()) as Json;
	const block = { ...json, ...(json.input as Json), ...(json.fluxParams as Json) };
	const files = textsIn(json)
		.map((text) => uploaded(text) ?? fileBytesIn(text))
		.filter((bytes) => bytes !== undefined);
	return {
		...{ prompt: String(block.prompt), seed: whole(block.seed), count: whole(block.n) ?? 1 },
		...{ file: files.length === 0 ? undefined : fileIn(files[0]), key, holdMs },
	};
}

function fileBytesIn(text: string): Buffer | undefined {
	const bytes = Buffer.from(text.replace(/^data:image\/png;base64,/, ''), 'base64');
	return bytes.subarray(1, 4).toString('latin1') === 'PNG' ? bytes : undefined;
}

export const formIn = async (type: string, body: Buffer): Promise<FormData> =>
	await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
