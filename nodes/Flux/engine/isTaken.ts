import * as n8n from 'n8n-workflow';

import { pause } from '../limits/pace';
import { perNode } from './perNode';
import { isTool } from './tool';

/** A try of the node: how many items n8n has begun, and whether it will take what they make. */
interface Try {
	begun: number;
	isTaken?: Promise<boolean>;
}

const tries = perNode((): Try => ({ begun: 0 }));

/** Whether n8n goes on with the other items where it is told to: since the version that brought this function. */
const canGoOn = 'toHostname' in n8n;

/**
 * Whether anybody takes what the item makes. n8n begins an item before it reads the expressions of the next ones, and where one of those
 * cannot be read, it ends the execution and takes nothing of those that have begun.
 */
export async function isTaken(context: n8n.IExecuteSingleFunctions): Promise<boolean> {
	const goesOn = canGoOn && context.continueOnFail();
	if (isTool(context) || goesOn || context.getNode().executeOnce === true) return true;
	const ours = tries(context);
	// Each try begins with it; later batches are told what was found then.
	if (context.getItemIndex() === 0) Object.assign(ours, { begun: 0, isTaken: judge(context, ours) });
	ours.begun++;
	return (await ours.isTaken) ?? true;
}

async function judge(context: n8n.IExecuteSingleFunctions, ours: Try): Promise<boolean> {
	// n8n begins all items, or all of a batch, without a pause.
	await pause(0);
	const count = context.getWorkflowDataProxy(0).$input.all().length;
	const expressions = expressionsIn(context.getNode().parameters);
	for (let item = ours.begun; item < count; item++) {
		// n8n has other work, too.
		if (item % 100 === 0) await pause(0);
		if (expressions.every((expression) => isReadable(context, expression, item))) continue;
		context.logger.warn(
			`Flux: nothing was submitted, because an expression of item ${item} cannot be read (node "${context.getNode().name}")`,
		);
		return false;
	}
	return true;
}

/** All expressions of the node, without their first sign. */
function expressionsIn(value: unknown): string[] {
	if (typeof value === 'string') return value.startsWith('=') ? [value.slice(1)] : [];
	return typeof value === 'object' && value !== null ? Object.values(value).flatMap(expressionsIn) : [];
}

function isReadable(context: n8n.IExecuteSingleFunctions, expression: string, item: number): boolean {
	try {
		context.evaluateExpression(expression, item);
		return true;
	} catch {
		return false;
	}
}
