import type { IExecuteSingleFunctions, INodeExecutionData } from 'n8n-workflow';

import type { FluxError } from '../errors/fluxError';
import { perNode } from './perNode';

/** What workflows count with and a model has no use for. */
const leftOut = ['imageIndex', 'imageCount', 'fileSize', 'durationMs', 'revisedPrompt'];

/** Whether the node runs as an agent's tool: n8n names that node type so. */
export const isTool = (context: Pick<IExecuteSingleFunctions, 'getNode'>): boolean =>
	context.getNode().type.endsWith('Tool');

const briefly = (json: object): INodeExecutionData['json'] =>
	Object.fromEntries(
		Object.entries(json)
			.filter(([key, value]) => value !== null && !leftOut.includes(key))
			.map(([key, value]) => [key, key === 'error' ? briefly(value as object) : value]),
	);

/** An item as an agent's model reads it: short, and without what is unknown. */
export const forModel = ({ json, ...item }: INodeExecutionData): INodeExecutionData => ({
	...item,
	json: briefly(json),
});

/** How often n8n tries the node: between 2 and 5 times with *Retry On Fail*. */
function triesOf(context: IExecuteSingleFunctions): number {
	const { retryOnFail, maxTries = 3 } = context.getNode();
	return retryOnFail === true ? Math.min(5, Math.max(2, maxTries)) : 1;
}

/** Of a call that failed: how often in a row, and the last error that left something behind. */
interface Failures {
	count: number;
	left?: FluxError;
}

const failuresOf = perNode(() => new Map<string, Failures>());

const firstTries = perNode(() => new Map<string, string>());

/**
 * What the call asked for in its first try: in the next ones expressions give other values. Only a call with an id, as n8n's agent gives
 * it from version 3 on, can be told from others at the same time.
 */
export function ofFirstTry(context: IExecuteSingleFunctions, asked: string): string {
	if (triesOf(context) === 1 || context.getInputData().json.toolCallId === undefined) return asked;
	const [known, call] = [firstTries(context), callOf(context)];
	const first = known.get(call) ?? asked;
	known.set(call, first);
	return first;
}

const callOf = (context: IExecuteSingleFunctions) => JSON.stringify(context.getInputData().json);

/**
 * Notes that a try of an agent's call failed: each is a run of its own there, so nothing else tells which the last one is. n8n hands a
 * thrown error to the model as an empty text, but tries again only after one.
 *
 * @returns the error to tell the model, with what an earlier try left behind; undefined if it is to be thrown
 */
export function failCall(context: IExecuteSingleFunctions, error: FluxError): FluxError | undefined {
	if (error.code === 'cancelled') return undefined;
	const calls = failuresOf(context);
	const call = callOf(context);
	const { count, left } = calls.get(call) ?? { count: 0 };
	const { job, mayBeBilled } = error.trace;
	const leavesNothing = job === undefined && mayBeBilled !== true;
	if (error.code !== 'invalid-input' && count + 1 < triesOf(context)) {
		calls.set(call, { count: count + 1, left: error.endsJob ? undefined : leavesNothing ? left : error });
		return undefined;
	}
	endCall(context);
	if (left === undefined || !leavesNothing) return error;
	const told = error.withTrace(left.trace);
	return left.trace.mayBeBilled === true ? told.alsoSay(`Of an earlier try: ${left.advice}`) : told;
}

/** The call is over: the next one counts from the start. */
export function endCall(context: IExecuteSingleFunctions): void {
	failuresOf(context).delete(callOf(context));
	firstTries(context).delete(callOf(context));
}
