import { checkFields, isObject, unknownFields, type Problem } from './check.mts';
import type { Exchange } from './exchange.mts';
import type { ModelFacts } from './facts.mts';
import { readBase64, readUrl, saysJson, type InputImage, type Local } from './inputs.mts';
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
const toDetail = ({ type, path, message, input, ctx }: Problem) => ({
	type,
	loc: ['body', ...path],
	msg: message,
	input,
	...(ctx && { ctx }),
});

/** Reads and checks a body as strictly as the facts, or tells what is wrong with it as FastAPI would. */
export async function checkBflBody(
	facts: ModelFacts,
	exchange: Exchange,
	local: Local,
): Promise<BflRequest | { problems: unknown[] }> {
	const isJson = saysJson(exchange);
	const { raw, record } = exchange;
	const { body } = record;
	if (isJson && body === undefined) {
		const ctx = { error: 'Expecting value' };
		return {
			problems: [{ type: 'json_invalid', loc: ['body', 0], msg: 'JSON decode error', input: {}, ctx }],
		};
	}
	if (!isJson || !isObject(body)) {
		const message = 'Input should be a valid dictionary or object to extract fields from';
		const input = isJson ? body : raw.toString('utf8').slice(0, 200);
		return { problems: [toDetail({ type: 'model_attributes_type', path: [], message, input })] };
	}
	const problems = checkFields(body, facts);
	const images: Record<string, InputImage> = {};
	if (problems.length === 0) {
		problems.push(
			...checkArea(body, facts),
			...checkRatio(body, facts),
			...(await checkImages(body, facts, images, local)),
		);
	}
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
