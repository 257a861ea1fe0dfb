import { createHash, randomBytes } from 'node:crypto';
import type { Core } from './core.mts';
import { documentOf } from './documents/documents.mts';
import type { Answer, Dialect, Exchange, Route } from './exchange.mts';
import type { ForcedState, Job } from './jobs.mts';
import {
	DEPLOYED,
	modelOfVersion,
	models,
	notFound,
	prediction,
	submit,
	versionOf,
	WEBHOOK_SECRET,
} from './predictions.mts';
import { invalid, problem } from './replicateBody.mts';

/** Replicate's API, or that of a proxy: output always a list, and URLs that name Replicate's own host. */
export function replicate(core: Core, prefix: string, proxy = false): Dialect {
	const service = proxy ? 'crazyrouter' : 'replicate';
	const base = proxy ? 'https://api.replicate.com/v1' : `${core.url}${prefix}`;
	const show = (job: Job, now?: ForcedState, url?: string) => prediction(core, job, base, proxy, now, url);
	const own = ({ job }: Exchange) => (job?.api === 'replicate' && job.service === service ? job : undefined);
	const create = (path: RegExp, model: (exchange: Exchange) => string | undefined): Route => ({
		action: 'submit',
		method: 'POST',
		path,
		model,
		handle: (exchange) =>
			submit(core, exchange, model(exchange), service, (job) => {
				const shown = show(job);
				const { pollingUrl: get = shown.urls.get } = exchange.instead;
				return { ...shown, urls: { ...shown.urls, get } };
			}),
	});

	const routes: Route[] = [
		create(/^\/models\/([^/]+)\/([^/]+)\/predictions$/, ({ params }) => params.join('/')),
		create(/^\/predictions$/, modelOfVersion),
		{
			action: 'poll',
			method: 'GET',
			path: /^\/predictions\/([^/]+)$/,
			handle(exchange) {
				const job = own(exchange);
				if (!job) return notFound();
				job.polls++;
				const { state, resultUrl } = exchange.instead;
				return { status: state?.httpStatus ?? 200, json: show(job, state, resultUrl) };
			},
		},
		{
			action: 'cancel',
			method: 'POST',
			path: /^\/predictions\/([^/]+)\/cancel$/,
			handle(exchange) {
				const job = own(exchange);
				if (!job) return notFound();
				if (job.running) job.cancelledAt = Date.now();
				return { status: 200, json: show(job) };
			},
		},
	];
	const more: Route[] = [
		create(/^\/deployments\/([^/]+)\/([^/]+)\/predictions$/, () => DEPLOYED),
		{
			action: 'list',
			method: 'GET',
			path: /^\/predictions$/,
			handle: () => {
				const mine = core.jobs.filter((job) => job.api === 'replicate' && job.service === service).reverse();
				return {
					status: 200,
					json: { previous: null, next: null, results: mine.slice(0, 100).map((job) => show(job)) },
				};
			},
		},
		{
			action: 'account',
			method: 'GET',
			path: /^\/account$/,
			handle: () => ({
				status: 200,
				json: { type: 'organization', username: 'sandbox', name: 'Sandbox' },
			}),
		},
		{
			action: 'models',
			method: 'GET',
			path: /^\/models\/([^/]+)\/([^/]+)$/,
			handle: ({ params: [owner, name] }) => {
				const id = `${owner}/${name}`;
				if (!models[id]) return notFound();
				const json = { url: `https://replicate.com/${id}`, owner, name, visibility: 'public' };
				return { status: 200, json: { ...json, latest_version: shownVersion(id) } };
			},
		},
		{
			action: 'models',
			method: 'GET',
			path: /^\/models\/([^/]+)\/([^/]+)\/versions\/([^/]+)$/,
			handle: ({ params: [owner, name, version] }) => {
				const id = `${owner}/${name}`;
				return models[id] && versionOf(id) === version ? { status: 200, json: shownVersion(id) } : notFound();
			},
		},
		{
			action: 'upload',
			method: 'POST',
			path: /^\/files$/,
			handle: (exchange) => upload(core, exchange, `${prefix}/files`),
		},
		{
			action: 'account',
			method: 'GET',
			path: /^\/webhooks\/default\/secret$/,
			handle: () => ({ status: 200, json: { key: WEBHOOK_SECRET } }),
		},
	];
	return {
		name: proxy ? 'crazyrouter-replicate' : 'replicate',
		prefix,
		document: documentOf('replicate'),
		invalid,
		error: (status, message) => ({ title: message, detail: message, status }),
		refuse: ({ request }) =>
			request.headers.authorization === `Bearer ${core.key}`
				? undefined
				: problem(401, 'Unauthenticated', 'You did not pass a valid authentication token'),
		routes: proxy ? routes : [...routes, ...more],
	};
}

/** A model's only version, with the schemas by which its predictions are judged. */
const shownVersion = (id: string) => ({
	id: versionOf(id),
	created_at: '2026-01-01T00:00:00.000Z',
	cog_version: '0.16.0',
	openapi_schema: { openapi: '3.0.2', components: documentOf('replicate').ownSchemas(id) },
});

async function upload(core: Core, { form }: Exchange, path: string): Promise<Answer> {
	const content = form!.get('content') as File;
	const bytes = Buffer.from(await content.arrayBuffer());
	const id = randomBytes(20).toString('base64url');
	core.files.set(`${path}/${id}`, { bytes, type: content.type });
	const hash = createHash('sha256').update(bytes).digest('hex');
	const created = Date.now();
	const json = {
		id,
		content_type: content.type || 'application/octet-stream',
		size: bytes.length,
		checksums: { sha256: hash },
		metadata: {},
		created_at: new Date(created).toISOString(),
		expires_at: new Date(created + 86_400_000).toISOString(),
		urls: { get: `${core.url}${path}/${id}` },
	};
	return { status: 201, json };
}
