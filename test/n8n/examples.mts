import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '../sandbox/sandbox.mts';
import { PACKAGE_NAME, ROOT } from './paths.mts';
import type { Workflow } from './rest.mts';

/** The credential type of each API style, by the value of the node's parameter `authentication`. */
export const CREDENTIAL_TYPES = {
	blackForestLabs: 'fluxBlackForestLabsApi',
	replicate: 'fluxReplicateApi',
	apiframe: 'fluxApiframeApi',
	fal: 'fluxFalApi',
	openAiCompatible: 'fluxOpenAiCompatibleApi',
} as const;

/** An API style, as the node's parameter `authentication` names it. */
export type ApiName = keyof typeof CREDENTIAL_TYPES;

/** What a person calls each API style. */
export const API_LABELS: Record<ApiName, string> = {
	blackForestLabs: 'Black Forest Labs',
	replicate: 'Replicate',
	apiframe: 'Apiframe',
	fal: 'fal',
	openAiCompatible: 'OpenAI-Compatible',
};

/** API styles without a page that judges a key for free: the test of their credential says so. */
export const UNTESTABLE: ApiName[] = ['fal'];

/** All API styles. */
export const API_NAMES = Object.keys(CREDENTIAL_TYPES) as ApiName[];

/** Saved credentials, by API style. */
export type Credentials = Partial<Record<ApiName, { id: string; name: string }>>;

/** Type of our node. */
export const FLUX = `${PACKAGE_NAME}.flux`;

/** Type of our node as the tool of an agent. */
const FLUX_TOOL = `${FLUX}Tool`;

const FOLDER = join(ROOT, 'examples');

/** What a person enters into each credential to work on a sandbox. */
export const sandboxCredentials = ({ url, key: apiKey }: Pick<Sandbox, 'url' | 'key'>) => ({
	blackForestLabs: { apiKey, region: 'custom', baseUrl: url },
	replicate: { apiKey, service: 'custom', baseUrl: `${url}/replicate/v1` },
	openAiCompatible: { apiKey, service: 'custom', baseUrl: `${url}/openai/v1` },
	apiframe: { apiKey, baseUrl: `${url}/apiframe` },
	fal: { apiKey, baseUrl: `${url}/fal` },
});

/** The file names of all example workflows. */
export const exampleFiles = () => readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

/** An example workflow whose Flux nodes use the credentials of their APIs, as far as there are some. */
export function example(file: string, credentials: Credentials): Workflow {
	return withCredentials(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Workflow, credentials);
}

/** A workflow whose Flux nodes use the credentials of their APIs, as far as there are some. */
export function withCredentials(workflow: Workflow, credentials: Credentials): Workflow {
	const nodes = workflow.nodes.map((node) => {
		if (node.type !== FLUX && node.type !== FLUX_TOOL) return node;
		const api = node.parameters.authentication as ApiName;
		const credential = credentials[api];
		return credential ? { ...node, credentials: { [CREDENTIAL_TYPES[api]]: credential } } : node;
	});
	return { ...workflow, nodes };
}
