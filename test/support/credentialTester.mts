import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestRequest,
	ICredentialType,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
} from 'n8n-workflow';

import { makeAdditionalData } from './additionalData.mts';
import { n8nCore, n8nWorkflow } from './core.mts';
import { MemoryCredentials } from './credentials.mts';

/** What n8n shows when a credential is tested. */
export interface TestResult {
	status: 'OK' | 'Error';
	message: string;
}

const lookUp = (value: unknown, key: string) =>
	value === null || value === undefined ? undefined : (value as Record<string, unknown>)[key];

/** Tests a credential as the server's `credentials-tester.service` does: its request through RoutingNode, then its rules in order. */
export async function testAsServer(
	type: ICredentialType & { test: ICredentialTestRequest },
	typed: ICredentialDataDecryptedObject,
): Promise<TestResult> {
	const { request, rules = [] } = type.test;
	const data = n8nWorkflow.NodeHelpers.getNodeParameters(
		type.properties,
		typed as INodeParameters,
		true,
		false,
		null,
		null,
	) as ICredentialDataDecryptedObject;
	const details = { id: '1', name: 'Tested', type: type.name };
	const nodeType = {
		description: {
			...{ name: 'noOp', displayName: 'No Operation', group: [], version: 1, description: '', defaults: {} },
			...{ inputs: ['main'], outputs: ['main'], credentials: [{ name: type.name, required: true }] },
			properties: [{ displayName: 'Temp', name: 'temp', type: 'string', default: '', routing: { request } }],
		},
	} as unknown as INodeType;
	const node: INode = {
		...{ id: 'temp', name: 'Temp-Node', type: 'noOp', typeVersion: 1, position: [0, 0], parameters: {} },
		credentials: { [type.name]: { id: details.id, name: details.name } },
	};
	const nodeTypes = {
		...{ getByName: () => nodeType, getByNameAndVersion: () => nodeType },
		getKnownTypes: () => ({}),
	};
	const workflow = new n8nWorkflow.Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const helper = new MemoryCredentials({ [type.name]: type }, { [type.name]: data });
	const context = new n8nCore.ExecuteContext(
		workflow,
		node,
		makeAdditionalData(helper, '1', '1', {}),
		'internal',
		n8nWorkflow.createRunExecutionData({ resultData: { runData: {} } }),
		0,
		[],
		{ main: [[{ json: {} }]] },
		{ node, data: {}, source: null },
		[],
	);
	const decrypted: ICredentialsDecrypted = { ...details, data };
	let response: INodeExecutionData[][] | null | undefined;
	try {
		response = await new n8nCore.RoutingNode(context, nodeType, decrypted).runNode();
	} catch (error) {
		return { status: 'Error', message: messageOf(error as Failure, rules) };
	}
	for (const { type: kind, properties } of rules) {
		if (kind !== 'responseSuccessBody') continue;
		if (lookUp(response![0][0].json, properties.key) === properties.value)
			return { status: 'Error', message: properties.message };
	}
	return { status: 'OK', message: 'Connection successful!' };
}

type Failure = Error & { cause?: { code?: string; response?: { status: number; statusText: string } } };

function messageOf({ message, cause }: Failure, rules: NonNullable<ICredentialTestRequest['rules']>): string {
	if (cause?.response) {
		const { status, statusText } = cause.response;
		for (const { type: kind, properties } of rules) {
			if (kind === 'responseCode' && properties.value === status) return properties.message;
		}
		return statusText || `Received HTTP status code: ${status}`;
	}
	return cause?.code ?? message;
}
