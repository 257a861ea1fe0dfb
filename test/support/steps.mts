import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodeType,
	INodeTypeDescription,
	IRun,
	IRunExecutionData,
} from 'n8n-workflow';

const describe = (
	name: string,
	inputs: string[],
	outputs: string[],
	properties: INodeProperties[] = [],
): INodeTypeDescription => ({
	displayName: name,
	name,
	group: ['transform'],
	version: 1,
	description: '',
	defaults: { name },
	inputs: inputs as INodeTypeDescription['inputs'],
	outputs: outputs as INodeTypeDescription['outputs'],
	properties,
});

/** Gives the node under test what it knew in an earlier execution, as n8n does when it retries a failed one. */
export class RetryNode implements INodeType {
	description = describe('retry', ['main'], ['main']);

	constructor(earlier: IRun, hoursAgo = 0) {
		const { contextData } = earlier.data.executionData!;
		const known = JSON.stringify(contextData['node:Node'], (name, value: unknown) =>
			name === 'acceptedAt' ? Number(value) - hoursAgo * 3_600_000 : value,
		);
		this.execute = async function (this: IExecuteFunctions) {
			const { runExecutionData } = this as unknown as { runExecutionData: IRunExecutionData };
			runExecutionData.executionData!.contextData['node:Node'] = JSON.parse(known) as IDataObject;
			return [this.getInputData()];
		};
	}

	execute: INodeType['execute'];
}

/** Emits these items. Binary data given as base64 goes into n8n's storage on the way, as after a webhook or a download. */
export class StartNode implements INodeType {
	description = describe('start', [], ['main']);

	constructor(items: INodeExecutionData[]) {
		this.execute = async function (this: IExecuteFunctions) {
			const stored = items.map(async ({ binary, ...item }) => {
				if (binary === undefined) return item;
				const kept: typeof binary = {};
				for (const [name, { data, fileName, mimeType, id }] of Object.entries(binary)) {
					kept[name] =
						id === undefined
							? await this.helpers.prepareBinaryData(Buffer.from(data, 'base64'), fileName, mimeType)
							: binary[name];
				}
				return { ...item, binary: kept };
			});
			return [await Promise.all(stored)];
		};
	}

	execute: INodeType['execute'];
}

/** Like n8n's Loop Over Items: output 1 gets the next batch, output 0 everything once all is done. */
export class LoopNode implements INodeType {
	description = describe(
		'loop',
		['main'],
		['main', 'main'],
		[{ displayName: 'Batch Size', name: 'batchSize', type: 'number', default: 1 }],
	);

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][] | null> {
		const state = this.getContext('node') as { rest?: INodeExecutionData[]; done?: INodeExecutionData[] };
		const size = this.getNodeParameter('batchSize', 0) as number;
		if (state.rest === undefined) {
			state.rest = this.getInputData().slice();
			state.done = [];
		} else {
			state.done!.push(...this.getInputData());
		}
		const batch = state.rest.splice(0, size);
		return batch.length === 0 ? [state.done!, []] : [[], batch];
	}
}

interface Tool {
	invoke(args: IDataObject): Promise<string>;
}

/** Calls its one tool for each of its `calls`, like an agent: one after the other, told of errors by their text. */
export class AgentNode implements INodeType {
	description = describe(
		'agent',
		['main', 'ai_tool'],
		['main'],
		[
			{ displayName: 'Calls', name: 'calls', type: 'json', default: '[]' },
			{ displayName: 'First Calls at Once', name: 'atOnce', type: 'number', default: 1 },
		],
	);

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const [tool] = (await this.getInputConnectionData('ai_tool', 0)) as Tool[];
		const calls = JSON.parse(this.getNodeParameter('calls', 0) as string) as IDataObject[];
		const atOnce = this.getNodeParameter('atOnce', 0) as number;
		const invoke = async (call: IDataObject) =>
			await tool.invoke(call).catch((error: Error) => error.message);
		const answers = await Promise.all(calls.slice(0, atOnce).map(invoke));
		for (const call of calls.slice(atOnce)) answers.push(await invoke(call));
		return [answers.map((answer) => ({ json: { answer }, pairedItem: { item: 0 } }))];
	}
}

/** As n8n's agent from version 3 on: it asks the engine to run the node `Node` as a tool, and each call has an id. */
export class EngineAgentNode implements INodeType {
	description = describe('engineAgent', ['main', 'ai_tool'], ['main'], []);
	execute: INodeType['execute'];

	constructor(calls: IDataObject[]) {
		this.execute = async (response) => {
			const answers = (response?.actionResponses ?? []).map(({ data }) => JSON.stringify(data));
			const { told: before = [] } = (response?.metadata ?? {}) as { told?: string[] };
			const told = [...before, ...answers];
			const input = calls[told.length];
			if (input === undefined) return [told.map((answer) => ({ json: { answer } }))];
			const call = { nodeName: 'Node', type: 'ai_tool', input, id: `call_${told.length}` };
			return {
				actions: [{ actionType: 'ExecutionNodeAction', metadata: { itemIndex: 0 }, ...call }],
				metadata: { told },
			} as never;
		};
	}
}

/** The node as n8n offers it to agents beside itself, which it does with each that is `usableAsTool`. */
export const asTool = (node: INodeType): INodeType =>
	Object.create(node, {
		description: {
			value: { ...node.description, name: `${node.description.name}Tool`, inputs: [], outputs: ['ai_tool'] },
		},
	}) as INodeType;

/** Hands its items on; with a function, what that makes of each. */
export class PassNode implements INodeType {
	description = describe(
		'pass',
		['main'],
		['main'],
		[{ displayName: 'Value', name: 'value', type: 'string', default: '' }],
	);

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [
			this.getInputData().map((item, index) => {
				const value = this.getNodeParameter('value', index) as string;
				return value === ''
					? { ...item, pairedItem: { item: index } }
					: { json: { value }, pairedItem: { item: index } };
			}),
		];
	}
}
