import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { Flux } from '../../nodes/Flux/Flux.node.ts';
import type { ProviderName } from '../../nodes/Flux/providers/names.ts';
import type { Options } from '../support/harness.mts';
import { credentialData, realStyles } from '../support/styles/index.mts';

// As n8n runs for its users.
process.env.N8N_LOG_LEVEL = 'info';
// The harness tidies up after a test file; here that is the end of the process.
Object.assign(globalThis, { afterAll: (tidyUp: () => void) => process.once('exit', tidyUp) });
export const { runWorkflow, connect } = await import('../support/harness.mts');
export const { binaryStore, n8nCore, n8nWorkflow } = await import('../support/core.mts');

/** The APIs as the node and the sandbox know them. */
export const apis = realStyles;
export type ApiName = ProviderName;
export const asynchronous = (Object.keys(apis) as ApiName[]).filter((name) => apis[name].hasJobs);

/** So many items with prompts that tell them apart. */
export const items = (count: number): INodeExecutionData[] =>
	Array.from({ length: count }, (_, index) => ({ json: { prompt: `number ${index}` } }));

const node = new Flux();

/** A workflow with our node. */
export function fluxWorkflow(
	name: ApiName,
	{ url, key }: { url: string; key: string },
	parameters: INodeParameters,
	options: Partial<Options>,
): Options {
	const style = apis[name];
	return {
		node,
		parameters: {
			...{ authentication: name, resource: 'image', operation: 'generate' },
			...{ model: style.model, prompt: '={{ $json.prompt }}' },
			...parameters,
		},
		credentials: { [style.credential]: credentialData(style, { url, key }) },
		credentialTypes: { [style.credential]: style.newCredential() },
		...options,
	};
}
