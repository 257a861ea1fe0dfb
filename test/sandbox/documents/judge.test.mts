import { ask } from '../client.mts';
import { startSandbox, type Sandbox } from '../sandbox.mts';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox({ secondsPerImage: 0 });
});
afterAll(async () => await sandbox.close());
beforeEach(() => sandbox.reset());

const prompt = 'A red fox';
const replicateModel = '/replicate/v1/models/black-forest-labs/flux-2-pro/predictions';
const job = '0f8fad5b-d9cb-469f-a165-70867728950e';
const form = (name: string, value: string | Blob) => {
	const data = new FormData();
	data.append(name, value);
	return data;
};
const file = new Blob(['GIF89a'], { type: 'image/gif' });

interface Wrong {
	what: string;
	url: string;
	method?: string;
	body?: unknown;
	headers?: Record<string, string>;
	status: number;
	words: string;
}

const wrong: Wrong[] = [
	{
		...{ what: 'a field of a submit that is out of its range', url: '/v1/flux-2-pro', status: 422 },
		...{ body: { prompt, safety_tolerance: 6 }, words: 'safety_tolerance: Input should be less than' },
	},
	{
		...{ what: "a field of Replicate's input of the wrong type", url: replicateModel, status: 422 },
		...{ body: { input: { prompt: 7 } }, words: 'input.prompt: Input should be a valid string' },
	},
	{
		...{ what: 'an event of a webhook that there is not', url: replicateModel, status: 422 },
		...{ body: { input: { prompt }, webhook_events_filter: ['done'] }, words: 'webhook_events_filter.0' },
	},
	{
		...{ what: 'a submit that is no JSON', url: replicateModel, status: 422, body: form('input', 'x') },
		words: 'should be a valid dictionary',
	},
	{
		...{
			what: 'a time to wait that is too long',
			url: replicateModel,
			status: 422,
			body: { input: { prompt } },
		},
		...{ headers: { prefer: 'wait=61' }, words: 'header.Prefer: String should match' },
	},
	{
		...{ what: 'an upload in the field of another name', url: '/apiframe/v2/uploads', status: 400 },
		...{ body: form('image', file), words: 'file: Field required' },
	},
	{
		...{ what: 'an upload that is no file', url: '/replicate/v1/files', status: 422 },
		...{ body: form('content', 'text'), words: 'content: Input should be a valid file' },
	},
	{
		...{ what: 'a poll whose parameter has another name', url: '/v1/get_result?job=1', status: 422 },
		words: 'query.id: Field required',
	},
	{
		...{ what: 'a poll at another path', url: `/apiframe/v2/job/${job}`, status: 404 },
		words: 'No document knows GET /v2/job/',
	},
	{
		...{ what: 'a cancel by another method', url: '/replicate/v1/predictions/one/cancel', status: 405 },
		...{ method: 'PUT', words: 'No document knows PUT' },
	},
	{
		...{ what: 'a cancel with a body', url: '/replicate/v1/predictions/one/cancel', status: 422 },
		...{ body: { reason: 'x' }, words: 'Takes no body' },
	},
	{
		...{ what: "a question for the account's credits elsewhere", url: '/v1/credit', status: 404 },
		words: 'No document knows GET /v1/credit',
	},
	{
		...{ what: 'a list of models by another word', url: '/apiframe/v2/models?kind=image', status: 400 },
		words: 'query.kind: Extra inputs are not permitted',
	},
	{
		...{ what: 'a field of Together in the wrong type', url: '/together/v1/images/generations', status: 400 },
		...{ body: { model: 'x', prompt, n: '2' }, words: 'n: Input should be a valid integer' },
	},
];

const key = () => ({
	...{ 'x-key': sandbox.key, 'x-api-key': sandbox.key, authorization: `Bearer ${sandbox.key}` },
});

it.each(wrong)('Refuses $what, and fails whoever uses the sandbox', async (one) => {
	const { url, method, body, headers, status, words } = one;
	const answer = await ask(sandbox.url + url, { method, body, headers: { ...key(), ...headers } });
	expect(answer.status).toBe(status);
	const violations = sandbox.violations.splice(0);
	expect(violations).toContainEqual(expect.stringContaining(words));
	expect(sandbox.billed()).toBe(0);
});

it('Takes a field that no document knows where the provider would, and fails all the same', async () => {
	const body = { prompt, aspectRatio: '16:9' };
	expect((await ask(`${sandbox.url}/v1/flux-2-pro`, { body, headers: key() })).status).toBe(200);
	const input = { prompt, size: '1MP' };
	expect((await ask(sandbox.url + replicateModel, { body: { input }, headers: key() })).status).toBe(201);
	expect(sandbox.violations.splice(0)).toEqual([
		'POST /v1/flux-2-pro: aspectRatio: Extra inputs are not permitted ("16:9")',
		`POST ${replicateModel}: input.size: Extra inputs are not permitted ("1MP")`,
	]);
});

it('Holds nothing against who asks for a model or a job that there is not', async () => {
	const ask9 = async (path: string, body: unknown) =>
		(await ask(sandbox.url + path, { body, headers: key() })).status;
	expect(await ask9('/v1/flux-9', { prompt })).toBe(404);
	expect(await ask9('/replicate/v1/models/nobody/flux-9/predictions', { input: { prompt } })).toBe(404);
	expect(await ask9('/apiframe/v2/images/generate', { model: 'flux-9', prompt })).toBe(400);
	expect(await ask9('/apiframe/v2/jobs/no-uuid', undefined)).toBe(400);
	expect(sandbox.violations).toEqual([]);
});

it('Rejects when it is closed with a violation, unless it is asked wrong on purpose', async () => {
	for (const isAskedWrong of [false, true]) {
		const other = await startSandbox({ isAskedWrong });
		await ask(`${other.url}/v1/nothing`);
		const closed = other.close();
		if (isAskedWrong) await closed;
		else await expect(closed).rejects.toThrow('Not by the document:\nGET /v1/nothing');
	}
});
