import type { z } from 'zod/v4';

import { inInterfaceWords, type FieldSchema } from './modelFields';

/** "a, b or c". */
export function choicesText(choices: ReadonlyArray<string | number>, joint: 'or' | 'and' = 'or'): string {
	const texts = choices.map(String);
	return texts.length < 2
		? texts.join('')
		: `${texts.slice(0, -1).join(', ')} ${joint} ${texts[texts.length - 1]}`;
}

/** The words for the limits that there are: both, one, or none. */
function rangeOf({ minimum, maximum }: FieldSchema, both: string, least: string, most: string): string {
	if (minimum !== undefined) return maximum === undefined ? least : both;
	return maximum === undefined ? '' : most;
}

/** What a field takes, in words: "a whole number from 256 to 1440 in steps of 32". Empty if anything goes. */
export function describeLimits(schema: FieldSchema): string {
	const { type, enum: choices, minimum, maximum, multipleOf, maxLength } = schema;
	if (choices !== undefined) return choicesText(choices.map((choice) => inInterfaceWords(choice, schema)));
	if (type === 'boolean') return 'true or false';
	if (type === 'integer' || type === 'number') {
		const kind = type === 'integer' ? 'a whole number' : 'a number';
		const range = rangeOf(
			schema,
			` from ${minimum} to ${maximum}`,
			` of at least ${minimum}`,
			` of at most ${maximum}`,
		);
		return `${kind}${range}${multipleOf === undefined ? '' : ` in steps of ${multipleOf}`}`;
	}
	return maxLength === undefined ? '' : `a text of at most ${maxLength} characters`;
}

/** What a number takes, as a description has it: "256 to 1440, in steps of 32". Empty if any. */
export function rangeText(schema: FieldSchema): string {
	const { minimum, maximum, multipleOf } = schema;
	const range = rangeOf(schema, `${minimum} to ${maximum}`, `${minimum} or more`, `${maximum} or less`);
	const steps = multipleOf === undefined ? '' : `in steps of ${multipleOf}`;
	return [range, steps].filter(Boolean).join(', ');
}

/** What a zod issue says beyond the limits of the field: the nearest values, or the words of a rule of our own. */
export function issueText(issue: z.core.$ZodIssue, value: unknown): string {
	if (issue.code === 'not_multiple_of') {
		const step = Number(issue.divisor);
		const below = Math.floor(Number(value) / step) * step;
		return `use ${below} or ${below + step}`;
	}
	if (issue.code === 'invalid_format' && issue.format === 'url')
		return 'a URL such as https://example.com/hook';
	return ['custom', 'invalid_format'].includes(issue.code) ? issue.message.replace(/^takes /, '') : '';
}
