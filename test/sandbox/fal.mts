import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { toDetail } from './bflBody.mts';
import { randomSeed, type Core } from './core.mts';
import { documentOf } from './documents/documents.mts';
import { editOf } from './edits.mts';
import type { Answer, Dialect, Exchange } from './exchange.mts';
import { loadFacts, type Field } from './facts.mts';
import type { ImageFormat } from './images.mts';
import { readDataUrl, readUrl, type InputImage } from './inputs.mts';
import type { Job } from './jobs.mts';
import { wishedSize, type Size } from './sizes.mts';

const { models } = loadFacts('fal');

/** Dollars an image; plausible, not the price list. */
const COST = 0.03;
/** A week; its documents name no time. */
const LIFETIME = 604_800;
/** What fal's names for sizes mean, in pixels. */
const SIZES: Record<string, Size> = {
	square_hd: { width: 1024, height: 1024 },
	square: { width: 512, height: 512 },
	portrait_4_3: { width: 768, height: 1024 },
	portrait_16_9: { width: 576, height: 1024 },
	landscape_4_3: { width: 1024, height: 768 },
	landscape_16_9: { width: 1024, height: 576 },
};

const { privateKey, publicKey } = generateKeyPairSync('ed25519');

/** The headers of a call to a webhook: fal signs its ID, its user, the time and the body's digest, each on a line. */
function signed(id: string, body: string): Record<string, string> {
	const user = 'sandbox-user';
	const timestamp = String(Math.floor(Date.now() / 1000));
	const digest = createHash('sha256').update(body).digest('hex');
	const lines = Buffer.from([id, user, timestamp, digest].join('\n'));
	const [of, signature] = ['x-fal-webhook', sign(null, lines, privateKey).toString('hex')];
	return {
		...{ [`${of}-request-id`]: id, [`${of}-user-id`]: user },
		...{ [`${of}-timestamp`]: timestamp, [`${of}-signature`]: signature },
	};
}

const error = (status: number, detail: unknown, headers: Record<string, string> = {}): Answer => ({
	...{ status, json: { detail }, headers },
});
const policy = (place: string, msg: string) => [
	{ loc: ['body', place], msg, type: 'content_policy_violation', url: 'https://docs.fal.ai/errors' },
];

/** The queue asks for a job by the first two parts of its endpoint. */
const appOf = (model: string) => model.split('/').slice(0, 2).join('/');

