import { jest } from '@jest/globals';
import type { INodeParameters, NodeParameterValueType } from 'n8n-workflow';

import type { ImageOperation, Model } from '../../nodes/Flux/provider.ts';
import type { ProviderName } from '../../nodes/Flux/providers/names.ts';
import { modelParameters, type ModelParameter } from '../../nodes/Flux/catalogue/modelParameters.ts';
import { parameterOf } from '../../nodes/Flux/catalogue/parameters.ts';
import { inInterfaceWords, fieldsOf } from '../../nodes/Flux/catalogue/modelFields.ts';
import { apiNamed, apis } from '../contract/apis.mts';
import { namedFields } from '../contract/wireNames.mts';
import { imageOf } from '../support/images.mts';
import {
	errorText,
	expectImage,
	hurry,
	imageKeys,
	model,
	requestsFor,
	useSandbox,
} from '../support/flux.mts';
import { runWorkflow } from '../support/harness.mts';
import { atServer } from '../support/openAiServer.mts';
import { styles, workflowOf } from '../support/styles.mts';

hurry(0.25);
const at = useSandbox(0);
const photo = (await imageOf('png', 64, 48)).toString('base64');
const items = [{ json: {}, binary: { data: { data: photo, mimeType: 'image/png' } } }];

const all = apis.flatMap(({ provider: { name, models } }) =>
	models.map((one) => [name as ProviderName, one] as const),
);
const cases = all.flatMap(([api, one]) =>
	one.operations.map((operation) => [api, one.id, operation, one] as const),
);

/** Webhooks make some APIs not wait; they have tests of their own. */
const webhooks = ['webhookUrl', 'webhookSecret'];
/** What an image is made of, which a generation does without. */
const inputs = ['referenceImages', 'image'];

const texts: Record<string, string> = {
	prompt: 'A fox',
	aspectRatio: '16:9',
	resolution: '1MP',
	megapixels: '0.5',
	outputFormat: 'jpeg',
};
const numbers: Record<string, number> = { width: 512, height: 512, numberOfImages: 2 };

/** The most images that a list parameter takes: one for each of its wire fields, or as many as its one field holds. */
function maxOf(one: Model, { parameter, maxItems = 1 }: ModelParameter): number {
	const places = fieldsOf(one.body).filter((field) => field.parameter === parameter).length;
	return places > 1 ? places : maxItems;
}

/** A value that a parameter of a model takes: the last choice, the largest number, the other boolean. */
function valueOf(schema: ModelParameter, images: number): NodeParameterValueType {
	const { parameter, image } = schema;
	if (parameterOf(parameter).list === true) return Array.from({ length: images }, () => 'data');
	if (image !== undefined) return image === 'url' ? 'https://example.com/a.png' : 'data';
	if (schema.enum !== undefined) {
		// Pixels count only with the aspect ratio `custom`.
		const choice = schema.enum.includes('custom') ? 'custom' : schema.enum[schema.enum.length - 1];
		return inInterfaceWords(choice, schema);
	}
	// A ratio for which there is a name.
	if (schema.side === 'ratio') return '16:9';
	if (parameter === 'loraStrength' && schema.type === 'array') return '0.5';
	if (schema.type === 'boolean') return schema.default !== true;
	if (schema.type === 'integer' || schema.type === 'number')
		return numbers[parameter] ?? Math.min(schema.maximum ?? 7, 1000);
	// One is an id, the other a name.
	if (parameter === 'loraId')
		return schema.format === undefined ? 'acme/lora' : '0f8fad5b-d9cb-469f-a165-70867728950e';
	return texts[parameter] ?? 'some text';
}

/** The parts of a size or a LoRA, each by a name of its own. */
const partsOf = (name: string, value: unknown): string[] =>
	/^(image_size|loras)$/.test(name) && typeof value === 'object'
		? Object.keys([value].flat()[0] as object).map((part) => `${name}.${part}`)
		: [name];

/** Names of what was sent: block and envelope alike, several files of one name once. */
const sentNames = (body: object) =>
	[
		...new Set(
			Object.entries(body).flatMap(([name, value]) =>
				/^input$|Params$/.test(name) ? Object.keys(value as object) : partsOf(name.replace('[]', ''), value),
			),
		),
	].sort();

/** What the document names for these parameters, the first fields of a list if fewer images are given. */
function documented(
	api: ProviderName,
	id: string,
	operation: ImageOperation,
	wanted: string[],
	images: number,
) {
	const named = namedFields(api, id, operation).filter(({ parameter }) => wanted.includes(parameter));
	const places = named.filter(({ parameter }) => parameter === 'referenceImages').slice(images);
	const names = named.filter((field) => !places.includes(field)).map(({ name }) => name);
	return [...new Set([...names, ...(apiNamed(api).filled?.(operation) ?? [])])];
}

const sums = { models: new Set<string>(), requests: 0, refused: 0, ignored: 0, violations: 0 };

