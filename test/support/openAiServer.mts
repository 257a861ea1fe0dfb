import { jest } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';

import { FluxOpenAiCompatibleApi } from '../../credentials/FluxOpenAiCompatibleApi.credentials.ts';
import { openAiCompatible } from '../../nodes/Flux/providers/openAiCompatible/index.ts';
import { serviceNamed, services } from '../../nodes/Flux/providers/openAiCompatible/services.ts';
import { Flux } from '../../nodes/Flux/Flux.node.ts';
import { authenticate } from '../../nodes/Flux/http/authenticate.ts';
import { services as played } from '../sandbox/openaiServices.mts';
import type { Sandbox } from '../sandbox/sandbox.mts';
import { makeAdditionalData } from './additionalData.mts';
import { n8nCore, n8nWorkflow } from './core.mts';
import { MemoryCredentials } from './credentials.mts';
import type { Options } from './harness.mts';
import { styles, workflowOf } from './styles.mts';

const style = styles.openAiCompatible;
export const type = style.credential;

/**
 * Our node at one of the sandbox's servers. The services whose address nobody can change are moved there; restore jest's mocks
 * afterwards.
 */
export function atServer(
	sandbox: Sandbox,
	server: string,
	parameters: INodeParameters,
	more: Partial<Options> = {},
): Options {
	const { prefix, key } = played.find(({ name }) => name.toLowerCase() === server.toLowerCase())!;
	const base = `${sandbox.url}${prefix}`;
	const service = services.find(({ name }) => name.toLowerCase() === server.toLowerCase())?.name ?? 'custom';
	const { baseUrl, isSelfHosted, ending } = serviceNamed(service);
	const isFixed = baseUrl !== undefined && isSelfHosted !== true && ending === undefined;
	const credential = new FluxOpenAiCompatibleApi();
	if (isFixed) {
		const page = openAiCompatible.hosts.tests?.[service] ?? '';
		const root = base.slice(0, -new URL(baseUrl).pathname.length);
		const moved = page.startsWith('https:') ? { [service]: `${root}${new URL(page).pathname}` } : {};
		const tests = { ...openAiCompatible.hosts.tests, ...moved };
		const hosts = { ...openAiCompatible.hosts, fixed: { [service]: base }, tests };
		jest.replaceProperty(openAiCompatible, 'hosts', hosts);
		credential.authenticate = authenticate(hosts, 'Authorization', (one) => `Bearer ${one}`);
	}
	const apiKey = key === 'none' ? '' : sandbox.key;
	return {
		...workflowOf(style, sandbox, parameters),
		credentials: { [type]: { apiKey, service, ...(isFixed ? {} : { baseUrl: base }) } },
		credentialTypes: { [type]: credential },
		...more,
	};
}

/** The ids in the editor's list of models. */
export async function listedModels(
	{ node, credentials, credentialTypes }: Options,
	filter?: string,
	operation = 'generate',
): Promise<unknown[]> {
	const parameters = { authentication: style.name, resource: 'image', operation };
	const description = {
		...{ id: '1', name: 'Flux', type: 'test.flux', typeVersion: 1, position: [0, 0] as [number, number] },
		...{ parameters, credentials: { [type]: { id: type, name: type } } },
	};
	const workflow = new n8nWorkflow.Workflow({
		nodes: [description],
		connections: {},
		active: false,
		nodeTypes: {
			getByName: () => node,
			getByNameAndVersion: () => node,
			getKnownTypes: () => ({}),
		},
	});
	const helper = new MemoryCredentials(credentialTypes!, credentials!);
	const additionalData = { ...makeAdditionalData(helper, '1', '1', {}), currentNodeParameters: parameters };
	const context = new n8nCore.LoadOptionsContext(workflow, description, additionalData, 'parameters.model');
	const { results } = await new Flux().methods.listSearch.searchModels.call(context, filter);
	return results.map(({ value }) => value);
}
