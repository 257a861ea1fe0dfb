import type { Sandbox } from './sandbox.mts';

/** What came back: the parsed JSON, undefined when it was none. */
export interface Reply {
	status: number;
	headers: Headers;
	bytes: Buffer;
	json: any;
}

/** One request with `fetch`, without retries. Objects go as JSON; the key only if `headers` has it. */
export async function ask(
	url: string,
	{
		method,
		headers = {},
		body,
		signal,
	}: { method?: string; headers?: Record<string, string>; body?: unknown; signal?: AbortSignal } = {},
): Promise<Reply> {
	const plain = body === undefined || typeof body === 'string' || body instanceof FormData;
	const answer = await fetch(url, {
		method: method ?? (body === undefined ? 'GET' : 'POST'),
		headers: plain ? headers : { 'content-type': 'application/json', ...headers },
		body: plain ? body : JSON.stringify(body),
		redirect: 'manual',
		signal,
	});
	const bytes = Buffer.from(await answer.arrayBuffer());
	let json: unknown;
	try {
		json = JSON.parse(bytes.toString('utf8'));
	} catch {
		json = undefined;
	}
	return { status: answer.status, headers: answer.headers, bytes, json };
}

/** Black Forest Labs' calls, with the key. */
export const bflClient = ({ url, key }: Sandbox) => {
	const headers = { 'x-key': key };
	return {
		get: (path: string) => ask(path.startsWith('http') ? path : `${url}${path}`, { headers }),
		submit: (model: string, body: unknown) => ask(`${url}/v1/${model}`, { headers, body }),
		/** Submits, lets the job be ready at once and downloads its image. */
		async image(sandbox: Sandbox, model: string, body: unknown): Promise<Reply> {
			const submitted = await ask(`${url}/v1/${model}`, { headers, body });
			if (submitted.status !== 200) throw new Error(JSON.stringify(submitted.json));
			sandbox.finish();
			const { json } = await ask(submitted.json.polling_url, { headers });
			return await ask(json.result.sample);
		},
	};
};
