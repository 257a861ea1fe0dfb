import type { ImageOperation, Model, Provider } from '../../nodes/Flux/provider.ts';
import { buildRequest } from '../../nodes/Flux/engine/buildRequest.ts';
import type { Values } from '../../nodes/Flux/engine/readParameters.ts';
import { fieldsOf } from '../../nodes/Flux/catalogue/modelFields.ts';
import { modelParameters, type ModelParameter } from '../../nodes/Flux/catalogue/modelParameters.ts';
import { apiframe } from '../../nodes/Flux/providers/apiframe/index.ts';
import { blackForestLabs } from '../../nodes/Flux/providers/blackForestLabs/index.ts';
import { fal } from '../../nodes/Flux/providers/fal/index.ts';
import { replicate } from '../../nodes/Flux/providers/replicate/index.ts';
import { documentOf, type Document } from '../sandbox/documents/documents.mts';
import { judgeModel, judgeRequest } from '../sandbox/documents/judge.mts';
import type { Exchange } from '../sandbox/exchange.mts';
import { valuesOf } from './values.mts';

const documented: Array<[Provider, Document]> = [
	[blackForestLabs, documentOf('bfl')],
	[replicate, documentOf('replicate')],
	[apiframe, documentOf('apiframe')],
	[fal, documentOf('fal')],
];
const cases = documented.flatMap(([api, document]) =>
	api.models.flatMap((model) =>
		model.operations.map((operation) => [api.name, model.id, operation, { api, document, model }] as const),
	),
);

interface Case {
	api: Provider;
	document: Document;
	model: Model;
}

/** What the document does not take of the request that the node makes of these values. */
async function judged({ api, document, model }: Case, operation: ImageOperation, values: Values) {
	const image = async (_: unknown, form: string) =>
		form === 'base64' ? 'AAAA' : 'https://example.com/a.png';
	const { body, envelope } = await buildRequest(model, operation, values, image);
	const sent = api.submit({
		...{ model, operation, body, envelope, service: undefined, remainingSeconds: 60, idempotencyKey: 'key' },
	});
	const json = JSON.parse(JSON.stringify(sent.body)) as unknown;
	const given = Object.entries(sent.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
	const headers = { 'content-type': 'application/json', ...Object.fromEntries(given) };
	const url = new URL(`http://localhost${sent.url}`);
	const exchange = { request: { method: sent.method, headers }, url, record: { body: json } };
	const ids = api.name === 'replicate' ? model.id : undefined;
	return [
		...judgeRequest(document, exchange as unknown as Exchange, url.pathname),
		...judgeModel(document, ids, json),
	].map(({ path, message }) => `${path.join('.')}: ${message}`);
}

/** Some parameters of fal mean nothing alone. */
const withPartner = (api: Provider, name: string, value: unknown): Values => ({
	...{ [name]: value },
	...(api === fal && /^(width|height)$/.test(name) ? { width: value, height: value } : {}),
	...(api === fal && name === 'loraStrength' ? { loraId: 'acme/lora' } : {}),
});

it.each(cases)('The document of %s takes all that %s sends in %s', async (_, __, operation, one) => {
	const offered = modelParameters(one.model, operation);
	// The provider makes one image a job, so the node sends no number of them.
	let own = offered.filter(
		({ parameter }) =>
			parameter !== 'numberOfImages' ||
			fieldsOf(one.model.body).some((field) => field.parameter === parameter),
	);
	const needed = own.filter(({ parameter, required }) => required || parameter === 'prompt');
	const of = (some: ModelParameter[], which: 0 | -1) =>
		Object.fromEntries(some.map((each) => [each.parameter, valuesOf(one.model, each).at(which)])) as Values;
	// Expand needs a side to add something at, also while the other one is tried with nothing.
	const sides = own.filter(({ parameter }) => /^(left|right)$/.test(parameter));
	const least = { ...of(needed, 0), ...of(sides, -1) };
	expect(await judged(one, operation, least)).toEqual([]);
	for (const each of own) {
		for (const value of valuesOf(one.model, each)) {
			const problems = await judged(one, operation, {
				...least,
				...withPartner(one.api, each.parameter, value),
			});
			expect([each.parameter, value, problems]).toEqual([each.parameter, value, []]);
		}
	}
	// A size beside width and height is refused.
	if (own.some(({ parameter }) => parameter === 'width'))
		own = own.filter(({ parameter }) => parameter !== 'size');
	// All at once: only so much fits into one image, and pixels need the ratio that leaves room for them.
	const most = {
		...of(own, -1),
		...of(
			own.filter(({ parameter }) => /^(width|height)$/.test(parameter)),
			0,
		),
	};
	const ratio = own.find(({ parameter }) => parameter === 'aspectRatio')?.enum?.includes('custom');
	expect(await judged(one, operation, { ...most, ...(ratio && { aspectRatio: 'custom' }) })).toEqual([]);
});