/** fal's queue: the state and the result are two requests, and what failed shows in the result alone. */
export function fal(core: Core, prefix: string): Dialect {
	/** URLs that a fault of a question for the state put in the result that follows it. */
	const urls = new Map<string, string>();
	const job = (action: 'poll' | 'cancel', method: 'GET' | 'PUT', what: string, handle: Handle) => ({
		...{ action, method, path: new RegExp(`^/[^/]+/[^/]+/requests/([^/]+)${what}$`) },
		handle(exchange: Exchange): Answer {
			const { job: known, url } = exchange;
			const isThere =
				known?.api === 'fal' && url.pathname.startsWith(`${prefix}/${appOf(known.model)}/requests/`);
			const answer = isThere ? handle(known, exchange) : error(404, 'Request not found');
			return { ...answer, headers: { ...answer.headers, 'x-fal-request-id': exchange.params[0] } };
		},
	});
	return {
		name: 'fal',
		prefix,
		document: documentOf('fal'),
		invalid: (problems) =>
			problems[0].path[0] === 'path' ? error(404, 'Path not found') : error(422, problems.map(toDetail)),
		error: (_, detail) => ({ detail }),
		refuse: ({ request }) =>
			request.headers.authorization === `Key ${core.key}`
				? undefined
				: error(401, 'No user found for Key ID and Secret'),
		routes: [
			job('poll', 'GET', '/status', (known, exchange) => {
				known.polls++;
				if (exchange.instead.resultUrl !== undefined) urls.set(known.id, exchange.instead.resultUrl);
				const { state = known.running ? undefined : known.forced } = exchange.instead;
				const running = known.progress < 0.2 ? 'IN_QUEUE' : 'IN_PROGRESS';
				const own = { running, cancelled: 'CANCELED' }[known.state] ?? 'COMPLETED';
				const status = state?.status === 'FAILED' ? 'COMPLETED' : (state?.status ?? own);
				const place = status === 'IN_QUEUE' ? { queue_position: 0 } : {};
				const code = state?.httpStatus ?? (status === 'COMPLETED' ? 200 : 202);
				return { status: code, json: { status, request_id: known.id, ...place, ...linksOf(known) } };
			}),
			job('poll', 'GET', '', (known, exchange) => {
				const { state = known.running ? undefined : known.forced } = exchange.instead;
				if (state !== undefined) return failed(String(state.details ?? ''));
				if (known.state !== 'ready') return error(400, 'Request is still in progress');
				const url = urls.get(known.id);
				urls.delete(known.id);
				if (url !== undefined) exchange.instead.resultUrl = url;
				return { status: 200, json: resultOf(known, url) };
			}),
			job('cancel', 'PUT', '/cancel', (known) => {
				if (!known.running) return { status: 400, json: { status: 'ALREADY_COMPLETED' } };
				known.cancelledAt = Date.now();
				return { status: 202, json: { status: 'CANCELLATION_REQUESTED' } };
			}),
			{
				action: 'upload',
				method: 'POST',
				path: /^\/storage\/upload\/initiate$/,
				handle({ record }) {
					const { content_type: type } = record.body as { content_type: string };
					const path = `/delivery/uploads/${randomUUID()}`;
					core.files.set(path, { bytes: Buffer.alloc(0), type });
					const url = core.url + path;
					return { status: 200, json: { upload_url: url, file_url: url } };
				},
			},
			{
				action: 'account',
				method: 'GET',
				path: /^\/\.well-known\/jwks\.json$/,
				handle: () => ({ status: 200, json: { keys: [publicKey.export({ format: 'jwk' })] } }),
			},
			{
				action: 'submit',
				method: 'POST',
				path: /^\/([^/]+\/.+)$/,
				handle: (exchange) => submit(exchange),
			},
		],
	};

	function linksOf({ id, model }: Job) {
		const at = `${core.url}${prefix}/${appOf(model)}/requests/${id}`;
		return { response_url: at, status_url: `${at}/status`, cancel_url: `${at}/cancel` };
	}

	function resultOf(known: Job, url?: string) {
		const images = known.drawings.map(({ format, width, height }, index) => ({
			...{ url: url ?? core.imageUrl(known, index), content_type: `image/${format}`, width, height },
		}));
		const [{ seed, prompt }] = known.drawings;
		const flags = { has_nsfw_concepts: images.map(() => false), timings: { inference: 0.5 }, prompt };
		// The servers of Black Forest Labs say no more than this.
		return {
			images,
			seed,
			...(/\/flux-2-(pro|max|flex)/.test(`/${known.model}`.replace('fal-ai/', '')) ? {} : flags),
		};
	}

	/** What was refused for safety names the field; what else went wrong is the server's own. */
	function failed(words: string): Answer {
		if (/NSFW/.test(words)) return error(422, policy('images', words));
		if (/flagged/.test(words)) return error(422, policy('prompt', words));
		return error(500, words, { 'x-fal-retryable': 'false' });
	}

	async function submit(exchange: Exchange): Promise<Answer> {
		const [model] = exchange.params;
		const facts = models[model];
		if (facts === undefined) return error(404, `Application ${model} not found`);
		const body = exchange.record.body as Record<string, unknown>;
		const images: Record<string, InputImage> = {};
		for (const [name] of Object.entries(facts.fields).filter(([, one]) => isImage(one))) {
			for (const [i, link] of ([body[name] ?? []].flat() as string[]).entries()) {
				const image = readDataUrl(link) ?? (await readUrl(link, async (url) => await core.own(url)));
				const loc = ['body', name];
				if (!image) return error(422, [{ loc, msg: 'Failed to load the image', type: 'image_load_error' }]);
				images[name === 'mask_url' ? 'mask' : `${name}${i || ''}`] = image;
			}
		}
		const count = Number(body.num_images ?? 1);
		const reason =
			'User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.';
		if (core.credits < COST * count) return error(403, reason);
		core.credits -= COST * count;
		const chosen = (name: string) => body[name] ?? facts.fields[name]?.default;
		const seed = (body.seed as number) ?? randomSeed();
		const drawing = {
			...sizeOf(chosen, Object.values(images)[0]),
			...{ model, prompt: String(body.prompt ?? ''), format: chosen('output_format') as ImageFormat },
			edit: editOf(model, images),
		};
		const known = core.accept(exchange, {
			...{ api: 'fal', model, body, cost: COST * count, lifetime: LIFETIME, ignoredFields: [] },
			drawings: Array.from({ length: count }, (_, i) => ({ ...drawing, seed: seed + i })),
		});
		const hook = exchange.url.searchParams.get('fal_webhook');
		const ids = { request_id: known.id, gateway_request_id: known.id };
		const headers = { 'x-fal-request-id': known.id };
		if (hook !== null) {
			const told = () => ({ ...ids, status: 'OK', payload: resultOf(known), error: null });
			core.notify(known, hook, told, (body) => signed(known.id, body));
			return { status: 200, json: ids, headers };
		}
		const links = linksOf(known);
		const { pollingUrl: status_url = links.status_url } = exchange.instead;
		const queued = { request_id: known.id, status: 'IN_QUEUE', queue_position: 0 };
		return { status: 200, json: { ...queued, ...links, status_url }, headers };
	}
}

type Handle = (job: Job, exchange: Exchange) => Answer;

const isImage = ({ format, items }: Field) => format === 'uri' || items?.format === 'uri';

function sizeOf(chosen: (name: string) => unknown, image?: InputImage): Size {
	const size = chosen('image_size');
	if (typeof size === 'object' && size !== null) return { width: 512, height: 512, ...size };
	const aspectRatio = chosen('aspect_ratio') ?? chosen('resolution_mode');
	return SIZES[String(size)] ?? wishedSize({ aspectRatio }, image);
}
