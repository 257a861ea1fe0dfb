import { readFileSync } from 'node:fs';

import { asFluxError, FluxError, type ErrorCode } from '../../nodes/Flux/errors/fluxError.ts';
import { toErrorItem, toNodeError } from '../../nodes/Flux/errors/toN8n.ts';

const node = { name: 'Flux', type: 'n8n-nodes-flux.flux', typeVersion: 1 } as never;
const place = { api: 'blackForestLabs', resource: 'image', model: 'flux-2-pro', itemIndex: 2, runIndex: 1 };
const job = { id: 'job-1', pollingUrl: 'https://api.us1.bfl.ai/v1/get_result?id=job-1&a=<b>' };
const trace = { job };
/** Every code that workflows may ask for, and whether after it there may be an image to collect. */
const codes: Record<ErrorCode, boolean> = {
	'invalid-input': true,
	authentication: true,
	'insufficient-credits': true,
	'rate-limited': true,
	'prompt-moderated': false,
	'image-moderated': false,
	'job-failed': false,
	'job-not-found': false,
	'job-cancelled': false,
	timeout: true,
	expired: false,
	'untrusted-host': true,
	'download-failed': true,
	'bad-response': true,
	'provider-unavailable': true,
	cancelled: true,
};
const all = Object.entries(codes) as Array<[ErrorCode, boolean]>;
const collect =
	'Job job-1 was accepted by the provider. To collect its image without being billed again, use Resource "Job", Operation "Get" with Job ID job-1 and Polling URL https://api.us1.bfl.ai/v1/get_result?id=job-1&a=<b>.';

describe('An error item', () => {
	it('has the keys of the interface and is linked to its input', () => {
		const error = new FluxError('timeout', 'No result', { advice: 'Wait longer.', trace });
		expect(toErrorItem(error, place)).toEqual({
			json: {
				error: {
					message: 'No result',
					description: `Wait longer. ${collect}`,
					code: 'timeout',
					api: 'blackForestLabs',
					model: 'flux-2-pro',
					jobId: 'job-1',
					pollingUrl: job.pollingUrl,
				},
			},
			pairedItem: { item: 2 },
		});
	});

	it('has null for what is not known', () => {
		const { error } = toErrorItem(new FluxError('cancelled', 'Stopped'), { ...place, model: null }).json;
		expect(error).toMatchObject({ model: null, jobId: null, pollingUrl: null });
	});

	it('tells the image that was made but not fetched', () => {
		const made = new FluxError('download-failed', 'Gone', { trace: { url: 'https://d.example/1.png' } });
		expect(toErrorItem(made, place).json.error).toMatchObject({
			url: 'https://d.example/1.png',
			description: expect.stringContaining('The image is at https://d.example/1.png until') as string,
		});
	});

	it('names the request, so that the support of the provider finds it', () => {
		const refused = new FluxError('rate-limited', 'Slower', { trace: { requestId: 'req-7' } });
		expect(toErrorItem(refused, place).json.error).toMatchObject({
			requestId: 'req-7',
			description: expect.stringMatching(/ Request ID of the provider: req-7\.$/) as string,
		});
	});

	it.each(all)('has advice of its own for %s', (code) => {
		const { error } = toErrorItem(new FluxError(code, 'What happened'), place).json;
		expect(error).toMatchObject({ code, message: 'What happened' });
		expect((error as { description: string }).description).toMatch(/^[A-Z].{10,}\.$/);
	});

	it.each(all)('for %s says how to collect the image: %s; the job is named anyway', (code, collects) => {
		const { description } = toErrorItem(new FluxError(code, 'x', { trace }), place).json.error as {
			description: string;
		};
		expect(description.includes('without being billed again')).toBe(collects);
		expect(description).toContain('job-1');
		expect(description).toContain(job.pollingUrl);
	});

	it.each(all)(
		'for %s of a job that the user named does not say that it was accepted, or that it was free',
		(code) => {
			const error = new FluxError(code, 'x', { trace: { job: { id: 'job-1' } } }).alsoSay(
				'Nothing was billed.',
			);
			const { description } = toErrorItem(error, { ...place, resource: 'job' }).json.error as {
				description: string;
			};
			expect(description).toContain('Job ID: job-1.');
			expect(description).not.toContain('Nothing was billed');
			expect(description).not.toMatch(/accepted|Operation "Get"/);
			expect(description.includes('The job may still be running: run the node again.')).toBe(
				code === 'timeout',
			);
		},
	);

	it('keeps the words about the key when a job was submitted', () => {
		const { error } = toErrorItem(new FluxError('untrusted-host', 'x', { trace }), place).json;
		expect((error as { description: string }).description).toMatch(/^Nothing was sent there,/);
	});
});

