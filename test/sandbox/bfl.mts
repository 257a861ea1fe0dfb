import { readBflBody, toDetail, type BflRequest } from './bflBody.mts';
import { randomSeed, type Core } from './core.mts';
import { documentOf } from './documents/documents.mts';
import { editOf } from './edits.mts';
import type { Answer, Dialect, Exchange } from './exchange.mts';
import { loadFacts } from './facts.mts';
import type { ImageFormat } from './images.mts';
import type { ForcedState, Job } from './jobs.mts';
import { ratioOf, sizeFor, sizeLike, type Size } from './sizes.mts';

const { models } = loadFacts('bfl');

/** Credits (0.01 USD) an image; plausible, not the price list. */
const COSTS: Record<string, number> = {
	'flux-2-pro': 3,
	'flux-2-pro-preview': 3,
	'flux-2-flex': 6,
	'flux-2-max': 7,
	'flux-2-klein-4b': 1.4,
	'flux-2-klein-9b': 1.5,
	'flux-2-klein-9b-preview': 1.5,
	'flux-3-image': 5,
	'flux-dev': 2.5,
	'flux-kontext-max': 8,
	'flux-pro-1.1-ultra': 6,
	'flux-pro-1.1-ultra-finetuned': 7,
	'flux-pro-1.0-fill-finetuned': 6,
	'flux-pro-1.0-fill': 5,
	'flux-pro-1.0-expand': 5,
};
const OTHER_COST = 4;
const ACTIVE_TASKS = 24;
const ACTIVE_TASKS_OF: Record<string, number> = { 'flux-kontext-max': 6 };
const RESOLUTIONS: Record<string, number> = { '768sq': 0.5625, '1k': 1, '1.5k': 2.25, '2k': 4, '4k': 16 };
/** What a job says while it runs, in equal parts of its time. */
const RUNNING: Record<string, string[]> = { 'flux-3-image': ['Pending', 'Reasoning', 'Generating'] };

const detail = (status: number, text: unknown): Answer => ({ status, json: { detail: text } });

/** Black Forest Labs' own API. */
export function bfl(core: Core): Dialect {
	return {
		name: 'bfl',
		prefix: '',
		document: documentOf('bfl'),
		invalid: (problems) => detail(422, problems.map(toDetail)),
		error: (_, message) => ({ detail: message }),
		refuse: ({ request }) =>
			request.headers['x-key'] === core.key
				? undefined
				: detail(403, 'Not authenticated - Invalid Authentication'),
		routes: [
			{
				action: 'poll',
				method: 'GET',
				path: /^\/v1\/get_result$/,
				handle: (exchange) => poll(core, exchange),
			},
			{
				action: 'credits',
				method: 'GET',
				path: /^\/v1\/credits$/,
				handle: () => ({ status: 200, json: { credits: core.credits } }),
			},
			{
				action: 'finetunes',
				method: 'GET',
				path: /^\/v1\/my_finetunes$/,
				handle: () => ({ status: 200, json: { finetunes: ['my-brand'] } }),
			},
			{
				action: 'finetunes',
				method: 'GET',
				path: /^\/v1\/finetune_details$/,
				handle: ({ url }) => {
					const id = url.searchParams.get('finetune_id');
					if (id !== 'my-brand') return detail(404, 'Finetune not found');
					return { status: 200, json: { finetune_details: { finetune_comment: id, trigger_word: 'TOK' } } };
				},
			},
			{
				action: 'submit',
				method: 'POST',
				path: new RegExp(`^/v1/(${Object.keys(models).map(escape).join('|')})$`),
				handle: (exchange) => submit(core, exchange),
			},
		],
	};
}

const escape = (text: string) => text.replaceAll('.', '\\.');

