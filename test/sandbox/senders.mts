import type { Answer, Exchange, Sender } from './exchange.mts';

type Send = (exchange: Exchange, answer: Answer, head: Head) => void;

interface Head {
	headers: Record<string, string | number>;
	body: Buffer;
}

const start = ({ response }: Exchange, { status }: Answer, headers: Head['headers']) => {
	response.writeHead(status, headers);
	response.flushHeaders();
};

/** Every way out of the sandbox. */
const senders: Record<Sender, Send> = {
	plain({ request, response }, { status }, { headers, body }) {
		response.writeHead(status, { ...headers, 'content-length': body.length });
		response.end(request.method === 'HEAD' ? undefined : body);
	},
	reset: ({ request }) => request.socket.resetAndDestroy(),
	hang: () => {},
	drip(exchange, answer, { headers, body }) {
		const { response } = exchange;
		start(exchange, answer, headers);
		let sent = 0;
		const timer = setInterval(() => {
			// JSON may end in any number of spaces, so a reader that waits for the end waits for ever
			response.write(sent < body.length ? body.subarray(sent, sent + 1) : ' ');
			sent++;
		}, answer.amount);
		response.on('close', () => clearInterval(timer));
	},
	cutBody({ response }, { status }, { headers, body }) {
		response.writeHead(status, headers);
		response.end(body.subarray(0, body.length >> 1));
	},
	cutConnection(exchange, answer, { headers, body }) {
		start(exchange, answer, { ...headers, 'content-length': body.length });
		exchange.response.write(body.subarray(0, body.length >> 1), () => exchange.request.socket.destroy());
	},
	wrongLength(exchange, answer, { headers, body }) {
		const { response, request } = exchange;
		response.strictContentLength = false;
		response.shouldKeepAlive = false;
		start(exchange, answer, { ...headers, 'content-length': Math.max(0, body.length + answer.amount!) });
		response.write(body, () => request.socket.end());
	},
	endless(exchange, answer, { headers, body }) {
		const { response } = exchange;
		const length = answer.amount === Infinity ? undefined : answer.amount!;
		start(exchange, answer, { ...headers, ...(length && { 'content-length': length }) });
		let left = answer.amount! - body.length;
		const block = Buffer.alloc(256 * 1024);
		const more = () => {
			while (left > 0 && !response.destroyed) {
				const flowing = response.write(left < block.length ? block.subarray(0, left) : block);
				left -= block.length;
				if (!flowing) return void response.once('drain', more);
			}
			response.end();
		};
		response.write(body);
		more();
	},
};

/** Sends the answer in its way and notes its status. */
export function send(exchange: Exchange, answer: Answer): void {
	const { response, record } = exchange;
	if (response.destroyed) return;
	const dropped = answer.send === 'reset' || answer.send === 'hang';
	record.status = dropped ? undefined : answer.status;
	const body = answer.bytes ?? Buffer.from(JSON.stringify(answer.json ?? null));
	const type = answer.bytes ? 'application/octet-stream' : 'application/json';
	senders[answer.send ?? 'plain'](exchange, answer, {
		headers: { 'content-type': type, ...answer.headers },
		body,
	});
}
