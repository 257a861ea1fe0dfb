import { blackForestLabs } from '../../nodes/Flux/providers/blackForestLabs/index.ts';
import { models } from '../../nodes/Flux/providers/blackForestLabs/models.ts';
import { loadFacts } from '../sandbox/facts.mts';

const facts = loadFacts('bfl') as unknown as {
	concurrentTasks: Record<string, number>;
	imageLifetimeSeconds: number;
	imageLifetimeSecondsFlux3: number;
};

it('stays below the number of jobs that the provider allows', () => {
	const { concurrentTasks } = facts;
	expect(blackForestLabs.maxConcurrency).toBeLessThan(concurrentTasks.default);
	const own = models.filter(({ id }) => id in concurrentTasks);
	expect(own.map(({ id }) => id)).toEqual(['flux-kontext-max']);
	for (const { id, maxConcurrency } of own) expect(maxConcurrency).toBeLessThan(concurrentTasks[id]);
});

it('tells how long images live', () => {
	const lives = (model: (typeof models)[number]) =>
		model.imageLifetimeSeconds ?? blackForestLabs.imageLifetimeSeconds;
	const [newest, older] = [true, false].map((isNewest) =>
		models.filter(({ id }) => id.startsWith('flux-3') === isNewest).map(lives),
	);
	expect(new Set(newest)).toEqual(new Set([facts.imageLifetimeSecondsFlux3]));
	expect(new Set(older)).toEqual(new Set([facts.imageLifetimeSeconds]));
});

describe('A model that is in no list', () => {
	const namesOf = (id: string) =>
		Object.keys(blackForestLabs.unlistedModel(id, 'edit', undefined).body.shape);
	const isImage = (name: string) => /image(s|_\d)?$/.test(name) && name !== 'image';

	it('takes its images as FLUX.2 does, or in a list if it is called FLUX.3', () => {
		expect(namesOf('flux-2-new').filter(isImage)).toHaveLength(8);
		expect(namesOf('flux-3-new').filter(isImage)).toEqual(['images']);
		expect(namesOf('flux-3-new')).toEqual(expect.arrayContaining(['prompt', 'steps', 'guidance', 'width']));
		expect(blackForestLabs.unlistedModel('flux-3-new', 'edit', undefined).imageLifetimeSeconds).toBe(3600);
	});
});
