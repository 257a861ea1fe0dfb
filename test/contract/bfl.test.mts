import { blackForestLabs } from '../../nodes/Flux/providers/blackForestLabs/index.ts';
import { models } from '../../nodes/Flux/providers/blackForestLabs/models.ts';
import { stateOf } from '../../nodes/Flux/providers/common/states.ts';
import { baseOf } from '../../nodes/Flux/http/baseUrl.ts';
import { schemaOf } from '../../nodes/Flux/catalogue/modelFields.ts';
import { loadFacts, type Field } from '../sandbox/facts.mts';
import { isMissing, missing } from './missing.mts';

const facts = loadFacts('bfl');
const known = models.filter(({ id }) => id in facts.models);

/** What is compared of a field, under the names of JSON Schema. */
type Rule = Record<string, unknown>;

const ofFacts = (field: Field): Rule => {
	const list = field.oneOf?.find(({ type }) => type === 'array');
	return {
		type: field.oneOf === undefined ? field.type : field.oneOf.map(({ type }) => type).join(' or '),
		minimum: field.min,
		maximum: field.max,
		multipleOf: field.multipleOf,
		enum: field.enum?.join(),
		default: field.default,
		required: field.required === true,
		minLength: field.minLength,
		maxLength: field.maxLength,
		minItems: list?.minItems,
		maxItems: list?.maxItems,
		format: field.format,
		pattern: field.pattern,
	};
};

const ofOurs = (name: string, { properties, required = [] }: ReturnType<typeof schemaOf>): Rule => {
	const field = properties[name] as Rule;
	return { ...field, enum: (field.enum as unknown[] | undefined)?.join(), required: required.includes(name) };
};

interface Difference {
	field: string;
	/** Which rule, or `field` where one of both does not have it at all. */
	rule: string;
	facts: unknown;
	ours: unknown;
}

/** Where we are deliberately not what the provider's document says; each must still be so somewhere. */
const deviations: Array<Difference & { why: string }> = [
	{
		field: 'version',
		rule: 'field',
		facts: true,
		ours: false,
		why: 'it has one value, which is the default',
	},
	{
		field: 'input_image_blob_path',
		rule: 'field',
		facts: true,
		ours: false,
		why: "a path in the provider's own storage",
	},
	{ field: 'prompt', rule: 'minLength', facts: undefined, ours: 1, why: 'an empty prompt is a mistake' },
	{ field: 'prompt', rule: 'default', facts: '', ours: undefined, why: 'an empty prompt is a mistake' },
	{ field: 'finetune_id', rule: 'minLength', facts: undefined, ours: 1, why: 'an empty id names nothing' },
	{
		field: 'aspect_ratio',
		rule: 'pattern',
		facts: undefined,
		ours: '^\\d+:\\d+$',
		why: 'the guide: from 21:9 to 9:21',
	},
	{
		field: 'images',
		rule: 'type',
		facts: 'string or array',
		ours: 'array',
		why: 'a list holds one image as well',
	},
	{
		field: 'disable_pup',
		rule: 'default',
		facts: false,
		ours: true,
		why: 'told of its parameter, which says the opposite',
	},
	{ field: 'webhook_url', rule: 'minLength', facts: 1, ours: undefined, why: 'a URL is never empty' },
];

function differencesOf({ id, body }: (typeof models)[number]): Difference[] {
	const schema = schemaOf(body);
	const { fields } = facts.models[id];
	const names = new Set([...Object.keys(fields), ...Object.keys(schema.properties)]);
	return [...names].flatMap((field): Difference[] => {
		const [theirs, ours] = [field in fields, field in schema.properties];
		if (!ours && isMissing(id, field)) return [];
		if (!theirs || !ours) return [{ field, rule: 'field', facts: theirs, ours }];
		const [one, other] = [ofFacts(fields[field]), ofOurs(field, schema)];
		return Object.keys(one)
			.filter((rule) => one[rule] !== other[rule])
			.map((rule) => ({ field, rule, facts: one[rule], ours: other[rule] }));
	});
}

const same = (one: Difference, other: Difference) =>
	one.field === other.field &&
	one.rule === other.rule &&
	one.facts === other.facts &&
	one.ours === other.ours;

it('has every model of the facts, and no other', () => {
	expect(models.map(({ id }) => id).sort()).toEqual(Object.keys(facts.models).sort());
});

