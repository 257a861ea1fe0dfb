import { checkFields, isObject, unknownFields } from './check.mts';
import { randomSeed, type Core } from './core.mts';
import { editOf } from './edits.mts';
import type { Answer, Dialect, Exchange, Route } from './exchange.mts';
import type { ImageFormat } from './images.mts';
import { readImage, saysJson, type InputImage } from './inputs.mts';
import type { Job } from './jobs.mts';
import { answerAs } from './openai-answers.mts';
import { GENERIC, services, type Service } from './openai-services.mts';
import { ratioOf, sizeFor, sizeLike, type Size } from './sizes.mts';

/** Dollars an image; plausible, not any price list. */
const COST = 0.04;
const LIFETIME = 3600;

/** The servers that speak OpenAI's images API, each with its own models and habits. */
export const openAiCompatible = (core: Core): Dialect[] =>
	services.map((service) => dialectOf(core, service));

const error = (
	status: number,
	message: string,
	code: string | null = null,
	param: string | null = null,
): Answer => ({
	status,
	json: { error: { message, type: status < 500 ? 'invalid_request_error' : 'server_error', param, code } },
});

function dialectOf(core: Core, service: Service): Dialect {
	const { name, prefix, key, generations, table } = service;
	const accepted = {
		bearer: [`Bearer ${core.key}`],
		plain: [`Bearer ${core.key}`, core.key],
		none: undefined,
	}[key];
	const ids = table ? Object.keys(table) : ['flux-1-dev', 'flux-1-schnell', 'flux-2-klein-4b'];
	const list = ids.map((id) => ({ id, object: 'model', created: 1_767_225_600, owned_by: name }));
	const routes: Route[] = [
		{
			action: 'submit',
			method: 'POST',
			path: new RegExp(`^${generations}$`),
			handle: (exchange) => {
				const { body } = exchange.record;
				if (!saysJson(exchange) || !isObject(body)) return error(400, 'The body is not a JSON object');
				return make(core, service, exchange, body, {});
			},
		},
	];
	if (service.models) {
		const json = { object: 'list', data: list };
		routes.push({
			action: 'models',
			method: 'GET',
			path: /^\/models$/,
			handle: () => ({ status: 200, json }),
		});
	}
	if (service.edits) {
		const handle = (exchange: Exchange) => edit(core, service, exchange);
		routes.push({ action: 'submit', method: 'POST', path: /^\/images\/edits$/, handle });
	}
	return {
		name,
		prefix,
		routes,
		error: (status, message) => error(status, message).json,
		refuse: ({ request }) =>
			!accepted || accepted.includes(request.headers.authorization ?? '')
				? undefined
				: error(401, 'Incorrect API key provided', 'invalid_api_key'),
	};
}

/** A multipart edit: `image` or `image[]`, perhaps a `mask`, and the fields of a generation. */
async function edit(core: Core, service: Service, exchange: Exchange): Promise<Answer> {
	const { form } = exchange;
	if (!form) return error(400, 'Edits are multipart/form-data');
	const files = [...form.getAll('image'), ...form.getAll('image[]')];
	const images: Record<string, InputImage> = {};
	for (const [name, file] of [...files.entries(), ['mask', form.get('mask')] as const]) {
		if (file === null) continue;
		const image = typeof file === 'string' ? undefined : readImage(Buffer.from(await file.arrayBuffer()));
		if (!image) return error(400, 'Invalid image file', 'invalid_image_file', 'image');
		images[name] = image;
	}
	if (files.length === 0)
		return error(400, 'Missing required parameter: image', 'missing_required_parameter', 'image');
	const body: Record<string, unknown> = {};
	for (const [name, value] of form) {
		if (typeof value !== 'string') continue;
		const numeric = /integer|number/.test(GENERIC[name]?.type ?? '') && value.trim() !== '';
		body[name] = numeric ? Number(value) : value;
	}
	return await make(core, service, exchange, body, images);
}

async function make(
	core: Core,
	service: Service,
	exchange: Exchange,
	body: Record<string, unknown>,
	images: Record<string, InputImage>,
): Promise<Answer> {
	const model = String(body.model ?? '');
	const fields = service.table ? service.table[model]?.fields : GENERIC;
	if (!fields) return error(404, `The model '${model}' does not exist`, 'model_not_found', 'model');
	const [problem] = checkFields(body, { fields });
	if (problem) {
		const param = problem.path.join('.');
		return error(400, `${problem.message}: ${param}`, 'invalid_value', param);
	}
	if (typeof body.image_url === 'string' && !/^https?:\/\/./.test(body.image_url)) {
		return error(400, 'image_url is not a URL', 'invalid_value', 'image_url');
	}
	const count = ((body.n ?? body.num_outputs) as number) ?? 1;
	const refused = refusal(core, service, COST * count);
	if (refused) return refused;
	core.credits -= COST * count;
	const seed = (body.seed as number) ?? randomSeed();
	const size = sizeOf(body.size ?? fields.size?.default, images[0]);
	const edit = editOf(model, images, { repaint: 'transparent' });
	const known = ['png', 'jpeg', 'webp'].includes(String(body.output_format));
	const format = (known ? body.output_format : 'png') as ImageFormat;
	const prompt = String(body.prompt);
	const job = core.accept(exchange, {
		api: 'openAi',
		service: service.name,
		model,
		body,
		cost: COST * count,
		lifetime: LIFETIME,
		ignoredFields: unknownFields(body, fields).filter((name) => name !== 'image' && name !== 'mask'),
		pictures: Array.from({ length: count }, (_, i) => ({
			...size,
			model,
			prompt,
			seed: seed + i,
			format,
			edit,
		})),
	});
	await core.hold(job, Infinity);
	return await finished(core, service, exchange, job);
}

function refusal(core: Core, { limits, name }: Service, cost: number): Answer | undefined {
	if (core.credits < cost) return error(limits ? 429 : 402, 'Insufficient balance', 'insufficient_quota');
	if (!limits) return undefined;
	const mine = core.jobs.filter((job) => job.service === name);
	const recent = mine.filter((job) => job.submittedAt > Date.now() - 60_000).length;
	const busy = mine.filter((job) => job.running).length >= limits.concurrent;
	return busy || recent >= limits.perMinute
		? error(429, 'Too many requests', 'rate_limit_exceeded')
		: undefined;
}

async function finished(core: Core, service: Service, exchange: Exchange, job: Job): Promise<Answer> {
	if (job.forced) return error(job.forced.httpStatus ?? 400, job.forced.status, 'content_policy_violation');
	const chosen = job.body.response_format ?? job.body.output_format;
	const variant = service.table ? service.answers : (core.openAiAnswer ?? service.answers);
	const json = await answerAs(variant, core, job, chosen === 'b64_json', exchange.instead.resultUrl);
	return { status: 200, json };
}

function sizeOf(size: unknown, input?: InputImage): Size {
	const [, width, height] = /^(\d+)x(\d+)$/.exec(String(size)) ?? [];
	if (width) return { width: Number(width), height: Number(height) };
	const ratio = ratioOf(size);
	if (ratio) return sizeFor(ratio, 1);
	return input?.width && input.height
		? sizeLike({ width: input.width, height: input.height })
		: sizeFor(1, 1);
}
