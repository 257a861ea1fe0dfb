import { inspect } from 'node:util';

import type { ExecuteContext, WorkflowExecute } from 'n8n-core';
import type {
	ExecutionError,
	IBinaryData,
	IConnections,
	ICredentialType,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeType,
	IRun,
	IRunData,
	IWorkflowSettings,
	WorkflowExecuteMode,
} from 'n8n-workflow';

import { makeAdditionalData } from './additionalData.mts';
import {
	binaryStore,
	isOldN8n,
	logLines,
	n8nCore,
	n8nWorkflow,
	useBinaryMode,
	type BinaryMode,
} from './core.mts';
import { MemoryCredentials, type CredentialValues } from './credentials.mts';
import { StartNode } from './steps.mts';

/** A node in a workflow, with what a user can set on it. */
export interface Step {
	/** `Node` for the node under test unless set. */
	name?: string;
	node: INodeType;
	parameters?: INodeParameters;
	onError?: INode['onError'];
	/** A wait of 0 means n8n's 1000 ms; 1 is the shortest. */
	retryOnFail?: { maxTries?: number; waitBetweenTries?: number };
	executeOnce?: boolean;
	alwaysOutputData?: boolean;
}

export interface Options extends Step {
	/** One empty item unless set. */
	items?: INodeExecutionData[];
	credentials?: CredentialValues;
	credentialTypes?: Record<string, ICredentialType>;
	binaryMode?: BinaryMode;
	/** As set in the workflow; n8n stops the execution after it. */
	executionTimeoutSeconds?: number;
	/** A new one unless set; n8n's workers begin an execution again under its id after a crash. */
	executionId?: string;
	settings?: IWorkflowSettings;
	/** How n8n began it; by a trigger unless set. */
	mode?: WorkflowExecuteMode;
	/** Further nodes. Without `connections` they follow the node under test in a row. */
	others?: Step[];
	/** Replaces the row `Start` → node under test → others. */
	connections?: IConnections;
}

/** What became of a workflow. */
export interface Run {
	data: IRun;
	status: IRun['status'];
	/** The first output of the node under test, over all its runs. */
	items: INodeExecutionData[];
	/** Its second output: the error output with `continueErrorOutput`. */
	errors: INodeExecutionData[];
	/** Why the execution failed. */
	error?: ExecutionError;
	/** The items of one output of a node, over all its runs. */
	output(nodeName: string, index?: number): INodeExecutionData[];
	/** What n8n logged meanwhile. */
	logs: string[];
	seconds: number;
	/** The bytes in n8n's storage. */
	binary(item: INodeExecutionData, property?: string): Promise<Buffer>;
	/** All that the execution left behind, logs included, as one text: for looking for what must not be there. */
	everything(): string;
}

/** A workflow that has been started. */
export interface Running {
	result: Promise<Run>;
	/** The user's Stop button. */
	stop(): void;
}

let executions = 0;

/** Runs a workflow in n8n-core: a start node, the node under test, and others if given. */
export function runWorkflow(options: Options): Running {
	const started = start(options);
	return {
		result: started.then(async ({ finished }) => await finished),
		stop: () => void started.then(({ execution }) => execution?.cancel()),
	};
}

async function start(options: Options) {
	await useBinaryMode(options.binaryMode ?? 'filesystem');
	const under: Step = { ...options, name: options.name ?? 'Node' };
	const first: Step = { name: 'Start', node: new StartNode(options.items ?? [{ json: {} }]) };
	const steps = [first, under, ...(options.others ?? [])];
	const types = new Map(steps.map(({ node }) => [`test.${node.description.name}`, runnable(node)]));
	const id = options.executionId ?? String(++executions);
	const settings = { executionOrder: 'v1' as const, ...options.settings };
	const workflow = new n8nWorkflow.Workflow({
		id: `workflow-${id}`,
		name: 'Test',
		nodes: steps.map((step, index) => toNode(step, index, options)),
		connections: options.connections ?? inARow(steps.map(({ name }) => name!)),
		active: false,
		nodeTypes: {
			getByName: (type) => types.get(type)!,
			getByNameAndVersion: (type) => types.get(type)!,
			getKnownTypes: () => ({}),
		},
		settings,
	});
	const { executionTimeoutSeconds: limit } = options;
	const credentials = new MemoryCredentials(options.credentialTypes ?? {}, options.credentials ?? {});
	const additionalData = makeAdditionalData(credentials, id, workflow.id, settings, limit);
	const from = logLines().length;
	const startedAt = Date.now();
	const done = (data: IRun) =>
		toRun(data, under.name!, (Date.now() - startedAt) / 1000, logLines().slice(from));
	let execution: ReturnType<WorkflowExecute['run']>;
	try {
		const engine = new n8nCore.WorkflowExecute(additionalData, options.mode ?? 'trigger');
		const startNode = workflow.getNode('Start')!;
		// Old versions of n8n take them one by one.
		const runOld = engine.run as unknown as (...args: unknown[]) => typeof execution;
		execution = isOldN8n ? runOld.call(engine, workflow, startNode) : engine.run({ workflow, startNode });
	} catch (error) {
		if (!(error instanceof n8nCore.WorkflowHasIssuesError)) throw error;
		return { finished: Promise.resolve(done(notStarted(error))) };
	}
	// The server sets this timer beside the timestamp in `additionalData`.
	const timer = limit === undefined ? undefined : setTimeout(() => execution.cancel(), limit * 1000);
	const finished = execution.then((data) => {
		clearTimeout(timer);
		if (execution.isCanceled) data.finished = false;
		return done(data);
	});
	return { execution, finished };
}

