import type { ICredentialDataDecryptedObject, ICredentialType, INodeParameters } from 'n8n-workflow';

import { FluxApiframeApi } from '../../credentials/FluxApiframeApi.credentials.ts';
import { FluxBlackForestLabsApi } from '../../credentials/FluxBlackForestLabsApi.credentials.ts';
import { FluxOpenAiCompatibleApi } from '../../credentials/FluxOpenAiCompatibleApi.credentials.ts';
import { FluxReplicateApi } from '../../credentials/FluxReplicateApi.credentials.ts';
import { expectPicture, fluxError, flux, job, model, requestsFor, useSandbox } from './flux.mts';
import { runWorkflow } from './harness.mts';
import { startInternet } from './internet.mts';

const at = useSandbox();
let internet: Awaited<ReturnType<typeof startInternet>>;
beforeAll(async () => {
	internet = await startInternet(() => at.sandbox);
});
beforeEach(() => (internet.arrived.length = 0));
afterAll(() => internet.close());

const ofType = (credential: ICredentialType, authentication: string, id: string) => ({
	credential,
	parameters: { authentication, model: model(id) } as INodeParameters,
});
const styles = {
	blackForestLabs: ofType(new FluxBlackForestLabsApi(), 'blackForestLabs', 'flux-2-pro'),
	replicate: ofType(new FluxReplicateApi(), 'replicate', 'black-forest-labs/flux-2-pro'),
	openAiCompatible: ofType(new FluxOpenAiCompatibleApi(), 'openAiCompatible', 'flux-dev'),
	apiframe: ofType(new FluxApiframeApi(), 'apiframe', 'flux-2-pro'),
};
type Style = keyof typeof styles;

/** Runs the node in the internet of the test. */
async function run(style: Style, data: ICredentialDataDecryptedObject, parameters: INodeParameters = {}) {
	const { credential, parameters: own } = styles[style];
	return await runWorkflow({
		...flux(at.sandbox, { ...own, ...internet.parameters, ...parameters }),
		credentials: { [credential.name]: { apiKey: at.sandbox.key, ...data } },
		credentialTypes: { [credential.name]: credential },
	}).result;
}

/** The hosts that saw the key. */
const keyed = () =>
	new Set(
		internet.arrived
			.filter((one) => JSON.stringify(one).includes(at.sandbox.key))
			.map(({ origin }) => origin),
	);

const services: Array<[string, Style, ICredentialDataDecryptedObject, INodeParameters]> = [
	['https://api.bfl.ai', 'blackForestLabs', {}, {}],
	['https://api.eu.bfl.ai', 'blackForestLabs', { region: 'eu' }, {}],
	['https://api.us.bfl.ai', 'blackForestLabs', { region: 'us' }, {}],
	['https://api.us1.bfl.ai', 'blackForestLabs', { region: 'custom', baseUrl: 'https://api.us1.bfl.ai/' }, {}],
	['https://api.replicate.com', 'replicate', {}, {}],
	['https://crazyrouter.com', 'replicate', { service: 'crazyrouter' }, {}],
	['https://crazyrouter.com', 'openAiCompatible', {}, {}],
	[
		'https://image.onerouter.pro',
		'openAiCompatible',
		{ service: 'oneRouter' },
		{ model: model('flux-pro-v1.1-ultra-text-to-image') },
	],
	['https://openapi.monica.im', 'openAiCompatible', { service: 'monica' }, { model: model('flux_dev') }],
	['https://api.apiframe.ai', 'apiframe', {}, {}],
];

it.each(services)(
	'%s gets the key of %s (%j), and no other host does',
	async (origin, style, data, parameters) => {
		const done = await run(style, data, parameters);

		expect(done.error).toBeUndefined();
		await expectPicture(done);
		expect(keyed()).toEqual(new Set([origin]));
		const elsewhere = internet.arrived.filter((one) => one.origin !== origin);
		expect(elsewhere).toMatchObject([{ origin: 'https://delivery.example', method: 'GET' }]);
		expect(internet.arrived).toHaveLength(at.sandbox.requests.length);
		expect(done.everything()).not.toContain(at.sandbox.key);
	},
);