describe('The error that n8n shows', () => {
	const shown = (message: string, more = {}) =>
		toNodeError(
			new FluxError('timeout', message, { advice: 'Wait <b>longer</b> & more.', trace, ...more }),
			node,
			place,
		);

	it('is a NodeApiError with message, place, and the data in its context', () => {
		const error = shown('No result');
		expect(error.constructor.name).toBe('NodeApiError');
		expect(error.message).toBe('No result');
		expect(error.context).toMatchObject({ itemIndex: 2, runIndex: 1 });
		const { error: item } = toErrorItem(
			new FluxError('timeout', 'No result', { advice: 'Wait <b>longer</b> & more.', trace }),
			place,
		).json;
		expect(error.context.flux).toEqual({ ...(item as object), undelivered: [] });
	});

	it('holds code, job and polling URL in its description, and no markup', () => {
		const { description } = shown('No result');
		expect(description).toMatch(/^Wait &lt;b&gt;longer&lt;\/b&gt; &amp; more\. Job job-1 .* \(timeout\)$/);
		expect(description).toContain(
			'Polling URL https://api.us1.bfl.ai/v1/get_result?id=job-1&amp;a=&lt;b&gt;.',
		);
		expect(description).not.toMatch(/[<>]/);
	});

	it.each([
		'connect ECONNREFUSED 127.0.0.1:3000',
		'ENOTFOUND of a prompt',
		'EPERM',
		'A supermarket, wallpaper manner: eperm',
		'ETIMEDOUT',
		'Bad gateway',
		'HTTP 502',
	])('keeps its message and description although n8n knows the words %j', (message) => {
		const error = shown(message);
		expect(error.message).toBe(message);
		expect(error.description).toMatch(/^Wait .* \(timeout\)$/);
	});

	it('keeps the description though it is the message', () => {
		expect(shown('Same', { advice: 'Same', trace: {} }).description).toBe('Same (timeout)');
	});
});

describe('An error of ours', () => {
	it('keeps what was known first when more becomes known', () => {
		const error = new FluxError('timeout', 'x', { trace: { job: { id: 'first' } } });
		expect(error.withTrace({ job: { id: 'second' }, url: 'u' }).trace).toEqual({
			job: { id: 'first' },
			url: 'u',
		});
	});

	it('can say one thing more', () => {
		const error = new FluxError('timeout', 'x', { advice: 'One.' }).alsoSay('Two.');
		expect(error.advice).toBe('One. Two.');
	});

	it('passes through, and everything else becomes one', () => {
		const ours = new FluxError('expired', 'x');
		expect(asFluxError(ours)).toBe(ours);
		expect(asFluxError(new TypeError('a is not b'))).toMatchObject({
			code: 'bad-response',
			message: 'Unexpected: a is not b',
			trace: {},
		});
		expect(asFluxError('boom')).toMatchObject({ code: 'bad-response', message: 'Unexpected: boom' });
		expect(asFluxError(undefined)).toMatchObject({ message: 'Unexpected: undefined' });
	});
});

describe('The page of the errors', () => {
	const rows = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
		.split('\n')
		.filter((line) => line.startsWith('| `'))
		.map((line) => line.split('|').map((cell) => cell.trim()));

	it('explains every code, each once, and no other', () => {
		const explained = rows.flatMap(([, cell]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code));
		expect(explained.sort()).toEqual(Object.keys(codes).sort());
	});

	it('says what each means, and what to do unless the user stopped it', () => {
		for (const [, code, meaning, advice] of rows) {
			expect([code, meaning.length > 10, advice.length > 5]).toEqual([code, true, code !== '`cancelled`']);
		}
	});
});
