import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	INodeParameters,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

import { FluxApiframeApi } from '../../credentials/FluxApiframeApi.credentials.ts';
import { FluxBlackForestLabsApi } from '../../credentials/FluxBlackForestLabsApi.credentials.ts';
import { FluxOpenAiCompatibleApi } from '../../credentials/FluxOpenAiCompatibleApi.credentials.ts';
import { FluxReplicateApi } from '../../credentials/FluxReplicateApi.credentials.ts';
import type { ProviderName } from '../../nodes/Flux/providers/names.ts';
import { Flux } from '../../nodes/Flux/Flux.node.ts';
import { runWorkflow, type Options, type Run } from './harness.mts';

/** A model as the list of the editor sets it. */
export const model = (value: string, mode: 'list' | 'id' = 'list'): INodeParameters => ({
	__rl: true,
	mode,
	value,
});

/** How the node is set up for one API style, and how that style is met at the sandbox. */
export interface Style {
	name: ProviderName;
	label: string;
	/** The credential's type. */
	credential: string;
	newCredential(): ICredentialType & { test: { request: object } };
	/** What a user types into it beside the key, for another server than the provider's. */
	custom(baseUrl: string): ICredentialDataDecryptedObject;
	/** Where the sandbox plays it: the path of the base URL. */
	path: string;
	/** A model that most tests use. */
	model: INodeParameters;
	/** Parameters of an edit, and of an image of few pixels. */
	edit: INodeParameters;
	small: INodeParameters;
	/** The header that carries the key, and what it then holds. */
	keyHeader: string;
	keyValue(key: string): string;
	/** Whether an order becomes a job that is asked for; otherwise its answer is the image. */
	hasJobs: boolean;
	/** Whether a running job can be ended. */
	cancels?: boolean;
	/** Whether an order whose answer is lost is sent again, because its key names it. */
	isIdempotent?: boolean;
}

const bearer = { keyHeader: 'authorization', keyValue: (key: string) => `Bearer ${key}` };
const edit = { operation: 'edit', referenceImages: ['data'] };

/** The four API styles. */
export const styles: Record<ProviderName, Style> = {
	blackForestLabs: {
		name: 'blackForestLabs',
		label: 'Black Forest Labs',
		credential: 'fluxBlackForestLabsApi',
		newCredential: () => new FluxBlackForestLabsApi(),
		custom: (baseUrl) => ({ region: 'custom', baseUrl }),
		path: '',
		model: model('flux-2-pro'),
		edit,
		small: { width: 64, height: 64 },
		keyHeader: 'x-key',
		keyValue: (key) => key,
		hasJobs: true,
	},
	replicate: {
		name: 'replicate',
		label: 'Replicate',
		credential: 'fluxReplicateApi',
		newCredential: () => new FluxReplicateApi(),
		custom: (baseUrl) => ({ service: 'custom', baseUrl }),
		path: '/replicate/v1',
		model: model('black-forest-labs/flux-2-pro'),
		edit,
		small: { width: 256, height: 256 },
		...bearer,
		hasJobs: true,
		cancels: true,
	},
	apiframe: {
		name: 'apiframe',
		label: 'Apiframe',
		credential: 'fluxApiframeApi',
		newCredential: () => new FluxApiframeApi(),
		custom: (baseUrl) => ({ baseUrl }),
		path: '/apiframe',
		model: model('flux-2-pro'),
		edit,
		small: { width: 256, height: 256 },
		keyHeader: 'x-api-key',
		keyValue: (key) => key,
		hasJobs: true,
		isIdempotent: true,
	},
	openAiCompatible: {
		name: 'openAiCompatible',
		label: 'OpenAI-compatible',
		credential: 'fluxOpenAiCompatibleApi',
		newCredential: () => new FluxOpenAiCompatibleApi(),
		custom: (baseUrl) => ({ service: 'custom', baseUrl }),
		path: '/openai/v1',
		model: model('any-model', 'id'),
		edit,
		small: { size: '64x64' },
		...bearer,
		hasJobs: false,
	},
};

export const { blackForestLabs, replicate, openAiCompatible, apiframe } = styles;

/** Replicate's API as a proxy speaks it, which names Replicate's own host in its answers. */
export const crazyrouterReplicate: Style = { ...replicate, path: '/crazyrouter/replicate/v1' };

/** All four with their names, for `describe.each`. */
export const eachStyle = Object.values(styles).map((style) => [style.name, style] as const);

// One for all runs, as in n8n; to build its properties takes a while.
const node = new Flux();

/** Where the sandbox, or what stands in for it, is and which key is used there. */
export interface Server {
	url: string;
	key: string;
}

/** What a user has typed into the credential of a style. */
export const credentialOf = (style: Style, { url, key }: Server, path = style.path) => ({
	[style.credential]: { apiKey: key, ...style.custom(`${url}${path}`) },
});

/** A workflow with our node, by itself an image of a red fox. */
export const workflowOf = (
	style: Style,
	server: Server,
	parameters: INodeParameters = {},
	options: Partial<Options> = {},
	path = style.path,
): Options => ({
	node,
	parameters: {
		...{ authentication: style.name, resource: 'image', operation: 'generate' },
		...{ model: style.model, prompt: 'A red fox', ...parameters },
	},
	credentials: credentialOf(style, server, path),
	credentialTypes: { [style.credential]: style.newCredential() },
	...options,
});

/** Runs it. */
export const runStyle = async (...args: Parameters<typeof workflowOf>): Promise<Run> =>
	await runWorkflow(workflowOf(...args)).result;

/** Runs n8n's test of a credential, as its server does when the credential is saved. */
export async function testCredential(style: Style, server: Server, path = style.path): Promise<Run> {
	const credential = style.newCredential();
	const description = {
		...{ name: 'tester', displayName: 'Tester', group: [], version: 1, description: '', defaults: {} },
		...{ inputs: ['main'], outputs: ['main'], requestDefaults: {} },
		credentials: [{ name: style.credential, required: true }],
		properties: [
			{
				...{ displayName: 'Temp', name: 'temp', type: 'string', default: '' },
				routing: { request: credential.test.request },
			},
		],
	} as unknown as INodeTypeDescription;
	return await runWorkflow({
		node: { description } as INodeType,
		credentials: credentialOf(style, server, path),
		credentialTypes: { [style.credential]: credential },
	}).result;
}
