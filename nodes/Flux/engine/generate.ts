import type { INodeExecutionData } from 'n8n-workflow';

import type { ImageOperation, JobState, Model, ReadyState } from '../provider';
import { asFluxError, FluxError } from '../errors/fluxError';
import { toErrorItem } from '../errors/toN8n';
import { toImageForm } from '../images/input';
import { buildRequest, type RequestContent } from './buildRequest';
import { readModel, readNumberOfImages, readValues } from './readParameters';
import { fieldsOf } from '../catalogue/modelFields';
import { cancelJob } from './cancelJob';
import { deliver } from './deliver';
import { errorOfState, waitForJob } from './poll';
import type { Place } from '../limits/concurrency';
import { imageReader } from './inputImages';
import { isAwaited, submitJob, type Plan } from './submit';
import { submittedItem, type About } from './output';
import { SubmittedJobs, requestHash, runNameOf, type SubmittedJob } from './resume';
import { fingerprint } from './upload';
import { errorPlaceOf, type JobContext } from './context';

/** Makes the images of one item: everything is checked before anything is bought. */
export async function generateImages(
	jobContext: JobContext,
	operation: ImageOperation,
): Promise<INodeExecutionData[]> {
	const { context, api, account } = jobContext;
	const model = readModel(context, api, operation, account.service);
	const values = readValues(context);
	const imageCount = readNumberOfImages(values);
	const reader = imageReader(jobContext);
	const content = await buildRequest(
		model,
		operation,
		values,
		async (value, form, label) => await toImageForm(value, form, label, reader),
	);
	const makesAll = fieldsOf(model.body).some(({ parameter }) => parameter === 'numberOfImages');
	const settled = await Promise.allSettled(
		Array.from({ length: makesAll ? 1 : imageCount }, async (_, imageIndex) => {
			const plan = { model, operation, content: nthContent(content, imageIndex, model) };
			return await generateImage(jobContext, plan, aboutImage(jobContext, plan, { imageIndex, imageCount }));
		}),
	);
	return collectResults(
		settled,
		(error) => toErrorItem(error, errorPlaceOf(context)),
		context.continueOnFail(),
	);
}

/** Several images of a model that makes one a job: as many jobs, with rising seeds if one was set. */
function nthContent({ body, envelope }: RequestContent, index: number, model: Model): RequestContent {
	const field = fieldsOf(model.body).find(({ parameter }) => parameter === 'seed')?.name;
	const seed = field === undefined ? undefined : body[field];
	// Where a negative seed is taken, it asks for a random one each time.
	if (field === undefined || typeof seed !== 'number' || seed < 0) return { body, envelope };
	return { body: { ...body, [field]: seed + index }, envelope };
}

/** With *On Error: Continue* finished images come out beside the errors of the others. */
function collectResults(
	settled: Array<PromiseSettledResult<INodeExecutionData[]>>,
	toItem: (error: FluxError) => INodeExecutionData,
	goesOn: boolean,
): INodeExecutionData[] {
	const first = settled.find((one) => one.status === 'rejected');
	if (first !== undefined && !goesOn) throw asFluxError(first.reason);
	return settled.flatMap((one) =>
		one.status === 'fulfilled' ? one.value : [toItem(asFluxError(one.reason))],
	);
}

