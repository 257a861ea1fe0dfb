import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProviderName } from '../../nodes/Flux/providers/names.ts';
import type { Sandbox } from '../sandbox/sandbox.mts';
import { credentialData, realStyles } from '../support/styles/index.mts';
import type { Style } from '../support/styles/style.mts';
import { PACKAGE_NAME, ROOT } from './paths.mts';
import type { Workflow } from './rest.mts';

/** An API style, as the node's parameter `authentication` names it. */
export type ApiName = ProviderName;

/** All API styles. */
export const API_NAMES = Object.keys(realStyles) as ApiName[];

const ofEach = <T,>(read: (style: Style) => T) =>
	Object.fromEntries(API_NAMES.map((api) => [api, read(realStyles[api])])) as Record<ApiName, T>;

/** The credential type of each. */
export const CREDENTIAL_TYPES = ofEach(({ credential }) => credential);

/** What a person calls each. */
export const API_LABELS = ofEach(({ label }) => label);

/** Those without a page that judges a key for free: the test of their credential says so. */
export const UNTESTABLE = API_NAMES.filter((api) => realStyles[api].untestable !== undefined);

/** Saved credentials, by API style. */
export type Credentials = Partial<Record<ApiName, { id: string; name: string }>>;

/** Type of our node. */
export const FLUX = `${PACKAGE_NAME}.flux`;

/** Type of our node as the tool of an agent. */
const FLUX_TOOL = `${FLUX}Tool`;

const FOLDER = join(ROOT, 'examples');

/** What a person enters into each credential to work on a sandbox. */
export const sandboxCredentials = (sandbox: Pick<Sandbox, 'url' | 'key'>) =>
	ofEach((style) => credentialData(style, sandbox));

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
