import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { folder } from '../support/core.mts';
import { fluxError, hurry, job, model, requestsFor, useSandbox } from '../support/flux.mts';
import {
	blackForestLabs,
	fal,
	openAiCompatible,
	runStyle,
	eachStyle,
	type Style,
} from '../support/styles.mts';

hurry(0.1);
const at = useSandbox();

/** Ids with which a path would be left, or become another one. */
const evil = [
	'../../x',
	'..',
	'.',
	'a/../../b',
	'a/./b',
	'/v1/credits',
	'a//b',
	'a/',
	'a/b?c#d',
	'a?b=c',
	'a#b',
	'a%2f..%2fb',
	'%2e%2e/%2e%2e/x',
	'a\\..\\b',
	'a b',
	'a\nb',
	'a\u0000b',
	'https://evil.example/x',
	'//evil.example/x',
	'@evil.example',
	'a;b',
	'x'.repeat(300),
];

/** A server that lists its models gets the id as a value; the others in a path. */
const inPaths = eachStyle.filter(([, { name }]) => name !== 'openAiCompatible');
describe.each(inPaths)('With %s', (_name, style) => {
	it.each(evil)('the model ID %j is refused before anything is sent', async (id) => {
		const run = await runStyle(style, at.sandbox, { model: model(id, 'id') });

		expect(fluxError(run)).toMatchObject({ code: 'invalid-input' });
		expect(run.error?.message).toMatch(/^'Model' is /);
		expect(at.sandbox.requests).toEqual([]);
	});
});

it.each(['finetune', 'delete_finetune'])(
	'The model ID %j, which is another request of Black Forest Labs, is refused before anything is sent',
	async (id) => {
		const run = await runStyle(blackForestLabs, at.sandbox, { model: model(id, 'id') });

		expect(fluxError(run)).toMatchObject({ code: 'invalid-input' });
		expect(at.sandbox.requests).toEqual([]);
	},
);

it.each([...evil, '@cf/black-forest-labs/flux-1-schnell', 'FLUX.1 [dev] (Q4+LoRA)'])(
	'The model ID %j is sent to a server with models of its own as it is, or refused',
	async (id) => {
		const run = await runStyle(openAiCompatible, at.sandbox, { model: model(id, 'id') });

		const submits = requestsFor(at.sandbox, 'submit');
		if (id.length > 200 || /[\n\0]/.test(id)) {
			expect(run.error?.message).toMatch(/^'Model' is /);
			expect(at.sandbox.requests).toEqual([]);
		} else {
			expect(submits.map(({ url }) => url)).toEqual([`${openAiCompatible.path}/images/generations`]);
			expect(submits[0].body).toMatchObject({ model: id });
			expect(run.items[0].json.model).toBe(id);
		}
	},
);

/** Those of dots alone cannot be encoded, so they are no ids. */
const ids = evil.filter((id) => id.length <= 200 && /[^.]/.test(id) && !/[\n\0]/.test(id));
const dots = ['.', '..', '...'];
/** In n8n's log these would be lines and colours of their own. */
const lines = evil.filter((id) => /[\n\0]/.test(id)).concat('a\u001b[31mb');

const withJobs = eachStyle.filter(([, { hasJobs }]) => hasJobs);
/** What was asked of this API: the last request of an earlier test may come late. */
const askedOf = (style: Style) =>
	at.sandbox.requests.filter(
		({ url }) =>
			!eachStyle.some(([, { path, name }]) => name !== style.name && url.startsWith(path || '/v1/')),
	);

