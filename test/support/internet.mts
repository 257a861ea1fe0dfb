import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

import type { INodeParameters } from 'n8n-workflow';

import type { Sandbox } from '../sandbox/sandbox.mts';
import { selfSigned } from './certificate.mts';
import { styles } from './styles.mts';

/** A request that arrived somewhere in the internet of a test. */
export interface Arrived {
	/** Protocol, host and port, e.g. `https://api.bfl.ai`. */
	origin: string;
	method: string;
	/** Path and query. */
	url: string;
	/** All headers as they were sent, names and values. */
	headers: string;
}

/** The services' hosts, and where the sandbox plays them. */
const played: Record<string, string> = {
	...Object.assign({}, ...Object.values(styles).map(({ hosts }) => hosts)),
	'https://delivery.example': '/delivery',
};

/**
 * All hosts of the world on 127.0.0.1, behind an HTTP proxy: each request is recorded with the host that it was sent to. Hosts of the
 * services are played by the sandbox, in whose answers its address reads as theirs; all others answer with an empty object.
 */
export async function startInternet(sandbox: () => Sandbox) {
	const arrived: Arrived[] = [];
	const origins = new WeakMap<Socket, string>();
	const identity = selfSigned();

	const server = createServer((incoming, response) => {
		const url = new URL(`${origins.get(incoming.socket) ?? ''}${incoming.url}`);
		const { origin } = url;
		const path = `${url.pathname}${url.search}`;
		arrived.push({ origin, method: incoming.method!, url: path, headers: incoming.rawHeaders.join('\n') });
		if (Object.hasOwn(played, origin)) play(sandbox().url, origin, path, incoming, response);
		else response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
	});
	server.on('connect', ({ url }: IncomingMessage, socket: Socket) => {
		socket.on('error', () => socket.destroy());
		socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
		// Only the ports of plain HTTP are not encrypted.
		const isTls = !url!.endsWith(':80');
		const inner = isTls ? new TLSSocket(socket, { isServer: true, ...identity }) : socket;
		inner.on('error', () => inner.destroy());
		origins.set(inner, new URL(`${isTls ? 'https' : 'http'}://${url}`).origin);
		server.emit('connection', inner);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

	return {
		arrived,
		/** What a user sets on the node to be in this internet. */
		parameters: {
			requestOptions: {
				proxy: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
				allowUnauthorizedCerts: true,
			},
		} as INodeParameters,
		close() {
			server.closeAllConnections();
			server.close();
		},
	};
}

/** Lets the sandbox answer. */
function play(
	base: string,
	origin: string,
	path: string,
	incoming: IncomingMessage,
	response: ServerResponse,
) {
	const headers = { ...incoming.headers, host: new URL(base).host };
	const prefix = played[origin];
	const forwarded = ask(`${base}${prefix}${path}`, { method: incoming.method, headers }, (answer) => {
		const chunks: Buffer[] = [];
		answer.on('data', (chunk: Buffer) => chunks.push(chunk));
		answer.on('end', () => {
			const bytes = Buffer.concat(chunks);
			const isJson = /json/.test(String(answer.headers['content-type']));
			const body = isJson ? Buffer.from(renamed(bytes.toString('utf8'), base, origin)) : bytes;
			response.writeHead(answer.statusCode!, { ...answer.headers, 'content-length': body.length });
			response.end(body);
		});
	});
	forwarded.on('error', () => response.destroy());
	incoming.pipe(forwarded);
}

const renamed = (text: string, base: string, origin: string) =>
	text
		.replaceAll(`${base}/delivery`, 'https://delivery.example')
		.replaceAll(`${base}${played[origin]}`, origin);
