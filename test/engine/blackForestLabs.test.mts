import type { INodeParameters } from 'n8n-workflow';

import type { ImageOperation } from '../../nodes/Flux/apis/api.ts';
import { models } from '../../nodes/Flux/apis/blackForestLabs/models.ts';
import { offeredBy, type Offered } from '../../nodes/Flux/parameters/offered.ts';
import { parameterOf, type ParameterName } from '../../nodes/Flux/parameters/parameters.ts';
import { drawImage } from '../sandbox/images.mts';
import { errorText, model, runFlux, useSandbox } from './flux.mts';

const at = useSandbox();
let picture: string;

beforeAll(async () => {
	const drawn = await drawImage({
		prompt: 'a fox',
		model: 'test',
		seed: 1,
		width: 64,
		height: 64,
		format: 'png',
	});
	picture = Buffer.from(drawn).toString('base64');
});

const images: ParameterName[] = ['image', 'mask', 'imagePrompt', 'person', 'garment'];
const texts: Partial<Record<ParameterName, string>> = {
	prompt: 'A fox',
	aspectRatio: '1:1',
	finetuneId: 'my-brand',
	user: 'somebody',
};
const pixels: Partial<Record<ParameterName, number>> = { width: 512, height: 512, numberOfImages: 1 };

/** A value that the model takes: the largest number, the last choice. */
function valueFor({ parameter, schema }: Offered): INodeParameters[string] {
	if (parameter === 'referenceImages') return [picture, picture];
	if (images.includes(parameter)) return picture;
	if (schema.enum !== undefined) return schema.enum[schema.enum.length - 1];
	if (schema.type === 'boolean') return !schema.default;
	if (schema.type === 'integer' || schema.type === 'number') {
		return pixels[parameter] ?? Math.min(schema.maximum ?? 7, 100);
	}
	return texts[parameter] ?? '';
}

/** Webhooks make the node not wait; they have tests of their own. */
const webhooks: ParameterName[] = ['webhookUrl', 'webhookSecret'];

function request(
	id: string,
	operation: ImageOperation,
	wanted: (offered: Offered) => boolean,
): INodeParameters {
	const chosen = models.find((one) => one.id === id)!;
	const options: INodeParameters = {};
	const fields: INodeParameters = { prompt: '' };
	for (const offered of offeredBy(chosen, operation)) {
		if (webhooks.includes(offered.parameter) || !wanted(offered)) continue;
		const place = parameterOf(offered.parameter).place === 'field' ? fields : options;
		place[offered.parameter] = valueFor(offered);
	}
	return { operation, model: model(id), ...fields, options };
}

const cases = models.flatMap(({ id, operations }) => operations.map((operation) => [id, operation] as const));

describe.each(cases)('%s, %s', (id, operation) => {
	it.each([
		['the least', ({ required, parameter }: Offered) => required || parameter === 'prompt'],
		['all', () => true],
	])('takes a request with %s that it can be told', async (_, wanted) => {
		const run = await runFlux(at.sandbox, request(id, operation, wanted));
		expect(run.error === undefined ? '' : errorText(run)).toBe('');
		expect(run.items).toHaveLength(1);
		expect(at.sandbox.jobs).toHaveLength(1);
		expect(at.sandbox.jobs[0].ignoredFields).toEqual([]);
		expect(at.sandbox.requests.filter(({ status }) => Number(status) >= 400)).toEqual([]);
	});
});
