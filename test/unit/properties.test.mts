import type { INodeParameters, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';

import { providers } from '../../nodes/Flux/providers/index.ts';
import { Flux } from '../../nodes/Flux/Flux.node.ts';
import { listName, modelsFor } from '../../nodes/Flux/editor/models.ts';
import { outputPreviews } from '../../nodes/Flux/editor/outputPreviews.ts';
import { parameters } from '../../nodes/Flux/catalogue/parameters.ts';
import { displayed, displayedFor } from '../contract/displayed.mts';

const { description } = new Flux();
const named = (list: INodeProperties[], name: string) => list.filter((one) => one.name === name);
const values = (property: INodeProperties) =>
	(property.options as INodePropertyOptions[]).map(({ value }) => value);

/** The image operations that the editor offers at an API. */
const offered = (authentication: string) => {
	const parameters = { authentication, resource: 'image' };
	const [property] = named(displayed(parameters).fields, 'operation');
	return (property.options as INodePropertyOptions[]).filter((option) =>
		NodeHelpers.displayParameter(parameters, option, null, null),
	);
};

/** Every image operation of every API, as the editor offers them. */
const operations = providers.flatMap((api) =>
	offered(api.name)
		.map(({ value }) => value)
		.map((operation) => [api.name, operation as 'generate', api] as const),
);
/** Every model in each of its operations, and one that is in no list. */
const cases = operations.flatMap(([, operation, api]) =>
	[...modelsFor(api, operation).map(({ id }) => id), 'an/unlisted-model'].map(
		(id) => [api.name, operation, id] as const,
	),
);
const places = ({ fields, options, settings }: ReturnType<typeof displayed>) =>
	Object.entries({ fields, options, settings });

it('finds what it looks at', () => {
	expect(operations.length).toBeGreaterThanOrEqual(7);
	expect(cases.length).toBeGreaterThanOrEqual(31 + 7);
});

it('asks first for API, resource and operation, which are no expressions', () => {
	expect(
		description.properties.slice(0, 3).map(({ name, noDataExpression }) => [name, noDataExpression]),
	).toEqual([
		['authentication', true],
		['resource', true],
		['operation', true],
	]);
	expect(named(description.properties, 'operation').every(({ noDataExpression }) => noDataExpression)).toBe(
		true,
	);
	expect(description.properties[0].displayName).toBe('API');
});

it('says of every operation what its output holds, and of nothing else', () => {
	const all = named(description.properties, 'operation').flatMap((property) => {
		const [resource] = property.displayOptions!.show!.resource!;
		return values(property).map((operation) => `${resource as string}/${operation as string}`);
	});
	expect(Object.keys(outputPreviews).sort()).toEqual(all.sort());
});

/** n8n 2.30 and older run no node with a field that depends on a part of another one, unless it is named from the root. */
it('depends only on whole fields, or on parts of fields from the root', () => {
	const check = (list: INodeProperties[]) => {
		const names = list.map(({ name }) => name);
		for (const { displayOptions = {}, options = [] } of list) {
			const keys = [displayOptions.show, displayOptions.hide].flatMap((rules) => Object.keys(rules ?? {}));
			expect(keys.filter((key) => !/^[/@]/.test(key) && !names.includes(key))).toEqual([]);
			check(
				options.filter((option): option is INodeProperties => 'displayName' in option && 'type' in option),
			);
		}
	};
	check(description.properties);
});

it('has no rule of what is shown that is undefined, at which n8n 1.100 fails', () => {
	const rules = description.properties.flatMap(({ displayOptions = {} }) => Object.values(displayOptions));
	expect(rules).not.toContain(undefined);
});

/** n8n gives a regular expression 250 ms, which a busy machine exceeds, and then the run fails. */
it('depends on no regular expression', () => {
	expect(JSON.stringify(description)).not.toContain('"regex"');
});

it.each([
	['FLUX.2 [pro] – Black Forest Labs', 1],
	['black-forest-labs/flux.2-pro', 0],
	[undefined, 0],
])(
	'says of a model that a server calls %j whether it is the model of another API',
	(cachedResultName, notices) => {
		const model = { __rl: true, mode: 'list', value: 'flux-2-pro', cachedResultName };
		const at = { authentication: 'openAiCompatible', resource: 'image', operation: 'generate' };
		expect(named(displayed({ ...at, model }).fields, 'wrongModel')).toHaveLength(notices);
	},
);

it.each(providers.flatMap((api) => api.models.map((model) => [api.name, model] as const)))(
	'shows at %s no notice with a model that was just chosen from the list: $id',
	(authentication, one) => {
		const model = { __rl: true, mode: 'list', value: one.id, cachedResultName: listName(one) };
		const at = { authentication, resource: 'image', operation: one.operations[0] };
		expect(named(displayed({ ...at, model }).fields, 'wrongModel')).toEqual([]);
	},
);

/** Every operation of every resource at every API, and whether the API has it. */
const chosen = providers.flatMap(({ name: authentication }) =>
	named(description.properties, 'operation').flatMap((property) => {
		const resource = property.displayOptions!.show!.resource![0] as string;
		return (property.options as INodePropertyOptions[]).map((option) => {
			const has = NodeHelpers.displayParameter({ authentication, resource }, option, null, null);
			return [authentication, resource, option.value as string, has] as const;
		});
	}),
);

it.each(chosen)(
	'tells at %s of %s: %s whether the API has it: %s',
	(authentication, resource, operation, has) => {
		const { fields } = displayed({ authentication, resource, operation });
		const notices = named(fields, 'missingOperation').map(({ displayName }) => displayName);
		expect(notices).toHaveLength(has ? 0 : 1);
		const others = providers.filter(({ name }) =>
			chosen.some((one) => one[0] === name && one[1] === resource && one[2] === operation && one[3]),
		);
		for (const { label } of others) if (!has) expect(notices[0]).toContain(label);
		for (const notice of notices)
			expect(notice).toMatch(
				/ does not have this operation\. .*Choose another (operation|resource) or another API\.$/,
			);
	},
);

it('asks for the credential of the chosen API only', () => {
	for (const { name, credential } of providers) {
		const asked = description.credentials?.filter((one) =>
			NodeHelpers.displayParameter({ authentication: name }, one, null, null),
		);
		expect(asked?.map((one) => one.name)).toEqual([credential]);
	}
});

it('has few prompts, as n8n evaluates the expression of each twice an item', () => {
	expect(named(description.properties, 'prompt').length).toBeLessThanOrEqual(3);
});

it.each(cases)('shows nothing twice: %s %s %s', (api, operation, id) => {
	for (const [, list] of places(displayedFor(api, operation, id))) {
		const names = list.map(({ name }) => name);
		expect(names).toEqual([...new Set(names)]);
	}
});

describe.each(operations)('Of %s in %s, whatever the operation,', (_, operation, api) => {
	const everyModel = api.models.map(({ id }) => [id] as const);
	it.each(everyModel)('%s shows nothing twice, and keeps its prompt', (id) => {
		const shown = displayedFor(api.name, operation, id);
		for (const [, list] of places(shown)) {
			const names = list.map(({ name }) => name);
			expect(names).toEqual([...new Set(names)]);
		}
		const model = api.models.find((one) => one.id === id)!;
		if (modelsFor(api, operation).some((one) => one.id === id)) return;
		const own = displayedFor(api.name, model.operations[0], id).fields;
		const any = displayedFor(api.name, operation, 'an/unlisted-model').fields;
		if (named(own, 'prompt').length === 0) return;
		expect(named(shown.fields, 'prompt').length).toBe(named(any, 'prompt').length);
	});
});

/** The editor loads all of it. What a new operation or API adds honestly may raise the limits; what is there twice may not. */
it('is small: what looks alike is one property over all operations of an API', () => {
	const collections = description.properties.filter(({ type }) => type === 'collection');
	const entries = collections.flatMap(({ options = [] }) => options);
	expect(description.properties.length).toBeLessThanOrEqual(160);
	expect(entries.length).toBeLessThanOrEqual(220);
	expect(JSON.stringify(description).length).toBeLessThanOrEqual(195_000);
});

it.each(cases)('has a default that the field itself takes: %s %s %s', (api, operation, id) => {
	for (const [, list] of places(displayedFor(api, operation, id))) {
		for (const property of list.filter(({ type }) => type === 'options')) {
			expect({ [property.name]: values(property) }).toEqual({
				[property.name]: expect.arrayContaining([property.default]) as unknown,
			});
		}
	}
});

it.each(operations)('offers the models of %s in %s, the first one chosen', (_, operation, api) => {
	const [model] = named(displayedFor(api.name, operation, '').fields, 'model');
	const [first] = modelsFor(api, operation);
	const { value, cachedResultName } = model.default as { value: string; cachedResultName?: string };
	// A server says itself which models it has; the notice below tells to choose one.
	if (api.serverModels !== undefined) expect(value).toBe('flux-2-pro');
	else expect([api.modelId?.(value) ?? value, cachedResultName]).toEqual([first.id, listName(first)]);
	expect(model.modes?.map(({ name }) => name)).toEqual(['list', 'id']);
});

it('sends nothing by itself, but lets the job engine do it, whatever is chosen', () => {
	const running = description.properties.filter(({ routing }) => routing !== undefined);
	expect(running.map(({ name, displayOptions }) => ({ name, displayOptions }))).toEqual([
		{ name: 'resource' },
	]);
	expect(running[0].routing?.send?.paginate).toBe(true);
	expect(running[0].routing?.operations?.pagination).toBeInstanceOf(Function);
});

it.each(operations)('has an action for %s in %s', (_, operation, api) => {
	expect(offered(api.name).find(({ value }) => value === operation)?.action).toMatch(/^[A-Z]/);
});

it.each(cases)(
	'lists options in the order of the interface, the rare ones last: %s %s %s',
	(api, operation, id) => {
		const names = displayedFor(api, operation, id).options.map(({ name }) => name);
		const order = Object.keys(parameters).filter((name) => names.includes(name));
		expect(names).toEqual(order);
		expect(names.at(-1)).toBe('additionalBody');
	},
);

describe('A model that is in no list', () => {
	const names = (list: INodeProperties[]) => list.map(({ name }) => name).sort();
	// Services of OpenAI's style share no more than OpenAI's own fields.
	const alike = operations.filter(([name]) => name !== 'openAiCompatible');
	it.each(alike)('has every field that a listed one of %s has in %s', (_, operation, api) => {
		const unlisted = displayedFor(api.name, operation, 'an/unlisted-model');
		for (const { id } of modelsFor(api, operation)) {
			const listed = displayedFor(api.name, operation, id);
			expect(names(unlisted.fields)).toEqual(expect.arrayContaining(names(listed.fields)));
			expect(names(unlisted.options)).toEqual(expect.arrayContaining(names(listed.options)));
			expect(names(unlisted.settings)).toEqual(expect.arrayContaining(names(listed.settings)));
		}
	});
});

describe('Fields of Black Forest Labs', () => {
	const field = (operation: string, id: string, name: string) => {
		const { fields, options } = displayedFor('blackForestLabs', operation, id);
		return named([...fields, ...options], name)[0];
	};

	it('take a prompt that is needed only where nothing stands in for it', () => {
		expect(field('generate', 'flux-2-pro', 'prompt')).toMatchObject({
			required: true,
			typeOptions: { rows: 4 },
		});
		expect(field('generate', 'flux-pro-1.1', 'prompt').required).toBeUndefined();
	});

	it('take images to edit as a list that is needed in Edit', () => {
		expect(field('edit', 'flux-2-pro', 'referenceImages')).toMatchObject({
			type: 'string',
			required: true,
			default: ['data'],
			typeOptions: { multipleValues: true },
		});
		expect(field('generate', 'flux-2-pro', 'referenceImages')).toBeUndefined();
	});

	it('are empty unless set, and tell what the model does then', () => {
		expect(field('generate', 'flux-pro-1.1', 'width')).toMatchObject({
			type: 'number',
			default: '',
			placeholder: '1024',
			description: "Width in pixels. Leave empty for the model's default. 256 to 1440, in steps of 32.",
			typeOptions: { minValue: 256, maxValue: 1440, numberPrecision: 0 },
		});
		expect(field('generate', 'flux-3-image', 'resolution')).toMatchObject({
			type: 'options',
			default: '',
			options: [
				{ name: 'Default (1k)', value: '' },
				{ name: '768sq', value: '768sq' },
				{ name: '1k', value: '1k' },
				{ name: '1.5k', value: '1.5k' },
				{ name: '2k', value: '2k' },
				{ name: '4k', value: '4k' },
			],
		});
	});

	it('that a model needs are not said to have a default', () => {
		const width = field('expand', 'flux-tools/outpainting-v1', 'width');
		expect(width.description).toBe('Width in pixels. 64 or more.');
		expect(width.placeholder).toBeUndefined();
	});

	it('start from the default of the model where they are added', () => {
		expect(field('generate', 'flux-2-pro', 'outputFormat').default).toBe('jpeg');
		expect(field('generate', 'flux-kontext-pro', 'outputFormat').default).toBe('png');
		expect(field('generate', 'flux-2-flex', 'guidance').default).toBe(5);
		expect(field('generate', 'flux-2-flex', 'promptUpsampling').default).toBe(true);
		expect(field('generate', 'flux-kontext-pro', 'promptUpsampling').default).toBe(false);
	});

	it('hide the webhook secret', () => {
		const { settings } = displayedFor('blackForestLabs', 'generate', 'flux-2-pro');
		expect(named(settings, 'webhookSecret')[0].typeOptions).toEqual({ password: true });
	});
});

it.each(operations.filter(([, operation]) => operation === ('fill' as string)))(
	'starts at %s in %s with the model that the other APIs start with',
	(_, operation, api) => {
		expect(modelsFor(api, operation)[0].label).toBe('FLUX.1 Fill [pro]');
	},
);

it('says of a size at fal which ratios it takes beside pixels', () => {
	const { fields } = displayedFor('fal', 'generate', 'fal-ai/flux-2-pro');
	expect(named(fields, 'size')[0].description).toContain('1:1, 4:3, 3:4, 16:9 or 9:16');
});

it('takes as a number at every API what is one at some, so that its value fits when another API is chosen', () => {
	const kinds = new Map<string, Set<string>>();
	for (const { name, type, options } of description.properties) {
		const all = type === 'collection' ? (options as INodeProperties[]) : [{ name, type }];
		for (const one of all) kinds.set(one.name, (kinds.get(one.name) ?? new Set()).add(one.type));
	}
	const numbers = [...kinds].filter(([, types]) => types.has('number'));
	expect(numbers.length).toBeGreaterThan(5);
	expect(numbers.filter(([, types]) => types.has('options'))).toEqual([]);
});

it('calls the default of a choice by the name that the list has for it', () => {
	const { fields } = displayedFor('replicate', 'edit', 'black-forest-labs/flux-kontext-dev');
	const names = (named(fields, 'aspectRatio')[0].options as INodePropertyOptions[]).map(({ name }) => name);
	expect(names[0]).toBe('Default (Same as Input Image)');
	expect(names).toContain('Same as Input Image');
});

describe('A job', () => {
	it.each(providers)(
		'of $name is asked for by its id, with settings and nothing of images',
		({ name, jobs }) => {
			if (jobs === undefined) return;
			const shown = displayed({ authentication: name, resource: 'job', operation: 'get' });
			const pollingUrl = jobs?.hasPollingUrl === true ? ['pollingUrl'] : [];
			expect(shown.fields.map((one) => one.name)).toEqual([
				'authentication',
				'resource',
				'operation',
				'jobId',
				...pollingUrl,
				'waitForCompletion',
				'settings',
			]);
			expect(shown.settings.map((one) => one.name).sort()).toEqual([
				'binaryPropertyName',
				'fileName',
				'maxConcurrency',
				'timeout',
			]);
		},
	);
});

it('leaves nothing of what n8n fills in to chance: the defaults survive n8n itself', () => {
	const start: INodeParameters = {
		authentication: 'blackForestLabs',
		resource: 'image',
		operation: 'generate',
	};
	const filled = NodeHelpers.getNodeParameters(description.properties, start, true, false, null, description);
	expect(filled).toMatchObject({
		...start,
		model: { mode: 'list', value: 'flux-2-pro' },
		prompt: '',
		waitForCompletion: true,
		options: {},
		settings: {},
	});
});
