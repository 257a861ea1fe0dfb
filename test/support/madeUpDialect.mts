import { randomSeed, type Core } from '../sandbox/core.mts';
import type { Answer, Dialect, Exchange, Route } from '../sandbox/exchange.mts';
import { editOf } from '../sandbox/edits.mts';
import { readDataUrl, readUrl } from '../sandbox/inputs.mts';
import type { Api, Job } from '../sandbox/jobs.mts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../sandbox/sandbox.mts';

interface Body {
	prompt?: unknown;
	image_urls?: string[];
	seed?: number;
	width?: number;
	height?: number;
}

const api = 'queue' as Api;
const error = (status: number, detail: string): Answer => ({ status, json: { detail } });

/** The sandbox's part of the made-up API: what its documents would say. */
function queue(core: Core): Dialect {
	/** URLs that a fault of a question for the state put in the result that follows it. */
	const urls = new Map<string, string>();
	const known = (job?: Job) => (job?.api === api ? job : undefined);
	const about = (handle: (job: Job, exchange: Exchange) => Answer) => (exchange: Exchange) => {
		const job = known(exchange.job);
		return job === undefined ? error(404, 'No such request') : handle(job, exchange);
	};
	const submit = async (exchange: Exchange): Promise<Answer> => {
		const body = exchange.record.body as Body;
		const { prompt, image_urls: links = [], seed = randomSeed(), width = 64, height = 64 } = body;
		if (typeof prompt !== 'string') return error(422, 'prompt must be a text');
		const own = async (url: string) => await core.own(url);
		const images = await Promise.all(
			links.map(async (link) => readDataUrl(link) ?? (await readUrl(link, own))),
		);
		if (images.includes(undefined)) return error(422, 'image_urls must lead to images');
		if (core.credits < 2) return error(402, 'Insufficient credits');
		core.credits -= 2;
		const [model] = exchange.params;
		const edit = editOf('edit', Object.fromEntries(images.map((image, index) => [index, image!])));
		const drawing = { prompt, seed, width, height, model, edit, format: 'png' as const };
		const job = core.accept(exchange, {
			...{ api, model, body: { ...body } },
			...{ drawings: [drawing], cost: 2, lifetime: 3600, ignoredFields: [] },
		});
		return { status: 200, json: { request_id: job.id, status: 'IN_QUEUE' } };
	};
	const ending = (job: Job, { instead }: Exchange) => instead.state ?? (job.running ? undefined : job.forced);
	const routes = [
		{
			action: 'account',
			method: 'GET',
			path: /^\/me$/,
			handle: () => ({ status: 200, json: { name: 'Sandbox' } }),
		},
		{
			...{ action: 'poll', method: 'GET', path: /^\/requests\/([^/]+)\/status$/ },
			handle: about((job, exchange) => {
				job.polls++;
				if (exchange.instead.resultUrl !== undefined) urls.set(job.id, exchange.instead.resultUrl);
				const end = ending(job, exchange)?.status;
				const own = { running: 'IN_PROGRESS', cancelled: 'CANCELLED' }[job.state] ?? 'COMPLETED';
				// That it failed is told with the result.
				return { status: 200, json: { status: end === 'FAILED' ? 'COMPLETED' : (end ?? own) } };
			}),
		},
		{
			...{ action: 'poll', method: 'GET', path: /^\/requests\/([^/]+)$/ },
			handle: about((job, exchange) => {
				const end = ending(job, exchange);
				if (end !== undefined) return error(422, String(end.details ?? ''));
				if (job.state !== 'ready') return error(400, 'Not done yet');
				const url = urls.get(job.id) ?? core.imageUrl(job);
				urls.delete(job.id);
				const [{ seed, prompt }] = job.drawings;
				return { status: 200, json: { images: [{ url }], seed, prompt } };
			}),
		},
		{
			...{ action: 'cancel', method: 'PUT', path: /^\/requests\/([^/]+)\/cancel$/ },
			handle: about((job) => {
				if (job.running) job.cancelledAt = Date.now();
				return { status: 202, json: { status: 'CANCELLATION_REQUESTED' } };
			}),
		},
		{ action: 'submit', method: 'POST', path: /^\/([^/]+\/[^/]+)$/, handle: submit },
	] as unknown as Route[];
	return {
		...{ name: 'queue', prefix: '/queue', routes },
		error: (_, detail) => ({ detail }),
		refuse: ({ request }) =>
			request.headers.authorization === `Key ${core.key}` ? undefined : error(401, 'No such key'),
	};
}

/** The sandbox, which then plays the made-up API, too. */
export const startWholeSandbox = async (options: SandboxOptions = {}): Promise<Sandbox> =>
	await startSandbox({ ...options, dialects: [queue] });