async function submit(core: Core, exchange: Exchange): Promise<Answer> {
	const [model] = exchange.params;
	const request = await readBflBody(models[model], exchange, (url) => core.own(url));
	if ('problems' in request) return detail(422, request.problems);
	const cost = COSTS[model] ?? OTHER_COST;
	if (core.credits < cost) return detail(402, 'Insufficient credits');
	const most = ACTIVE_TASKS_OF[model];
	if (core.running('bfl') >= ACTIVE_TASKS || (most && core.running('bfl', model) >= most)) {
		return detail(429, `Too many active tasks. You can have at most ${most ?? ACTIVE_TASKS} active tasks.`);
	}
	core.credits -= cost;
	const { body } = request;
	const size = sizeOf(model, request);
	const edit = editOf(model, request.images, placeIn(size, request));
	const job = core.accept(exchange, {
		api: 'bfl',
		model,
		body,
		cost,
		lifetime: model.startsWith('flux-3') ? 3600 : 600,
		ignoredFields: request.ignoredFields,
		drawings: [
			{
				...size,
				model,
				prompt: (body.prompt as string) ?? '',
				seed: (body.seed as number) ?? randomSeed(),
				format:
					((body.output_format ?? models[model].fields.output_format?.default) as ImageFormat) ?? 'jpeg',
				edit,
			},
		],
	});
	const megapixels = ({ width = 1024, height = 1024 }: Partial<Size>) =>
		Math.round((width * height) / 1e4) / 100;
	const input = Object.values(request.images).reduce((sum, image) => sum + megapixels(image), 0);
	const prices = { cost, input_mp: input, output_mp: megapixels(size) };
	if (typeof body.webhook_url === 'string') {
		const secret: Record<string, string> = {};
		if (typeof body.webhook_secret === 'string') secret['x-webhook-secret'] = body.webhook_secret;
		core.notify(
			job,
			body.webhook_url,
			() => resultOf(core, job).json,
			() => secret,
		);
		return { status: 200, json: { id: job.id, status: 'Pending', webhook_url: body.webhook_url, ...prices } };
	}
	const polling_url = exchange.instead.pollingUrl ?? `${core.url}/v1/get_result?id=${job.id}`;
	return { status: 200, json: { id: job.id, polling_url, ...prices } };
}

function sizeOf(model: string, { body, images }: BflRequest): Size {
	const [first] = Object.values(images);
	const input = first?.width && first.height ? { width: first.width, height: first.height } : undefined;
	const number = (name: string) => (body[name] as number) ?? 0;
	if (model === 'flux-pro-1.0-expand') {
		const { width, height } = input ?? { width: 1024, height: 1024 };
		return {
			width: width + number('left') + number('right'),
			height: height + number('top') + number('bottom'),
		};
	}
	const { fields } = models[model];
	if (fields.width) {
		const { width, height } = input ? sizeLike(input) : { width: 1024, height: 1024 };
		const of = (name: string, other: number) => (number(name) || (fields[name].default as number)) ?? other;
		return { width: of('width', width), height: of('height', height) };
	}
	if (fields.aspect_ratio) {
		const ultra = model.includes('ultra');
		const megapixels = ultra
			? 4
			: (RESOLUTIONS[(body.resolution ?? fields.resolution?.default) as string] ?? 1);
		const ratio = ratioOf(body.aspect_ratio ?? fields.aspect_ratio.default);
		if (ratio) return sizeFor(ratio, megapixels);
		if (input) return body.resolution ? sizeFor(input.width / input.height, megapixels) : sizeLike(input);
		return sizeFor(1, megapixels);
	}
	return input ?? { width: 1024, height: 1024 };
}

/** Where the input of an expansion or outpainting lies in the new image. */
function placeIn(size: Size, { body, images }: BflRequest): { x?: number; y?: number } {
	const [{ width = 1024, height = 1024 } = {}] = Object.values(images);
	const { left, top, reference_offset_x: x, reference_offset_y: y } = body;
	if (left !== undefined || top !== undefined) return { x: Number(left ?? 0), y: Number(top ?? 0) };
	return { x: Number(x ?? (size.width - width) / 2), y: Number(y ?? (size.height - height) / 2) };
}

function poll(core: Core, { url, job, instead }: Exchange): Answer {
	const id = url.searchParams.get('id')!;
	if (job?.api !== 'bfl') return stateOf(id, { status: 'Task not found', httpStatus: 404 });
	job.polls++;
	return resultOf(core, job, instead.state, instead.resultUrl);
}

function stateOf(
	id: string,
	{ status, details = null, httpStatus = 200 }: ForcedState,
	progress: number | null = null,
): Answer {
	return { status: httpStatus, json: { id, status, result: null, progress, details, preview: null } };
}

function resultOf(core: Core, job: Job, now?: ForcedState, resultUrl?: string): Answer {
	const ended = now ?? (job.running ? undefined : job.forced);
	if (ended) return stateOf(job.id, ended);
	if (job.running) {
		const words = RUNNING[job.model] ?? ['Pending'];
		const { progress } = job;
		return stateOf(
			job.id,
			{ status: words[Math.min(words.length - 1, Math.floor(progress * words.length))] },
			progress,
		);
	}
	const [{ prompt, seed }] = job.drawings;
	const result = {
		sample: resultUrl ?? core.imageUrl(job),
		prompt,
		seed,
		start_time: job.submittedAt / 1000,
		end_time: job.dueAt / 1000,
		duration: (job.dueAt - job.submittedAt) / 1000,
	};
	const { id, cost } = job;
	return {
		status: 200,
		json: { id, status: 'Ready', result, progress: 1, details: null, preview: null, cost },
	};
}
