import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod/v4';

import type { ErrorCode } from '../../errors/fluxError';
import type {
	ProviderAnswer,
	ProviderRequest,
	ReadyImage,
	SubmitRequest,
	Submitted,
	Unreadable,
} from '../../provider';
import { imagesIn } from '../shared/imagesIn';
import { link } from '../shared/readers';
import { codeOf as statusCode, problemIn } from '../shared/refusals';
import type { Service } from './serviceTypes';
import { serviceNamed } from './services';

/** Edits go as a form with files unless the service has them in JSON, all else as JSON. The model is a field like the others. */
export const submit = ({ model, operation, body, envelope, service }: SubmitRequest): ProviderRequest => {
	const { fixed, editsAreJson, brackets, promptTail } = serviceNamed(service);
	const content: IDataObject = { model: model.id, ...fixed, ...body };
	if (promptTail !== undefined && Object.keys(envelope).length > 0) {
		content.prompt = `${String(content.prompt)}${promptTail(envelope)}`;
	}
	return operation === 'edit' && editsAreJson !== true
		? { method: 'POST', url: '/images/edits', body: toForm(content, brackets) }
		: { method: 'POST', url: model.endpoint?.path ?? '/images/generations', body: content };
};

function toForm(content: IDataObject, brackets: Service['brackets']): FormData {
	const form = new FormData();
	for (const [name, value] of Object.entries(content) as Array<[string, unknown]>) {
		const values = Array.isArray(value) ? (value as unknown[]) : [value];
		// OpenAI tells several files of one name apart from one by brackets.
		const hasBrackets =
			Array.isArray(value) && (brackets === undefined ? value.length > 1 : brackets === 'always');
		for (const one of values) {
			const field = hasBrackets ? `${name}[]` : name;
			if (one instanceof Blob) form.append(field, one);
			else form.append(field, typeof one === 'object' ? JSON.stringify(one) : String(one));
		}
	}
	return form;
}

/** Unused fields are left out, null or an empty string. */
const text = z.string().min(1).optional().catch(undefined);
const seed = z.int().optional().catch(undefined);

const dataUri = /^data:[^,]*;base64,/i;
const address = z.union([z.string().regex(dataUri), link]);

/** An element of the answer: an object, or the URL itself. One that is neither must not cost the others. */
const image = z
	.union([
		address.transform((url) => ({ url })),
		z.object({ url: address.optional().catch(undefined), b64_json: text, revised_prompt: text, seed }),
	])
	.catch({ url: undefined, b64_json: undefined, revised_prompt: undefined, seed: undefined });

/** Where services put the images: OpenAI has `data`. */
const places = [
	'data',
	'images',
	'image',
	'output',
	'outputs',
	'result',
	'results',
	'url',
	'urls',
	'b64_json',
	'base64',
];
const listed = z.object({ data: z.array(image), seed });
const made = z.union([
	listed,
	z.object({ images: z.array(image), seed }).transform(({ images, ...rest }) => ({ data: images, ...rest })),
]);

function toImage(one: z.infer<typeof image>, only: number | undefined): ReadyImage[] {
	const { url, b64_json, revised_prompt, seed: own }: Partial<Exclude<typeof one, { url: string }>> = one;
	const about = { seed: own ?? only, prompt: revised_prompt };
	const base64 = b64_json ?? (dataUri.test(url ?? '') ? url : undefined);
	if (base64 !== undefined) return [{ base64: base64.replace(dataUri, ''), ...about }];
	return url === undefined ? [] : [{ url, ...about }];
}

/** OpenAI's list; else the images in whatever form they come. */
function readImages(body: unknown): ReadyImage[] {
	const { data = [], seed: common } = made.safeParse(body).data ?? {};
	const images = data.flatMap((one) => toImage(one, data.length === 1 ? common : undefined));
	if (images.length > 0) return images;
	const single = z.object({ data: z.looseObject({}), seed }).safeParse(body).data;
	const one = single === undefined ? [] : toImage(image.parse(single.data), single.seed);
	if (one.length > 0) return one;
	if (Array.isArray(body)) return imagesIn(body);
	const known = z.record(z.string(), z.unknown()).catch({}).parse(body);
	return places.map((place) => imagesIn(known[place])).find(({ length }) => length > 0) ?? [];
}

const id = z.union([z.string().min(1).max(200), z.int()]).transform(String);
const task = z
	.object({ task_id: id })
	.or(z.object({ taskId: id }))
	.or(z.object({ job_id: id }))
	.or(z.object({ jobId: id }));
const queued = z.object({
	id,
	status: z.string().regex(/queue|pend|process|progress|start|submit|creat|accept|running/i),
});

/** The id of the job that a service has made of the order. */
function taskIn(body: unknown): string | undefined {
	const inside = z.object({ data: z.unknown() }).safeParse(body).data?.data;
	const found = [body, inside]
		.map((one) => task.safeParse(one).data ?? queued.safeParse(one).data)
		.find(Boolean);
	return found === undefined ? undefined : Object.values(found)[0];
}

/** The answer is the finished image: a URL (perhaps relative to the server) or base64 each. */
export function readSubmit({ status, body }: ProviderAnswer): Submitted | Unreadable {
	const images = readImages(body);
	if (images.length > 0) return { state: { is: 'ready', images } };
	const job = taskIn(body);
	if (job === undefined && status !== 202) return { unreadable: 'an image' };
	return {
		unreadable: `an image but with a job${job === undefined ? '' : ` (${job})`}, because it is asynchronous`,
		advice:
			'This API takes only services that answer with the image itself, so the job cannot be collected here. It may be charged: look for it at the service, and use a model or service that answers at once, or the API that the service documents for its jobs.',
	};
}

const noBalance =
	/balance|billing|credits|funds|insufficient[_ ](\w+[_ ])?quota|current quota|quota is not enough/i;
const moderated = /content[_ -]?(policy|filter)|moderation_blocked|safety system|flagged|nsfw/i;
const ofImage = /\b(output|generated|resulting)\b/i;

/** 429 may also mean that there is no balance, and 400 or 403 that the prompt or, if the words say so, the image is not wanted. */
function codeOf(status: number, words: string): ErrorCode {
	if ([403, 429].includes(status) && noBalance.test(words)) return 'insufficient-credits';
	if ([400, 403, 422].includes(status) && moderated.test(words)) {
		return ofImage.test(words) && !/\bprompt\b/i.test(words) ? 'image-moderated' : 'prompt-moderated';
	}
	return statusCode(status);
}

/** Servers of this style say what is wrong in many forms. */
export function refusal({ status, body, excerpt }: ProviderAnswer): { code: ErrorCode; words: string } {
	const said = typeof body === 'string' && body !== '' ? body : excerpt;
	const { words, marks } = problemIn(body) ?? { words: said, marks: [] };
	const advice = ' (either it has no such model, or the base URL in the credential is wrong)';
	return {
		code: codeOf(status, `${words} ${marks.join(' ')}`),
		words: status === 404 ? `${words}${advice}` : words,
	};
}
