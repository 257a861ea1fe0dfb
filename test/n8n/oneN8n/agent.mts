import { ChatModel, type Line } from '../chatModel.mts';
import { FLUX } from '../examples.mts';
import { itemsOf, type Workflow } from '../rest.mts';
import { credentials, lab } from './labOfFile.mts';
import { fluxNode, node, start } from '../workflows.mts';

let model: ChatModel;
let chat: { id: string; name: string };

beforeAll(async () => {
	model = await ChatModel.start();
	const data = { apiKey: 'sk-scripted', url: model.url, organizationId: '' };
	const credential = { name: 'Chat model', type: 'openAiApi', data };
	chat = { id: await lab.n8n.rest.saveCredential(credential), name: credential.name };
});
afterAll(async () => {
	await model?.close();
});

const fromAi = (key: string, type = 'string') => `={{ $fromAI('${key}', '', '${type}') }}`;

/** Our node as a tool, which the agent sees under the node's name. */
const tool = (name: string, parameters: Record<string, unknown>, more: object = {}) => ({
	...fluxNode(parameters, { credentials: { fluxBlackForestLabsApi: credentials.blackForestLabs }, ...more }),
	...{ id: name, name, type: `${FLUX}Tool` },
});

const makeImage = () => tool('make_image', { prompt: fromAi('prompt'), width: fromAi('width', 'number') });
const getJob = () => tool('get_job', { resource: 'job', operation: 'get', jobId: fromAi('jobId') });

/** n8n's own agent with the scripted model and these tools. */
function agent(tools: Array<ReturnType<typeof tool>>): Workflow {
	const parameters = { promptType: 'define', text: 'An image, please', options: {} };
	const chatModel = node('Model', '@n8n/n8n-nodes-langchain.lmChatOpenAi', 1.3, {
		model: { __rl: true, mode: 'id', value: 'scripted' },
		...{ responsesApiEnabled: false, options: {} },
	});
	const link = (to: string, type: string) => ({ [type]: [[{ node: to, type, index: 0 }]] });
	return {
		name: 'Agent',
		nodes: [
			start,
			node('Agent', '@n8n/n8n-nodes-langchain.agent', 3.1, parameters),
			{ ...chatModel, credentials: { openAiApi: chat } },
			...tools,
		],
		connections: {
			[start.name]: link('Agent', 'main'),
			Model: link('Agent', 'ai_languageModel'),
			...Object.fromEntries(tools.map(({ name }) => [name, link('Agent', 'ai_tool')])),
		},
	};
}

/** What the agent's tools told its model, and its last words. */
async function talk(script: Line[], tools = [makeImage()]) {
	model.follow(script);
	const execution = await lab.n8n.rest.saveAndRun(agent(tools));
	expect(execution.status).toBe('success');
	const [{ json }] = itemsOf(execution, 'Agent');
	return { told: model.told.map((text) => JSON.parse(text) as unknown), output: json.output };
}

const call = (args: Record<string, unknown>, name = 'make_image') => ({ tool: name, args });
const completed = (more: object = {}) => expect.objectContaining({ status: 'completed', ...more }) as object;
const failed = (error: object) => [{ error: expect.objectContaining(error) as object }];

describe("n8n's agent", () => {
	it('makes an image of a sentence', async () => {
		const { told, output } = await talk([[call({ prompt: 'A red fox', width: 512 })], 'Done.']);
		expect(told).toEqual([[completed({ prompt: 'A red fox', width: 512, url: expect.any(String) })]]);
		expect(output).toBe('Done.');
		expect(lab.sandbox.billed()).toBe(1);
	});

	it('reads what was wrong with a value, and takes a right one', async () => {
		const { told } = await talk([
			[call({ prompt: 'A red fox', width: 1000 })],
			[call({ prompt: 'A red fox', width: 992 })],
			'Done.',
		]);
		const message = expect.stringContaining('use 992 or 1008') as string;
		expect(told).toEqual([failed({ code: 'invalid-input', message }), [completed({ width: 992 })]]);
		expect(lab.sandbox.billed()).toBe(1);
	});

	it('reads that a prompt was refused, and writes another', async () => {
		lab.sandbox.fault({ on: 'submit', times: 1, do: { kind: 'state', status: 'Request Moderated' } });
		const { told } = await talk([
			[call({ prompt: 'Something forbidden', width: 512 })],
			[call({ prompt: 'Something else', width: 512 })],
			'Done.',
		]);
		expect(told).toEqual([failed({ code: 'prompt-moderated' }), [completed({ prompt: 'Something else' })]]);
	});

	it('gets the job of an image that took too long, without making it again', async () => {
		lab.sandbox.secondsPerImage = 3;
		const slow = tool('make_image', { prompt: fromAi('prompt'), settings: { timeout: 1 } });
		const collect = () => [call({ jobId: lab.sandbox.jobs[0].id }, 'get_job')];
		const { told } = await talk([[call({ prompt: 'A slow fox' })], collect, 'Done.'], [slow, getJob()]);
		const [{ id }] = lab.sandbox.jobs;
		expect(told).toEqual([failed({ code: 'timeout', jobId: id }), [completed({ jobId: id })]]);
		expect(lab.sandbox.billed()).toBe(1);
	});

	it('makes two images in one turn', async () => {
		const { told } = await talk([
			[call({ prompt: 'A fox', width: 512 }), call({ prompt: 'A hare', width: 768 })],
			'Done.',
		]);
		expect(told).toEqual([
			[completed({ prompt: 'A fox', width: 512 })],
			[completed({ prompt: 'A hare', width: 768 })],
		]);
		expect(lab.sandbox.billed()).toBe(2);
	});

	it('chooses the model and the shape, also where the editor has a drop-down', async () => {
		const free = tool('make_image', {
			model: { __rl: true, mode: 'id', value: fromAi('model') },
			prompt: fromAi('prompt'),
			aspectRatio: fromAi('aspectRatio'),
			...{ width: undefined, height: undefined, options: {} },
		});
		const args = { prompt: 'A fox', model: 'flux-3-image', aspectRatio: '16:9' };
		const { told } = await talk([[call(args)], 'Done.'], [free]);
		expect(told).toEqual([[completed({ model: 'flux-3-image' })]]);
		expect(lab.sandbox.requests.find(({ action }) => action === 'submit')?.body).toMatchObject({
			aspect_ratio: '16:9',
		});
	});

	it('tells its model of every tool what it makes and takes', async () => {
		await talk(['Done.'], [makeImage(), getJob()]);
		const [{ tools = [] }] = model.requests;
		const told = tools.map(({ function: { name, description } }) => [name, description]);
		expect(told.sort()).toEqual([
			['get_job', 'Get the image of a job in Flux'],
			['make_image', 'Generate an image from a prompt in Flux'],
		]);
	});
});
