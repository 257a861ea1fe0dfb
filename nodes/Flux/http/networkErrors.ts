const notSent: Record<string, string> = {
	ECONNREFUSED: 'it refuses the connection',
	ENOTFOUND: 'the host name is unknown',
	EAI_AGAIN: 'the host name could not be looked up',
	EAI_FAIL: 'the host name could not be looked up',
	EHOSTUNREACH: 'the host cannot be reached',
	ENETUNREACH: 'the network cannot be reached',
};

const lost: Record<string, string> = {
	ECONNRESET: 'the connection was cut',
	EPIPE: 'the connection was cut',
	ETIMEDOUT: 'the connection timed out',
	ECONNABORTED: 'there was no answer in time',
	ERR_STREAM_PREMATURE_CLOSE: 'the connection was cut',
};

const certificate = /certificate|CERT_|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/i;
/** Of the handshake, so before any request: mostly a server that knows no https. */
const handshake = /wrong version number|unsupported protocol|handshake failure|packet length too long/i;
/** To a proxy, which then got no request to hand on. */
const toProxy = /before receiving CONNECT response/i;
/** On a connection that is there, so perhaps behind a request. */
const connected = /^(read|write)\b/;
/** n8n reads the credential anew for each request. */
const noCredential = /^Credential\b.*does not exist|does not have any credentials/i;
const guarded = /restricted IP address|restricted hostname|not allowed by|Domain not allowed/i;
/** Of our own, when the credential puts the key in. */
const kept = /could read the API key/;

/** An error of n8n's request helper, in our terms. It wraps the network's own error, which is a few `cause`s deep. */
export function networkErrorOf(error: unknown): {
	kind: 'notSent' | 'lost' | 'blocked' | 'noCredential';
	words: string;
} {
	const chain = causes(error);
	const texts = chain.map(({ message }) => message);
	const isConnected = chain.some(({ syscall, message }) => connected.test(syscall ?? message));
	for (const { code } of chain) {
		if (code !== undefined && Object.hasOwn(notSent, code))
			return { kind: isConnected ? 'lost' : 'notSent', words: notSent[code] };
		if (code !== undefined && Object.hasOwn(lost, code)) return { kind: 'lost', words: lost[code] };
	}
	if (texts.some((text) => handshake.test(text))) {
		return { kind: 'notSent', words: 'it does not speak https as it should; is the base URL right?' };
	}
	if (texts.some((text) => toProxy.test(text))) {
		return { kind: 'notSent', words: 'the proxy cut the connection' };
	}
	const gone = texts.find((text) => noCredential.test(text));
	if (gone !== undefined) return { kind: 'noCredential', words: gone };
	const own = texts.find((text) => kept.test(text));
	if (own !== undefined) return { kind: 'blocked', words: own };
	const guard = texts.find((text) => guarded.test(text));
	if (guard !== undefined) return { kind: 'blocked', words: `n8n does not allow it: ${guard}` };
	if (chain.some(({ code, message }) => certificate.test(code ?? '') || certificate.test(message))) {
		return { kind: 'blocked', words: 'its certificate is not trusted' };
	}
	return { kind: 'lost', words: texts.find((text) => text !== '') ?? 'the connection broke' };
}

function causes(error: unknown): Array<{ code?: string; syscall?: string; message: string }> {
	const found = [];
	let current: unknown = error;
	while (current instanceof Error && found.length < 8) {
		const { code, syscall } = current as { code?: unknown; syscall?: unknown };
		const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
		found.push({ code: text(code), syscall: text(syscall), message: current.message });
		current = current.cause;
	}
	return found;
}