describe.each(withJobs)('With %s', (_name, style) => {
	const path = style.jobUrl!;
	/** An accepted submit. */
	const accepted = (id: string) => ({ [style.asking.id!]: id, status: 'starting', urls: {} });

	it.each(ids)('the job ID %j stays in its place', async (id) => {
		const run = await runStyle(style, at.sandbox, job(id, { settings: { timeout: 20 } }));

		expect(run.status).toBe('error');
		for (const { url } of askedOf(style)) {
			expect(url).toMatch(path);
			expect(decodeURIComponent(path.exec(url)![1])).toBe(id.trim());
		}
		expect(fluxError(run)).toMatchObject({ jobId: id });
	});

	it.each([...dots, ...lines, 'x'.repeat(201)])(
		'the job ID %j is refused before anything is sent',
		async (id) => {
			const run = await runStyle(style, at.sandbox, job(id));

			expect(fluxError(run)).toMatchObject({ code: 'invalid-input' });
			expect(at.sandbox.requests).toEqual([]);
		},
	);

	it.each([...dots, ...lines])('the job ID %j in an answer is none', async (id) => {
		at.sandbox.fault({ on: 'submit', do: { kind: 'json', body: accepted(id) } });
		const run = await runStyle(style, at.sandbox, { settings: { timeout: 4 } });

		expect(fluxError(run)).toMatchObject({ code: 'bad-response', jobId: null });
		expect(at.sandbox.requests).toHaveLength(1);
	});

	it.each(['../../x', 'a/../../b', 'a?b=c', 'a#b', '%2e%2e'])(
		'the job ID %j in an answer stays in its place',
		async (id) => {
			at.sandbox.fault({ on: 'submit', do: { kind: 'json', body: accepted(id) } });
			const run = await runStyle(style, at.sandbox, { settings: { timeout: 4 } });

			expect(fluxError(run)).toMatchObject({ jobId: id });
			const polls = askedOf(style).filter(({ action }) => action !== 'submit');
			expect(polls.length).toBeGreaterThan(0);
			for (const { url } of polls) expect(url).toMatch(path);
		},
	);
});

describe.each(eachStyle.filter(([, { cancels }]) => cancels))('At %s', (_name, style) => {
	it.each(ids)('the job ID %j is cancelled in its place', async (id) => {
		const run = await runStyle(style, at.sandbox, { ...job(id), operation: 'cancel' });
		// Where a job is found by its model, too, a bare ID is refused.
		if (at.sandbox.requests.length === 0) expect(fluxError(run)).toMatchObject({ code: 'invalid-input' });
		for (const { url } of askedOf(style)) expect(url).toMatch(style.cancelUrl!);
	});

	it.each(dots)('the job ID %j is not cancelled', async (id) => {
		const run = await runStyle(style, at.sandbox, { ...job(id), operation: 'cancel' });
		expect(fluxError(run)).toMatchObject({ code: 'invalid-input' });
		expect(at.sandbox.requests).toEqual([]);
	});
});

it.each(['%2e%2e', '.%2E', '%2e'])('A job of fal stays in its place if it is called %s', async (id) => {
	for (const operation of ['get', 'cancel']) {
		const run = await runStyle(fal, at.sandbox, { ...job(`fal-ai/flux-2-pro/${id}`), operation });
		expect(fluxError(run)).toMatchObject({ code: 'invalid-input' });
	}
	expect(at.sandbox.requests).toEqual([]);
});

it.each([
	'../../../etc/passwd',
	'/etc/passwd',
	'..',
	'a/b\\c',
	'a\u0000b.png',
	'..\\..\\boot.ini',
	'CON',
	'nul.png',
	'{job}/../{model}',
	'x'.repeat(5000),
	'\u202egnp.exe',
	'%2e%2e%2fx',
])('The file name %j names no other place, for n8n and on its disk', async (fileName) => {
	const run = await runStyle(blackForestLabs, at.sandbox, { settings: { fileName } });

	expect(run.error).toBeUndefined();
	const name = run.items[0].json.fileName as string;
	expect(name).toMatch(/^[^./\\\s][^/\\]*\.jpeg$|^[^./\\\s][^/\\]*\.jpg$/u);
	expect(name).not.toMatch(/[\p{Cc}\p{Cf}<>:"|?*]/u);
	expect(name.length).toBeLessThanOrEqual(130);
	expect(run.items[0].binary?.data.fileName).toBe(name);
	expect(await run.binary(run.items[0])).toHaveLength(run.items[0].json.fileSize as number);
	expect(await readdir(folder)).toEqual(expect.arrayContaining(['storage']));
	const stored = await readdir(join(folder, 'storage'), { recursive: true });
	expect(stored.filter((path) => path.includes('passwd') || path.includes('boot.ini'))).toEqual([]);
	expect(requestsFor(at.sandbox, 'submit')).toHaveLength(1);
});