describe('The body of', () => {
	it.each(known.map((model) => [model.id, model] as const))(
		'%s is what the provider documents',
		(_, model) => {
			const others = differencesOf(model).filter((one) => !deviations.some((known) => same(one, known)));
			expect(others).toEqual([]);
		},
	);

	it.each(known.map((model) => [model.id, model] as const))(
		'%s refuses unknown fields where the provider does',
		(id, model) => {
			const refuses = schemaOf(model.body).additionalProperties === false;
			expect(refuses || facts.models[id].unknownFields === 'ignored').toBe(true);
		},
	);
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

it.each(deviations)('deviates still in $rule of $field: $why', (deviation) => {
	expect(known.flatMap(differencesOf).some((one) => same(one, deviation))).toBe(true);
});

it('still lacks every field that is listed as missing', () => {
	const lacked = missing.filter(
		([id, field]) =>
			field in facts.models[id].fields &&
			!(field in (known.find((model) => model.id === id)?.body.shape ?? {})),
	);
	expect(lacked).toEqual(missing);
});

describe('Each number of', () => {
	const numbers = known.flatMap(({ id, body }) =>
		Object.entries(facts.models[id].fields)
			.filter(([name, { min, max }]) => name in body.shape && (min !== undefined || max !== undefined))
			.map(([name, field]) => [id, name, field, body.shape[name]] as const),
	);
	it.each(numbers)(
		'%s is taken up to its limits and no further: %s',
		(_, __, { min, max, multipleOf = 1 }, schema) => {
			const takes = (value: number) =>
				(schema as { safeParse(value: unknown): { success: boolean } }).safeParse(value).success;
			const least = min === undefined ? undefined : [takes(min), takes(min - multipleOf)];
			const most = max === undefined ? undefined : [takes(max), takes(max + multipleOf)];
			expect([least ?? [true, false], most ?? [true, false]]).toEqual([
				[true, false],
				[true, false],
			]);
			expect(multipleOf === 1 || !takes((min ?? 0) + 1)).toBe(true);
		},
	);
});

describe('The API', () => {
	it.each(known.map(({ id }) => id))('is asked for %s where the provider documents it', (id) => {
		const [model] = models.filter((one) => one.id === id);
		const { method, url } = blackForestLabs.submit({
			model,
			operation: model.operations[0],
			body: {},
			envelope: {},
			service: undefined,
			remainingSeconds: 60,
			idempotencyKey: 'key',
		});
		expect(`${method} ${url}`).toBe(facts.models[id].request);
	});

	const { poll, baseUrls, concurrentTasks, ...lifetimes } = facts as unknown as {
		poll: Record<'running' | 'ready' | 'moderated' | 'failed' | 'unknownJob', string[]>;
		baseUrls: string[];
		concurrentTasks: Record<string, number>;
		imageLifetimeSeconds: number;
		imageLifetimeSecondsFlux3: number;
	};

	it('knows every word for a state', () => {
		const meanings = (words: string[]) => words.map((word) => stateOf('blackForestLabs', word));
		expect(meanings(poll.running)).toEqual(poll.running.map(() => 'running'));
		expect(meanings(poll.ready)).toEqual(['ready']);
		expect(meanings(poll.moderated)).toEqual(['promptModerated', 'imageModerated']);
		expect(meanings(poll.failed)).toEqual(['failed', 'failed']);
		expect(meanings(poll.unknownJob)).toEqual(['unknownJob']);
	});

	it('has the hosts of all regions', () => {
		const urls = ['global', 'eu', 'us'].map((region) => baseOf(blackForestLabs.hosts, { region }));
		expect(urls).toEqual((baseUrls as string[]).map((baseUrl) => ({ baseUrl })));
	});

	it('stays below the number of jobs that the provider allows', () => {
		expect(blackForestLabs.maxConcurrency).toBeLessThan(concurrentTasks.default);
		const own = known.filter(({ id }) => id in concurrentTasks);
		expect(own.map(({ id }) => id)).toEqual(['flux-kontext-max']);
		for (const { id, maxConcurrency } of own) expect(maxConcurrency).toBeLessThan(concurrentTasks[id]);
	});

	it('tells how long images live', () => {
		const lives = (model: (typeof known)[number]) =>
			model.imageLifetimeSeconds ?? blackForestLabs.imageLifetimeSeconds;
		const [newest, older] = [true, false].map((isNewest) =>
			known.filter(({ id }) => id.startsWith('flux-3') === isNewest).map(lives),
		);
		expect(new Set(newest)).toEqual(new Set([lifetimes.imageLifetimeSecondsFlux3]));
		expect(new Set(older)).toEqual(new Set([lifetimes.imageLifetimeSeconds]));
	});
});
