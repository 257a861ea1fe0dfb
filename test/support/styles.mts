import type { IncomingHttpHeaders } from 'node:http';

import type { INodeParameters, INodeType, INodeTypeDescription } from 'n8n-workflow';

import { Flux } from '../../nodes/Flux/Flux.node.ts';
import { providers } from '../../nodes/Flux/providers/index.ts';
import { runWorkflow, type Options, type Run } from './harness.mts';
import { apiframe } from './styles/apiframe.mts';
import { blackForestLabs } from './styles/blackForestLabs.mts';
import { fal } from './styles/fal.mts';
import { realStyles } from './styles/index.mts';
import { madeUp } from './styles/madeUp.mts';
import { openAiCompatible } from './styles/openAiCompatible.mts';
import { crazyrouterReplicate, replicate } from './styles/replicate.mts';
import type { Style, StyleName } from './styles/style.mts';

export { apiframe, blackForestLabs, crazyrouterReplicate, fal, openAiCompatible, realStyles, replicate };
export { model, type Style, type StyleName } from './styles/style.mts';

/** The API styles that exist and the made-up one, which shared tests take as one more row. */
export const styles: Record<StyleName, Style> = { ...realStyles, queue: madeUp };

/** The key that a request carries, by the header of any style. */
export const keyIn = (headers: IncomingHttpHeaders): string | undefined =>
	Object.values(styles)
		.map(({ keyHeader, keyValue }) => {
			const sent = String(headers[keyHeader] ?? '');
			const before = keyValue('');
			return sent !== '' && sent.startsWith(before) ? sent.slice(before.length) : undefined;
		})
		.find((key) => key !== undefined) ?? headers.authorization;

/** All with their names, for `describe.each`. */
export const eachStyle = Object.values(styles).map((style) => [style.name, style] as const);

// The sandbox is quicker than the APIs that it plays.
for (const part of providers.flatMap(({ jobs, models }) => [jobs ?? {}, ...models])) {
	Object.assign(part, { typicalSeconds: undefined });
}

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
