import { createHash } from 'crypto';
import type { IDataObject, IExecuteSingleFunctions } from 'n8n-workflow';

import { fieldsOf } from '../catalogue/modelFields';
import { parameterOf } from '../catalogue/parameters';
import type { Plan } from './buildRequest';
import { perNode } from './perNode';
import { isTool, ofFirstTry } from './tool';

/** How often this node has run in this execution. */
export const runIndexOf = (context: IExecuteSingleFunctions): number =>
	context.getWorkflowDataProxy(context.getItemIndex()).$runIndex;

let nodes = 0;
const nodeNumber = perNode(() => ++nodes);

/** A name for this run of the node that no other run of any execution in this process has; each try of Retry On Fail has the same. */
export const runNameOf = (context: IExecuteSingleFunctions): string =>
	`${nodeNumber(context)}/${runIndexOf(context)}`;

/** Tells requests apart; holds neither prompt nor key. */
export const requestHash = (...parts: unknown[]): string => hashOf(JSON.stringify(parts)).slice(0, 32);

export const hashOf = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');

/**
 * Tells what was submitted before from what would be submitted now.
 *
 * @param imageIndex of images that are asked for in the same words each has its own job
 * @param fileAt what tells the file that was uploaded to a link, which is another one each time
 */
export function sentHash(
	accountId: string,
	imageIndex: number,
	{ model, operation, body, envelope }: Plan,
	fileAt: (link: string) => string | undefined,
): string {
	// Whom the provider tells makes no other image, and what waits for that has another address in each execution.
	const settings = fieldsOf(model.body).filter(
		({ parameter }) => parameterOf(parameter).place === 'settings',
	);
	const told = (field: string, value: unknown) => {
		if (settings.some(({ name }) => name === field)) return undefined;
		if (typeof value === 'string') return fileAt(value) ?? (value.length > 1_000 ? hashOf(value) : value);
		if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
		// Another version of the node may have the fields in another order.
		return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
	};
	return requestHash(accountId, imageIndex, model.id, operation, JSON.stringify([body, envelope], told));
}

/**
 * What an item asks for, as it is written: expressions such as a random seed or the time give other values in each try, and n8n hands each
 * try the same input. Of an agent's tool the values count, too.
 */
export function askedIn(context: IExecuteSingleFunctions, values: object): unknown[] {
	const { parameters } = context.getNode();
	const written: IDataObject = { ...parameters, settings: undefined, waitForCompletion: undefined };
	// Of a tool each call is a run of its own, so what other nodes say may be of another call. A seed is mostly a random one.
	const seed = JSON.stringify((written.options as IDataObject)?.seed) ?? '';
	const isSeedFilledIn = /\$(?:fromAI|json|input|\()/i.test(seed);
	const counts = ([name]: [string, unknown]) => name !== 'seed' || isSeedFilledIn;
	const filledIn = isTool(context)
		? ofFirstTry(context, requestHash(Object.entries(values).filter(counts)))
		: '';
	const { json, binary = {} } = context.getInputData();
	// After a crash n8n may have stored the same contents anew.
	const files = Object.entries(binary).map(([name, { fileName, fileSize }]) => [name, fileName, fileSize]);
	// Of a tool it holds the call's id, and what its agent was asked: other words each time where that is a tool itself.
	return [written, filledIn, isTool(context) ? '' : json, files];
}
