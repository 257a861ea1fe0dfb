import { jest } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';

import { apis } from '../../nodes/Flux/apis/index.ts';
import type { ApiName, ImageOperation, Model } from '../../nodes/Flux/apis/api.ts';
import { offeredBy, type Offered } from '../../nodes/Flux/parameters/offered.ts';
import { parameterOf, type ParameterName } from '../../nodes/Flux/parameters/parameters.ts';
import { wireFields } from '../../nodes/Flux/parameters/wire.ts';
import { picture } from '../unit/images.mts';
import { errorText, expectPicture, model, requestsFor, useSandbox } from './flux.mts';
import { runWorkflow } from './harness.mts';
import { atServer } from './openAiServer.mts';
import { styles, workflowOf } from './styles.mts';

const at = useSandbox(0);
let photo: string;

beforeAll(async () => {
	photo = (await picture('png', 64, 64)).toString('base64');
});
afterEach(() => jest.restoreAllMocks());

const texts: Partial<Record<ParameterName, string>> = {
	prompt: 'A fox',
	aspectRatio: '1:1',
	resolution: '1MP',
	megapixels: '0.5',
	finetuneId: 'my-brand',
	loraId: '0f8fad5b-d9cb-469f-a165-70867728950e',
	size: '512x512',
	user: 'somebody',
};
const pixels: Partial<Record<ParameterName, number>> = { width: 512, height: 512 };
/** They make the node not wait, and have tests of their own. */
const webhooks: ParameterName[] = ['webhookUrl', 'webhookSecret'];

/** A value that the model takes: the largest number, the last choice, as many images as there can be. */
function valueOf({ parameter, schema }: Offered, one: Model): INodeParameters[string] {
	const { image } = schema as { image?: string };
	if (parameterOf(parameter).list === true) {
		const fields = wireFields(one.body).filter((field) => field.parameter === parameter);
		const places = fields.filter(({ position }) => position !== undefined).length;
		return Array<string>(places || (schema.maxItems ?? 2)).fill('data');
	}
	if (image !== undefined) return image === 'url' ? 'https://example.com/a.png' : 'data';
	// Pixels are for the aspect ratio `custom`.
	if (schema.enum?.includes('custom')) return 'custom';
	if (parameter === 'numberOfImages') return 2;
	if (schema.enum !== undefined) return schema.enum[schema.enum.length - 1];
	if (schema.type === 'boolean') return !schema.default;
	if (schema.type === 'integer' || schema.type === 'number')
		return pixels[parameter] ?? Math.min(schema.maximum ?? 7, 100);
	return texts[parameter] ?? '';
}

function parametersFor(one: Model, operation: ImageOperation, wanted: Offered[]): INodeParameters {
	const options: INodeParameters = {};
	const fields: INodeParameters = { prompt: '' };
	for (const offered of wanted) {
		const place = parameterOf(offered.parameter).place === 'field' ? fields : options;
		place[offered.parameter] = valueOf(offered, one);
	}
	return { operation, model: model(one.id), ...fields, options };
}

/** All names in a body, those of its blocks, too; files of a form by their plain names. */
const namesIn = (body: unknown): string[] =>
	Object.entries(body as object).flatMap(([name, value]) => [
		name.replace('[]', ''),
		...(typeof value === 'object' && value !== null && !Array.isArray(value) ? namesIn(value) : []),
	]);

const cases = apis.flatMap(({ name, models }) =>
	models.flatMap((one) => one.operations.map((operation) => [name, one.id, operation, one] as const)),
);
const figures = { models: new Set<string>(), operations: 0, requests: 0, fields: 0, refused: 0, ignored: 0 };

function workflow(api: ApiName, { service }: Model, parameters: INodeParameters) {
	const items = [{ json: {}, binary: { data: { data: photo, mimeType: 'image/png' } } }];
	return service === undefined
		? workflowOf(styles[api], at.sandbox, parameters, { items })
		: atServer(at.sandbox, service, parameters, { items });
}

describe.each(cases)('At %s %s takes in %s', (api, id, operation, one) => {
	const offered = offeredBy(one, operation).filter(({ parameter }) => !webhooks.includes(parameter));
	const least = offered.filter(({ required, parameter }) => required || parameter === 'prompt');
	it.each([
		['the least', least],
		['all', offered],
	])('%s that it can be told', async (_, wanted) => {
		const done = await runWorkflow(workflow(api, one, parametersFor(one, operation, wanted))).result;

		expect(done.error === undefined ? '' : errorText(done)).toBe('');
		const submits = requestsFor(at.sandbox, 'submit');
		const refused = at.sandbox.requests.filter(({ status }) => Number(status) >= 400);
		const ignored = at.sandbox.jobs.flatMap(({ ignoredFields }) => ignoredFields);
		figures.models.add(`${api}/${id}`);
		figures.requests += submits.length;
		figures.refused += refused.length;
		figures.ignored += ignored.length;
		expect([refused, ignored]).toEqual([[], []]);

		const pictures = at.sandbox.jobs.flatMap((job) => job.pictures);
		expect(pictures).toHaveLength(wanted === offered ? 2 : 1);
		expect(done.items).toHaveLength(pictures.length);
		await expectPicture(done, pictures.length - 1);
		const sent = namesIn(submits[0].body);
		for (const { parameter } of wanted) {
			const names = wireFields(one.body).filter((field) => field.parameter === parameter);
			// Where a model makes one image a job, the number is not on the wire.
			if (names.length > 0) expect(sent).toEqual(expect.arrayContaining([names[0].name]));
		}
		figures.fields += wanted.length;
	});
	afterAll(() => void figures.operations++);
});

it('leaves no model and no operation out', () => {
	const { models, ...numbers } = figures;
	expect([models.size, numbers]).toEqual([
		63,
		{ ...numbers, operations: cases.length, refused: 0, ignored: 0 },
	]);
	expect(numbers.requests).toBeGreaterThanOrEqual(2 * cases.length);
	process.stdout.write(
		`${models.size} models, ${numbers.operations} operations, ${numbers.requests} requests with ${numbers.fields} values: ${numbers.refused} refused, ${numbers.ignored} ignored fields\n`,
	);
});
