import type { ICredentialDataDecryptedObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import type { Action } from '../sandbox/exchange.mts';
import { imageOf } from './images.mts';
import { useSandbox } from './flux.mts';
import { runWorkflow } from './harness.mts';
import { startInternet } from './internet.mts';
import { styles, workflowOf, type StyleName } from './styles.mts';

/** A sandbox behind the real hosts' names, and our node in front of them. */
export function useInternet() {
	const at = useSandbox();
	let internet: Awaited<ReturnType<typeof startInternet>>;
	beforeAll(async () => {
		internet = await startInternet(() => at.sandbox);
	});
	beforeEach(() => (internet.arrived.length = 0));
	afterAll(() => internet.close());
	return {
		get sandbox() {
			return at.sandbox;
		},
		get arrived() {
			return internet.arrived;
		},
		/** The hosts that were asked. */
		asked: () => [...new Set(internet.arrived.map(({ origin }) => origin))],
		/** The hosts that saw the key. */
		keyed: () => [
			...new Set(
				internet.arrived
					.filter((one) => JSON.stringify(one).includes(at.sandbox.key))
					.map(({ origin }) => origin),
			),
		],
		async run(
			style: StyleName,
			data: ICredentialDataDecryptedObject,
			parameters: INodeParameters = {},
			items: INodeExecutionData[] = [{ json: {} }],
		) {
			const asked = { ...internet.parameters, ...parameters };
			// The first of its services is meant where none is chosen.
			const [[, chosen]] = styles[style].services;
			const workflow = workflowOf(styles[style], at.sandbox, asked, { items });
			return await runWorkflow({
				...workflow,
				credentials: { [styles[style].credential]: { ...{ apiKey: at.sandbox.key, ...chosen }, ...data } },
			}).result;
		},
	};
}

type Row = [origin: string, style: StyleName, data: ICredentialDataDecryptedObject, set: INodeParameters];

/** The services by their host, with what is set in the credential and on the node. */
export const services = Object.values(styles).flatMap(({ name, services: own }) =>
	own.map(([origin, data, parameters]): Row => [origin, name, data, parameters]),
);

/** Those whose answers hold the images themselves. */
export const inlineServices = Object.values(styles).flatMap(({ name, inline = [] }) =>
	inline.map(([origin, data, parameters]): Row => [origin, name, data, parameters]),
);

/** Every kind of request that carries the key in a workflow, and how to make the node send it. */
export const asking = Object.values(styles).flatMap(({ name, asks }) =>
	asks.map(([on, parameters]): [Action, StyleName, INodeParameters] => [on, name, parameters]),
);

/** An item with an image that is large enough to be uploaded. */
export const withLargeFile = async () => {
	const bytes = Buffer.concat([await imageOf('png', 64, 64), Buffer.alloc(300 * 1024, 7)]);
	return [{ json: {}, binary: { data: { data: bytes.toString('base64'), mimeType: 'image/png' } } }];
};
