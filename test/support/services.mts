import type { ICredentialDataDecryptedObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import type { Action } from '../sandbox/exchange.mts';
import { picture } from './images.mts';
import { job, model, useSandbox } from './flux.mts';
import { runWorkflow } from './harness.mts';
import { startInternet } from './internet.mts';
import { styles, workflowOf } from './styles.mts';

type Style = keyof typeof styles;

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
			style: Style,
			data: ICredentialDataDecryptedObject,
			parameters: INodeParameters = {},
			items: INodeExecutionData[] = [{ json: {} }],
		) {
			const asked = { ...internet.parameters, ...parameters };
			const chosen: ICredentialDataDecryptedObject =
				style === 'openAiCompatible' ? { service: 'crazyrouter' } : {};
			const workflow = workflowOf(styles[style], at.sandbox, asked, { items });
			return await runWorkflow({
				...workflow,
				credentials: { [styles[style].credential]: { ...{ apiKey: at.sandbox.key, ...chosen }, ...data } },
			}).result;
		},
	};
}

/** The services by their host, with what is set in the credential and on the node. */
export const services: Array<[string, Style, ICredentialDataDecryptedObject, INodeParameters]> = [
	['https://api.bfl.ai', 'blackForestLabs', {}, {}],
	['https://api.eu.bfl.ai', 'blackForestLabs', { region: 'eu' }, {}],
	['https://api.us.bfl.ai', 'blackForestLabs', { region: 'us' }, {}],
	['https://api.us1.bfl.ai', 'blackForestLabs', { region: 'custom', baseUrl: 'https://api.us1.bfl.ai/' }, {}],
	['https://api.replicate.com', 'replicate', {}, {}],
	['https://crazyrouter.com', 'replicate', { service: 'crazyrouter' }, {}],
	['https://crazyrouter.com', 'openAiCompatible', { service: 'crazyrouter' }, { model: model('flux-dev') }],
	[
		'https://image.onerouter.pro',
		'openAiCompatible',
		{ service: 'oneRouter' },
		{ model: model('flux-pro-v1.1-ultra-text-to-image') },
	],
	['https://openapi.monica.im', 'openAiCompatible', { service: 'monica' }, { model: model('flux_dev') }],
	['https://api.apiframe.ai', 'apiframe', {}, {}],
];

const account = (operation: string) => ({ resource: 'account', operation });
const edit = { operation: 'edit', referenceImages: ['data'] };

/** Every kind of request that carries the key in a workflow, and how to make the node send it. */
export const asking: Array<[Action, Style, INodeParameters]> = [
	['submit', 'blackForestLabs', {}],
	['poll', 'blackForestLabs', {}],
	['credits', 'blackForestLabs', account('getCredits')],
	['finetunes', 'blackForestLabs', account('getFinetunes')],
	['submit', 'replicate', {}],
	// With little time left Replicate is not told to hold the order.
	['poll', 'replicate', { settings: { timeout: 3 } }],
	['poll', 'replicate', job('abc')],
	['cancel', 'replicate', { ...job('abc'), operation: 'cancel' }],
	['upload', 'replicate', edit],
	['submit', 'openAiCompatible', { model: model('flux-dev') }],
	['submit', 'openAiCompatible', { ...edit, model: model('flux-kontext-pro') }],
	['submit', 'apiframe', {}],
	['poll', 'apiframe', {}],
	['upload', 'apiframe', edit],
	['account', 'apiframe', account('getCredits')],
];
/** An item with an image that is large enough to be uploaded. */
export const withLargeFile = async () => {
	const bytes = Buffer.concat([await picture('png', 64, 64), Buffer.alloc(300 * 1024, 7)]);
	return [{ json: {}, binary: { data: { data: bytes.toString('base64'), mimeType: 'image/png' } } }];
};
