import type { Core } from './core.mts';
import type { Answer, Dialect } from './exchange.mts';
import { services } from './openaiServices.mts';

const xml = (status: number, code: string): Answer => ({
	status,
	bytes: Buffer.from(`<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code></Error>`),
	headers: { 'content-type': 'application/xml' },
});

const asksForName = new Set<string | undefined>(
	services.filter(({ namedDownloads }) => namedDownloads).map(({ name }) => name),
);

/** The host of the finished images: no key, as at the providers, and nothing left after a while. */
export function delivery(core: Core): Dialect {
	return {
		name: 'delivery',
		prefix: '/delivery',
		refuse: () => undefined,
		error: (status, message) => ({ status, message }),
		routes: [
			{
				action: 'upload',
				method: 'PUT',
				path: /^\/uploads\/[^/]+$/,
				open: true,
				handle({ url, raw }) {
					const file = core.files.get(url.pathname);
					if (!file) return xml(403, 'AccessDenied');
					file.bytes = raw;
					return { status: 200, bytes: Buffer.alloc(0) };
				},
			},
			{
				action: 'download',
				method: 'GET',
				path: /^\/uploads\/[^/]+$/,
				open: true,
				handle({ url }) {
					const file = core.files.get(url.pathname);
					if (!file) return xml(404, 'NoSuchKey');
					return { status: 200, bytes: file.bytes, headers: { 'content-type': file.type } };
				},
			},
			{
				action: 'download',
				method: 'GET',
				path: /^\/([^/]+)\/(\d+)\/sample\.(?:jpeg|png|webp)$/,
				open: true,
				async handle({ job, request, params: [, index] }) {
					const drawing = job?.drawings[Number(index)];
					if (asksForName.has(job?.service) && !request.headers['user-agent'])
						return xml(403, 'AccessDenied');
					if (!job || !drawing || job.state !== 'ready') return xml(404, 'BlobNotFound');
					if (Date.now() > job.expiresAt)
						return job.api === 'bfl' ? xml(403, 'AuthenticationFailed') : xml(404, 'NoSuchKey');
					job.downloads++;
					const headers = { 'content-type': `image/${drawing.format}` };
					return { status: 200, bytes: await core.image(job, Number(index)), headers };
				},
			},
		],
	};
}
