import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

const LOCATION =
	'<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">us-east-1</LocationConstraint>';

/** The part of S3 that uploads: who signs may put files into any bucket. `files` are by `/bucket/name`. */
export async function startS3() {
	const files = new Map<string, { type?: string; bytes: Buffer }>();
	const server = createServer(async (request, response) => {
		const bytes = await buffer(request);
		const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
		const isSigned = request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ');
		if (isSigned && request.method === 'PUT')
			files.set(pathname, { type: request.headers['content-type'], bytes });
		response.writeHead(isSigned ? 200 : 403, { 'content-type': 'application/xml' });
		response.end(request.method === 'GET' ? LOCATION : '');
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const close = async () => {
		server.closeAllConnections();
		server.close();
		await once(server, 'close');
	};
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, files, close };
}
