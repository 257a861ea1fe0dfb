import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod/v4';

import type { ErrorCode } from '../../errors/fluxError';
import type { Provider, ProviderAnswer, ReadyImage, SubmitRequest } from '../../provider';
import { imagesIn } from '../common/imagesIn';
import { recordIn } from '../common/readers';
import {
	codeOf as statusCode,
	notFoundAdvice,
	problemIn,
	refusalForSafety,
	saysNoBalance,
} from '../common/refusals';
import type { Service } from './service';
import { serviceNamed } from './services';

/** Edits go as a form with files unless the service has them in JSON, all else as JSON. The model is a field like the others. */
export const submit: Provider['submit'] = (request) => {
	const { model, operation, body, envelope, service } = request;
	const { fixed, written, editsAreJson, brackets, promptTail } = serviceNamed(service);
	const seed = seedOf(request);
	const content: IDataObject = { model: model.id, ...fixed, ...asWritten(body, written) };
	if (promptTail === undefined) Object.assign(content, seed);
	else content.prompt = `${String(content.prompt)}${promptTail({ ...seed, ...envelope })}`;
	if (operation === 'edit' && editsAreJson === undefined)
		return { method: 'POST', url: '/images/edits', body: toForm(content, brackets) };
	const ofEdits = operation === 'edit' && editsAreJson !== true ? editsAreJson : undefined;
	return { method: 'POST', url: ofEdits ?? model.endpoint?.path ?? '/images/generations', body: content };
};

/** The seed that an image is given where none is set, if the service needs one. */
function seedOf({ body, envelope, service, idempotencyKey }: SubmitRequest): { seed?: number } {
	const { needsSeed, promptTail } = serviceNamed(service);
	if (needsSeed !== true || 'seed' in (promptTail === undefined ? body : envelope)) return {};
	return { seed: Number.parseInt(idempotencyKey.slice(0, 7), 16) };
}

/** The values as the service writes them; what is no text was written by the user himself. */
function asWritten(body: IDataObject, written: Service['written'] = {}): IDataObject {
	const all: Record<string, unknown> = { ...body };
	for (const [name, write] of Object.entries(written)) {
		const writeAny = (one: unknown) => (typeof one === 'string' ? write(one) : one);
		const value = all[name];
		if (value !== undefined) all[name] = Array.isArray(value) ? value.map(writeAny) : writeAny(value);
	}
	return all as IDataObject;
}

function toForm(content: IDataObject, brackets: Service['brackets']): FormData {
	const form = new FormData();
	for (const [name, value] of Object.entries(content)) {
		const values: unknown[] = Array.isArray(value) ? value : [value];
		// OpenAI tells several files of one name apart from one by brackets.
		const hasBrackets =
			Array.isArray(value) && (brackets === undefined ? value.length > 1 : brackets === 'always');
		const field = hasBrackets ? `${name}[]` : name;
		for (const one of values) {
			if (one instanceof Blob) form.append(field, one);
			else form.append(field, typeof one === 'object' ? JSON.stringify(one) : String(one));
		}
	}
	return form;
}

/** Where services put the images, OpenAI's place first: what stands in the others repeats it. */
const places = ['data', 'images', 'image', 'output', 'outputs', 'result', 'results'];

function readImages(body: unknown, sent: unknown): ReadyImage[] {
	if (Array.isArray(body)) return imagesIn(body, sent);
	const known = recordIn(body) ?? {};
	const tries = places.map((place) => ({ [place]: known[place], seed: known.seed }));
	return [...tries, known].map((one) => imagesIn(one, sent)).find(({ length }) => length > 0) ?? [];
}

const id = z.union([z.string().min(1).max(200), z.int()]).transform(String);
const jobNames = ['task_id', 'taskId', 'job_id', 'jobId', 'prediction_id'];
/** What an image may have, too: it names a job only together with a state. */
const idNames = [...jobNames, 'request_id', 'requestId', 'generation_id', 'id', 'uuid'];
const running =
	/^(in[_ -])?(queue|pend|process|progress|start|submit|creat|accept|running|waiting|generating)/i;

/** The job that a service has made of the submit, with its id if it tells one. */
function jobIn({ status, body }: ProviderAnswer): { id?: string; isRunning: boolean } | undefined {
	const top = recordIn(body) ?? {};
	const inside = ['data', 'output', 'result', 'task'].map((name) => [top[name]].flat()[0]);
	for (const one of [top, ...inside]) {
		const known = recordIn(one) ?? {};
		const states = [known.status, known.state, known.task_status];
		const isRunning = states.some((state) => typeof state === 'string' && running.test(state));
		const names = isRunning || status === 202 ? idNames : jobNames;
		const found = names.map((name) => id.safeParse(known[name]).data).find((text) => text !== undefined);
		if (found !== undefined) return { id: found, isRunning };
	}
	return status === 202 ? { isRunning: false } : undefined;
}

/** Some services tell the price of the request, in dollars. */
const cost = z
	.object({ usage: z.object({ cost: z.number().nonnegative() }) })
	.transform(({ usage }) => usage.cost);

/** The answer is the finished image: a URL (perhaps relative to the server) or base64, in whatever it is wrapped. */
export const readSubmit: Provider['readSubmit'] = (answer, request) => {
	const job = jobIn(answer);
	const { seed } = seedOf(request);
	const found = readImages(answer.body, request.body).map((one) => ({ ...one, seed: one.seed ?? seed }));
	// The address at which a job is to be asked for looks like one of an image; "created" may also be said of the image itself.
	const images = job?.isRunning === true ? found.filter(({ base64 }) => base64 !== undefined) : found;
	if (images.length > 0) return { state: { is: 'ready', images, cost: cost.safeParse(answer.body).data } };
	if (job === undefined) return { unreadable: 'an image' };
	return {
		unreadable: `an image but with a job${job.id === undefined ? '' : ` (${job.id})`}, because it is asynchronous`,
		advice:
			'This API takes only services that answer with the image itself, so the job cannot be collected here. It may be charged: look for it at the service, and use a model or service that answers at once, or the API that the service documents for its jobs.',
	};
};

/**
 * 400, 403 and 429 may also mean that there is no balance, as New API's 401 that the key has none of its own; 400, 403 and 422 that the
 * prompt or, if the words say so, the image is not wanted, which is what SiliconFlow means with 451.
 */
function codeOf(status: number, words: string): ErrorCode {
	if (status === 451) return 'prompt-moderated';
	const forSafety = [400, 403, 422].includes(status) ? refusalForSafety(words) : undefined;
	// What is wrong with a value may name it, such as white_balance.
	const isTold =
		status === 400
			? /billing|budget|insufficient|quota|payment required|(credit|account) balance|(not enough|no|out of) (credits|funds|balance)/i.test(
					words,
				)
			: [403, 429].includes(status) || (status === 401 && /quota|额度/i.test(words));
	const isEmpty = isTold && saysNoBalance(words);
	return forSafety ?? (isEmpty ? 'insufficient-credits' : statusCode(status));
}

/** What a status means, to follow the words of the server. */
const meaning: Record<number, string> = {
	404: notFoundAdvice,
	413: ' (its images are too large for the server or a proxy before it: use smaller ones)',
};

export const refusal: Provider['refusal'] = ({ status, body, excerpt }) => {
	const problem = problemIn(body);
	const [words, marks] = [problem?.words || excerpt, problem?.marks ?? []];
	return {
		code: codeOf(status, `${words} ${marks.join(' ')}`),
		words: `${words}${meaning[status] ?? ''}`,
	};
};
