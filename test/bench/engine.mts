import type { ICredentialType, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { FluxApiframeApi } from '../../credentials/FluxApiframeApi.credentials.ts';
import { FluxBlackForestLabsApi } from '../../credentials/FluxBlackForestLabsApi.credentials.ts';
import { FluxFalApi } from '../../credentials/FluxFalApi.credentials.ts';
import { FluxOpenAiCompatibleApi } from '../../credentials/FluxOpenAiCompatibleApi.credentials.ts';
import { FluxReplicateApi } from '../../credentials/FluxReplicateApi.credentials.ts';
import { Flux } from '../../nodes/Flux/Flux.node.ts';
import type { Options } from '../support/harness.mts';

// As n8n runs for its users.
process.env.N8N_LOG_LEVEL = 'info';
// The harness tidies up after a test file; here that is the end of the process.
Object.assign(globalThis, { afterAll: (tidyUp: () => void) => process.once('exit', tidyUp) });
export const { runWorkflow, connect } = await import('../support/harness.mts');
export const { binaryStore, n8nCore, n8nWorkflow } = await import('../support/core.mts');

/** An API as the node and the sandbox know it. */
interface Api {
	label: string;
	/** Where the sandbox plays it. */
	path: string;
	model: string;
	credential: ICredentialType;
	choice: Record<string, string>;
}

export const apis = {
	blackForestLabs: {
		...{ label: 'Black Forest Labs', path: '', model: 'flux-2-pro' },
		...{ credential: new FluxBlackForestLabsApi(), choice: { region: 'custom' } },
	},
	replicate: {
		...{ label: 'Replicate', path: '/replicate/v1', model: 'black-forest-labs/flux-2-pro' },
		...{ credential: new FluxReplicateApi(), choice: { service: 'custom' } },
	},
	apiframe: {
		...{ label: 'Apiframe', path: '/apiframe', model: 'flux-2-pro' },
		...{ credential: new FluxApiframeApi(), choice: {} },
	},
	fal: {
		...{ label: 'fal', path: '/fal', model: 'fal-ai/flux-2-pro' },
		...{ credential: new FluxFalApi(), choice: {} },
	},
	openAiCompatible: {
		...{ label: 'OpenAI-compatible', path: '/openai/v1', model: 'flux-1-dev' },
		...{ credential: new FluxOpenAiCompatibleApi(), choice: { service: 'custom' } },
	},
} satisfies Record<string, Api>;
export type ApiName = keyof typeof apis;
export const asynchronous: ApiName[] = ['blackForestLabs', 'replicate', 'apiframe', 'fal'];

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
	const { path, model, credential, choice } = apis[name];
	return {
		node,
		parameters: {
			...{ authentication: name, resource: 'image', operation: 'generate' },
			...{ model: { __rl: true, mode: 'id', value: model }, prompt: '={{ $json.prompt }}' },
			...parameters,
		},
		credentials: { [credential.name]: { apiKey: key, ...choice, baseUrl: `${url}${path}` } },
		credentialTypes: { [credential.name]: credential },
		...options,
	};
}
