import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type {
	DeclarativeRestApiSettings,
	IAuthenticate,
	ICredentialType,
	IExecutePaginationFunctions,
	IHttpRequestOptions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

import type { Options } from './harness.mts';

type Hook = (
	this: IExecutePaginationFunctions,
	requestData: DeclarativeRestApiSettings.ResultOptions,
) => Promise<INodeExecutionData[]>;

/** A small declarative node of the same build as ours: two credentials, and one hook around the whole request of an item. */
class ProbeNode implements INodeType {
	description: INodeTypeDescription;

	constructor(hook: Hook) {
		const credential = (name: string, authentication: string) => ({
			name,
			required: true,
			displayOptions: { show: { authentication: [authentication] } },
		});
		this.description = {
			displayName: 'Probe',
			name: 'probe',
			group: ['transform'],
			version: 1,
			description: '',
			defaults: { name: 'Probe' },
			inputs: ['main'],
			outputs: ['main'],
			credentials: [
				credential('probeFunctionApi', 'function'),
				credential('probeExpressionApi', 'expression'),
			],
			requestDefaults: { baseURL: '' },
			properties: [
				{
					displayName: 'API',
					name: 'authentication',
					type: 'options',
					default: 'function',
					options: ['function', 'expression'].map((value) => ({ name: value, value })),
				},
				{
					displayName: 'Operation',
					name: 'operation',
					type: 'options',
					default: 'run',
					options: [
						{
							name: 'Run',
							value: 'run',
							routing: {
								request: { method: 'GET', url: '/' },
								send: { paginate: true },
								operations: { pagination: hook },
							},
						},
					],
				},
				{ displayName: 'Text', name: 'text', type: 'string', default: 'unset' },
				{
					displayName: 'Detail',
					name: 'detail',
					type: 'string',
					default: 'own default',
					displayOptions: { show: { text: ['detailed'] } },
				},
			],
		};
	}
}

/** Both ways to write `authenticate`. */
const probeCredentialTypes: Record<string, ICredentialType> = {
	probeFunctionApi: {
		name: 'probeFunctionApi',
		displayName: 'Function',
		properties: [{ displayName: 'Key', name: 'key', type: 'string', default: '' }],
		authenticate: (async ({ key }, options: IHttpRequestOptions) => ({
			...options,
			headers: { ...options.headers, 'x-key': key },
		})) as IAuthenticate,
	},
	probeExpressionApi: {
		name: 'probeExpressionApi',
		displayName: 'Expression',
		properties: [{ displayName: 'Key', name: 'key', type: 'string', default: '' }],
		authenticate: { type: 'generic', properties: { headers: { 'x-key': '={{ "e-" + $credentials.key }}' } } },
	},
};

/** The options of a workflow around a probe with this hook. */
export const probe = (hook: Hook, options: Partial<Options> = {}): Options => ({
	node: new ProbeNode(hook),
	parameters: { text: '={{ $json.text }}' },
	credentials: { probeFunctionApi: { key: 'secret' }, probeExpressionApi: { key: 'secret' } },
	credentialTypes: probeCredentialTypes,
	...options,
});

/** Items with this `text`. */
export const texts = (...values: string[]): INodeExecutionData[] =>
	values.map((text) => ({ json: { text } }));

/** A server on a loopback address for one test file, closed at its end. */
export async function listen(
	answer: (request: IncomingMessage, response: ServerResponse) => void,
	address = '127.0.0.1',
) {
	const requests: IncomingMessage[] = [];
	const server = createServer((request, response) => {
		requests.push(request);
		answer(request, response);
	});
	await new Promise<void>((resolve) => server.listen(0, address, resolve));
	// A test that fails before it closes its server must not keep jest.
	server.unref();
	const close = () => {
		server.closeAllConnections();
		server.close();
	};
	return { url: `http://${address}:${(server.address() as AddressInfo).port}`, requests, close };
}
