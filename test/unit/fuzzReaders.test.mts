import fc from 'fast-check';

import type { ProviderAnswer } from '../../nodes/Flux/provider.ts';
import { providers } from '../../nodes/Flux/providers/index.ts';
import { runs as few, text } from './fuzzRuns.mts';

// A state is one of many words, and each is to come up.
const runs = { ...few, numRuns: few.numRuns * 4 };

const anything = fc.oneof(
	fc.jsonValue({ maxDepth: 3 }),
	text,
	fc.double(),
	fc.constantFrom('', '..', null, [], {}),
);
const words = [
	...['Pending', 'Ready', 'Request Moderated', 'Content Moderated', 'Error', 'Task not found'],
	...['starting', 'succeeded', 'failed', 'canceled', 'aborted', 'QUEUED', 'COMPLETED', 'FAILED', 'CANCELLED'],
];
const address = fc.oneof(
	fc.webUrl(),
	fc.constantFrom(
		'/relative.png',
		'x.png',
		'data:image/png;base64,AAAA',
		'javascript:1',
		'http://[',
		'//a/b',
	),
);
const near = (likely: fc.Arbitrary<unknown>) => fc.oneof({ weight: 4, arbitrary: likely }, anything);
const image = fc.oneof(
	address,
	fc.record({ url: near(address), b64_json: anything, seed: anything }, { requiredKeys: [] }),
);
const images = fc.oneof(address, fc.array(near(image), { maxLength: 4 }));

/** A body with the fields of all APIs, each of which may be missing, right or anything. */
const body = near(
	fc.record(
		{
			id: near(fc.uuid()),
			jobId: near(fc.uuid()),
			status: near(fc.constantFrom(...words)),
			polling_url: near(address),
			result: near(
				fc.record({ sample: near(address), seed: anything, images: near(images) }, { requiredKeys: [] }),
			),
			output: near(images),
			data: near(images),
			images: near(images),
			error: near(
				fc.oneof(
					fc.string(),
					fc.record({ message: near(fc.string()), code: anything }, { requiredKeys: [] }),
				),
			),
			detail: near(fc.oneof(fc.string(), fc.array(fc.record({ loc: anything, msg: near(fc.string()) })))),
			details: near(fc.record({ 'Moderation Reasons': anything }, { requiredKeys: [] })),
			...{ progress: anything, cost: anything, creditCost: anything, seed: anything, retry_after: anything },
			...{ data_removed: anything, expired: anything, invalid_fields: anything, title: anything },
		},
		{ requiredKeys: [] },
	),
);
const answer: fc.Arbitrary<ProviderAnswer> = fc.record({
	status: fc.oneof(
		fc.constantFrom(200, 201, 202, 400, 401, 402, 403, 404, 409, 422, 429, 500, 503),
		fc.nat(999),
	),
	body,
	excerpt: fc.string(),
});

const isLink = (url: string) =>
	/^https?:$/.test(new URL(url, 'https://example.com/').protocol) && url.length <= 8_000;

describe.each(providers.map((api) => [api.label, api] as const))('The readers of %s', (_, api) => {
	const order = { body: {} } as never;

	it('make something known of any answer, and never fail', () => {
		const seen = new Set<string>();
		fc.assert(
			fc.property(answer, (one) => {
				const submitted = api.readSubmit(one, order);
				const states = [api.jobs?.readPoll(one), 'unreadable' in submitted ? submitted : submitted.state];
				for (const state of states) {
					if (state === undefined) continue;
					seen.add('unreadable' in state ? 'unreadable' : state.is);
					if ('unreadable' in state) expect(state.unreadable).not.toBe('');
					else if (state.is === 'failed') expect(typeof state.reason).toBe('string');
					else if (state.is === 'ready') {
						expect(state.images.length).toBeGreaterThan(0);
						for (const { url, base64, seed } of state.images) {
							expect(url === undefined).toBe(base64 !== undefined);
							if (url !== undefined) expect(isLink(url)).toBe(true);
							if (seed !== undefined) expect(Number.isSafeInteger(seed)).toBe(true);
						}
						if (state.cost !== undefined) expect(Number.isFinite(state.cost)).toBe(true);
					}
				}
			}),
			// Finished jobs are rare among these answers, and some must be seen.
			{ ...runs, numRuns: Math.max(runs.numRuns, 1_500) },
		);
		expect([...seen].sort()).toEqual(
			api.jobs === undefined
				? ['ready', 'unreadable']
				: expect.arrayContaining(['ready', 'running', 'failed', 'unreadable']),
		);
	});

	it('name only jobs that can be asked for, on the path of jobs', () => {
		let jobs = 0;
		fc.assert(
			fc.property(answer, (one) => {
				const submitted = api.readSubmit(one, order);
				if ('unreadable' in submitted || submitted.id === undefined) return;
				jobs++;
				const { id } = submitted;
				const { pathname, search } = new URL(`https://example.com${api.jobs!.poll({ id }).url}`);
				const known = [
					'/v1/get_result',
					`/predictions/${encodeURIComponent(id)}`,
					`/v2/jobs/${encodeURIComponent(id)}`,
				];
				expect(known).toContain(pathname);
				if (search !== '') expect(new URLSearchParams(search).get('id')).toBe(id);
			}),
			runs,
		);
		expect(jobs > 0).toBe(api.jobs !== undefined);
	});

	it('have words for any refusal', () => {
		fc.assert(
			fc.property(answer, (one) => {
				const { code, words: told } = api.refusal(one);
				expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
				expect(typeof told).toBe('string');
				const seconds = api.retryAfterSeconds?.(one);
				if (seconds !== undefined) expect(seconds).toBeGreaterThanOrEqual(0);
			}),
			runs,
		);
	});
});
