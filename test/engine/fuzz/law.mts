import { imageSize } from 'image-size';
import type { INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod/v4';

import { styles, type StyleName } from '../../support/styles.mts';
import { timeoutSeconds, type Outcome } from './run.mts';
import { key as ownKey, type Visit } from './server.mts';
import { namedJob } from './templates.mts';

/** The documented codes of errors. */
export const codes = [
	...['invalid-input', 'authentication', 'insufficient-credits', 'rate-limited', 'prompt-moderated'],
	...[
		'image-moderated',
		'job-failed',
		'job-not-found',
		'job-cancelled',
		'timeout',
		'expired',
		'untrusted-host',
	],
	...['download-failed', 'bad-response', 'provider-unavailable', 'cancelled'],
] as const;
/** Codes after which nothing is left of a job. */
const final = [
	'prompt-moderated',
	'image-moderated',
	'job-failed',
	'job-not-found',
	'job-cancelled',
	'expired',
];

const count = z.int().nonnegative();
const size = z.int().positive();
const told = z.string().min(1).max(8_000);
const about = {
	api: z.enum(Object.keys(styles) as StyleName[]),
	model: z.string().min(1).nullable(),
	jobId: z.string().min(1).max(200).nullable(),
	prompt: z.string().nullable(),
	seed: z.int().nullable(),
	imageIndex: count,
	imageCount: size,
	cost: z.strictObject({ amount: z.number(), unit: z.string().min(1) }).nullable(),
};

const completed = z.strictObject({
	...about,
	status: z.literal('completed'),
	revisedPrompt: z.string().nullable(),
	url: z
		.url({ protocol: /^https?$/ })
		.max(8_000)
		.nullable(),
	expiresAt: z.iso.datetime().nullable(),
	fileName: z.string().regex(/^[^./\\\s][^/\\\p{Cc}]*\.(png|jpg|webp|gif|avif)$/u),
	mimeType: z.enum(['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/avif']),
	fileSize: size,
	width: size,
	height: size,
	durationMs: count,
});

const none = z.null();
const submitted = z.strictObject({
	...about,
	status: z.literal('submitted'),
	pollingUrl: told.nullable(),
	...{ revisedPrompt: none, url: none, expiresAt: none, fileName: none, mimeType: none, fileSize: none },
	...{ width: none, height: none, durationMs: none },
});

const failed = z.strictObject({
	error: z.strictObject({
		/** A dialog shows it, and n8n's database keeps it. */
		message: z
			.string()
			.min(10)
			.max(1_000)
			.regex(/^[^\p{Cc}\p{Cs}]+$/u),
		description: z.string().min(10).max(20_000),
		code: z.enum(codes),
		api: about.api,
		model: about.model,
		jobId: about.jobId,
		pollingUrl: told.nullable(),
		url: z
			.url({ protocol: /^https?$/ })
			.max(8_000)
			.optional(),
	}),
});

type Failed = z.infer<typeof failed>['error'];

/** What an item came to, in one word: `completed`, `submitted` or the error's code. */
export const resultOf = ({ items }: Outcome): string => {
	const { status, error } = (items[0]?.json ?? {}) as { status?: string; error?: { code?: string } };
	return status ?? error?.code ?? 'nothing';
};

/** What is against the law in an outcome; empty if all is well. */
export function problemsOf(outcome: Outcome): string[] {
	const { items, trouble } = outcome;
	if (trouble !== undefined) return [trouble];
	if (items.length === 0) return ['there is no item for it'];
	return [
		...items.flatMap((item, index) => problemsOfItem(outcome, item, outcome.bytes[index])),
		...problemsOfSeveral(items),
		...problemsOfVisits(outcome),
		...leaksIn(JSON.stringify(items)),
	];
}

const against = <T,>(schema: z.ZodType<T>, value: unknown): string[] => {
	const { success, error } = schema.safeParse(value);
	return success ? [] : [z.prettifyError(error)];
};

function problemsOfItem(outcome: Outcome, item: INodeExecutionData, bytes: Buffer | undefined): string[] {
	const { json } = item;
	const job = acceptedJob(outcome);
	if (json.error !== undefined) {
		const shape = against(failed, json);
		return shape.length > 0 ? shape : problemsOfError(json.error as Failed, outcome.case.via, job);
	}
	const problems = against<unknown>(json.status === 'completed' ? completed : submitted, json);
	if (job !== undefined && json.jobId !== job) problems.push(`the job is ${job}, and not ${json.jobId}`);
	if (json.status !== 'completed') return [...problems, ...(bytes === undefined ? [] : ['it has bytes'])];
	return [
		...problems,
		...(bytes === undefined ? ['it has no bytes'] : problemsOfImage(outcome, json, bytes)),
	];
}

function problemsOfError(
	{ message, description, code, jobId: told, pollingUrl }: Failed,
	via: Outcome['case']['via'],
	job: string | undefined,
) {
	const problems: string[] = [];
	const text = `${message} ${description}`;
	if (/Unexpected:|looks like a defect|undefined|\[object |NaN/.test(text))
		problems.push('it says that we failed');
	// The answer may come just when time is up.
	const isUnheard = code === 'timeout' && description.includes('The request may have arrived');
	if (job !== undefined && told !== job && !isUnheard)
		problems.push(`it does not name the accepted job ${job}`);
	if (told !== null && !description.includes(told)) problems.push('it does not say which job');
	if (told !== null && pollingUrl !== null && !description.includes(pollingUrl)) {
		problems.push('it does not say where to ask');
	}
	// Whoever uses Job: Get knows how.
	if (
		via === 'image' &&
		told !== null &&
		!final.includes(code) &&
		!description.includes('To collect its image')
	) {
		problems.push('it does not say how to collect the image');
	}
	return problems;
}

const magic: Record<string, RegExp> = {
	'image/png': /^\x89PNG\r\n\x1a\n/,
	'image/jpeg': /^\xff\xd8\xff/,
	'image/webp': /^RIFF[^]{4}WEBP/,
	'image/gif': /^GIF8/,
	'image/avif': /^[^]{4}ftyp/,
};

/** The size that another reader finds; undefined of a damaged image that only decoders can still read. */
function measured(bytes: Buffer): { width: number; height: number } | undefined {
	// A JPEG does not begin with its frame: readers differ on what such a damaged one measures.
	if (/^\xff\xd8\xff[\xc0-\xcf]/.test(bytes.subarray(0, 4).toString('latin1'))) return undefined;
	try {
		return imageSize(bytes);
	} catch {
		return undefined;
	}
}

function problemsOfImage({ visits }: Outcome, json: INodeExecutionData['json'], bytes: Buffer): string[] {
	const problems: string[] = [];
	const isPng = magic[String(json.mimeType)]?.test(bytes.subarray(0, 16).toString('latin1'));
	if (isPng !== true) problems.push(`its bytes are not ${json.mimeType}`);
	if (bytes.length !== json.fileSize) problems.push(`it has ${bytes.length} bytes and not ${json.fileSize}`);
	const { width, height } = measured(bytes) ?? json;
	if (width !== json.width || height !== json.height) problems.push(`it measures ${width} x ${height}`);
	// What is packed or cut short by its announced length arrives as other bytes.
	const isSent = visits.some(
		({ phase, reply, bytes: sent }) =>
			phase === 'download' &&
			(reply?.way === 'short' || reply?.headers['content-encoding'] !== undefined || sent?.equals(bytes)),
	);
	if (json.url !== null && !isSent) problems.push('its bytes are not those that were sent');
	return problems;
}

function problemsOfSeveral(items: INodeExecutionData[]): string[] {
	const images = items.filter(({ json }) => json.error === undefined);
	const order = images.map(({ json }) => json.imageIndex);
	const counts = new Set(images.map(({ json }) => json.imageCount));
	if (counts.size > 1 || new Set(order).size !== order.length) {
		return [`its images are numbered ${order.join(', ')} of ${[...counts].join(' or ')}`];
	}
	return [];
}

/** The whole time of an item, beside the time that a busy machine takes. */
const slackMs = 4_000;

function problemsOfVisits({ visits, case: one }: Outcome): string[] {
	const problems: string[] = [];
	const [first] = visits;
	const last = visits[visits.length - 1];
	if (first !== undefined && last.at - first.at > timeoutSeconds * 1000 + slackMs) {
		problems.push(`it went on for ${last.at - first.at} ms`);
	}
	const namesPath = styles[one.api].pollingUrl !== undefined && one.phase === 'submit';
	for (const { phase, key, method, url } of visits) {
		// A polling URL may name any path of its own host.
		if (phase === 'download' && key !== undefined && !namesPath)
			problems.push(`the key came along to ${url}`);
		// What an answer names may be any path of its own host, but never another way to change something.
		if (phase === 'other' && method !== 'GET') problems.push(`it called ${method} ${url}`);
		if (key !== undefined && key !== ownKey) problems.push(`it sent the key ${key}`);
	}
	const orders = visits.filter(({ phase }) => phase === 'submit');
	const again = orders.findIndex((visit) => !isRefused(visit));
	if (styles[one.api].isIdempotent !== true && again >= 0 && again < orders.length - 1) {
		problems.push(`it submitted again after HTTP ${orders[again].reply?.status} ${orders[again].reply?.way}`);
	}
	return problems;
}

/** Whether a submit was surely not accepted. */
const isRefused = ({ reply }: Visit) =>
	reply !== undefined &&
	reply.way !== 'reset' &&
	reply.way !== 'raw' &&
	reply.way !== 'hang' &&
	[429, 503].includes(reply.status);

/** The job that the provider said it accepted, as far as its answer could arrive. */
function acceptedJob({ case: { api, via }, visits }: Outcome): string | undefined {
	if (via === 'job') return namedJob(api);
	const { reply, bytes } = visits.filter(({ phase }) => phase === 'submit').at(-1) ?? {};
	if (!styles[api].hasJobs || reply === undefined || bytes === undefined) return undefined;
	const { status, way, headers } = reply;
	const arrives = ['whole', 'chunked'].includes(way) && headers['content-encoding'] === undefined;
	if (status >= 300 || status === 204 || !arrives) return undefined;
	try {
		const body = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
		const id = body[styles[api].asking.id!];
		return typeof id === 'string' && /^[\w-]{1,200}$/.test(id) ? id : undefined;
	} catch {
		return undefined;
	}
}

/** The key in any of its spellings. */
export function leaksIn(text: string): string[] {
	const spelled = text.replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) =>
		String.fromCharCode(parseInt(hex, 16)),
	);
	const plain = spelled
		.replaceAll('\\', '')
		.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
	const at = plain.indexOf(ownKey);
	return at < 0 ? [] : [`the key stands in "${plain.slice(Math.max(0, at - 60), at + 40)}"`];
}
