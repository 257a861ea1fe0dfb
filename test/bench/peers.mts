import { setTimeout as wait } from 'node:timers/promises';

import { createBlackForestLabs } from '@ai-sdk/black-forest-labs';
import { createFalClient } from '@fal-ai/client';
import { generateImage } from 'ai';
import OpenAI from 'openai';
import Replicate from 'replicate';

import { apis, type ApiName } from './engine.mts';

type Server = { url: string; key: string };

/** Makes one image and fetches it; gives its bytes. */
export type Client = (server: Server, prompt: string) => Promise<number>;

const fetched = async (url: string): Promise<number> => (await (await fetch(url)).arrayBuffer()).byteLength;

/** How an API is asked without any client. */
interface Wire {
	header(key: string): Record<string, string>;
	submit: string;
	body(prompt: string): object;
	poll(submitted: Record<string, string>, base: string): string;
	/** The image of a finished job, or where its result is asked for. */
	image(told: never): string | undefined;
	/** The image in that result. */
	result?(told: never): string;
}

const wire = {
	blackForestLabs: {
		header: (key: string) => ({ 'x-key': key }),
		submit: '/v1/flux-2-pro',
		body: (prompt: string) => ({ prompt }),
		poll: ({ polling_url: url }: Record<string, string>, _base: string) => url,
		image: (told: { status: string; result?: { sample: string } }) => told.result?.sample,
	},
	replicate: {
		header: (key: string) => ({ authorization: `Bearer ${key}` }),
		submit: '/models/black-forest-labs/flux-2-pro/predictions',
		body: (prompt: string) => ({ input: { prompt } }),
		poll: ({ id }: Record<string, string>, base: string) => `${base}/predictions/${id}`,
		image: (told: { status: string; output?: string }) => told.output ?? undefined,
	},
	apiframe: {
		header: (key: string) => ({ 'x-api-key': key }),
		submit: '/v2/images/generate',
		body: (prompt: string) => ({ model: 'flux-2-pro', prompt }),
		poll: ({ jobId }: Record<string, string>, base: string) => `${base}/v2/jobs/${jobId}`,
		image: (told: { status: string; result?: { images: string[] } }) => told.result?.images[0],
	},
	fal: {
		header: (key: string) => ({ authorization: `Key ${key}` }),
		submit: '/fal-ai/flux-2-pro',
		body: (prompt: string) => ({ prompt }),
		poll: ({ status_url: url }: Record<string, string>, _base: string) => url,
		image: (told: { status: string; response_url: string }) =>
			told.status === 'COMPLETED' ? told.response_url : undefined,
		result: (told: { images: Array<{ url: string }> }) => told.images[0].url,
	},
} satisfies Record<string, Wire>;
export type Asynchronous = keyof typeof wire;
export const wireOf = (name: Asynchronous): Wire => wire[name];

/** What most people write: submit, then ask every 500 ms. */
const every500 =
	(name: Asynchronous): Client =>
	async ({ url, key }, prompt) => {
		const { header, submit, body, poll, image, result } = wireOf(name);
		const base = `${url}${apis[name].path}`;
		const headers = { ...header(key), 'content-type': 'application/json' };
		const submitted = await fetch(`${base}${submit}`, {
			...{ method: 'POST', headers, body: JSON.stringify(body(prompt)) },
		});
		if (!submitted.ok) throw new Error(`HTTP ${submitted.status}`);
		const job = (await submitted.json()) as Record<string, string>;
		for (;;) {
			await wait(500);
			const told = await (await fetch(poll(job, base), { headers: header(key) })).json();
			const found = image(told as never);
			if (found === undefined) continue;
			if (result === undefined) return await fetched(found);
			return await fetched(result((await (await fetch(found, { headers })).json()) as never));
		}
	};

const replicate: Client = async ({ url, key }, prompt) => {
	const client = new Replicate({ auth: key, baseUrl: `${url}${apis.replicate.path}` });
	const output = await client.run('black-forest-labs/flux-2-pro', { input: { prompt } });
	return await fetched(String(output));
};

/** It has no base URL, so its requests are led to the sandbox. */
const falClient: Client = async ({ url, key }, prompt) => {
	const client = createFalClient({
		credentials: key,
		fetch: async (to, init) =>
			await fetch(String(to).replace('https://queue.fal.run', `${url}${apis.fal.path}`), init),
	});
	const { data } = await client.subscribe('fal-ai/flux-2-pro', { input: { prompt } });
	return await fetched(data.images[0].url);
};

const aiSdk: Client = async ({ url, key }, prompt) => {
	const labs = createBlackForestLabs({ apiKey: key, baseURL: `${url}/v1` });
	const { image } = await generateImage({ model: labs.image('flux-2-pro'), prompt, maxRetries: 0 });
	return image.uint8Array.length;
};

const openai: Client = async ({ url, key }, prompt) => {
	const client = new OpenAI({ apiKey: key, baseURL: `${url}${apis.openAiCompatible.path}`, maxRetries: 0 });
	const { data } = await client.images.generate({ model: 'flux-1-dev', prompt });
	return await fetched(data![0].url!);
};

/** The clients of each API. */
export const clients: Record<ApiName, Record<string, Client>> = {
	blackForestLabs: {
		'every 500 ms': every500('blackForestLabs'),
		'@ai-sdk/black-forest-labs': aiSdk,
	},
	replicate: { 'every 500 ms': every500('replicate'), replicate },
	apiframe: { 'every 500 ms': every500('apiframe') },
	fal: { 'every 500 ms': every500('fal'), '@fal-ai/client': falClient },
	openAiCompatible: { openai },
};

/** Makes so many images with a client, at most so many at once. */
export async function makeAll(
	client: Client,
	server: Server,
	count: number,
	atOnce: number,
): Promise<number> {
	let [next, made] = [0, 0];
	const work = async () => {
		while (next < count) if ((await client(server, `number ${next++}`)) > 0) made++;
	};
	await Promise.all(Array.from({ length: Math.min(atOnce, count) }, work));
	return made;
}
