import type { IDataObject } from 'n8n-workflow';

import { alone, errorText, fluxError, job, requestsFor } from '../support/flux.mts';
import { eachStyle, openAiCompatible, replicate, runStyle, type Style } from '../support/styles.mts';

const refusals: Array<[string, object, string, string]> = [
	[
		'no balance',
		{ error: { message: 'Insufficient balance', code: 'insufficient_balance' } },
		'insufficient-credits',
		'Insufficient balance',
	],
	[
		'no quota',
		{ error: 'insufficient_quota', message: 'You exceeded your current quota' },
		'insufficient-credits',
		'You exceeded your current quota',
	],
	['a wrong key', { success: false, message: 'Invalid API key' }, 'authentication', 'Invalid API key'],
	['a wrong key by its code', { code: 401, message: 'Who are you?' }, 'authentication', 'Who are you?'],
	[
		'too many requests',
		{ error: { message: 'Rate limit reached', type: 'requests' } },
		'rate-limited',
		'Rate limit reached',
	],
	[
		'an unknown model',
		{ error: { message: 'The model does not exist', code: 'model_not_found' } },
		'invalid-input',
		'The model does not exist',
	],
	[
		'a service that is down',
		{ success: false, msg: 'Upstream is overloaded' },
		'provider-unavailable',
		'Upstream is overloaded',
	],
	[
		'a list of errors',
		{ errors: [{ message: 'The size is too large' }] },
		'invalid-input',
		'The size is too large',
	],
	['a detail', { detail: 'Unauthorized' }, 'authentication', 'Unauthorized'],
	['a state', { status: 'error', message: 'Invalid API key' }, 'authentication', 'Invalid API key'],
	[
		'a flag',
		{ error: true, message: 'Insufficient balance' },
		'insufficient-credits',
		'Insufficient balance',
	],
	['an error inside', { data: { error: 'Rate limit reached' } }, 'rate-limited', 'Rate limit reached'],
	[
		'a code of its own',
		{ code: 1004, message: 'Token expired: invalid token' },
		'authentication',
		'Token expired',
	],
];
const cells = eachStyle.flatMap(([name, style]) =>
	refusals.map(([what, body, code, words]) => [name, what, body, code, words, style] as const),
);

it.concurrent.each(cells)(
	'%s: %s in an answer with HTTP 200 is a refusal, and nothing is billed',
	alone(
		0.05,
		async (sandbox, _: string, _what: string, body: object, code: string, words: string, style: Style) => {
			sandbox.fault({ on: 'submit', do: { kind: 'json', body } });
			const run = await runStyle(style, sandbox, style.small);

			expect(fluxError(run)).toMatchObject({ code, jobId: null });
			expect(run.error?.message).toContain(words);
			expect(run.error?.description).toMatch(/Nothing was billed\./);
			expect(errorText(run)).not.toMatch(/may (be|have been|charge)/);
			expect(requestsFor(sandbox, 'submit')).toHaveLength(1);
		},
	),
);

it.concurrent.each(eachStyle)(
	'%s: a model that is no longer served (HTTP 410) is a wrong model, and nothing is billed',
	alone(0.05, async (sandbox, _: string, style: Style) => {
		const body = { error: 'The requested model is deprecated and no longer supported' };
		sandbox.fault({ on: 'submit', do: { kind: 'status', status: 410, body } });
		const run = await runStyle(style, sandbox);
		expect(fluxError(run)).toMatchObject({ code: 'invalid-input' });
		expect(errorText(run)).toMatch(/no longer supported.*Nothing was billed\./s);
	}),
);

it.concurrent.each(eachStyle)(
	'%s: a moderated prompt in an answer with HTTP 200 is told as one',
	alone(0.05, async (sandbox, _: string, style: Style) => {
		const body = { error: { message: 'Your prompt was flagged by our content policy' } };
		sandbox.fault({ on: 'submit', do: { kind: 'json', body } });
		expect(fluxError(await runStyle(style, sandbox))).toMatchObject({ code: 'prompt-moderated' });
	}),
);

it.concurrent.each(eachStyle.filter(([, { hasJobs }]) => hasJobs))(
	'%s: an error that a gateway answers with HTTP 200 to each poll is told with the job, in the words of the gateway',
	alone(0.05, async (sandbox, _: string, style: Style) => {
		const body = { status: 'error', message: 'Invalid API key' };
		sandbox.fault({ on: 'poll', do: { kind: 'json', body } });
		sandbox.secondsPerImage = 30;
		const run = await runStyle(style, sandbox, { ...style.small, settings: { timeout: 20 } });

		expect(fluxError(run)).toMatchObject({ code: 'authentication', jobId: sandbox.jobs[0].id });
		expect(run.error?.message).toContain('Invalid API key');
		expect(run.error?.description).toContain('Operation "Get"');
		expect(sandbox.billed()).toBe(1);
	}),
);