async function generateImage(
	jobContext: JobContext,
	plan: Plan,
	about: About,
): Promise<INodeExecutionData[]> {
	const { context, account } = jobContext;
	const purchases = new SubmittedJobs(context);
	const { model, content } = plan;
	const what = await fingerprint(context, content);
	const request = requestHash(account.id, model.id, plan.operation, what, about.imageIndex);
	purchases.takeOver(request);
	const before = purchases.finished(request);
	if (before !== undefined) return before;
	const { job, ready } = await inPlace(jobContext, model, async () => {
		await jobContext.deadline.unlessOver(purchases.settled(request));
		const known = purchases.find(request);
		const accepted = known ?? (await submitJob(jobContext, plan, purchases, request));
		const { state, ...job } = accepted;
		if (job.jobId !== undefined && !waitsFor(jobContext, job)) return { job, ready: undefined };
		// Of an earlier try the links may be dead by now, and the job tells new ones.
		const isAnswer = known === undefined || job.jobId === undefined;
		if (state?.is === 'ready' && isAnswer) return { job, ready: state };
		return {
			job,
			ready: await traced(job, wait(jobContext, job, state, { model, fresh: known === undefined })),
		};
	});
	const all: About = { ...about, jobId: job.jobId ?? null, cost: job.cost, acceptedAt: job.acceptedAt };
	if (ready === undefined) {
		const items = [submittedItem(all, job.pollingUrl)];
		purchases.finish(request, items);
		return items;
	}
	const { pollingUrl } = job;
	const more = { lifetimeSeconds: model.imageLifetimeSeconds, pollingUrl };
	const { items, isWhole } = await traced(job, deliver(jobContext, ready, all, more));
	// What could not be fetched is fetched in the next try.
	if (isWhole) purchases.finish(request, items);
	return items;

	async function traced<T>(one: SubmittedJob, promise: Promise<T>): Promise<T> {
		return await promise.catch((error: unknown) => {
			const flux = asFluxError(error).withTrace({ jobId: one.jobId, pollingUrl: one.pollingUrl });
			if (flux.endsJob) purchases.forget(request);
			throw flux;
		});
	}
}

/** The finished job; a job that runs on when the user stops is cancelled where the provider can. */
async function wait(
	jobContext: JobContext,
	{ jobId, pollingUrl, acceptedAt }: SubmittedJob,
	state: JobState | undefined,
	{ model, fresh }: { model: Model; fresh: boolean },
): Promise<ReadyState> {
	const { api, client, account, deadline } = jobContext;
	if (jobId === undefined)
		throw new FluxError('bad-response', `${api.label} answered neither an image nor a job`);
	if (state !== undefined && state.is !== 'running' && state.is !== 'ready') throw errorOfState(state, api);
	const kind = `${account.baseUrl}/${model.id}`;
	return await waitForJob(
		api,
		client,
		{ jobId, pollingUrl, acceptedAt, justSubmitted: fresh, kind },
		deadline,
	).catch((error: unknown) => {
		if (deadline.stopped) void cancelJob(jobContext, jobId);
		const flux = asFluxError(error);
		throw flux.code === 'timeout' && api.jobs?.atDeadline !== undefined
			? flux.alsoSay(api.jobs.atDeadline)
			: flux;
	});
}

const waitsFor = (jobContext: JobContext, job: SubmittedJob) =>
	job.webhookOnly !== true && isAwaited(jobContext);

/** Runs `action` in a place of this node's run, of the account and, where the provider allows fewer of it, of the model. */
async function inPlace<T>(
	{ context, account, gate, deadline, api, settings }: JobContext,
	{ id, maxConcurrency }: Model,
	action: () => Promise<T>,
): Promise<T> {
	const place: Place = {
		run: runNameOf(context),
		runLimit: settings.maxConcurrency ?? api.maxConcurrency,
		...(maxConcurrency === undefined ? {} : { model: { id, limit: maxConcurrency } }),
		accountLimit: api.accountConcurrency?.(account.service),
	};
	const leave = await gate.enter(place, deadline);
	return await action().finally(leave);
}

function aboutImage(
	{ api, context }: JobContext,
	{ model, content }: Plan,
	place: { imageIndex: number; imageCount: number },
): About {
	const all = { ...content.envelope, ...content.body };
	const sent = Object.fromEntries(fieldsOf(model.body).map(({ parameter, name }) => [parameter, all[name]]));
	return {
		...place,
		api,
		model: model.id,
		jobId: null,
		prompt: typeof sent.prompt === 'string' ? sent.prompt : null,
		seed: typeof sent.seed === 'number' ? sent.seed : null,
		cost: undefined,
		acceptedAt: Date.now(),
		itemIndex: context.getItemIndex(),
	};
}
