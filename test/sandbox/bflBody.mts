import type { Exchange } from './exchange.mts';
import type { ModelFacts } from './facts.mts';
import { readBase64, readUrl, type InputImage, type Local } from './inputs.mts';
import { unknownFields, type Problem } from './schema.mts';
import { MEGAPIXEL, ratioOf } from './sizes.mts';

/** A body that was found good, and the images in it by the name of their field. */
export interface BflRequest {
	body: Record<string, unknown>;
	images: Record<string, InputImage>;
	ignoredFields: string[];
}

const RAW_BASE64 = /^(image|mask|image_prompt)$/;
const BASE64_OR_URL = /^(input_image(_\d)?|images|person|garment)$/;
const WIDEST = 21 / 9;

/** FastAPI's form of a problem. */
export const toDetail = ({ type, path, message, input, ctx }: Problem) => ({
	type,
	loc: path[0] === 'query' ? path : ['body', ...path],
	msg: message,
	input,
	...(ctx && { ctx }),
});

/** Checks what the document says in prose only, or tells what is wrong as FastAPI would. */
export async function readBflBody(
	facts: ModelFacts,
	{ record }: Exchange,
	local: Local,
): Promise<BflRequest | { problems: unknown[] }> {
	const body = record.body as Record<string, unknown>;
	const images: Record<string, InputImage> = {};
	const problems = [
		...checkArea(body, facts),
		...checkRatio(body, facts),
		...(await checkImages(body, facts, images, local)),
	];
	if (problems.length > 0) return { problems: problems.map(toDetail) };
	return { body, images, ignoredFields: unknownFields(body, facts.fields) };
}

const valueError = (name: string, reason: string, input: unknown): Problem => ({
	type: 'value_error',
	path: [name],
	message: `Value error, ${reason}`,
	input,
	ctx: { error: {} },
});

function checkArea(
	{ width = 1024, height = 1024 }: Record<string, unknown>,
	{ fields }: ModelFacts,
): Problem[] {
	const [, most] = /width\*height <= (\d+) MP/.exec(fields.width?.note ?? '') ?? [];
	const area = Number(width ?? 1024) * Number(height ?? 1024);
	if (!most || area <= Number(most) * MEGAPIXEL) return [];
	return [valueError('width', `width * height must not exceed ${most} megapixels`, width)];
}

function checkRatio({ aspect_ratio: text }: Record<string, unknown>, { fields }: ModelFacts): Problem[] {
	if (typeof text !== 'string' || fields.aspect_ratio?.enum) return [];
	const ratio = ratioOf(text);
	if (ratio === undefined) {
		return [valueError('aspect_ratio', "Aspect ratio must be in the format 'width:height'", text)];
	}
	const fits = ratio <= WIDEST && ratio >= 1 / WIDEST;
	return fits ? [] : [valueError('aspect_ratio', 'Aspect ratio must be between 21:9 and 9:21', text)];
}

async function checkImages(
	body: Record<string, unknown>,
	{ fields }: ModelFacts,
	images: Record<string, InputImage>,
	local: Local,
): Promise<Problem[]> {
	const problems: Problem[] = [];
	for (const name of Object.keys(fields)) {
		const raw = RAW_BASE64.test(name);
		if (!raw && !BASE64_OR_URL.test(name)) continue;
		for (const [i, value] of [body[name] ?? []].flat().entries()) {
			const text = value as string;
			const image = readBase64(text) ?? (raw ? undefined : await readUrl(text, local));
			if (image) images[`${name}${i || ''}`] = image;
			else
				problems.push(valueError(name, `not a ${raw ? 'base64' : 'base64 or URL'} image`, text.slice(0, 60)));
		}
	}
	return problems;
}
