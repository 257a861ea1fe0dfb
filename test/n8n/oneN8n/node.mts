import { imageSize } from 'image-size';
import {
	API_LABELS,
	API_NAMES,
	CREDENTIAL_TYPES,
	UNTESTABLE,
	withCredentials,
	type ApiName,
} from '../examples.mts';
import { expectImage, pairedItem, until } from '../expect.mts';
import { itemsOf, type Workflow } from '../rest.mts';
import { credentials, lab } from './labOfFile.mts';
import { chain, fluxNode, node, over, start } from '../workflows.mts';

const WRONG_KEY = 'wrong-key-1234';
/** APIs with jobs, each with a model of it. */
const LOST: Array<[ApiName, string]> = [
	['blackForestLabs', 'flux-2-pro'],
	['replicate', 'black-forest-labs/flux-schnell'],
	['apiframe', 'flux-2-pro'],
	['fal', 'fal-ai/flux/schnell'],
];
/** What n8n's log says of a job that was billed. */
const JOB_LINE = /Flux: job (?<id>\S+) accepted by (?<api>[^,(]+?)(, Polling URL (?<url>\S+))? \(/g;

describe('a credential in the real n8n', () => {
	const test = async (api: ApiName, change: Record<string, string> = {}) => {
		const data = { ...lab.credentialData[api], ...change };
		const result = await lab.n8n.rest.testCredential({ name: 'Tested', type: CREDENTIAL_TYPES[api], data });
		expect(lab.sandbox.billed()).toBe(0);
		expect(JSON.stringify(result)).not.toContain(data.apiKey);
		return result;
	};

	/** What the test of a right key says. */
	const isRight = (api: ApiName) =>
		UNTESTABLE.includes(api)
			? {
					status: 'Error',
					message: expect.stringMatching(/did not refuse.*the credential is saved/),
				}
			: { status: 'OK' };

	it.each(API_NAMES)('of %s passes its test with the right key, as far as it can be tested', async (api) => {
		expect(await test(api)).toMatchObject(isRight(api));
		expect(lab.sandbox.requests).toMatchObject([
			{ method: 'GET', status: UNTESTABLE.includes(api) ? 404 : 200 },
		]);
	});

	it.each<[ApiName, string]>([
		['blackForestLabs', 'Black Forest Labs does not accept this API key'],
		['replicate', 'The service does not accept this API key'],
		['openAiCompatible', 'The service does not accept this API key'],
		['apiframe', 'Apiframe does not accept this API key'],
		['fal', 'fal does not accept this API key'],
	])('of %s says with a wrong key: %s', async (api, message) => {
		expect(await test(api, { apiKey: WRONG_KEY })).toEqual({
			status: 'Error',
			message: expect.stringMatching(new RegExp(`^${message}\\. Copy the key again`)) as string,
		});
	});

	it('passes its test at Crazyrouter', async () => {
		const baseUrl = `${lab.sandbox.url}/crazyrouter/v1`;
		expect(await test('openAiCompatible', { baseUrl })).toMatchObject({ status: 'OK' });
	});

	it.each<[string, ApiName, string]>([
		['a proxy of Replicate that has no such page', 'replicate', '/crazyrouter/replicate/v1'],
		['a server without a list of models', 'openAiCompatible', '/monica/v1'],
	])('says that its key could not be tested at %s', async (_, api, path) => {
		const result = await test(api, { baseUrl: `${lab.sandbox.url}${path}` });
		const message = expect.stringMatching(/could not be tested.*the credential is saved/);
		expect(result).toEqual({ status: 'Error', message });
	});

	it('says that no service is chosen, and sends nothing', async () => {
		const result = await test('openAiCompatible', { service: '' });
		expect(result).toEqual({ status: 'Error', message: expect.stringMatching(/^No service is chosen/) });
		expect(lab.sandbox.requests).toEqual([]);
	});

	it('says that a web page is no API', async () => {
		for (const on of ['credits', 'account', 'models', 'poll'] as const)
			lab.sandbox.fault({ on, do: { kind: 'html' } });
		for (const api of API_NAMES) {
			expect(await test(api)).toMatchObject({ message: expect.stringMatching(/leads to a web page/) });
		}
	});

	it.each(API_NAMES)('of %s passes its test with a key that was copied with more', async (api) => {
		const { apiKey } = lab.credentialData[api];
		expect(await test(api, { apiKey: ` "Bearer ${apiKey}"\u200b\n` })).toMatchObject(isRight(api));
	});

	it('without a key passes its test at a server that asks for none', async () => {
		const baseUrl = `${lab.sandbox.url}/selfhosted/v1`;
		const data = { ...lab.credentialData.openAiCompatible, apiKey: '', baseUrl };
		const type = CREDENTIAL_TYPES.openAiCompatible;
		expect(await lab.n8n.rest.testCredential({ name: 'Own', type, data })).toMatchObject({ status: 'OK' });
		expect(lab.sandbox.requests[0].headers).not.toHaveProperty('authorization');
	});

	it("asks the API from n8n's HTTP Request node, and no other host", async () => {
		const { url: sandbox } = lab.sandbox;
		const askFor = async (page: string) => {
			const authentication = 'predefinedCredentialType';
			const parameters = { url: page, authentication, nodeCredentialType: CREDENTIAL_TYPES.blackForestLabs };
			const http = node('HTTP', 'n8n-nodes-base.httpRequest', 4.2, parameters);
			const workflow = chain('Custom call', [start, withKey(http)]);
			return await lab.n8n.rest.saveAndRun(workflow);
		};
		const withKey = (http: ReturnType<typeof node>) => ({
			...http,
			credentials: { [CREDENTIAL_TYPES.blackForestLabs]: credentials.blackForestLabs },
		});
		const [{ json }] = itemsOf(await askFor(`${sandbox}/v1/credits`), 'HTTP');
		expect(json).toHaveProperty('credits');

		lab.sandbox.fault({ on: 'credits', do: { kind: 'redirect', to: `${sandbox}/elsewhere` } });
		await askFor(`${sandbox}/v1/credits`);
		expect(lab.sandbox.requests.map(({ url }) => url)).toEqual(['/v1/credits', '/v1/credits']);

		const refused = await askFor(`${lab.n8n.url}/healthz`);
		expect(refused.data.resultData.error?.message).toMatch(/The API key was not sent to 127\.0\.0\.1/);
	});

	it.each<[ApiName, string, RegExp]>([
		['blackForestLabs', '/nowhere', /base URL is wrong/],
		['apiframe', '/nowhere', /base URL is wrong/],
	])('of %s says that there is no such API at %s', async (api, path, words) => {
		const result = await test(api, { baseUrl: `${lab.sandbox.url}${path}` });
		expect(result).toMatchObject({ status: 'Error', message: expect.stringMatching(words) });
	});

	it.each(API_NAMES)('of %s follows no redirect with its key, and says so', async (api) => {
		for (const on of ['credits', 'account', 'models', 'poll'] as const)
			lab.sandbox.fault({ on, do: { kind: 'redirect', to: `${lab.sandbox.url}/elsewhere` } });
		const result = await test(api);
		expect(result).toMatchObject({ status: 'Error', message: expect.stringMatching(/redirects/) });
		expect(lab.sandbox.requests).toHaveLength(1);
	});

	it.each(API_NAMES)('of %s sends its key to no public address without https', async (api) => {
		const result = await test(api, { baseUrl: 'http://images.example.com/v1' });
		expect(result).toMatchObject({
			status: 'Error',
			message: expect.stringMatching(/Write https:.*Nothing was sent/),
		});
	});
});

describe('the node in the real n8n', () => {
	it('gives an error item with code and link for a bad input, and submits nothing for it', async () => {
		const workflow = overValues('width', [512, 1000, 768], 'continueRegularOutput');
		const execution = await lab.n8n.rest.saveAndRun(workflow);
		expect(execution.status).toBe('success');
		const [first, bad, last] = itemsOf(execution, 'Flux');
		await expectImage(lab, first, { width: 512, height: 512, type: 'png' });
		await expectImage(lab, last, { width: 768, height: 512, type: 'png' });
		expect(bad.json.error).toMatchObject({ code: 'invalid-input', jobId: null });
		expect(bad.json.error).toMatchObject({ message: expect.stringContaining('1000') });
		expect([first, bad, last].map(pairedItem)).toEqual([0, 1, 2]);
		expect(lab.sandbox.billed()).toBe(2);
	});

	it('ends a running execution within about a second of Stop, and asks for the job no more', async () => {
		const { n8n, sandbox } = lab;
		sandbox.secondsPerImage = 60;
		const { rest } = n8n;
		const id = await rest.run(await rest.saveWorkflow(overValues('prompt', ['A slow image'])));
		await until(() => sandbox.billed() === 1 && sandbox.requests.length > 1);
		const stopped = Date.now();
		await rest.stop(id);
		const execution = await rest.finished(id);
		expect(execution.status).toBe('canceled');
		expect(Date.now() - stopped).toBeLessThan(1500);

		const polls = () => sandbox.requests.filter(({ action }) => action === 'poll');
		const before = polls().length;
		sandbox.secondsPerImage = 1;
		const next = await rest.saveAndRun(overValues('prompt', ['A quick image']));
		const [{ json }] = itemsOf(next, 'Flux');
		expect(json.status).toBe('completed');
		const others = polls().slice(before);
		expect(others.length).toBeGreaterThan(0);
		expect(others.every(({ url }) => url.includes(String(json.jobId)))).toBe(true);
	});

	it('answers a production webhook with the image itself', async () => {
		const { rest } = lab.n8n;
		await rest.activate(await rest.saveWorkflow(imageWebhook('picture')));
		const response = await rest.webhook('picture', { prompt: 'An image for a caller' });
		expect(response.headers.get('content-type')).toBe('image/png');
		const bytes = new Uint8Array(await response.arrayBuffer());
		expect(imageSize(bytes)).toMatchObject({ width: 512, height: 512, type: 'png' });
	});

	it('is killed while jobs run: its log names them, it runs none again, and Job: Get collects each', async () => {
		const { sandbox, log } = lab;
		sandbox.secondsPerImage = 60;
		const printed = log.length;
		const executions: string[] = [];
		for (const [api, model] of LOST)
			executions.push(await lab.n8n.rest.run(await lab.n8n.rest.saveWorkflow(oneImage(api, model))));
		await lab.n8n.rest.activate(await lab.n8n.rest.saveWorkflow(imageWebhook('killed')));
		void lab.n8n.rest.webhook('killed', { prompt: 'Lost' }).catch(() => undefined);
		await until(() => sandbox.jobs.length === LOST.length + 1 && sandbox.jobs.every(isFollowed));
		await lab.n8n.kill();

		sandbox.finish();
		sandbox.requests.length = 0;
		await lab.start();
		for (const id of executions) {
			const { status, data } = await lab.n8n.rest.finished(id);
			expect(status).toBe('crashed');
			expect(data.resultData).toMatchObject({ lastNodeExecuted: 'Flux' });
		}
		expect(sandbox.requests).toEqual([]);

		const known = log
			.slice(printed)
			.flatMap((line) => [...line.matchAll(JOB_LINE)].map(({ groups }) => groups));
		expect(known.map((job) => job?.id).sort()).toEqual(sandbox.jobs.map(({ id }) => id).sort());
		for (const job of known) {
			const api = API_NAMES.find((name) => API_LABELS[name] === job?.api) as ApiName;
			const collecting = { resource: 'job', operation: 'get', jobId: job?.id, pollingUrl: job?.url ?? '' };
			const execution = await lab.n8n.rest.saveAndRun(oneImage(api, '', collecting));
			const [item] = itemsOf(execution, 'Flux');
			expect(item.json).toMatchObject({ api, jobId: job?.id, status: 'completed' });
			const [image] = sandbox.jobs.find(({ id }) => id === job?.id)?.drawings ?? [];
			await expectImage(lab, item, { width: image.width, height: image.height, type: 'png' });
		}
		expect(sandbox.billed()).toBe(LOST.length + 1);
	});

	it('bills nothing again when a failed execution is retried after the wrong value was corrected', async () => {
		const { n8n, sandbox } = lab;
		const workflow = await n8n.rest.saveWorkflow(overValues('width', [512, 640, 1000]));
		const failed = await n8n.rest.finished(await n8n.rest.run(workflow));
		expect(failed.status).toBe('error');
		const flux = workflow.nodes.find(({ type }) => type.endsWith('.flux'))!;
		Object.assign(flux.parameters, { width: '={{ Math.round($json.width / 16) * 16 }}' });
		await n8n.rest.updateWorkflow(workflow);
		const retried = await n8n.rest.retry({ id: failed.id, workflowId: workflow.id }, 2);

		expect(itemsOf(retried, 'Flux').map(({ json }) => json.width)).toEqual([512, 640, 1008]);
		expect(sandbox.billed()).toBe(3);
	});

	it('lets no key reach the log or the data of an execution', async () => {
		const { n8n, sandbox, log } = lab;
		const execution = await n8n.rest.saveAndRun(overValues('prompt', ['An image']));
		for (const text of [log.join('\n'), JSON.stringify(execution)]) {
			expect(text).not.toContain(sandbox.key);
			expect(text).not.toContain(WRONG_KEY);
		}
	});
});

/** A workflow that hands Flux an item of each value as `field`. */
const overValues = (field: 'prompt' | 'width', values: unknown[], onError?: string) =>
	withCredentials(
		over(field, values, fluxNode({ [field]: `={{ $json.${field} }}` }, { onError })),
		credentials,
	);

/** Whether the state of a job was asked for. */
const isFollowed = ({ id }: { id: string }) =>
	lab.sandbox.requests.some(({ action, url }) => action === 'poll' && url.includes(id));

/** A workflow that makes one image, or does something else with the node. */
const oneImage = (authentication: ApiName, model: string, more: Record<string, unknown> = {}) =>
	withCredentials(
		chain('One image', [
			start,
			fluxNode({ authentication, model: { __rl: true, mode: 'id', value: model }, ...more }),
		]),
		credentials,
	);

function imageWebhook(path: string): Workflow {
	const parameters = {
		...{ httpMethod: 'POST', path },
		...{ responseMode: 'lastNode', responseData: 'firstEntryBinary' },
	};
	const webhook = { ...node('Webhook', 'n8n-nodes-base.webhook', 2, parameters), webhookId: path };
	return withCredentials(
		chain('Webhook', [webhook, fluxNode({ prompt: '={{ $json.body.prompt }}' })]),
		credentials,
	);
}
