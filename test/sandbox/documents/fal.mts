import { loadFacts } from '../facts.mts';
import { bodySchema, type Schema } from '../schema.mts';

const object = (fields: Record<string, Schema>, required: string[] = Object.keys(fields)): Schema => ({
	...{ type: 'object', properties: fields, required },
});
const content = (schema: Schema): Schema => ({ content: { 'application/json': { schema } } });
/** A request or an answer in JSON. */
const json = (...about: Parameters<typeof object>): Schema => content(object(...about));
const text = { type: 'string' };
const link = { type: 'string', format: 'uri' };

const queued = {
	...{ request_id: text, status: { enum: ['IN_QUEUE'] }, queue_position: { type: 'integer' } },
	...{ response_url: link, status_url: link, cancel_url: link },
};
/** So a submit is confirmed whose result goes to a webhook. */
const called = { request_id: text, gateway_request_id: text };
const state = {
	...{ status: { enum: ['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'CANCELED'] }, request_id: text },
	...{ queue_position: { type: 'integer' }, logs: {}, metrics: { type: 'object' } },
	...{ response_url: link, status_url: link, cancel_url: link, error: text, error_type: text },
};
const image = {
	type: 'object',
	properties: {
		// Faults name URLs of any kind.
		...{ url: text, content_type: text, file_name: text, file_size: { type: 'integer' } },
		...{ width: { type: 'integer' }, height: { type: 'integer' } },
	},
	required: ['url'],
};
const made = {
	...{ images: { type: 'array', items: image }, seed: { type: 'integer' }, prompt: text },
	...{ has_nsfw_concepts: { type: 'array', items: { type: 'boolean' } }, timings: {} },
};
const parameter = (place: string, name: string, schema: Schema = text) => ({ name, in: place, schema });
const aboutJob = ['owner', 'app', 'id'].map((name) => ({ ...parameter('path', name), required: true }));

/** fal publishes one document for each of its endpoints; this one says of all what its client's types and pages say. */
export function falDocument(): Schema {
	const models = Object.entries(loadFacts('fal').models).map(([id, facts]) => [
		`/${id}`,
		{
			post: {
				parameters: [parameter('query', 'fal_webhook', link)],
				requestBody: { content: { 'application/json': { schema: bodySchema(facts) } } },
				responses: { 200: content({ anyOf: [object(queued), object(called)] }) },
			},
		},
	]);
	const job = '/{owner}/{app}/requests/{id}';
	const looked = json(state, ['status', 'request_id']);
	return {
		components: { schemas: {} },
		paths: {
			...Object.fromEntries(models),
			[`${job}/status`]: {
				get: {
					parameters: [...aboutJob, parameter('query', 'logs')],
					responses: { 200: looked, 202: looked },
				},
			},
			[job]: { get: { parameters: aboutJob, responses: { 200: json(made, ['images', 'seed']) } } },
			[`${job}/cancel`]: {
				put: { parameters: aboutJob, responses: { 202: json({ status: text }) } },
			},
			'/.well-known/jwks.json': {
				get: { responses: { 200: json({ keys: { type: 'array', items: { type: 'object' } } }) } },
			},
			'/storage/upload/initiate': {
				post: {
					parameters: [parameter('query', 'storage_type', { enum: ['fal-cdn-v3'] })],
					requestBody: json({ content_type: text, file_name: text }),
					responses: { 200: json({ upload_url: link, file_url: link }) },
				},
			},
		},
	};
}
