import { checkFields, isObject, unknownFields } from './schema.mts';
import { randomSeed, type Core } from './core.mts';
import { documentOf } from './documents/documents.mts';
import { editOf } from './edits.mts';
import type { Answer, Dialect, Exchange, Route } from './exchange.mts';
import type { ImageFormat } from './images.mts';
import { readImage, saysJson, type InputImage } from './inputs.mts';
import type { Job } from './jobs.mts';
import { answerAs, errorAs } from './openaiAnswers.mts';
import { clash, formatOf, imagesInJson, sizeOf, untagged } from './openaiBody.mts';
import { GENERIC, services, type Service } from './openaiServices.mts';

/** Dollars an image; plausible, not any price list. */
const COST = 0.04;
const LIFETIME = 3600;

/** The servers that speak OpenAI's images API, each with its own models and habits. */
export const openAiCompatible = (core: Core): Dialect[] =>
	services.flatMap((service) => dialectsOf(core, service));

const refuse = (
	{ errors = 'openAi' }: Service,
	status: number,
	message: string,
	code: string | null = null,
	param: string | null = null,
): Answer => {
	const type = status < 500 ? 'invalid_request_error' : 'server_error';
	return { status, json: errorAs[errors](status, message, { error: { message, type, param, code } }) };
};

function dialectsOf(core: Core, service: Service): Dialect[] {
	const { name, prefix, key, generations, models, modelsPath = '/models', query = {} } = service;
	const accepted = {
		bearer: [`Bearer ${core.key}`],
		plain: [`Bearer ${core.key}`, core.key],
		none: undefined,
	}[key];
	const routes: Route[] = [
		{
			action: 'submit',
			method: 'POST',
			path: new RegExp(`^${generations}$`),
			handle: (exchange) => submitted(core, service, exchange, service.jsonEdits === undefined),
		},
	];
	if (models) {
		routes.push({
			action: 'models',
			method: 'GET',
			path: new RegExp(`^${modelsPath}$`),
			// Whoever judges keys elsewhere lists its models for all.
			open: service.test !== undefined,
			handle: ({ url }) => ({
				status: 200,
				json: models === true ? modelsOf(service) : models(url.searchParams),
			}),
		});
	}
	const elsewhere: Route[] = [];
	if (service.test) {
		const { path, answer } = service.test;
		const handle = () => ({ status: 200, json: answer });
		const page: Route = { action: 'account', method: 'GET', path: new RegExp(`^${path}$`), handle };
		(service.test.prefix === undefined ? routes : elsewhere).push(page);
	}
	if (service.jsonEdits) {
		const edits = { ...service, table: undefined, fields: service.editFields };
		const handle = (exchange: Exchange) => submitted(core, edits, exchange, true);
		routes.push({ action: 'submit', method: 'POST', path: /^\/images\/edits$/, handle });
	}
	if (service.files) {
		const handle = (exchange: Exchange) => edit(core, service, exchange);
		routes.push({ action: 'submit', method: 'POST', path: /^\/images\/edits$/, handle });
	}
	const dialect: Dialect = {
		name,
		prefix,
		...(service.document && {
			document: documentOf(service.document),
			invalid: ([{ path, message }]) =>
				refuse(service, 400, `${message}: ${path.join('.')}`, 'invalid_value', path.join('.')),
		}),
		routes,
		error: (status, message) => refuse(service, status, message).json,
		refuse: ({ request, url }) => {
			if (accepted && !accepted.includes(request.headers.authorization ?? ''))
				return refuse(service, 401, 'Incorrect API key provided', 'invalid_api_key');
			const lacking = Object.entries(query).find(([key, value]) => url.searchParams.get(key) !== value);
			return lacking && refuse(service, 404, `Resource not found without ${lacking.join('=')}`);
		},
	};
	return [
		dialect,
		...elsewhere.map((page) => ({ ...dialect, prefix: service.test!.prefix!, routes: [page] })),
	];
}

function modelsOf({ name, table }: Service) {
	const ids = table ? Object.keys(table) : ['flux-1-dev', 'flux-1-schnell', 'flux-2-klein-4b'];
	const data = ids.map((id) => ({ id, object: 'model', created: 1_767_225_600, owned_by: name }));
	return { object: 'list', data };
}

type Fields = typeof GENERIC;

/** The fields that a submit may have; undefined if there is no such model. */
function fieldsOf(
	{ table, byPath, fieldsBy, fields = GENERIC }: Service,
	{ model }: Record<string, unknown>,
	path = '',
): Fields | undefined {
	const id = String(model ?? '');
	if (byPath) return byPath[path]?.model === id ? byPath[path].fields : undefined;
	if (table) return table[id]?.fields;
	return fieldsBy?.find(({ models }) => models.test(id))?.fields ?? fields;
}

/** @param takesImages whether images may stand in its JSON */
async function submitted(
	core: Core,
	service: Service,
	exchange: Exchange,
	takesImages: boolean,
): Promise<Answer> {
	const { body } = exchange.record;
	if (service.needsLength && exchange.request.headers['content-length'] === undefined)
		return refuse(service, 400, 'The length of the body is missing');
	if (!saysJson(exchange) || !isObject(body)) {
		return refuse(service, 400, 'The body is not a JSON object');
	}
	const found = await imagesInJson(core, takesImages ? service : { ...service, jsonImages: [] }, body);
	if (found.problem) return refuse(service, 400, found.problem);
	const own = fieldsOf(service, body, exchange.params[0]);
	const fields = own && { ...own, ...found.fields };
	return await make(core, service, exchange, { body, fields, images: found.images });
}

