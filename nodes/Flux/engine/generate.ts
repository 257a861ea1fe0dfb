import type { INodeExecutionData } from 'n8n-workflow';

import type { ImageOperation, Job, JobState, Model, ReadyState } from '../provider';
import { asFluxError, FluxError } from '../errors/fluxError';
import { toErrorItem } from '../errors/toN8n';
import { lost } from '../http/httpErrors';
import { toImageForm } from '../images/input';
import { buildRequest, type RequestContent } from './buildRequest';
import { readModel, readNumberOfImages, readValues } from './readParameters';
import { fieldsOf } from '../catalogue/modelFields';
import { cancelJob } from './cancelJob';
import { errorOfState, waitForJob } from './poll';
import type { Place } from '../limits/concurrency';
import { imageReader } from './inputImages';
import { isAwaited, submit, type Plan } from './submit';
import { deliver, submittedItem, type About } from './output';
import { requestHash, runNameOf, type Accepted } from './resume';
import { fingerprint } from './upload';
import { errorPlaceOf, ofJob, type JobContext } from './context';
import { now } from '../limits/pace';

/** Makes the images of one item: everything is checked before anything is submitted. */
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
			const plan = { model, operation, ...nthContent(content, imageIndex, model) };
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
	const { api, context, account, deadline, submitted } = jobContext;
	const { model } = plan;
	const what = await fingerprint(context, plan);
	const request = requestHash(account.id, model.id, plan.operation, what, about.imageIndex);
	submitted.takeOver(request);
	const before = submitted.finished(request);
	if (before !== undefined) return before;
	const work = inPlace(jobContext, model, async () => {
		// Who knows a submit by its key answers it again; elsewhere it must not be sent while the first may still be answered.
		if (api.isIdempotent !== true) await deadline.unlessOver(submitted.settled(request));
		const known = submitted.find(request);
		const { state, ...job } = known ?? (await submit(jobContext, plan, request));
		if (job.id !== undefined && !waitsFor(jobContext, job)) return { job, ready: undefined };
		// Of an earlier try the links may be dead by now, and the job tells new ones.
		const isAnswer = known === undefined || job.id === undefined;
		if (state?.is === 'ready' && state.images.length > 0 && isAnswer) return { job, ready: state };
		return { job, ready: await traced(job, wait(jobContext, job, state, model, known === undefined)) };
	});
	// Also an error that comes before this try gets to it names what an earlier one left behind.
	const { job, ready } = await ofJob(submitted.find(request) ?? {}, work).catch((error: FluxError) => {
		const isUntold = submitted.isLost(request) && error.trace.mayBeBilled !== true;
		throw isUntold ? lost(error, api.isIdempotent === true) : error;
	});
	const all = { ...about, job };
	const { items, isWhole } =
		ready === undefined
			? { items: [submittedItem(all)], isWhole: true }
			: await traced(job, deliver(jobContext, ready, all, model.imageLifetimeSeconds));
	// What could not be fetched is fetched in the next try.
	if (isWhole) submitted.finish(request, items);
	return items;

	async function traced<T>(job: Partial<Job>, work: Promise<T>): Promise<T> {
		return await ofJob(job, work).catch((error: FluxError) => {
			if (error.endsJob) submitted.forget(request);
			throw error;
		});
	}
}

/** The finished job; a job that runs on when the user stops is cancelled where the provider can. */
async function wait(
	jobContext: JobContext,
	{ id, ...job }: Partial<Job>,
	state: JobState | undefined,
	model: Model,
	justSubmitted: boolean,
): Promise<ReadyState> {
	const { api, account, deadline } = jobContext;
	if (id === undefined)
		throw new FluxError('bad-response', `${api.label} answered neither an image nor a job`);
	if (state !== undefined && state.is !== 'running' && state.is !== 'ready') throw errorOfState(state, api);
	const how = { justSubmitted, kind: `${account.baseUrl}/${model.id}` };
	return await waitForJob(jobContext, { ...job, id }, how).catch((error: unknown) => {
		if (deadline.stopped) void cancelJob(jobContext, { ...job, id });
		const flux = asFluxError(error);
		throw flux.code === 'timeout' && api.jobs?.atDeadline !== undefined
			? flux.alsoSay(api.jobs.atDeadline)
			: flux;
	});
}

const waitsFor = (jobContext: JobContext, job: Accepted) => job.webhookOnly !== true && isAwaited(jobContext);

/** Runs `action` in a place of this node's run, of the account and, where the provider allows fewer of it, of the model. */
async function inPlace<T>(
	{ context, account, concurrency, deadline, api, settings }: JobContext,
	{ id, maxConcurrency }: Model,
	action: () => Promise<T>,
): Promise<T> {
	const place: Place = {
		run: runNameOf(context),
		runLimit: settings.maxConcurrency ?? api.maxConcurrency,
		...(maxConcurrency === undefined ? {} : { model: { id, limit: maxConcurrency } }),
		accountLimit: api.accountConcurrency?.(account.service),
	};
	const leave = await concurrency.enter(place, deadline);
	return await action().finally(leave);
}

function aboutImage(
	{ api, context }: JobContext,
	{ model, body, envelope }: Plan,
	place: { imageIndex: number; imageCount: number },
): About {
	const all = { ...envelope, ...body };
	const sent = Object.fromEntries(fieldsOf(model.body).map(({ parameter, name }) => [parameter, all[name]]));
	return {
		...place,
		api,
		model: model.id,
		job: {},
		prompt: typeof sent.prompt === 'string' ? sent.prompt : null,
		seed: typeof sent.seed === 'number' ? sent.seed : null,
		startedAt: now(),
		itemIndex: context.getItemIndex(),
	};
}
