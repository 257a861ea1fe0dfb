import type { ErrorCode } from '../../errors/fluxError';
import { once } from '../../errors/once';
import type { Provider, ProviderAnswer } from '../../provider';
import { parseJson } from '../../url';
import { recordIn } from './readers';

const codes: Record<number, ErrorCode> = {
	400: 'invalid-input',
	401: 'authentication',
	402: 'insufficient-credits',
	403: 'authentication',
	404: 'invalid-input',
	408: 'provider-unavailable',
	410: 'invalid-input',
	413: 'invalid-input',
	422: 'invalid-input',
	429: 'rate-limited',
};

/** What an HTTP status of 400 and above means. */
export const codeOf = (status: number): ErrorCode =>
	codes[status] ?? (status >= 500 ? 'provider-unavailable' : 'bad-response');

/** What 404 means where no more is known of it. */
export const notFoundAdvice =
	' (either it has no such model or operation, or the base URL in the credential is wrong)';

/** What New API and other gateways of its family say with HTTP 503 before they have asked anyone who makes images. */
const noChannel = /\bmodel_not_found\b|no available channel|无可用渠道/i;
const noChannelAdvice = ' (it has no such model, or has switched it off)';

/** A refusal of a submit for safety: what speaks of both is the prompt's, because nothing was made yet. */
export function refusalForSafety(words: string): ErrorCode | undefined {
	if (!moderated.test(words)) return undefined;
	return ofImage.test(words) && !/\bprompt\b/i.test(words) ? 'image-moderated' : 'prompt-moderated';
}
const moderated =
	/content[_ -]?(policy|filter)|moderation_blocked|safety (system|filter|check)|content moderation|inappropriate content|sensitive ?(content|information)|flagged|nsfw|(content|prompt|input|request) (was )?moderated/i;
/** "Content Moderated" is what Black Forest Labs says of an image, also where a gateway hands its words on. */
const ofImage = /\b(output|generated|resulting|content moderated)\b/i;

const noBalance =
	/balance(?!r)|insufficient[_ -](credit|fund)|(no|not enough|out of) (credits|funds)|insufficient[_ ](\w+[_ ])?quota|current quota|quota (is not enough|exceeded)|budget[_ ](has been )?exceeded|exceeded ?budget|over budget|key limit exceeded|payment required|TokenStatusExhausted|token\.RemainQuota|额度(不足|已用)/i;
/** Where a higher rate is to be had also stands in refusals for the rate. */
const money = /billing|credits|funds/i;
const rate = /rate.?limit|too many requests|too (fast|frequent)|throttl|slow down/i;
const speed = /per (second|minute|hour)/i;
const retryIn = /(retry|try again) (in|after) \d/i;
export const saysNoBalance = (words: string) =>
	!retryIn.test(words) &&
	(noBalance.test(words) || (money.test(words) && !rate.test(words) && !speed.test(words)));

interface Problem {
	words: string;
	/** Codes and types that stand beside the words. */
	marks: Array<string | number>;
}

/** A text; a page says nothing in words of its own. */
const textIn = (value: unknown): string =>
	typeof value === 'string' && !/^\s*</.test(value) ? value.trim() : '';
