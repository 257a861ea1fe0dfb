import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** A message of a conversation, as OpenAI's chat completions have it. */
export interface Message {
	role: 'system' | 'user' | 'assistant' | 'tool';
	content: string | null;
	tool_calls?: unknown[];
}

/** What the model says next: calls of tools with their arguments, or its last words. */
export type Reply = string | Array<{ tool: string; args: Record<string, unknown> }>;

/** A reply, or what makes it once it is its turn. */
export type Line = Reply | (() => Reply);

/** A chat model that says what a test has written for it, and keeps what it was told. */
export class ChatModel {
	/** What it was sent with each request, oldest first. */
	readonly requests: Array<{
		messages: Message[];
		tools?: Array<{ function: { name: string; description: string } }>;
	}> = [];
	private script: Line[] = [];
	private calls = 0;

	private constructor(private readonly server: Server) {}

	/** Starts one on loopback. */
	static async start(): Promise<ChatModel> {
		const server = createServer();
		const model = new ChatModel(server);
		server.on('request', (request, response) => {
			void text(request).then((body) => {
				response.setHeader('content-type', 'application/json');
				response.end(JSON.stringify(model.answer(JSON.parse(body === '' ? '{}' : body))));
			});
		});
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		return model;
	}

	/** Where it is, as a base URL. */
	get url() {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
	}

	/** Forgets what was, and says this next. */
	follow(script: Line[]) {
		this.script = [...script];
		this.requests.length = 0;
	}

	/** What the tools have answered it so far, in their order. */
	get told(): string[] {
		const { messages = [] } = this.requests.at(-1) ?? {};
		return messages.filter(({ role }) => role === 'tool').map(({ content }) => content ?? '');
	}

	async close() {
		this.server.closeAllConnections();
		this.server.close();
		await once(this.server, 'close');
	}

	private answer(request: (typeof this.requests)[number]) {
		this.requests.push(request);
		const line = this.script.shift() ?? 'There is nothing more to say.';
		const reply = typeof line === 'function' ? line() : line;
		const message =
			typeof reply === 'string'
				? { role: 'assistant', content: reply }
				: {
						role: 'assistant',
						content: null,
						tool_calls: reply.map(({ tool, args }) => ({
							id: `call_${++this.calls}`,
							type: 'function',
							function: { name: tool, arguments: JSON.stringify(args) },
						})),
					};
		const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
		const finish_reason = typeof reply === 'string' ? 'stop' : 'tool_calls';
		return {
			...{ id: 'chat', object: 'chat.completion', created: 0, model: 'scripted', usage },
			choices: [{ index: 0, message, finish_reason }],
		};
	}
}