async function make(api: ProviderName, one: Model, operation: ImageOperation, wanted: ModelParameter[]) {
	const place = (name: string) =>
		Object.fromEntries(
			wanted
				.filter(({ parameter }) => parameterOf(parameter).place === name)
				.map((each) => [each.parameter, valueOf(each, maxOf(one, each))]),
		) as INodeParameters;
	const parameters = {
		...{ operation, model: model(one.id), prompt: '', ...place('field') },
		options: place('options'),
	};
	const done = await runWorkflow(
		one.service === undefined
			? workflowOf(styles[api], at.sandbox, parameters, { items })
			: atServer(at.sandbox, one.service, parameters, { items }),
	).result;
	const submits = requestsFor(at.sandbox, 'submit');
	sums.requests += submits.length;
	sums.refused += at.sandbox.requests.filter(({ status }) => !(Number(status) < 400)).length;
	sums.violations += at.sandbox.violations.length;
	sums.ignored += at.sandbox.jobs.flatMap(({ ignoredFields }) => ignoredFields).length;
	expect(done.error === undefined ? '' : errorText(done)).toBe('');
	expect(at.sandbox.jobs.flatMap(({ ignoredFields }) => ignoredFields)).toEqual([]);
	expect(submits.map(({ status }) => Number(status) < 300)).toEqual(submits.map(() => true));
	return { done, bodies: submits.map(({ body }) => sentNames(body as object)) };
}

afterEach(() => jest.restoreAllMocks());

describe.each(cases)('At %s, %s, %s', (api, id, operation, one) => {
	const offered = modelParameters(one, operation).filter(({ parameter }) => !webhooks.includes(parameter));
	const namesOf = (some: ModelParameter[]) => some.map(({ parameter }) => parameter as string);

	it('makes an image from what it needs, and sends no more', async () => {
		// Where an image prompt will do as well, neither is required; Expand needs one side to add something at.
		const hasChoice = offered.some(({ parameter }) => parameter === 'imagePrompt');
		const needed = offered.filter(
			({ parameter, required }) => required || parameter === 'right' || (parameter === 'prompt' && hasChoice),
		);
		const least = needed.map((each) => ({ ...each, maxItems: 1 }));
		const { done, bodies } = await make(api, one, operation, least);

		const images = needed.find(({ parameter }) => parameter === 'referenceImages');
		const names = documented(api, id, operation, namesOf(needed), images ? maxOf(one, images) : 0);
		const [body] = bodies;
		expect([bodies.length, body]).toEqual([1, names.sort()]);
		const must = namedFields(api, id, operation).filter(({ required }) => required);
		expect(body).toEqual(expect.arrayContaining(must.map(({ name }) => name)));
		await expectImage(done);
		const [{ json }] = done.items;
		const { cost, hasJobs, lifetimeSeconds } = styles[api];
		expect(Object.keys(json).sort()).toEqual(imageKeys);
		expect(json).toMatchObject({
			...{ api, model: id, cost: cost && { amount: expect.any(Number), ...cost } },
			jobId: hasJobs ? at.sandbox.jobs[0].id : null,
		});
		const seconds = one.imageLifetimeSeconds ?? lifetimeSeconds;
		if (seconds === undefined) expect(json.expiresAt).toBeNull();
		else {
			const left = (Date.parse(json.expiresAt as string) - Date.now()) / 1000;
			expect([left > seconds - 20, left <= seconds]).toEqual([true, true]);
		}
		sums.models.add(`${api}: ${apiNamed(api).documentedAs?.(one) ?? id}`);
	});

	it('takes all that can be set', async () => {
		// A size beside width and height is refused.
		const surplus = offered.filter(({ side }) => side === 'ratio').map(({ parameter }) => parameter);
		const { done, bodies } = await make(
			api,
			one,
			operation,
			offered.filter(({ parameter }) => !surplus.includes(parameter)),
		);

		const images = offered.find(({ parameter }) => parameter === 'referenceImages');
		const wanted = namedFields(api, id, operation)
			.map(({ parameter }) => parameter)
			.filter((name) => !surplus.some((one) => one === name))
			.filter((name) => !webhooks.includes(name) && (operation !== 'generate' || !inputs.includes(name)));
		const names = documented(api, id, operation, wanted, images ? maxOf(one, images) : 0).sort();
		const isNative = wanted.includes('numberOfImages');
		expect(bodies).toEqual(Array.from({ length: isNative ? 1 : 2 }, () => names));
		expect(done.items).toHaveLength(2);
		await expectImage(done, 1);
	});
});

it('has made an image with each model of the facts', () => {
	const { models, requests, refused, ignored, violations } = sums;
	process.stdout.write(
		`${models.size} models, ${cases.length} operations, ${requests} requests, ${refused} refused, ${ignored} ignored fields, ${violations} against the documents\n`,
	);
	const documents = apis.flatMap(({ provider, facts }) =>
		Object.keys(facts.models).map((id) => `${provider.name}: ${id}`),
	);
	expect([...models].sort()).toEqual(documents.sort());
	expect([models.size, refused, ignored, violations]).toEqual([documents.length, 0, 0, 0]);
});
