import type { Answer, Exchange } from './exchange.mts';
import type { ModelFacts } from './facts.mts';
import { readUrl, type InputImage, type Local } from './inputs.mts';
import type { Problem } from './schema.mts';

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

/** The refusal of a request with these problems. */
export function listed(problems: Problem[]): Answer {
	const details: Record<string, string[]> = {};
	for (const { path, message } of problems) (details[path.join('.') || 'body'] ??= []).push(message);
	return invalid(details);
}

/** Reads a submit with its images, or answers what is wrong with them. */
export async function readApiframeBody(
	models: Record<string, ModelFacts>,
	exchange: Exchange,
	local: Local,
): Promise<ApiframeRequest | Answer> {
	const body = exchange.record.body as Record<string, unknown>;
	const model = String(body.model);
	const facts = models[model];
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
