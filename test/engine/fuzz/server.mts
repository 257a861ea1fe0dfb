import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { keyIn, styles, type StyleName } from '../../support/styles.mts';

export type Phase = 'submit' | 'poll' | 'result' | 'download';

/** How a reply leaves: as announced, without a length, or in one of the ways in which it does not arrive. */
export type Way = 'whole' | 'chunked' | 'short' | 'long' | 'cut' | 'reset' | 'raw' | 'hang';

/** One answer, as JSON can hold it, so that a counterexample can be printed. `%BASE%`, `%PATH%` and `%KEY%` stand for the item's own. */
export interface Reply {
	status: number;
	headers: Record<string, string>;
	/** Text, or base64 with `isBase64`. */
	body: string;
	isBase64?: boolean;
	way: Way;
}

/** What is asked for one item of a workflow. */
export interface Script {
	api: StyleName;
	/** The phase in which the reply under test comes; the other phases go well. */
	phase: Phase;
	reply: Reply;
	/** How often it comes before all goes well. */
	times: number;
	/** How the phases go well. */
	good: Record<Phase, Reply>;
}

/** What reached the server for one item. */
export interface Visit {
	at: number;
	phase: Phase | 'cancel' | 'other';
	method: string;
	url: string;
	/** What was answered, undefined if the script had nothing for it. */
	reply?: Reply;
	/** Its body. */
	bytes?: Buffer;
	/** The key that came along. */
	key: string | undefined;
}

/** The key of every credential, with letters that each encoding writes in another way. */
export const key = 'sk-fuzz/9+key=zz';

/** What a request is for, in whichever style. */
function phaseOf(method: string, path: string): Phase | 'cancel' | 'other' {
	if (method === 'GET' && /^\/file\/[^/]*$/.test(path)) return 'download';
	const is = (pattern: RegExp | undefined, base: string) => pattern?.test(`${base}${path}`) === true;
	for (const { asking, path: base, jobUrl, resultUrl, cancelUrl } of Object.values(styles)) {
		if (method === 'POST' && path === asking.submit) return 'submit';
		if (method === 'GET' && is(jobUrl, base)) return 'poll';
		if (method === 'GET' && is(resultUrl, base)) return 'result';
		if (method !== 'GET' && is(cancelUrl, base)) return 'cancel';
	}
	return 'other';
}

const filledIn = (text: string, base: string): string =>
	text.replaceAll('%BASE%', base).replaceAll('%PATH%', new URL(base).pathname).replaceAll('%KEY%', key);

const bytesOf = ({ body = '', isBase64 }: Partial<Reply>, base: string): Buffer =>
	isBase64 === true ? Buffer.from(body, 'base64') : Buffer.from(filledIn(body, base));

/** A server on 127.0.0.1 that answers each item, known by the first part of the path, by its script. */
export async function startFuzzServer() {
	const scripts = new Map<number, Script>();
	const visits = new Map<number, Visit[]>();
	/** Requests under no item. */
	const strays: string[] = [];
	let url = '';
	const server = createServer((request, response) => {
		request.resume().on('end', () => answer(request, response));
	});

	function answer(request: IncomingMessage, response: ServerResponse): void {
		const [, item = '', path = ''] = /^\/(\d+)(\/.*)$/s.exec(request.url!) ?? [];
		const n = Number(item);
		const script = item === '' ? undefined : scripts.get(n);
		if (script === undefined) {
			strays.push(`${request.method} ${request.url}`);
			response.writeHead(404).end();
			return;
		}
		const phase = phaseOf(request.method!, path);
		const { headers } = request;
		const before = visits.get(n)!;
		const met = before.filter((visit) => visit.phase === phase).length;
		const visit: Visit = {
			at: Date.now(),
			phase,
			method: request.method!,
			url: request.url!,
			key: keyIn(headers),
		};
		before.push(visit);
		if (phase === 'cancel' || phase === 'other') {
			response.writeHead(404, { 'content-type': 'application/json' }).end('{"detail":"Not Found"}');
			return;
		}
		visit.reply = script.phase === phase && met < script.times ? script.reply : script.good[phase];
		visit.bytes = bytesOf(visit.reply, `${url}/${n}`);
		send(response, visit.reply, visit.bytes, `${url}/${n}`);
	}

	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		url,
		strays,
		add(n: number, script: Script) {
			scripts.set(n, script);
			visits.set(n, []);
		},
		/** What came for an item, which is forgotten. */
		take(n: number): Visit[] {
			const came = visits.get(n) ?? [];
			scripts.delete(n);
			visits.delete(n);
			return came;
		},
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

export type FuzzServer = Awaited<ReturnType<typeof startFuzzServer>>;

function send(response: ServerResponse, reply: Reply, body: Buffer, base: string): void {
	const { status, way } = reply;
	const socket = response.socket!;
	if (way === 'hang') return;
	if (way === 'reset') return void socket.resetAndDestroy();
	// What is no HTTP at all.
	if (way === 'raw') return void socket.end(body.length === 0 ? 'HTTP/1.1 ???\r\n\r\n' : body);
	const headers = Object.fromEntries(
		Object.entries(reply.headers).map(([name, value]) => [name, filledIn(value, base)]),
	);
	const length = { short: body.length >> 1, long: body.length + 7, cut: body.length, whole: body.length };
	const isBodyless = status === 204 || status === 304;
	response.strictContentLength = false;
	if (way !== 'whole') response.shouldKeepAlive = false;
	response.writeHead(status, {
		...headers,
		...(way === 'chunked' || isBodyless ? {} : { 'content-length': length[way] }),
	});
	if (way === 'cut' || way === 'long') {
		response.flushHeaders();
		response.write(way === 'cut' ? body.subarray(0, body.length >> 1) : body, () => socket.destroy());
		return;
	}
	response.end(isBodyless ? undefined : body);
}
