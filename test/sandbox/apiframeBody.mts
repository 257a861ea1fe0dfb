import { checkFields, isObject, type Problem } from './check.mts';
import type { Answer, Exchange } from './exchange.mts';
import type { ModelFacts } from './facts.mts';
import { readUrl, saysJson, type InputImage, type Local } from './inputs.mts';

/** A submit that was found good. */
export interface ApiframeRequest {
	model: string;
	body: Record<string, unknown>;
	/** The model's own parameters, e.g. `fluxParams`. */
	block: Record<string, unknown>;
	prompt: string;
	/** The images by the name of their field. */
	images: Record<string, InputImage>;
	/** A URL that gave no image: the job is made, and fails. */
	unreadable?: string;
}

const invalid = (details: Record<string, string[]>): Answer => ({
	status: 400,
	json: { error: 'Validation failed', details },
});

function listed(problems: Problem[]): Answer {
	const details: Record<string, string[]> = {};
	for (const { path, message } of problems) (details[path.join('.')] ??= []).push(message);
	return invalid(details);
}

/** Reads and checks a submit as strictly as the facts, or answers what is wrong with it. */
export async function readApiframeBody(
	models: Record<string, ModelFacts>,
	exchange: Exchange,
	local: Local,
): Promise<ApiframeRequest | Answer> {
	const { body } = exchange.record;
	if (!saysJson(exchange) || !isObject(body)) return invalid({ body: ['Expected a JSON object'] });
	const model = String(body.model);
	const facts = Object.hasOwn(models, model) ? models[model] : undefined;
	if (!facts) return invalid({ model: ['Unknown model'] });
	if (!facts.request.endsWith(`/${exchange.params[0]}`))
		return invalid({ model: [`Not for ${exchange.url.pathname}`] });
	const problems = checkFields(body, facts);
	if (problems.length > 0) return listed(problems);
	const name = Object.keys(facts.fields).find((each) => facts.fields[each].type === 'object')!;
	const block = (body[name] ?? {}) as Record<string, unknown>;
	const found: ApiframeRequest = {
		model,
		body,
		block,
		prompt: String(body.prompt ?? block.prompt),
		images: {},
	};
	for (const [field, { format, items }] of Object.entries(facts.fields[name].fields!)) {
		if (format !== 'uri' && items?.format !== 'uri') continue;
		for (const [i, url] of ([block[field] ?? []].flat() as string[]).entries()) {
			if (url.startsWith('data:')) return invalid({ [`${name}.${field}`]: ['Must be an http(s) URL'] });
			const image = await readUrl(url, local);
			if (image) found.images[`${field}${i || ''}`] = image;
			else found.unreadable = url;
		}
	}
	return found;
}
