import { blackForestLabs } from '../../nodes/Flux/providers/blackForestLabs/index.ts';

const order = (id: string, body = {}) =>
	blackForestLabs.submit({
		model: blackForestLabs.unlistedModel(id, 'generate'),
		operation: 'generate',
		body,
		envelope: {},
		service: undefined,
		remainingSeconds: 60,
		idempotencyKey: 'key',
	});

it.each([
	['flux-2-pro', '/v1/flux-2-pro'],
	['flux-tools/vto-v2', '/v1/flux-tools/vto-v2'],
	['flux?a=b#c', '/v1/flux%3Fa%3Db%23c'],
	['a b%2f..', '/v1/a%20b%252f..'],
	['a\\..\\b', '/v1/a%5C..%5Cb'],
])('sends the submit of model %j to %s', (id, url) => {
	expect(order(id, { prompt: 'a cat' })).toEqual({ method: 'POST', url, body: { prompt: 'a cat' } });
});

it('asks for a job by the polling URL, whatever cluster it names', () => {
	const pollingUrl = 'https://api.us1.bfl.ai/v1/get_result?id=abc';
	expect(blackForestLabs.jobs?.poll({ id: 'abc', pollingUrl })).toEqual({
		method: 'GET',
		url: pollingUrl,
	});
});

it.each([
	['abc', '/v1/get_result?id=abc'],
	['a&b=c#d', '/v1/get_result?id=a%26b%3Dc%23d'],
	['../../v1/credits', '/v1/get_result?id=..%2F..%2Fv1%2Fcredits'],
])('asks for the job %j by its id where there is no polling URL', (id, url) => {
	expect(blackForestLabs.jobs?.poll({ id })).toEqual({ method: 'GET', url });
});
