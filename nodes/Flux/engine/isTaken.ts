import type { IExecuteSingleFunctions } from 'n8n-workflow';

import { pause } from '../limits/pace';
import { perNode } from './perNode';
import { isTool } from './tool';

/** The items that n8n begins in one go. */
interface Wave {
	begun: number;
	isTaken?: Promise<boolean>;
}

const waves = perNode((): Wave => ({ begun: 0 }));

/**
 * Whether anybody takes what the item makes. n8n begins an item before it reads the expressions of the next ones, and where one of those
 * cannot be read, it ends the execution and takes nothing of those that have begun.
 */
export async function isTaken(context: IExecuteSingleFunctions): Promise<boolean> {
	if (isTool(context) || context.continueOnFail() || context.getNode().executeOnce === true) return true;
	const wave = waves(context);
	wave.begun++;
	return await (wave.isTaken ??= judge(context, wave));
}

async function judge(context: IExecuteSingleFunctions, wave: Wave): Promise<boolean> {
	const first = context.getItemIndex();
	// n8n begins all items, or all of a batch, without a pause.
	await pause(0);
	const { begun } = wave;
	wave.begun = 0;
	wave.isTaken = undefined;
	// Later batches were looked at with the first one.
	if (first > 0) return true;
	const count = context.getWorkflowDataProxy(first).$input.all().length;
	const expressions = expressionsIn(context.getNode().parameters);
	for (let item = begun; item < count; item++) {
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

function isReadable(context: IExecuteSingleFunctions, expression: string, item: number): boolean {
	try {
		context.evaluateExpression(expression, item);
		return true;
	} catch {
		return false;
	}
}