const messages = 'message msg error_message errorMessage error_description status_msg description'.split(' ');
const faultNames = ['detail', 'errors', 'details', 'issues', 'meta'];
const markNames = ['code', 'type', 'status', 'status_code', 'statusCode', 'error_code'];
const isJson = /^[[{]/;
/** Lines of a program, which tell nothing to who runs the node. */
const stack = /\n *(at .*:\d|File ")/;
const [deepest, most] = [3, 20];
/** Longer ones tell no more, and to look for their meaning would take minutes. */
const [longestWords, longestJson] = [2_000, 20_000];

/** The words of an error, whatever it is written in; empty if it has none. */
function wordsIn(value: unknown, depth = 0): string {
	if (typeof value === 'string') {
		const text = textIn(value);
		return (isJson.test(text) && wordsIn(parseJson(text.slice(0, longestJson)), depth)) || text;
	}
	if (depth > deepest) return '';
	if (Array.isArray(value)) {
		const all = value.slice(0, most).map((one) => wordsIn(one, depth + 1));
		return [...new Set(all.filter(Boolean))].join('; ');
	}
	const object = recordIn(value);
	if (object === undefined) return '';
	const { error, loc, path, field, metadata } = object;
	const inside = (one: unknown) => wordsIn(one, depth + 1);
	const own = messages.map((name) => inside(object[name])).find(Boolean) ?? '';
	const message = joined(own, wordsBehind(metadata, depth + 1));
	// The ways to say where: FastAPI's, zod's and that of others.
	const place = Array.isArray(loc) ? loc.slice(1) : Array.isArray(path) ? path : [textIn(field)];
	const cause = inside(error);
	// A mere code such as "insufficient_quota" stands in `error` where `message` has the words, or "Bad Request" before them.
	const isCode = message !== '' && !cause.includes(' ');
	const said = recordIn(error) && cause ? cause : joined(isCode ? '' : cause, message);
	const listed = (one: unknown) => fieldsIn(one).join('; ');
	const faults = faultNames.map((name) => inside(object[name]) || listed(object[name]));
	const isFault = (words: string) => words.includes(' ') && !stack.test(words);
	const fault = faults.find(said === '' ? Boolean : isFault) ?? '';
	return joined(place.filter((one) => typeof one !== 'object').join('.'), joined(said, fault));
}

/** Both, unless one tells the other, as Laravel's message does with its first fault. */
function joined(before: string, after: string): string {
	const start = before.replace(/[.:]?( \(and \d+ more errors?\))?$/, '');
	if (start === '' || (start.includes(' ') && after.includes(start))) return after;
	return before.includes(after) ? before : `${start}: ${after}`;
}

/** What is wrong with each field, as zod, Laravel and others list it: texts in lists, under the names of the fields. */
function fieldsIn(value: unknown, name = '', depth = 0): string[] {
	if (Array.isArray(value)) {
		const texts = value.slice(0, most).map(textIn).filter(Boolean);
		return texts.length === 0 ? [] : [joined(name, texts.join(', '))];
	}
	if (depth > deepest) return [];
	return Object.entries(recordIn(value) ?? {})
		.slice(0, most)
		.flatMap(([key, one]) => fieldsIn(one, /errors$|^properties$/i.test(key) ? name : key, depth + 1));
}

/** What OpenRouter tells beside its own words: the answer of the one behind it, mostly as JSON in a text, and why it was flagged. */
function wordsBehind(metadata: unknown, depth: number): string {
	const { raw, reasons } = recordIn(metadata) ?? {};
	const why = Array.isArray(reasons) ? reasons.map(textIn).filter(Boolean).join(', ') : '';
	return [wordsIn(raw, depth), why && `flagged as ${why}`].filter(Boolean).join('; ');
}

/** What a body says went wrong, in the forms in which gateways and servers of all styles say it; undefined if it says nothing. */
export function problemIn(body: unknown): Problem | undefined {
	const words = wordsIn(body).slice(0, longestWords);
	const object = recordIn(body) ?? { message: body };
	const inner = [object.error, object.detail, object.message].map(recordIn).find(Boolean) ?? {};
	const both = [inner, object];
	// The codes in words that are JSON tell their meaning, too.
	const json = both.flatMap((one) => [...messages, 'detail'].map((name) => one[name]));
	const all = [
		...both.flatMap((one) => markNames.map((name) => one[name])),
		...[object.error, ...json.filter((one) => isJson.test(textIn(one)))],
	];
	const marks = all.flatMap((mark) =>
		typeof mark === 'string' ? mark.slice(0, longestWords) : typeof mark === 'number' ? mark : [],
	);
	return words === '' && marks.length === 0
		? undefined
		: { words: words || (marks.map(textIn).find(Boolean) ?? ''), marks };
}

const meanings: Array<[RegExp, number]> = [
	[rate, 429],
	[noBalance, 402],
	[money, 402],
	[moderated, 400],
	[
		/api.?key|unauthori[sz]ed|authenticat|(invalid|expired|missing|incorrect|wrong)[_ ]\w*[_ ]?(token|key)|(token|key) (is )?(invalid|expired|missing)|forbidden|permission|access denied/i,
		401,
	],
	[/overload|unavailable|no available channel|busy/i, 503],
	[/upstream|(server|internal|unknown)[_ ]?(server[_ ]?)?error|timed?[_ ]?out/i, 500],
	[/try again later|out of memory/i, 503],
	[/invalid|not[_ ]found|(not|n't) exist|no such|unsupported|not supported|\bmust\b|required|unknown/i, 400],
];
const meant = (words: string) => meanings.find(([known]) => known.test(words))?.[1];

/** Where gateways put what the service itself has answered. */
const wrappers = ['data', 'result', 'response', 'output', 'base_resp', 'body'];
const wentWell =
	/\b(success\w*|succeed\w*|ok|accepted|queued|submitted|created|pending|processing|started|completed|done)\b/i;

/** Whether a field for errors holds one: many services send it empty with everything that went well. */
function isSomething(value: unknown, depth = 0): boolean {
	if (typeof value === 'string')
		return !/^(|null|none|nil|undefined|false|no|ok|success|0)$/i.test(value.trim());
	if (typeof value !== 'object' || value === null) return Boolean(value);
	return Object.values(value).some((one) => depth > deepest || isSomething(one, depth + 1));
}

/** Whether a body says of itself that it is an error, or its words leave no doubt. */
function isError(body: Record<string, unknown>): boolean {
	const { error, errors, detail, success, ok, status, code, status_code: statusCode } = body;
	// The others may also hold notes on what went well.
	const own = problemIn({ ...body, details: undefined, issues: undefined, meta: undefined });
	const { words, marks } = own ?? { words: '', marks: [] };
	if ([error, errors, detail].some((one) => isSomething(one)) || [success, ok].includes(false)) return true;
	if (/^(error|fail(ed|ure)?)$/i.test(textIn(status)) || marks.map(Number).some(isHttpError)) return true;
	if (words === '' || success === true || wentWell.test(words)) return false;
	const number = Number(code ?? statusCode ?? 0);
	return (number > 1 && ![200, 201, 202].includes(number)) || meant(words) !== undefined;
}
const isHttpError = (number: number) => number >= 400 && number <= 599;

function errorIn(body: unknown, depth = 0): Problem | undefined {
	const found = Array.isArray(body) ? recordIn(body[0]) : recordIn(body);
	const said = typeof body === 'string' ? { message: body } : found;
	if (said === undefined || depth > deepest) return undefined;
	const problem = problemIn(said);
	if (problem !== undefined && isError(said)) return problem;
	return wrappers
		.map((name) => (recordIn(said[name]) === undefined ? undefined : errorIn(said[name], depth + 1)))
		.find(Boolean);
}

/** Whether a body without a job tells of an error: what stands in `status` then is not the state of a job. */
export const isNoJob = (body: unknown): boolean =>
	recordIn(body)?.id === undefined && errorIn(body) !== undefined;

/** The statuses of a service that takes nothing in, unless its words tell of an error. */
const closed = [503, 529];

export interface Refusal extends ReturnType<Provider['refusal']> {
	/** Of a service that says with HTTP 200 that it is down, as gateways do: whether it may have made something before. */
	begun?: boolean;
}

/** The refusal in an answer that holds no job and no image: by its status, or with HTTP 200 in its body. Undefined if it is none. */
export function refusalIn(api: Pick<Provider, 'refusal'>, answer: ProviderAnswer): Refusal | undefined {
	const isInBody = answer.status < 400;
	const problem = isInBody ? errorIn(answer.body) : problemIn(answer.body);
	if (isInBody && problem === undefined) return undefined;
	const all = `${problem?.words} ${problem?.marks.join(' ')}`;
	const told = problem?.marks.map(Number).find(isHttpError);
	const status = isInBody ? (told ?? meant(all) ?? 400) : answer.status;
	const excerpt = (isInBody && problem?.words) || answer.excerpt;
	const { code, words } = api.refusal({ ...answer, status, excerpt });
	if (status === 503 && noChannel.test(all))
		return { code: 'invalid-input', words: `${once(words)}${noChannelAdvice}` };
	const forSafety = isInBody && [400, 403, 422].includes(status) ? refusalForSafety(all) : undefined;
	const isDown = isInBody && code === 'provider-unavailable';
	const begun = isDown ? !closed.includes(status) || /\berror|timed? ?out/i.test(words) : undefined;
	return { code: forSafety ?? code, words: once(words), begun };
}
