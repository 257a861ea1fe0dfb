import fc from 'fast-check';

import { retryAfterIn } from '../../nodes/Flux/http/retry.ts';
import type { ProviderAnswer } from '../../nodes/Flux/provider.ts';
import { providers } from '../../nodes/Flux/providers/index.ts';
import { stateWords } from '../../nodes/Flux/providers/common/states.ts';
import { runs as few, text } from './fuzzRuns.mts';

// A state is one of many words, and each is to come up; finished jobs are rare.
const runs = { ...few, numRuns: Math.max(few.numRuns * 4, 2_500) };

const anything = fc.oneof(
	fc.jsonValue({ maxDepth: 3 }),
	text,
	fc.double(),
	fc.constantFrom('', '..', null, [], {}),
);
// Any other word means that a job runs.
const words = Object.values(stateWords).flatMap((all) =>
	Object.entries(all).flatMap(([word, is]) => (is === 'running' ? [] : [word])),
);
const url = fc
	.tuple(fc.constantFrom('http', 'https'), fc.domain(), fc.array(text, { maxLength: 3 }))
	.map(([scheme, host, path]) => `${scheme}://${host}/${path.map(encodeURIComponent).join('/')}`);
/** Some URLs for all answers: to make one takes longer than to make the rest of an answer. */
const urls = fc.sample(url, { seed: few.seed, numRuns: 100 });
const address = fc.oneof(
	fc.constantFrom(...urls),
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
			request_id: near(fc.uuid()),
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

/** The same for all readers, since to make them costs more than to read them. */
const answers = fc.sample(answer, runs);

/** Looks at each answer, and names the one that is read wrong. */
function whatever(check: (one: ProviderAnswer) => void): void {
	for (const one of answers) {
		try {
			check(one);
		} catch (error) {
			throw new Error(`${(error as Error).message}\n\nof the answer ${JSON.stringify(one)}`, {
				cause: error,
			});
		}
	}
}

/** For what is looked at thousands of times: `expect` takes longer than the reader does. */
function must(holds: boolean, what: string): void {
	if (!holds) throw new Error(`It should have ${what}`);
}

const isLink = (url: string) =>
	/^https?:$/.test(new URL(url, 'https://example.com/').protocol) && url.length <= 8_000;

describe.each(providers.map((api) => [api.label, api] as const))('The readers of %s', (_, api) => {
	const read = new Map<ProviderAnswer, ReturnType<typeof api.readSubmit>>();
	/** What it reads in the answer to a submit, once for all tests. */
	const submittedBy = (one: ProviderAnswer) => {
		const known = read.get(one) ?? api.readSubmit(one, { model: api.models[0], body: {} } as never);
		read.set(one, known);
		return known;
	};

	it('make something known of any answer, and never fail', () => {
		const seen = new Set<string>();
		whatever((one) => {
			const submitted = submittedBy(one);
			const states = [
				api.jobs?.readPoll(one),
				api.jobs?.readResult?.(one),
				'unreadable' in submitted ? submitted : submitted.state,
			];
			for (const state of states) {
				if (state === undefined) continue;
				seen.add('unreadable' in state ? 'unreadable' : state.is);
				if ('unreadable' in state) must(state.unreadable !== '', 'words for what is missing');
				else if (state.is === 'failed') must(typeof state.reason === 'string', 'a reason');
				else if (state.is === 'ready') {
					must(state.images.length > 0 || api.jobs?.result !== undefined, 'images');
					for (const { url, base64, seed } of state.images) {
						must((url === undefined) === (base64 !== undefined), 'either a URL or bytes');
						must(url === undefined || isLink(url), 'a URL of the web');
						must(seed === undefined || Number.isSafeInteger(seed), 'a whole seed');
					}
					must(state.cost === undefined || Number.isFinite(state.cost), 'a finite cost');
				}
			}
		});
		expect([...seen].sort()).toEqual(
			api.jobs === undefined
				? ['ready', 'unreadable']
				: expect.arrayContaining(['ready', 'running', 'failed', 'unreadable']),
		);
	});

	it('name only jobs that can be asked for, on the path of jobs', () => {
		let jobs = 0;
		whatever((one) => {
			const submitted = submittedBy(one);
			if ('unreadable' in submitted || submitted.id === undefined) return;
			jobs++;
			const { id, pollingUrl } = submitted;
			const job = api.name === 'fal' ? { id, pollingUrl } : { id };
			const { pathname, search } = new URL(`https://example.com${api.jobs!.poll(job).url}`);
			const known = [
				'/v1/get_result',
				`/predictions/${encodeURIComponent(id)}`,
				`/v2/jobs/${encodeURIComponent(id)}`,
				`/fal-ai/flux-2-pro/requests/${encodeURIComponent(id)}/status`,
			];
			must(known.includes(pathname), `a path of jobs, not ${pathname}`);
			must(search === '' || new URLSearchParams(search).get('id') === id, 'the id in the query');
		});
		expect(jobs > 0).toBe(api.jobs !== undefined);
	});

	it('have words for any refusal', () => {
		whatever((one) => {
			const { code, words: told } = api.refusal(one);
			must(/^[a-z]+(-[a-z]+)*$/.test(code), `a code, not ${code}`);
			must(typeof told === 'string', 'words');
			const seconds = Number(retryAfterIn(429, {}, 0, one.body) ?? 0);
			must(seconds >= 0, `a pause, not ${seconds} seconds`);
		});
	});
});
