import { RestError, whenRegistered } from './rest.mts';

/** What a server of the Model Context Protocol can do. */
export interface Tool {
	name: string;
	description: string;
	inputSchema: { properties: Record<string, { description?: string }>; required?: string[] };
}

/** An assistant's side of the Model Context Protocol, over plain HTTP. */
export class McpClient {
	private readonly headers: Record<string, string> = {
		'content-type': 'application/json',
		accept: 'application/json, text/event-stream',
	};
	private requests = 0;

	private constructor(private readonly url: string) {}

	/** Starts a session. */
	static async connect(url: string): Promise<McpClient> {
		const client = new McpClient(url);
		const clientInfo = { name: 'test', version: '1.0.0' };
		const about = { protocolVersion: '2025-03-26', capabilities: {}, clientInfo };
		await whenRegistered(() => client.ask('initialize', about));
		return client;
	}

	/** The tools that the server offers. */
	async tools(): Promise<Tool[]> {
		return (await this.ask<{ tools: Tool[] }>('tools/list')).tools;
	}

	/** Uses a tool; gives the text that it answers. */
	async call(name: string, args: Record<string, unknown>): Promise<string> {
		const { content } = await this.ask<{ content: Array<{ text: string }> }>('tools/call', {
			name,
			arguments: args,
		});
		return content.map(({ text }) => text).join('\n');
	}

	private async ask<T>(method: string, params: object = {}): Promise<T> {
		const body = JSON.stringify({ jsonrpc: '2.0', id: ++this.requests, method, params });
		const response = await fetch(this.url, { method: 'POST', headers: this.headers, body });
		const text = await response.text();
		if (!response.ok)
			throw new RestError(`The MCP server answered ${response.status}: ${text}`, response.status);
		const session = response.headers.get('mcp-session-id');
		if (session) this.headers['mcp-session-id'] = session;
		return (JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text) as { result: T }).result;
	}
}
