import type { z } from 'zod/v4';

import { inInterfaceWords, type FieldSchema } from './modelFields';

/** "a, b or c". */
export function choicesText(choices: ReadonlyArray<string | number>, joint: 'or' | 'and' = 'or'): string {
	const texts = choices.map(String);
	return texts.length < 2
		? texts.join('')
		: `${texts.slice(0, -1).join(', ')} ${joint} ${texts[texts.length - 1]}`;
}

/** What a field takes, in words: "a whole number from 256 to 1440 in steps of 32". Empty if anything goes. */
export function describeLimits(schema: FieldSchema): string {
	const { type, enum: choices, minimum, maximum, multipleOf, maxLength } = schema;
	if (choices !== undefined) return choicesText(choices.map((choice) => inInterfaceWords(choice, schema)));
	if (type === 'boolean') return 'true or false';
	if (type === 'integer' || type === 'number') {
		const kind = type === 'integer' ? 'a whole number' : 'a number';
		const range =
			minimum !== undefined && maximum !== undefined
				? ` from ${minimum} to ${maximum}`
				: minimum !== undefined
					? ` of at least ${minimum}`
					: maximum !== undefined
						? ` of at most ${maximum}`
						: '';
		return `${kind}${range}${multipleOf === undefined ? '' : ` in steps of ${multipleOf}`}`;
	}
	return maxLength === undefined ? '' : `a text of at most ${maxLength} characters`;
}

/** What a number takes, as a description has it: "256 to 1440, in steps of 32". Empty if any. */
export function rangeText({ minimum, maximum, multipleOf }: FieldSchema): string {
	const range =
		minimum !== undefined && maximum !== undefined
			? `${minimum} to ${maximum}`
			: minimum !== undefined
				? `${minimum} or more`
				: maximum !== undefined
					? `${maximum} or less`
					: '';
	const steps = multipleOf === undefined ? '' : `in steps of ${multipleOf}`;
	return [range, steps].filter(Boolean).join(', ');
}

/** What a zod issue says beyond the limits of the field: the nearest values, or the words of a rule of our own. */
export function issueText(issue: z.core.$ZodIssue, value: unknown): string {
	switch (issue.code) {
		case 'not_multiple_of': {
			const step = Number(issue.divisor);
			const below = Math.floor(Number(value) / step) * step;
			return `use ${below} or ${below + step}`;
		}
		case 'custom':
			return issue.message.replace(/^takes /, '');
		case 'invalid_format':
			return issue.format === 'url'
				? 'a URL such as https://example.com/hook'
				: issue.message.replace(/^takes /, '');
		default:
			return '';
	}
}
