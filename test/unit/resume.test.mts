import type { IExecuteSingleFunctions } from 'n8n-workflow';

import { requestHash, sentHash } from '../../nodes/Flux/engine/identity.ts';
import { SubmittedJobs, type Accepted } from '../../nodes/Flux/engine/resume.ts';
import { now } from '../../nodes/Flux/limits/pace.ts';
import { blackForestLabs } from '../../nodes/Flux/providers/blackForestLabs/index.ts';

const { jest } = import.meta;

const job: Accepted = {
	id: 'job-1',
	pollingUrl: 'https://api.us1.bfl.ai/x',
	cost: 3,
	acceptedAt: 1_000,
};
/** In the computer's time and back again some of a millisecond is lost. */
const restoredJob = { ...job, acceptedAt: expect.closeTo(job.acceptedAt, -2) as number };
const items = [{ json: { jobId: 'job-1' }, pairedItem: { item: 0 } }];

/** What n8n gives for one item; `node` is the node's context, which outlives a try. */
const place = (node: object, itemIndex = 0, runIndex = 0) =>
	new SubmittedJobs({
		getContext: (type: string) => (type === 'node' ? node : {}),
		getNode: () => ({ type: 'n8n-nodes-flux.flux' }),
		getItemIndex: () => itemIndex,
		getWorkflowDataProxy: (item: number) => ({ $runIndex: item === itemIndex ? runIndex : -1 }),
	} as unknown as IExecuteSingleFunctions);

it('finds a job again in the next try of the node', () => {
	const node = {};
	place(node).remember('request', job);
	expect(place(node).of('request').accepted).toEqual(job);
});

it('finds a job again after n8n wrote the context into its database', () => {
	const node = {};
	place(node).remember('request', job);
	const { accepted } = place(JSON.parse(JSON.stringify(node)) as object).of('request');
	expect(accepted).toMatchObject(restoredJob);
});

it.each([-8, 8])(
	'knows when a job was accepted, though by a process whose own clock is %d hours off',
	(hours) => {
		const node = {};
		const off = jest.spyOn(performance, 'now').mockReturnValue(performance.now() + hours * 3_600_000);
		place(node).remember('request', { ...job, acceptedAt: now() - 60_000 });
		off.mockRestore();
		const { accepted } = place(JSON.parse(JSON.stringify(node)) as object).of('request');
		expect(now() - accepted!.acceptedAt).toBeCloseTo(60_000, -3);
	},
);

it.each([
	['another request', 'other', 0, 0],
	['another item', 'request', 1, 0],
	['another run of the node in a loop', 'request', 0, 1],
	['item 1 of run 1 for item 11', 'request', 11, 0],
])('finds no job for %s', (_, request, item, run) => {
	const node = {};
	place(node, 0, 0).remember('request', job);
	place(node, 1, 1).finish('request', items);
	expect(place(node, item, run).of(request).accepted).toBeUndefined();
	expect(place(node, item, run).of(request).items).toBeUndefined();
});

it('finds no job in another execution', () => {
	place({}).remember('request', job);
	expect(place({}).of('request').accepted).toBeUndefined();
});

it('forgets the job that ended without an image, and only that one', () => {
	const node = {};
	place(node).remember('one', job);
	place(node).remember('two', { ...job, id: 'job-2' });
	place(node).forget('one');
	expect(place(node).of('one').accepted).toBeUndefined();
	expect(place(node).of('two').accepted).toMatchObject({ id: 'job-2' });
	expect(() => place(node).forget('never submitted')).not.toThrow();
});

it('hands finished images to the next try and keeps them out of the context', () => {
	const node = {};
	expect(place(node).of('request').items).toBeUndefined();
	place(node).remember('request', job);
	const before = JSON.stringify(node);
	place(node).finish('request', items);
	expect(place(node).of('request').items).toEqual(items);
	expect(place({}).of('request').items).toBeUndefined();
	expect(JSON.stringify(node)).toBe(before);
});

