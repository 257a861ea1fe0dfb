import { setTimeout as wait } from 'node:timers/promises';

import type { IDataObject, INodeExecutionData, INodeParameters, INodeType } from 'n8n-workflow';

import type { World, Provider } from './provider.mts';
import { secondsFor, type Flow, type Scene } from './model.mts';
import { fileBytes } from './pixel.mts';
import { nodeWith } from '../fuzz/run.mts';
import { key } from '../fuzz/server.mts';
import { runnable, runWorkflow, type Options, type Run } from '../../support/harness.mts';
import { AgentNode, asTool } from '../../support/steps.mts';
import { promptOfItem } from '../../support/flux.mts';
import { styles, workflowOf } from '../../support/styles.mts';

/** One time that n8n executed the node, in milliseconds since the epoch. */
export interface Try {
	startedAt: number;
	endedAt: number;
}

/** What a workflow tells of one wish, or of all of them where n8n names none. */
export interface Told {
	/** Undefined: the error of the node as a whole. */
	wish: number | undefined;
	/** The item's own data, if it is an image. */
	json?: IDataObject;
	bytes?: Buffer;
	/** All that an error says. */
	words?: string;
	code?: string;
}

/** What became of a workflow. */
export interface ToldFlow {
	flow: Flow;
	index: number;
	tries: Try[];
	told: Told[];
	run: Run;
}

/** All that was seen of a scene. */
export interface Seen {
	scene: Scene;
	world: World;
	flows: ToldFlow[];
}

/** The words by which a submit is known again; agents say the same each time. */
const promptFor = (flow: number, wish: number | '') => `A red fox, number ${flow}.${wish}`;

/** The node, which notes when it is executed. */
function noting(tries: Try[], parameters: INodeParameters): INodeType {
	const node = runnable(nodeWith(parameters));
	const execute = node.execute!;
	node.execute = async function (...args) {
		const one = { startedAt: Date.now(), endedAt: Number.POSITIVE_INFINITY };
		tries.push(one);
		return await execute.apply(this, args).finally(() => (one.endedAt = Date.now()));
	};
	return node;
}

const retries = ({ tries }: Flow) =>
	tries === 1 ? {} : { retryOnFail: { maxTries: tries, waitBetweenTries: 1 } };

function workflowFor(scene: Scene, index: number, url: string, tries: Try[]): Options {
	const flow = scene.flows[index];
	const { isAgent, isEdit, hasSeed, maxConcurrency, onError, wishes } = flow;
	const image = isAgent ? "={{ $fromAI('image') }}" : 'data';
	const parameters: INodeParameters = {
		operation: isEdit ? 'edit' : 'generate',
		...(isEdit ? { referenceImages: [image] } : {}),
		prompt: isAgent ? "={{ $fromAI('prompt') }}" : promptOfItem,
		options: {
			...(isAgent ? {} : { numberOfImages: '={{ $json.images }}' }),
			...(hasSeed ? { seed: 100 * index } : {}),
		},
		settings: {
			timeout: secondsFor(flow, scene),
			...(maxConcurrency === undefined ? {} : { maxConcurrency }),
		},
	};
	const { node: _, ...workflow } = workflowOf(styles[scene.api], { url, key }, parameters, {}, '');
	const node = noting(tries, workflow.parameters!);
	if (!isAgent) {
		const items = wishes.map(({ images, file }, wish) => ({
			json: { prompt: promptFor(index, wish), images },
			binary: { data: { data: fileBytes(file).toString('base64'), mimeType: 'image/png' } },
		}));
		return { ...workflow, node, onError, ...retries(flow), items };
	}
	const calls = wishes.map(({ file }) => ({
		prompt: promptFor(index, ''),
		image: `data:image/png;base64,${fileBytes(file).toString('base64')}`,
	}));
	return {
		...{ ...workflow, ...retries(flow), node: asTool(node) },
		others: [{ name: 'Agent', node: new AgentNode(), parameters: { calls: JSON.stringify(calls) } }],
		connections: {
			Start: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
			Node: { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] },
		},
	};
}

const ofError = (error: IDataObject): Pick<Told, 'words' | 'code'> => ({
	words: JSON.stringify(error),
	code: String(error.code),
});

const itemOf = ({ pairedItem }: INodeExecutionData) => (pairedItem as { item?: number } | undefined)?.item;

async function toldBy(run: Run, flow: Flow): Promise<Told[]> {
	if (flow.isAgent) {
		return run.output('Agent').flatMap(({ json }, wish): Told[] => toldToAgent(String(json.answer), wish));
	}
	const items = [...run.items, ...run.errors].map(async (item): Promise<Told> => {
		const { error } = item.json as { error?: IDataObject };
		if (error !== undefined) return { wish: itemOf(item), ...ofError(error) };
		const bytes = item.binary?.data === undefined ? undefined : await run.binary(item);
		return { wish: itemOf(item), json: item.json, bytes };
	});
	const whole = run.error as { context?: { flux?: IDataObject }; description?: string } | undefined;
	if (whole === undefined) return await Promise.all(items);
	const flux = whole.context?.flux ?? {};
	const words = `${run.error!.message} ${whole.description} ${JSON.stringify(flux)}`;
	return [...(await Promise.all(items)), { wish: undefined, words, code: String(flux.code) }];
}

/** A tool answers its items as JSON, and an error as JSON or as its text. */
function toldToAgent(answer: string, wish: number): Told[] {
	try {
		const items = [JSON.parse(answer) as IDataObject | IDataObject[]].flat();
		return items.map((json) =>
			json.error === undefined ? { wish, json } : { wish, ...ofError(json.error as IDataObject) },
		);
	} catch {
		const code = /\(([a-z]+(?:-[a-z]+)*)\)\s*$/.exec(answer.trim())?.[1];
		return [{ wish, words: answer, code }];
	}
}

/** Plays a scene: all its workflows over one credential. */
export async function play(scene: Scene, provider: Provider): Promise<Seen> {
	const { world, url, close } = provider.open(scene);
	const flows = await Promise.all(
		scene.flows.map(async (flow, index): Promise<ToldFlow> => {
			await wait(flow.startsAfterMs);
			const tries: Try[] = [];
			const run = await runWorkflow(workflowFor(scene, index, url, tries)).result;
			return { flow, index, tries, run, told: await toldBy(run, flow) };
		}),
	);
	close();
	return { scene, world, flows };
}
