import { z } from 'zod/v4';

import type { ErrorCode } from '../../errors/fluxError';
import type { ProviderAnswer } from '../../provider';

const codes: Record<number, ErrorCode> = {
	400: 'invalid-input',
	401: 'authentication',
	402: 'insufficient-credits',
	403: 'authentication',
	404: 'invalid-input',
	413: 'invalid-input',
	422: 'invalid-input',
	429: 'rate-limited',
};

/** What an HTTP status of 400 and above means; `own` is what it means at a provider alone. */
export const codeOf = (status: number, own: Record<number, ErrorCode> = {}): ErrorCode =>
	own[status] ?? codes[status] ?? (status >= 500 ? 'provider-unavailable' : 'bad-response');

const text = z.string().trim().min(1);
const mark = z.union([z.string(), z.number()]).optional().catch(undefined);
const issue = z.object({ loc: z.array(z.union([z.string(), z.number()])).catch([]), msg: z.string() });
const issues = z
	.array(issue)
	.min(1)
	.transform((list) =>
		list.map(({ loc, msg }) => [loc.slice(1).join('.'), msg].filter(Boolean).join(': ')).join('; '),
	);
const inner = z.object({ message: text, code: mark, type: mark, status: mark });

interface Problem {
	words: string;
	/** Codes and types that stand beside the words. */
	marks: Array<string | number | undefined>;
}

const fault = z.union([
	inner.transform(({ message, ...marks }): Problem => ({ words: message, marks: Object.values(marks) })),
	issues.transform((words): Problem => ({ words, marks: [] })),
	text.transform((words): Problem => ({ words, marks: [] })),
	z.object({ error: text }).transform(({ error }): Problem => ({ words: error, marks: [] })),
]);

const body = z.object({
	error: fault.optional().catch(undefined),
	errors: z
		.array(fault)
		.transform(([first]) => first)
		.optional()
		.catch(undefined),
	detail: fault.optional().catch(undefined),
	message: text.optional().catch(undefined),
	msg: text.optional().catch(undefined),
	success: z.boolean().optional().catch(undefined),
	code: mark,
	status: mark,
	status_code: mark,
});

/** What a body says went wrong, in the forms in which gateways and servers of all styles say it; undefined if it says nothing. */
export function problemIn(given: unknown): Problem | undefined {
	const read = body.safeParse(given).data;
	if (read === undefined) return undefined;
	const { error, errors, detail, message, msg, code, status, status_code } = read;
	const found = error ?? errors ?? detail;
	const said = message ?? msg;
	if (found === undefined && said === undefined) return undefined;
	// A mere code such as "insufficient_quota" stands in `error` where `message` has the words.
	const isCode = found !== undefined && said !== undefined && !found.words.includes(' ');
	const words = found === undefined || isCode ? (said ?? '') : found.words;
	return {
		words,
		marks: [...(found?.marks ?? []), isCode ? found.words : undefined, code, status, status_code],
	};
}

const meanings: Array<[RegExp, number]> = [
	[
		/balance|billing|credits?\b|funds|insufficient[_ ](\w+[_ ])?quota|quota (is not enough|exceeded)|payment required/i,
		402,
	],
	[/content[_ -]?(policy|filter)|moderat|safety|flagged|nsfw/i, 400],
	[/rate.?limit|too many requests|too (fast|frequent)|throttl/i, 429],
	[
		/api.?key|unauthori[sz]ed|authenticat|(invalid|expired|missing)[_ ]\w*[_ ]?(token|key)|(token|key) (is )?(invalid|expired|missing)|forbidden|permission/i,
		401,
	],
	[
		/overload|unavailable|upstream|internal (server )?error|timed? ?out|try again later|no available channel|busy/i,
		503,
	],
];

/**
 * A refusal that a gateway answers with HTTP 200, as the same refusal with the status that its body or its words mean; undefined if the
 * body is none.
 */
export function refusalWithin(answer: ProviderAnswer): ProviderAnswer | undefined {
	const read = body.safeParse(answer.body).data;
	const problem = problemIn(answer.body);
	if (answer.status >= 400 || read === undefined || problem === undefined) return undefined;
	const { error, errors, detail, success } = read;
	const told = problem.marks.map(Number).find((number) => number >= 400 && number <= 599);
	const isRefusal =
		error !== undefined ||
		errors !== undefined ||
		detail !== undefined ||
		success === false ||
		told !== undefined;
	if (!isRefusal) return undefined;
	const all = `${problem.words} ${problem.marks.join(' ')}`;
	return { ...answer, status: told ?? meanings.find(([words]) => words.test(all))?.[1] ?? 400 };
}

/** A text that says the same thing twice in a row, once. */
export const once = (said: string): string =>
	/^(.{3,}?)[\s:;,.–-]+\1[\s.]*$/su.exec(said.trim())?.[1] ?? said;
