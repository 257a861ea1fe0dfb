import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_NAME, ROOT } from './paths.mts';
import type { Workflow } from './rest.mts';

/** The credential type of each API style, by the value of the node's parameter `authentication`. */
export const CREDENTIAL_TYPES = {
	blackForestLabs: 'fluxBlackForestLabsApi',
	replicate: 'fluxReplicateApi',
	apiframe: 'fluxApiframeApi',
	openAiCompatible: 'fluxOpenAiCompatibleApi',
} as const;

/** Type of our node. */
export const FLUX = `${PACKAGE_NAME}.flux`;

const FOLDER = join(ROOT, 'examples');

/** The file names of all example workflows. */
export const exampleFiles = () => readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

/** An example workflow whose Flux nodes use the given credential. */
export function example(file: string, credential: { id: string; name: string }): Workflow {
	return withCredential(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Workflow, credential);
}

/** A workflow whose Flux nodes use the given credential. */
export function withCredential(workflow: Workflow, credential: { id: string; name: string }): Workflow {
	const nodes = workflow.nodes.map((node) => {
		if (node.type !== FLUX) return node;
		const api = node.parameters.authentication as keyof typeof CREDENTIAL_TYPES;
		return { ...node, credentials: { [CREDENTIAL_TYPES[api]]: credential } };
	});
	return { ...workflow, nodes };
}
