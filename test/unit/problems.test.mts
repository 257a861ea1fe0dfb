import type { ProviderAnswer } from '../../nodes/Flux/provider.ts';
import { apiframe } from '../../nodes/Flux/providers/apiframe/index.ts';
import { refusalIn } from '../../nodes/Flux/providers/common/refusals.ts';
import { openAiCompatible } from '../../nodes/Flux/providers/openAiCompatible/index.ts';

const answer = (body: unknown, status = 200): ProviderAnswer => ({ status, body, excerpt: 'first words' });

it.each<[string, unknown, string]>([
	[
		"zod's format (Venice)",
		{ error: 'Invalid request parameters', details: { _errors: [], size: { _errors: ['Wrong'] } } },
		'Invalid request parameters: size: Wrong',
	],
	[
		"zod's flat list (Pollinations)",
		{
			error: {
				message: 'Failed.',
				details: { name: 'x', formErrors: ['No'], fieldErrors: { n: ['Too many'] } },
			},
		},
		'Failed: No; n: Too many',
	],
	[
		"zod's tree",
		{ message: 'Failed', errors: { errors: [], properties: { n: { errors: ['Too many'] } } } },
		'Failed: n: Too many',
	],
	["zod's issues", { issues: [{ path: ['images', 0], message: 'Not a URL' }] }, 'images.0: Not a URL'],
	[
		"zod's issues in a text",
		{ error: { name: 'ZodError', message: '[{ "path": ["size"], "message": "Wrong" }]' } },
		'size: Wrong',
	],
	[
		'a list beside the message',
		{ message: 'Body validation error!', meta: [{ path: ['size'], message: 'Wrong' }] },
		'Body validation error!: size: Wrong',
	],
	[
		'the message of Fastify',
		{ error: 'Bad Request', message: 'body/n must be 1' },
		'Bad Request: body/n must be 1',
	],
	[
		'the messages of NestJS',
		{ error: 'Bad Request', message: ['Bad n', 'Bad size'] },
		'Bad Request: Bad n; Bad size',
	],
	[
		'the form of Laravel',
		{ message: 'Invalid.', errors: { size: ['Wrong size'] } },
		'Invalid: size: Wrong size',
	],
	[
		'named faults',
		{ message: 'Invalid', errors: [{ field: 'size', message: 'is wrong' }] },
		'Invalid: size: is wrong',
	],
	['nothing but details for its makers', { error: 'Down', details: { host: 'x', body: 'y' } }, 'Down'],
	[
		"a page beside it, or a program's lines",
		{ error: 'It failed', details: '<html>Bad</html>', meta: 'Error: x\n    at f (a.js:1)' },
		'It failed',
	],
	['nothing but a page', { error: '<html>Bad</html>' }, 'first words'],
	[
		'a message that is its first fault (Laravel)',
		{
			message: 'The size is wrong. (and 1 more error)',
			errors: { size: ['The size is wrong.'], n: ['Too many'] },
		},
		'size: The size is wrong.; n: Too many',
	],
	[
		'the same long text under two names',
		{ error: `It is ${'far '.repeat(99)}off`, message: `It is ${'far '.repeat(99)}off` },
		`It is ${'far '.repeat(99)}off`,
	],
])('a refusal with %s tells what is wrong with which field', (_, body, words) => {
	expect(refusalIn(openAiCompatible, answer(body, 400))!.words).toBe(words);
});

it.each([
	[{ error: { message: 'Overloaded', type: 'overloaded_error' } }, false],
	[{ error: { message: 'Upstream is busy' } }, false],
	[{ error: { message: 'It took too long', type: 'timeout_error' } }, true],
	[{ error: { message: 'Failed', type: 'upstream_error' } }, true],
	[{ type: 'error', error: { message: 'Overloaded', type: 'overloaded_error' } }, false],
	[{ status: 'error', message: 'The server is busy, try again later' }, false],
	[{ error: { message: 'Overloaded', type: 'ServiceUnavailableError' } }, false],
	[{ error: { message: 'Nobody is there', code: 503 } }, false],
	[{ error: { message: 'Failed', code: 500 } }, true],
	[{ code: 501, msg: 'Generation failed' }, true],
	[{ error: { message: 'Failed', type: 'InternalServerError' } }, true],
])('of a service that says %j with HTTP 200 it is %s that it may have begun', (body, begun) => {
	expect(refusalIn(openAiCompatible, answer(body))).toMatchObject({ code: 'provider-unavailable', begun });
});

it('the words of a refusal are read however much there is and however deep', () => {
	const deep = JSON.parse(`${'['.repeat(5000)}"x"${']'.repeat(5000)}`) as unknown;
	const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}`, ['wrong']]));
	const words = (body: unknown) => refusalIn(openAiCompatible, answer(body, 400))!.words;
	expect(words({ detail: [{ loc: ['body', deep], msg: 'Wrong' }] })).toBe('Wrong');
	expect(words({ message: 'Invalid', errors: many })).toMatch(
		/^Invalid: f0: wrong; f1: wrong; .*f19: wrong$/,
	);
});

it.each<[unknown, number, string, string]>([
	[
		{ error: { message: '{"code":"insufficient_quota","message":"See there"}' } },
		200,
		'insufficient-credits',
		'See there',
	],
	[{ detail: '{"error":{"code":"content_policy_violation","message":"No"}}' }, 400, 'prompt-moderated', 'No'],
	[{ message: { code: 'content_policy_violation', message: 'No' } }, 400, 'prompt-moderated', 'No'],
])('the codes in words that are JSON count: %j with HTTP %i', (body, status, code, words) => {
	expect(refusalIn(openAiCompatible, answer(body, status))).toMatchObject({ code, words });
});

it.each([
	{ created: 1, data: [], meta: { warnings: ['The seed is not supported'] } },
	{ data: [], details: { colours: ['no balance'] } },
])('notes in an answer that may be paid are no refusal: %j', (body) => {
	expect(refusalIn(openAiCompatible, answer(body))).toBeUndefined();
});

it('a refusal of Apiframe tells each fault once', () => {
	const details = { prompt: ['Required', 'Too short'], 'fluxParams.size': ['Wrong size'] };
	expect(refusalIn(apiframe, answer({ error: 'Validation failed', details }, 400))!.words).toBe(
		'Validation failed: prompt: Required, Too short; fluxParams.size: Wrong size',
	);
});
