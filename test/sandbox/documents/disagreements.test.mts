import { ask } from '../client.mts';
import type { Answer } from '../exchange.mts';
import { loadFacts } from '../facts.mts';
import { startSandbox } from '../sandbox.mts';
import { bodySchema } from '../schema.mts';
import { differences, plain } from './compare.mts';
import { disagreements, undocumented } from './disagreements.mts';
import { Document, type Api } from './documents.mts';
import { judgeAnswer } from './judge.mts';

const apis = ['bfl', 'replicate', 'apiframe'] as const;
const facts = Object.fromEntries(apis.map((api) => [api, loadFacts(api).models]));

/** What a document says of its models that the facts say otherwise. */
const againstFacts = (document: Document) =>
	Object.entries(facts[document.api] ?? {}).flatMap(([id, model]) => {
		const schema = plain(document.at(document.modelPointer(id)!), (pointer) => document.at(pointer));
		return differences(
			schema,
			plain(bodySchema(model), () => ({})),
		).map(
			({ field, rule, one, other }) =>
				`${id} ${field} ${rule}: ${JSON.stringify(one)}, facts: ${JSON.stringify(other)}`,
		);
	});

interface Sample {
	api: Api;
	path: string;
	method: 'GET' | 'POST';
	answer: Answer;
}

/** One answer of the sandbox to each kind of request that succeeds, and some that do not. */
async function sampleAnswers(): Promise<Sample[]> {
	const sandbox = await startSandbox({ secondsPerImage: 0, isAskedWrong: true });
	const bases: Record<Api, string> = {
		...{ bfl: '', replicate: '/replicate/v1', apiframe: '/apiframe', fal: '/fal', together: '/together/v1' },
	};
	const headers = { 'x-key': sandbox.key, 'x-api-key': sandbox.key, authorization: `Bearer ${sandbox.key}` };
	const samples: Sample[] = [];
	const sample = async (api: Api, path: string, body?: unknown) => {
		const method = body === undefined ? 'GET' : 'POST';
		const answer = await ask(`${sandbox.url}${bases[api]}${path}`, { method, headers, body });
		const { status, json } = answer;
		samples.push({ api, method, path: path.split('?')[0], answer: { status, json } });
		return answer.json;
	};
	const prompt = 'A red fox';
	const file = new Blob([Buffer.from(pixel, 'base64')], { type: 'image/gif' });
	const form = (name: string) => {
		const data = new FormData();
		data.append(name, file, 'pixel.gif');
		return data;
	};
	await sample('bfl', '/v1/flux-2-pro', { prompt, webhook_url: 'https://example.com/hook' });
	await sample('bfl', '/v1/flux-2-pro', {});
	const { id } = await sample('bfl', '/v1/flux-2-pro', { prompt });
	await sample('bfl', `/v1/get_result?id=${id}`);
	await sample('bfl', '/v1/credits');
	await sample('bfl', '/v1/my_finetunes');
	const model = '/models/black-forest-labs/flux-2-pro';
	const made = await sample('replicate', `${model}/predictions`, { input: { prompt } });
	await sample('replicate', `/predictions/${made.id}`);
	await sample('replicate', '/predictions');
	await sample('replicate', model);
	await sample('replicate', '/account');
	await sample('replicate', '/files', form('content'));
	await sample('replicate', '/webhooks/default/secret');
	const { jobId } = await sample('apiframe', '/v2/images/generate', { model: 'flux-2-pro', prompt });
	await sample('apiframe', `/v2/jobs/${jobId}`);
	await sample('apiframe', '/v2/me');
	await sample('apiframe', '/v2/models');
	await sample('apiframe', '/v2/uploads', form('file'));
	const together = { model: 'black-forest-labs/FLUX.2-dev', prompt };
	for (const response_format of ['url', 'base64'])
		await sample('together', '/images/generations', { ...together, response_format });
	await sample('together', '/models');
	await sandbox.close();
	return samples;
}

const pixel = 'R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==';
const samples = await sampleAnswers();

/** All that a document says of the facts, of the sandbox's answers and of what may be held. */
function judgement(document: Document) {
	const answers = samples
		.filter(({ api }) => api === document.api)
		.flatMap(({ method, path, answer }) => judgeAnswer(document, method, path, answer))
		.map(({ path, message }) => `${path.join('.')}: ${message}`);
	const asked = samples.filter(({ api }) => api === document.api);
	const unknown = asked.filter(({ method, path }) => !document.find(method, path)).map(({ path }) => path);
	const holds = document.api === 'replicate' && {
		61: document.check('/components/parameters/parameters_prefer_header/schema', 'wait=61').length,
	};
	const body = '/paths/~1images~1generations/post/requestBody/content/application~1json/schema';
	const takes =
		document.api === 'together' &&
		[
			{ n: 0 },
			{ n: 5 },
			{ steps: 0 },
			{ steps: 51 },
			{ width: 12 },
			{ height: 12 },
			{ aspect_ratio: '1:1' },
		].map((one) => document.check(body, { model: 'm', prompt: 'x', ...one }).length);
	return { models: againstFacts(document), answers, unknown, holds, takes };
}

const documented = ['bfl', 'replicate', 'apiframe', 'together'] as const;
const judgements = Object.fromEntries(documented.map((api) => [api, judgement(new Document(api))]));

it.each(documented)(
	'With the table %s says what the facts say, and has all that the sandbox answers',
	(api) => {
		const { models, answers, unknown } = judgements[api];
		expect([models, answers, unknown]).toEqual([[], [], []]);
	},
);

it.each(disagreements.map((row) => [`${row.of.join(', ')}: ${row.fields ?? ''} ${row.rule}`, row] as const))(
	'Without its row the document judges otherwise: %s',
	(_, row) => {
		const without = new Document(
			row.api,
			disagreements.filter((one) => one !== row),
		);
		expect(judgement(without)).not.toEqual(judgements[row.api]);
	},
);

it('names in `undocumented` the models that have no document, and no others', () => {
	const lacking = apis.flatMap((api) => {
		const own = new Document(api, disagreements, false);
		return Object.keys(facts[api]).filter((id) => own.modelPointer(id) === undefined);
	});
	expect(Object.keys(undocumented).sort()).toEqual(lacking.sort());
});