/** Answers that hold two images, or one, in the forms of gateways. */
const shapes: Array<[string, (...urls: string[]) => IDataObject | string[], number]> = [
	['data as one object', (one) => ({ data: { url: one } }), 1],
	['images as objects', (...urls) => ({ images: urls.map((url) => ({ url })) }), 2],
	['images as links', (...urls) => ({ images: urls }), 2],
	['data as links', (...urls) => ({ data: urls }), 2],
	['data with a list of images', (...urls) => ({ data: { images: urls.map((url) => ({ url })) } }), 2],
	['output as a link', (one) => ({ output: one }), 1],
	['output as links', (...urls) => ({ status: 'ok', output: urls }), 2],
	['output as objects', (...urls) => ({ output: urls.map((image) => ({ image })) }), 2],
	['result with images', (...urls) => ({ id: 'x', result: { images: urls } }), 2],
	['a list of links', (...urls) => urls, 2],
	['an error that is null', (one) => ({ error: null, success: true, data: [{ url: one }] }), 1],
];

it.concurrent.each(shapes)(
	'an OpenAI-compatible answer with %s gives its images, in order',
	alone(0.05, async (sandbox, _: string, shape: (...urls: string[]) => object, count: number) => {
		await runStyle(openAiCompatible, sandbox, openAiCompatible.small, {
			items: [{ json: {} }, { json: {} }],
		});
		const urls = sandbox.jobs.map(({ id }) => `${sandbox.url}/delivery/${id}/0/sample.png`);
		sandbox.fault({ on: 'submit', do: { kind: 'json', body: shape(...urls) } });
		const run = await runStyle(openAiCompatible, sandbox, openAiCompatible.small);

		expect(run.error).toBeUndefined();
		expect(run.items.map(({ json }) => json.url)).toEqual(urls.slice(0, count));
		expect(run.items.every(({ binary }) => binary?.data !== undefined)).toBe(true);
	}),
);

it.concurrent.each([
	[202, { task_id: 'task-77' }],
	[202, { id: 'task-77', status: 'queued' }],
	[200, { code: 200, data: { task_id: 'task-77' } }],
	[200, { id: 'task-77', status: 'pending' }],
])(
	'an OpenAI-compatible answer %d with %j is told to be a job that cannot be collected here',
	alone(0.05, async (sandbox, status: number, body: object) => {
		sandbox.fault({ on: 'submit', do: { kind: 'json', status, body } });
		const run = await runStyle(openAiCompatible, sandbox);

		expect(fluxError(run)).toMatchObject({ code: 'bad-response' });
		expect(run.error?.message).toContain('with a job (task-77), because it is asynchronous');
		expect(run.error?.description).toMatch(/It may be charged/);
	}),
);

const outputs: Array<[string, (...urls: string[]) => unknown, number]> = [
	['a text', (one) => one, 1],
	['a list', (...urls) => urls, 2],
	['an object', (one, other) => ({ image: one, upscaled: other, seed: 4 }), 2],
	['a list of objects', (...urls) => urls.map((url) => ({ url, nsfw: false })), 2],
	['a list with words', (...urls) => ['Here it is:', ...urls], 2],
	['words with a link', (one) => `Done: ${one} (first)`, 1],
	['an object with its mask and input', (one, other) => ({ image: one, mask: other, input_image: other }), 1],
	['an object with a preview', (one, other) => ({ preview: other, image: one }), 1],
	['an object with another file', (one) => ({ image: one, log: 'https://example.com/log.txt' }), 1],
];

it.concurrent.each(outputs)(
	'a Replicate model whose output is %s gives every image in it, in order',
	alone(0.05, async (sandbox, _: string, output: (...urls: string[]) => unknown, count: number) => {
		await runStyle(replicate, sandbox, replicate.small, { items: [{ json: {} }, { json: {} }] });
		const urls = sandbox.jobs.map(({ id }) => `${sandbox.url}/delivery/${id}/0/sample.png`);
		const body = { id: 'one', status: 'succeeded', output: output(...urls) };
		sandbox.fault({ on: 'submit', do: { kind: 'json', status: 201, body } });
		const model = { __rl: true, mode: 'id', value: 'somebody/some-model' };
		const run = await runStyle(replicate, sandbox, { model });

		expect(run.error).toBeUndefined();
		expect(run.items.map(({ json }) => json.url)).toEqual(urls.slice(0, count));
	}),
);

