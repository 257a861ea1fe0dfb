import { z } from 'zod/v4';

import { choicesText, describeLimits, issueText } from '../../nodes/Flux/catalogue/limits.ts';

it.each([
	[[], ''],
	[['png'], 'png'],
	[['jpeg', 'png'], 'jpeg or png'],
	[['jpeg', 'png', 'webp'], 'jpeg, png or webp'],
	[[1, 2, 4], '1, 2 or 4'],
])('lists the choices %j as %j', (choices, text) => {
	expect(choicesText(choices)).toBe(text);
});

describe('The limits of a field are told as', () => {
	it.each([
		['jpeg or png', { type: 'string', enum: ['jpeg', 'png'] }],
		['1 or 4', { type: 'number', enum: [1, 4] }],
		['true or false', { type: 'boolean' }],
		['a whole number', { type: 'integer' }],
		['a number', { type: 'number' }],
		['a whole number of at least 64', { type: 'integer', minimum: 64 }],
		['a whole number of at least 0', { type: 'integer', minimum: 0 }],
		['a number of at most 2', { type: 'number', maximum: 2 }],
		['a number from 1.5 to 10', { type: 'number', minimum: 1.5, maximum: 10 }],
		['a whole number from 0 to 5', { type: 'integer', minimum: 0, maximum: 5 }],
		[
			'a whole number from 256 to 1440 in steps of 32',
			{ type: 'integer', minimum: 256, maximum: 1440, multipleOf: 32 },
		],
		['a text of at most 256 characters', { type: 'string', minLength: 1, maxLength: 256 }],
		['', { type: 'string' }],
	])('%j', (text, schema) => {
		expect(describeLimits(schema)).toBe(text);
	});
});

describe('What is wrong with a value is told as', () => {
	const own = z.string().regex(/^\d+:\d+$/, 'takes width:height such as 16:9');
	it.each<[string, z.ZodType, unknown]>([
		['use 992 or 1024', z.int().multipleOf(32), 1000],
		['use -32 or -16', z.int().multipleOf(16), -20],
		['width:height such as 16:9', own, '16x9'],
		['a URL such as https://example.com/hook', z.url(), 'nope'],
		['more than that', z.number().refine(() => false, 'takes more than that'), 5],
		['', z.int().max(5), 6],
		['', z.enum(['a', 'b']), 'c'],
		['', z.boolean(), 'maybe'],
	])('%j', (text, schema, value) => {
		const [issue] = schema.safeParse(value).error?.issues ?? [];
		expect(issueText(issue, value)).toBe(text);
	});
});