/** What the server records when the nodes' parameters have issues, a required one missing for instance. */
const notStarted = (error: ExecutionError): IRun => ({
	data: n8nWorkflow.createRunExecutionData({ resultData: { error, runData: {} } }),
	finished: false,
	mode: 'trigger',
	startedAt: new Date(),
	stoppedAt: new Date(),
	storedAt: 'db',
	status: 'error',
});

/** What n8n's server does to declarative nodes when it loads them. */
export function runnable(node: INodeType): INodeType {
	const declarative = node.description.requestDefaults !== undefined;
	if (node.execute || node.supplyData || node.poll || node.trigger) return node;
	if ((node.webhook || node.methods) && !declarative) return node;
	n8nCore.DirectoryLoader.applyDeclarativeNodeOptionParameters(node);
	node.execute = async function () {
		return (await new n8nCore.RoutingNode(this as ExecuteContext, node).runNode()) ?? [];
	};
	return node;
}

function toNode(step: Step, index: number, { credentials = {} }: Options): INode {
	const wanted = step.node.description.credentials?.map(({ name }) => name) ?? [];
	const given = wanted.filter((type) => credentials[type]);
	return {
		id: `node-${index}`,
		name: step.name!,
		type: `test.${step.node.description.name}`,
		typeVersion: 1,
		position: [index * 200, 0],
		parameters: step.parameters ?? {},
		credentials: Object.fromEntries(given.map((type) => [type, { id: type, name: type }])),
		...(step.onError && { onError: step.onError }),
		...(step.retryOnFail && { retryOnFail: true, ...step.retryOnFail }),
		...(step.executeOnce && { executeOnce: true }),
		...(step.alwaysOutputData && { alwaysOutputData: true }),
	};
}

/** Connects the first output of each node to the next one. */
export function inARow(names: string[]): IConnections {
	const pairs = names.slice(1).map((name, index) => [names[index], connect(name)] as const);
	return Object.fromEntries(pairs);
}

/** The connections of one node: for each output the names of the nodes that follow. */
export const connect = (...outputs: Array<string | string[]>): IConnections[string] => ({
	main: outputs.map((names) => [names].flat().map((node) => ({ node, type: 'main' as const, index: 0 }))),
});

/** An old engine leaves it to the server to call an error one. */
const statusOf = ({ status, data }: IRun) =>
	isOldN8n && status === 'running' && data.resultData.error ? 'error' : status;

function toRun(data: IRun, under: string, seconds: number, logs: string[]): Run {
	const { runData, error } = data.data.resultData;
	const output = (nodeName: string, index = 0) =>
		((runData as IRunData)[nodeName] ?? []).flatMap((task) => task.data?.main?.[index] ?? []);
	return {
		data,
		status: statusOf(data),
		items: output(under),
		errors: output(under, 1),
		error,
		output,
		logs,
		seconds,
		async binary(item, property = 'data') {
			const stored: IBinaryData | undefined = item.binary?.[property];
			if (!stored) throw new Error(`The item has no binary data "${property}"`);
			return await binaryStore().getAsBuffer(stored);
		},
		everything: () =>
			inspect(data, { depth: null, showHidden: true, maxStringLength: null }) + logs.join('\n'),
	};
}
