import type { Answer, Exchange } from '../exchange.mts';
import { FILE, isObject, type Problem } from '../schema.mts';
import type { Asked, Document } from './documents.mts';

/** What is asked for and is not there, such as a model or a job: it is refused, but the words of the request are no mistake. */
export const UNLISTED = 'unlisted';

const problem = (type: string, path: Problem['path'], message: string, input?: unknown): Problem => ({
	type,
	path,
	message,
	input,
});

/** Everything in a request that the provider's document does not take. */
export function judgeRequest(document: Document, exchange: Exchange, path: string): Problem[] {
	const method = exchange.request.method === 'HEAD' ? 'GET' : exchange.request.method!;
	const asked = document.find(method, path);
	if (!asked) {
		const isModel =
			method === 'POST' && (document.api === 'fal' || (document.api === 'bfl' && path.startsWith('/v1/')));
		return [problem(isModel ? UNLISTED : 'no_operation', ['path'], `No document knows ${method} ${path}`)];
	}
	return [...judgeParameters(document, asked, exchange), ...judgeBody(document, asked, exchange)];
}

/** Everything in a model's own fields, which Replicate has in `input`, that its document does not take. */
export function judgeModel(document: Document, id: string | undefined, body: unknown): Problem[] {
	const pointer = id === undefined ? undefined : document.modelPointer(id);
	return pointer && isObject(body) && isObject(body.input)
		? document.check(pointer, body.input, ['input'])
		: [];
}

function judgeParameters(document: Document, asked: Asked, { url, request }: Exchange): Problem[] {
	const unknown = new Set(url.searchParams.keys());
	const found: Problem[] = [];
	for (const index of asked.operation.parameters?.keys() ?? []) {
		const { parameter, pointer } = document.parameter(asked, index);
		const { name, in: place, required, schema } = parameter;
		if (place === 'query') unknown.delete(name);
		const values: Record<string, unknown> = {
			query: url.searchParams.get(name) ?? undefined,
			path: asked.params[name],
			header: request.headers[String(name).toLowerCase()],
		};
		const text = values[place];
		if (text === undefined || text === '') {
			if (required) found.push(problem('missing', [place, name], 'Field required'));
			continue;
		}
		const value = schema.type === 'integer' ? Number(text) : text;
		const wrong = document.check(`${pointer}/schema`, value, [place, name]);
		found.push(...wrong.map((one) => (place === 'path' ? { ...one, type: UNLISTED } : one)));
	}
	for (const name of unknown)
		found.push(problem('extra_forbidden', ['query', name], 'Extra inputs are not permitted'));
	return found;
}

function judgeBody(document: Document, asked: Asked, exchange: Exchange): Problem[] {
	const { request, raw, record, form } = exchange;
	const content = asked.operation.requestBody?.content;
	if (!content) return raw.length > 0 ? [problem('extra_forbidden', [], 'Takes no body')] : [];
	const said = request.headers['content-type'] ?? '';
	const type = Object.keys(content).find((one) => said.split(';')[0].trim() === one);
	if (!type) {
		const message = 'Input should be a valid dictionary or object to extract fields from';
		return [problem('model_attributes_type', [], message, raw.toString('utf8').slice(0, 200))];
	}
	if (type === 'multipart/form-data') {
		const pointer = document.bodyPointer(asked, type, undefined)!;
		const { properties } = document.at(pointer);
		return document.check(pointer, form ? valuesOf(form, properties) : undefined);
	}
	const { body } = record;
	if (body === undefined)
		return [{ ...problem('json_invalid', [0], 'JSON decode error', {}), ctx: { error: 'Expecting value' } }];
	if (!isObject(body)) {
		const message = 'Input should be a valid dictionary or object to extract fields from';
		return [problem('model_attributes_type', [], message, body)];
	}
	const pointer = document.bodyPointer(asked, type, body.model);
	if (!pointer) {
		const isListed = document.modelPointer(String(body.model)) !== undefined;
		return [problem(isListed ? 'enum' : UNLISTED, ['model'], 'Unknown model', body.model)];
	}
	return document.check(pointer, body);
}

/** A form as JSON: a list where the document has one, numbers and objects as they are meant. */
function valuesOf(form: FormData, properties: Record<string, { type?: string }>): Record<string, unknown> {
	const plain = (name: string, value: FormDataEntryValue) => {
		if (typeof value !== 'string') return FILE;
		if (properties[name]?.type === 'integer') return Number(value);
		return properties[name]?.type === 'object' ? (JSON.parse(value) as unknown) : value;
	};
	return Object.fromEntries(
		[...new Set(form.keys())].map((name) => {
			const values = form.getAll(name).map((value) => plain(name, value));
			return [name, values.length === 1 && properties[name]?.type !== 'array' ? values[0] : values];
		}),
	);
}

/** Everything in an answer of ours that the provider's document does not have. */
export function judgeAnswer(document: Document, method: string, path: string, answer: Answer): Problem[] {
	const asked = document.find(method === 'HEAD' ? 'GET' : method, path);
	if (!asked || answer.bytes) return [];
	const { status, json } = answer;
	const response = asked.operation.responses[String(status)];
	// What documents leave out are refusals; the facts know them.
	if (!response)
		return status < 300 ? [problem('no_answer', ['status'], `No document knows HTTP ${status}`)] : [];
	const [type] = Object.keys(response.content ?? {});
	if (!type) return [];
	const pointer = `${asked.pointer}/responses/${status}/content/${type.replace('/', '~1')}/schema`;
	return document.check(pointer, JSON.parse(JSON.stringify(json)) as unknown);
}
