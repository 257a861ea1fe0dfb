import { unknownFields, type Problem } from './schema.mts';
import type { Answer } from './exchange.mts';
import type { Field, ModelFacts } from './facts.mts';
import { readDataUrl, readUrl, type InputImage, type Local } from './inputs.mts';

const MOST_INLINE = 256 * 1024;

/** The names that Replicate's JSON schema checker has for problems. */
const NAMES: Record<string, string> = {
	missing: 'required',
	greater_than_equal: 'number_gte',
	less_than_equal: 'number_lte',
	enum: 'enum',
	string_too_short: 'string_gte',
	too_long: 'array_max_items',
	url_parsing: 'format',
};

/** An error body: `title` and `detail` for people, `status` as in HTTP. */
export const problem = (status: number, title: string, detail: string, more = {}): Answer => ({
	status,
	json: { title, detail, status, ...more },
});

/** The refusal of an input with these problems. */
export function invalid(problems: Problem[]): Answer {
	const invalid_fields = problems.map(({ type, path, message }) => {
		const missing = type === 'missing';
		return {
			type: NAMES[type] ?? 'invalid_type',
			field: (missing ? path.slice(0, -1) : path).join('.'),
			description: missing ? `${path.at(-1)} is required` : message,
		};
	});
	const detail = invalid_fields.map(({ field, description }) => `- ${field}: ${description}\n`).join('');
	return problem(422, 'Input validation failed', detail, { invalid_fields });
}

const isImage = (field: Field) => field.format === 'uri' || field.items?.format === 'uri';

/** An input that was found good. */
export interface ReplicateInput {
	input: Record<string, unknown>;
	/** The images by the name of their field. */
	images: Record<string, InputImage>;
	/** A URL that gave no image: the prediction is made, and fails. */
	unreadable?: string;
	ignoredFields: string[];
}

/** Reads a prediction's input with its images, or answers what is wrong with them. */
export async function readInput(
	facts: ModelFacts,
	input: Record<string, unknown>,
	local: Local,
): Promise<ReplicateInput | Answer> {
	const found: ReplicateInput = { input, images: {}, ignoredFields: unknownFields(input, facts.fields) };
	for (const name of Object.keys(facts.fields).filter((each) => isImage(facts.fields[each]))) {
		for (const [i, url] of ([input[name] ?? []].flat() as string[]).entries()) {
			const inline = url.startsWith('data:');
			if (inline && url.length > MOST_INLINE) {
				const message = 'Data URLs must not exceed 256 KB';
				return invalid([{ type: 'url_parsing', path: ['input', name], message, input: url }]);
			}
			const image = inline ? readDataUrl(url) : await readUrl(url, local);
			if (image) found.images[`${name}${i || ''}`] = image;
			else found.unreadable = url;
		}
	}
	return found;
}