describe('Images that a synchronous API has answered', () => {
	const answered = {
		cost: 1,
		acceptedAt: 1_000,
		state: { is: 'ready' as const, images: [{ base64: 'AAAA' }] },
	};

	it('are found by the next try, and kept out of the context', () => {
		const node = {};
		place(node).remember('request', answered);
		expect(place(node).of('request').accepted).toEqual(answered);
		expect(node).toEqual({ fluxJobs: {}, fluxFailedRuns: {} });
	});

	it('are kept out of the context though the submit has a job, which stays there', () => {
		const node = {};
		place(node).remember('request', { ...answered, id: 'job-1' });
		expect(place(node).of('request').accepted).toEqual({ ...answered, id: 'job-1' });
		expect(JSON.stringify(node)).not.toContain('AAAA');
		const restored = JSON.parse(JSON.stringify(node)) as object;
		const { acceptedAt } = restoredJob;
		expect(place(restored).of('request').accepted).toMatchObject({ cost: 1, acceptedAt, id: 'job-1' });
	});

	it('are let go once they are stored, and when they are forgotten', () => {
		const node = {};
		place(node).remember('stored', answered);
		place(node).finish('stored', items);
		place(node).remember('forgotten', answered);
		place(node).forget('forgotten');
		expect(place(node).of('stored').accepted).toBeUndefined();
		expect(place(node).of('forgotten').accepted).toBeUndefined();
	});
});

it('leaves alone what else is in the context of the node', () => {
	const node = { currentRunIndex: 3 };
	place(node).remember('request', job);
	expect(node).toMatchObject({ currentRunIndex: 3 });
});

describe('The hash of a request', () => {
	const parts = ['account', 'flux-2-pro', { prompt: 'a cat', seed: 1 }, 0];
	it('is the same for the same request', () => {
		expect(requestHash(...parts)).toBe(requestHash(...(JSON.parse(JSON.stringify(parts)) as unknown[])));
	});

	it.each([
		['account', ['other', 'flux-2-pro', { prompt: 'a cat', seed: 1 }, 0]],
		['model', ['account', 'flux-2-max', { prompt: 'a cat', seed: 1 }, 0]],
		['prompt', ['account', 'flux-2-pro', { prompt: 'a dog', seed: 1 }, 0]],
		['type of a value', ['account', 'flux-2-pro', { prompt: 'a cat', seed: '1' }, 0]],
		['number of the image', ['account', 'flux-2-pro', { prompt: 'a cat', seed: 1 }, 1]],
		['border between two parts', ['accountflux-2-pro', { prompt: 'a cat', seed: 1 }, 0]],
	])('is another one for another %s', (_, other) => {
		expect(requestHash(...other)).not.toBe(requestHash(...parts));
	});

	it('shows nothing of what is in it', () => {
		expect(requestHash(...parts)).toMatch(/^[0-9a-f]{32}$/);
	});
});

it('tells all that a run of the node submitted, by item, with the images that came without a job', () => {
	const node = {};
	const image = { url: 'https://d.example/1.png' };
	place(node, 1).remember('one', job);
	place(node, 1).finish('one', items);
	place(node, 0).remember('two', {
		acceptedAt: 1,
		state: { is: 'ready', images: [image, { base64: 'AA' }] },
	});
	place(node, 2).remember('ended', { ...job, id: 'job-2' });
	place(node, 2).forget('ended');
	place(node, 0, 1).remember('in another run', { ...job, id: 'job-3' });
	expect(place(node, 5).undelivered()).toEqual([
		{ itemIndex: 0, url: image.url },
		{ itemIndex: 0, url: undefined },
		{ itemIndex: 1, job: { id: 'job-1', pollingUrl: job.pollingUrl } },
	]);
});