/** A multipart edit: files, perhaps a `mask`, and the fields of a generation. */
async function edit(core: Core, service: Service, exchange: Exchange): Promise<Answer> {
	const { form } = exchange;
	if (!form) return refuse(service, 400, 'Edits are multipart/form-data');
	const { files: names = [], mask = 'transparent', editFields } = service;
	const files = names.flatMap((name) => form.getAll(name));
	const masks = mask === 'none' ? [] : form.getAll('mask');
	const images: Record<string, InputImage> = {};
	for (const [name, file] of [...files.entries(), ...masks.map((one) => ['mask', one] as const)]) {
		const image = typeof file === 'string' ? undefined : readImage(Buffer.from(await file.arrayBuffer()));
		if (!image) return refuse(service, 400, 'Invalid image file', 'invalid_image_file', 'image');
		images[name] = image;
	}
	if (files.length === 0) {
		const code = 'missing_required_parameter';
		return refuse(service, 400, 'Missing required parameter: image', code, 'image');
	}
	const body: Record<string, unknown> = {};
	const known: Fields = editFields ?? service.fields ?? GENERIC;
	for (const [name, value] of form) {
		if (typeof value !== 'string') {
			if (!names.includes(name) && (name !== 'mask' || mask === 'none')) body[name] = value;
			continue;
		}
		const numeric = /integer|number/.test(known[name]?.type ?? '') && value.trim() !== '';
		body[name] = numeric ? Number(value) : value;
	}
	const fields = editFields ?? fieldsOf(service, body);
	return await make(core, service, exchange, { body, fields, images });
}

interface Wanted {
	body: Record<string, unknown>;
	/** Undefined: there is no such model. */
	fields: Fields | undefined;
	images: Record<string, InputImage>;
}

async function make(core: Core, service: Service, exchange: Exchange, wanted: Wanted): Promise<Answer> {
	const { body, fields, images } = wanted;
	const model = String(body.model ?? '');
	if (!fields) return refuse(service, 404, `The model '${model}' does not exist`, 'model_not_found', 'model');
	const { prompt, extras, problems } = untagged(service, body);
	const unknownToo = (service.fields ?? service.byPath) && ({ unknownFields: 'refused' } as const);
	const [problem] = [...checkFields(body, { fields, ...unknownToo }), ...problems];
	if (problem) {
		const param = problem.path.join('.');
		return refuse(service, 400, `${problem.message}: ${param}`, 'invalid_value', param);
	}
	const [clashing, why] = clash(service, body) ?? [];
	if (clashing) return refuse(service, 400, why!, 'invalid_value', clashing);
	if (!service.fields && typeof body.image_url === 'string' && !/^https?:\/\/./.test(body.image_url)) {
		return refuse(service, 400, 'image_url is not a URL', 'invalid_value', 'image_url');
	}
	const count = ((body.n ?? body.num_outputs ?? body.batch_size ?? body.num_images) as number) ?? 1;
	const refused = refusal(core, service, COST * count);
	if (refused) return refused;
	core.credits -= COST * count;
	const asked = (body.seed ?? extras.seed ?? service.usualSeed ?? -1) as number;
	const seed = asked < 0 ? randomSeed() : asked;
	const size = sizeOf(body, fields.size?.default, images[0]);
	const edit = editOf(model, images, { repaint: service.mask === 'white' ? 'white' : 'transparent' });
	const format: ImageFormat = formatOf(body);
	const job = core.accept(exchange, {
		api: 'openAi',
		service: service.name,
		model,
		body,
		cost: COST * count,
		lifetime: LIFETIME,
		ignoredFields: unknownFields(body, fields).filter((name) => name !== 'image' && name !== 'mask'),
		drawings: Array.from({ length: count }, (_, i) => ({
			...size,
			model,
			prompt,
			seed: service.isOneSeed ? seed : seed + i,
			format,
			edit,
		})),
	});
	if (service.isSerial) {
		const before = core.jobs.filter((one) => one !== job && one.service === service.name);
		job.dueAt += Math.max(0, ...before.map(({ dueAt }) => dueAt - job.submittedAt));
	}
	await core.hold(job, Infinity);
	return await finished(core, service, exchange, job);
}

function refusal(core: Core, service: Service, cost: number): Answer | undefined {
	const { limits, name } = service;
	if (core.credits < cost)
		return refuse(service, limits ? 429 : 402, 'Insufficient balance', 'insufficient_quota');
	if (!limits) return undefined;
	const mine = core.jobs.filter((job) => job.service === name);
	const recent = mine.filter((job) => job.submittedAt > Date.now() - 60_000).length;
	const busy = mine.filter((job) => job.running).length >= limits.concurrent;
	return busy || recent >= limits.perMinute
		? refuse(service, 429, 'Too many requests', 'rate_limit_exceeded')
		: undefined;
}

async function finished(core: Core, service: Service, exchange: Exchange, job: Job): Promise<Answer> {
	if (job.forced)
		return refuse(service, job.forced.httpStatus ?? 400, job.forced.status, 'content_policy_violation');
	const chosen = String(job.body.response_format ?? job.body.output_format);
	const hasHabit = service.table ?? service.fields ?? service.byPath;
	const variant = hasHabit ? service.answers : (core.openAiAnswer ?? service.answers);
	const wantsBase64 = ['b64_json', 'base64'].includes(chosen);
	const json = await answerAs(variant, core, job, wantsBase64, exchange.instead.resultUrl);
	return { status: 200, json };
}
