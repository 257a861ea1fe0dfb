import type {
	IExecuteFunctions,
	IHttpRequestOptions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

import { LoopNode } from '../support/steps.mts';
import type { Options } from '../support/harness.mts';
import { apis, connect, items } from './engine.mts';
import { wireOf, type Asynchronous } from './peers.mts';

const describe = (name: string, outputs: string[]): INodeTypeDescription => ({
	...{ displayName: name, name, group: ['transform'], version: 1, description: '', defaults: { name } },
	...{ inputs: ['main'] as never, outputs: outputs as never, properties: [] },
});

/** A node that does something with its items. */
class Step implements INodeType {
	description: INodeTypeDescription;
	execute: INodeType['execute'];

	constructor(
		name: string,
		work: (of: IExecuteFunctions, items: INodeExecutionData[]) => Promise<INodeExecutionData[][]>,
		outputs = ['main'],
	) {
		this.description = describe(name, outputs);
		this.execute = async function (this: IExecuteFunctions) {
			return await work(this, this.getInputData());
		};
	}
}

/** As n8n's HTTP Request: all its items at once. */
const http = (
	name: string,
	request: (item: INodeExecutionData) => IHttpRequestOptions,
	read: (of: IExecuteFunctions, item: INodeExecutionData, answer: never) => Promise<INodeExecutionData>,
) =>
	new Step(name, async (of, all) => [
		await Promise.all(
			all.map(async (item) => await read(of, item, (await of.helpers.httpRequest(request(item))) as never)),
		),
	]);

/** The loop that people build by hand: batches, HTTP Request, Wait, HTTP Request, IF and back, HTTP Request; at fal one more for the result. */
export function handBuilt(
	name: Asynchronous,
	{ url, key }: { url: string; key: string },
	count: number,
	batchSize: number,
	waitSeconds = 1,
): Options {
	const { header, submit, body, poll, image, result } = wireOf(name);
	const base = `${url}${apis[name].path}`;
	const headers = header(key);
	const json = (data: unknown): INodeExecutionData => ({ json: data as INodeExecutionData['json'] });
	const submitting = http(
		'submit',
		({ json: { prompt } }) => ({
			...{ method: 'POST', url: `${base}${submit}`, headers },
			...{ body: body(String(prompt)), json: true },
		}),
		async (_, __, answer) => json(answer),
	);
	const waiting = new Step('wait', async (_, all) => {
		await new Promise((resolve) => setTimeout(resolve, waitSeconds * 1000));
		return [all];
	});
	const polling = http(
		'poll',
		({ json: { job, ...told } }) => ({ url: poll((job ?? told) as never, base), headers, json: true }),
		async (_, item, answer) => json({ job: item.json.job ?? item.json, told: answer }),
	);
	const told = ({ json: { told: answer } }: INodeExecutionData) => image(answer as never);
	const isReady = new Step('if', async (_, all) => (all.every(told) ? [all, []] : [[], all]), [
		'main',
		'main',
	]);
	const fetchResult = http(
		'result',
		(item) => ({ url: told(item)!, headers, json: true }),
		async (_, __, answer) => json({ image: result!(answer) }),
	);
	const download = http(
		'download',
		(item) => ({ url: String(item.json.image ?? told(item)), encoding: 'arraybuffer' }),
		async ({ helpers }, _, answer) => ({
			json: {},
			binary: { data: await helpers.prepareBinaryData(Buffer.from(answer as Buffer), 'image.png') },
		}),
	);
	return {
		...{ name: 'Loop', node: new LoopNode(), parameters: { batchSize }, items: items(count) },
		others: [
			{ name: 'Submit', node: submitting },
			{ name: 'Wait', node: waiting },
			{ name: 'Poll', node: polling },
			{ name: 'If', node: isReady },
			...(result === undefined ? [] : [{ name: 'Result', node: fetchResult }]),
			{ name: 'Download', node: download },
		],
		connections: {
			Start: connect('Loop'),
			Loop: connect([], 'Submit'),
			Submit: connect('Wait'),
			Wait: connect('Poll'),
			Poll: connect('If'),
			If: connect(result === undefined ? 'Download' : 'Result', 'Wait'),
			...(result === undefined ? {} : { Result: connect('Download') }),
			Download: connect('Loop'),
		},
	};
}
