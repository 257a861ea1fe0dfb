import type { ICredentialDataDecryptedObject, ICredentialType, INodeParameters } from 'n8n-workflow';

import { Flux } from '../../nodes/Flux/Flux.node.ts';
import { makeAdditionalData } from './additionalData.mts';
import { n8nCore, n8nWorkflow } from './core.mts';
import { MemoryCredentials } from './credentials.mts';

/** The ids in the model list, as the editor asks the node for it. */
export async function listModels(
	credential: ICredentialType,
	data: ICredentialDataDecryptedObject,
	parameters: INodeParameters,
	filter?: string,
): Promise<unknown[]> {
	const node = new Flux();
	const type = credential.name;
	const description = {
		id: '1',
		name: 'Flux',
		type: 'test.flux',
		typeVersion: 1,
		position: [0, 0] as [number, number],
		parameters,
		credentials: { [type]: { id: type, name: type } },
	};
	const nodeTypes = { getByName: () => node, getByNameAndVersion: () => node, getKnownTypes: () => ({}) };
	const workflow = new n8nWorkflow.Workflow({
		nodes: [description],
		connections: {},
		active: false,
		nodeTypes,
	});
	const helper = new MemoryCredentials({ [type]: credential }, { [type]: data });
	const additionalData = { ...makeAdditionalData(helper, '1', '1', {}), currentNodeParameters: parameters };
	const context = new n8nCore.LoadOptionsContext(workflow, description, additionalData, 'parameters.model');
	const { results } = await node.methods.listSearch.searchModels.call(context, filter);
	return results.map(({ value }) => value);
}