describe('What a failed run submitted', () => {
	it('is taken over by the next run for the same item and request alone', () => {
		const node = {};
		place(node, 0, 0).remember('request', job);
		place(node, 0, 0).fail();
		place(node, 0, 1).of('request');
		place(node, 1, 1).of('request');
		expect(place(node, 0, 1).of('request').accepted).toEqual(job);
		expect(place(node, 1, 1).of('request').accepted).toBeUndefined();
		expect(place(node, 0, 0).undelivered()).toEqual([]);
		const restored = JSON.parse(JSON.stringify(node)) as object;
		expect(place(restored, 0, 1).of('request').accepted).toMatchObject(restoredJob);
		expect(place(restored, 0, 0).of('request').accepted).toBeUndefined();
	});

	it('is left where it is while the run may still succeed', () => {
		const node = {};
		place(node, 0, 0).remember('request', job);
		place(node, 0, 0).fail();
		place(node, 0, 0).begin();
		place(node, 0, 1).of('request');
		expect(place(node, 0, 1).of('request').accepted).toBeUndefined();
	});
});

describe('A job of an execution before this one, which is retried', () => {
	const restored = (node: object) => JSON.parse(JSON.stringify(node)) as object;
	const kept = (sentHash: string, request = 'as it was written') => {
		const node = {};
		const entry = place(node).of(request, sentHash);
		Object.assign(entry, { sentHash, sent: { model: 'flux', prompt: 'A fox', seed: 7 } });
		place(node).remember(request, job);
		return node;
	};

	it('is found by what was submitted, after the node was changed, and once', () => {
		const node = restored(kept('same'));
		expect(place(node).of('as it is written now', 'another').accepted).toBeUndefined();
		expect(place(node, 1).of('as it is written now', 'same').accepted).toBeUndefined();
		expect(place(node).of('as it is written now, too', 'same').accepted).toMatchObject({ id: job.id });
		expect(place(node).of('the same once more', 'same').accepted).toBeUndefined();
		expect(place(restored(node)).of('as it is written now, too').accepted).toMatchObject({ id: job.id });
	});

	it('is not found so in the execution itself', () => {
		expect(place(kept('same')).of('as it is written now', 'same').accepted).toBeUndefined();
	});

	it.each([
		['the same', 'same', undefined],
		['another prompt', 'another', null],
	])('tells of %s what is known', (_, sentHash, prompt) => {
		const { sent } = place(restored(kept('same'))).of('as it was written', sentHash);
		expect(sent).toEqual({ model: 'flux', seed: 7, ...(prompt === null ? { prompt } : {}) });
	});
});

describe('What an execution of another version of the node wrote down', () => {
	const hashOf = (body: object) => {
		const model = blackForestLabs.models.find(({ id }) => id === 'flux-pro-1.0-expand')!;
		const plan = { model, operation: 'expand' as const, body: { ...body }, envelope: {} };
		return sentHash('account', 0, plan, () => undefined);
	};

	it('tells a request again whose fields stand in another order now', () => {
		const hash = hashOf({ prompt: 'A fox', top: 64, left: 32 });
		expect(hashOf({ left: 32, top: 64, prompt: 'A fox' })).toBe(hash);
		expect(hashOf({ left: 64, top: 32, prompt: 'A fox' })).not.toBe(hash);
	});

	it('tells it also by fields that are called as what JavaScript calls to make a text of them', () => {
		const hash = hashOf({ prompt: 'A fox', extra: { toString: 1 } });
		expect(hashOf({ extra: { toString: 1 }, prompt: 'A fox' })).toBe(hash);
		expect(hashOf({ extra: { toString: 2 }, prompt: 'A fox' })).not.toBe(hash);
	});

	// With another hash or other names, each execution that failed before an update is billed again when it is retried after it.
	it('is still read, in the form that version 1.0 gave it', () => {
		const hash = '9187700b59f81cb5e51259f02fdb8219';
		const { id, pollingUrl } = job;
		const kept = { id, pollingUrl, run: 0, itemIndex: 0, sentHash: hash, seed: 7, model: 'flux' };
		const node = { fluxJobs: { '0/0/as it was written': kept } };
		expect(hashOf({ prompt: 'A fox', top: 64 })).toBe(hash);
		const { accepted, sent } = place(node).of('as it is written now', hash);
		expect(accepted).toMatchObject({ id, pollingUrl });
		expect(sent).toMatchObject({ seed: 7, model: 'flux' });
	});
});