it.concurrent.each(eachStyle.filter(([, { hasJobs }]) => hasJobs))(
	'%s: Job: Get tells model, prompt and seed as far as the answer has them',
	alone(0.05, async (sandbox, name: string, style: Style) => {
		const made = await runStyle(style, sandbox, { ...style.small, options: { seed: 77 } });
		const { jobId, url } = made.items[0].json;
		const more = {
			replicate: {
				completed_at: '2026-11-25T10:00:00.000Z',
				model: 'black-forest-labs/flux-2-pro',
				input: { prompt: 'A red fox', seed: 77 },
			},
			apiframe: {
				completedAt: '2026-11-25T10:00:00.000Z',
				model: 'flux-2-pro',
				input: { prompt: 'A red fox', fluxParams: { seed: 77 } },
			},
		}[name as string];
		const states: Record<string, object> = {
			replicate: { id: jobId, status: 'succeeded', output: url, ...more },
			apiframe: { id: jobId, status: 'COMPLETED', result: { images: [url] }, ...more },
			fal: { status: 'COMPLETED', images: [{ url }], prompt: 'A red fox', seed: 77 },
		};
		if (name in states) sandbox.fault({ on: 'poll', do: { kind: 'json', body: states[name] } });
		const id = style.jobIdOf?.(String(jobId)) ?? String(jobId);
		const run = await runStyle(style, sandbox, job(id));

		expect(run.items[0].json).toMatchObject({ prompt: 'A red fox', revisedPrompt: null, seed: 77 });
		if (more === undefined) return;
		expect(run.items[0].json.model).toBe(more.model);
		const lifetime = name === 'replicate' ? 3_600_000 : 86_400_000;
		expect(Date.parse(String(run.items[0].json.expiresAt))).toBe(
			Date.parse('2026-11-25T10:00:00.000Z') + lifetime,
		);
	}),
);

it.concurrent.each(eachStyle.filter(([name]) => name === 'replicate' || name === 'apiframe'))(
	'%s: Job: Get tells model and prompt of a job that still runs',
	alone(30, async (sandbox, _: string, style: Style) => {
		const made = await runStyle(style, sandbox, { ...style.small, waitForCompletion: false });
		const { jobId, model, prompt } = made.items[0].json;
		const body = {
			id: jobId,
			status: style.name === 'replicate' ? 'processing' : 'PROCESSING',
			model,
			input: { prompt, seed: 7 },
		};
		sandbox.fault({ on: 'poll', do: { kind: 'json', body } });
		const get = { resource: 'job', operation: 'get', jobId: jobId as string, waitForCompletion: false };
		const run = await runStyle(style, sandbox, get);

		expect(run.items[0].json).toMatchObject({
			status: 'submitted',
			jobId,
			model,
			prompt: 'A red fox',
			seed: 7,
		});
	}),
);

it.concurrent.each(eachStyle.filter(([name]) => name === 'replicate' || name === 'apiframe'))(
	'%s: an end in the future counts as now',
	alone(0.05, async (sandbox, _: string, style: Style) => {
		const made = await runStyle(style, sandbox, style.small);
		const { jobId, url } = made.items[0].json;
		const ahead = '2099-01-01T00:00:00Z';
		const ready =
			style.name === 'replicate'
				? { status: 'succeeded', output: url, completed_at: ahead }
				: { status: 'COMPLETED', result: { images: [url] }, completedAt: ahead };
		sandbox.fault({ on: 'poll', do: { kind: 'json', body: { id: jobId, ...ready } } });
		const run = await runStyle(style, sandbox, { resource: 'job', operation: 'get', jobId: jobId as string });

		const lifetime = style.name === 'replicate' ? 3_600_000 : 86_400_000;
		expect(Math.abs(Date.parse(String(run.items[0].json.expiresAt)) - Date.now() - lifetime)).toBeLessThan(
			10_000,
		);
	}),
);

it.concurrent.each(['', '  ', 'A red fox', ' A red fox '])(
	'a revised prompt %j of the provider says nothing new',
	alone(0.05, async (sandbox, revised: string) => {
		await runStyle(openAiCompatible, sandbox, openAiCompatible.small);
		const url = `${sandbox.url}/delivery/${sandbox.jobs[0].id}/0/sample.png`;
		sandbox.fault({ on: 'submit', do: { kind: 'json', body: { data: [{ url, revised_prompt: revised }] } } });
		const run = await runStyle(openAiCompatible, sandbox);

		expect(run.items[0].json.revisedPrompt).toBeNull();
	}),
);
