import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod/v4';

import type { Jobs, Provider, Uploads } from '../../provider';
import { codeOf, problemIn } from '../common/refusals';
import { endedWith, jobIn } from '../common/states';
import { ifAny, jobId, maybe, reader, recordIn, said, timeOf, url } from '../common/readers';
import { fill, generate } from './models';

/** The model's own fields go into a nested block. It is left out when empty; models that require it always have a required field. */
export const submit: Provider['submit'] = ({ model, body, envelope, idempotencyKey }) => {
	const { path, block: usual = generate.block } = model.endpoint ?? generate;
	const [block, own] = inBlock(body, usual);
	const fields = block === fill.block ? withMode(own) : own;
	return {
		method: 'POST',
		url: path,
		headers: { 'Idempotency-Key': idempotencyKey },
		body: {
			model: model.id,
			...envelope,
			...(envelope.webhookUrl === undefined ? {} : { webhookEvents: ['completed', 'failed'] }),
			...(Object.keys(fields).length === 0 ? {} : { [block]: fields }),
		},
	};
};

/** The block and what it holds. Extra Fields may name it themselves, because models of other families than FLUX have blocks of their own. */
function inBlock(body: IDataObject, usual: string): [name: string, fields: IDataObject] {
	const isBlock = ([name, value]: [string, unknown]) =>
		name.endsWith('Params') && recordIn(value) !== undefined;
	const [name, written] = Object.entries(body).find(isBlock) ?? [usual, {}];
	const own = Object.entries(body).filter(([one]) => one !== name);
	return [name, { ...Object.fromEntries(own), ...(written as IDataObject) }];
}

/** The API requires `mode` even where only one is possible. */
const withMode = (body: IDataObject): IDataObject => ({
	mode: body.outpaint === undefined ? 'inpaint' : 'outpaint',
	...body,
});

export const poll: Jobs['poll'] = ({ id }) => ({ method: 'GET', url: `/v2/jobs/${encodeURIComponent(id)}` });

export const uploads: Uploads = {
	inlineBytes: 0,
	request: (file, fileName) => {
		const form = new FormData();
		// The name that the API document and the provider's own SDK have.
		form.append('file', file, fileName);
		return { method: 'POST', url: '/v2/uploads', body: form };
	},
	read: reader(z.object({ url }), 'the URL of the uploaded file (url)'),
};

export const readSubmit = reader(
	z.object({ jobId }).transform((read) => ({ id: read.jobId })),
	'a job id (jobId)',
);

const job = z.object({
	status: z.string(),
	result: z.unknown(),
	error: z.unknown(),
	creditCost: maybe(z.number()),
	expired: maybe(z.boolean()),
	completedAt: z.unknown(),
	model: said,
	input: z.record(z.string(), z.unknown()).catch({}),
});

export const readPoll: Jobs['readPoll'] = (answer) => {
	// The document has 400 for an id that is no UUID.
	if (answer.status === 404 || answer.status === 400) return { is: 'unknownJob' };
	const told = jobIn('apiframe', job, answer);
	if (told === undefined) return { unreadable: 'a job status' };
	const { is, result, error, creditCost, expired, completedAt, model, input } = told;
	const about = ifAny({ model, ...inputOf(input) });
	switch (is) {
		case 'running':
			return { is, about };
		case 'ready': {
			if (expired === true) return { is: 'expired' };
			const made = results.safeParse(result).data;
			if (made === undefined) return { unreadable: 'the images (result.images) of a finished job' };
			return { is, ...made, cost: creditCost, finishedAt: timeOf(completedAt), about };
		}
		default:
			return endedWith(is, error, creditCost);
	}
};

const asked = z.object({ prompt: said, seed: maybe(z.int()) });

/** What was asked for; the seed, and for edits the prompt, stand in the model's own block. */
function inputOf(input: Record<string, unknown>): { prompt?: string; seed?: number } {
	const all = [input, ...Object.values(input)].flatMap((one) => asked.safeParse(one).data ?? []);
	const { prompt } = all.find((one) => one.prompt !== undefined) ?? {};
	const { seed } = all.find((one) => one.seed !== undefined) ?? {};
	return { prompt, seed };
}

const image = z.union([url.transform((one) => ({ url: one })), z.object({ url })]);
/** A list; older jobs have the one URL in its place. */
const results = z.union([
	url.transform((one) => ({ images: [{ url: one }] })),
	z.object({ images: z.array(image).min(1) }),
]);

const problem = z.object({
	creditsRequired: maybe(z.number()),
	creditsAvailable: maybe(z.number()),
});

const conflict =
	'(the idempotency key of this submit was already used for another one: nothing was billed now, but the account may hold a job of an earlier try)';

/** Apiframe answers `{error}`, with `details` by path where the input is wrong, and the credits where they do not suffice. */
export const refusal: Provider['refusal'] = ({ status, body, excerpt }) => {
	const { creditsRequired, creditsAvailable } = problem.safeParse(body).data ?? {};
	const words = problemIn(body)?.words || excerpt;
	const credits =
		creditsRequired === undefined && creditsAvailable === undefined
			? ''
			: ` (${creditsRequired ?? '?'} credits are needed, ${creditsAvailable ?? '?'} are left)`;
	return {
		code: status === 404 ? 'bad-response' : codeOf(status),
		words: `${words}${status === 402 ? credits : ''}${status === 409 ? ` ${conflict}` : ''}`,
	};
};

const me = z
	.object({ team: z.object({ credits: z.number() }) })
	.transform(({ team }) => [{ credits: team.credits, unit: 'credit' }]);

export const account: Provider['account'] = {
	getCredits: {
		request: { method: 'GET', url: '/v2/me' },
		read: reader(me, 'a number of credits (team.credits)'),
	},
};
